/*
 * Text that a stranger sent, made fit to be shown: whatever a server puts
 * into a name or a message, none of it may move a cursor, change a
 * colour or turn the direction of writing on somebody's terminal.
 */
#ifndef DROVER_COLLECT_BACKEND_TEXT_H
#define DROVER_COLLECT_BACKEND_TEXT_H

#include <stddef.h>

/*
 * Copies length bytes as UTF-8 into to, cut between characters where size
 * ends, always NUL-terminated.  Each control or format character, each
 * line separator and each byte that is not UTF-8 becomes a '?'.  Returns
 * the bytes stored.
 */
size_t	backend_text_clean(char *to, size_t size, const char *from,
	    size_t length);

#endif
