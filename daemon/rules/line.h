/* One line of text that is safe to show on a terminal. */
#ifndef DROVER_RULES_LINE_H
#define DROVER_RULES_LINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Valid UTF-8 (RFC 3629) without control characters, line or paragraph
 * separators, and without the characters that turn the direction of what
 * follows (CVE-2021-42574).
 */
bool	line_is_valid(const char *text, size_t length);

#endif
