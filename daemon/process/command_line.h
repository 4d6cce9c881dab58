/*
 * A command line cut into words, without a shell: spaces part them, '...'
 * and "..." keep them together, a backslash outside '...' takes the next
 * character as it is.  Nothing is expanded.
 */
#ifndef DROVER_PROCESS_COMMAND_LINE_H
#define DROVER_PROCESS_COMMAND_LINE_H

#include <stddef.h>

#define COMMAND_WORDS_MAX	64

/*
 * words, ended by NULL, lie in one piece behind words[0]: free() that.  The
 * count; -EINVAL: a quote is not closed, or there is no word; -E2BIG;
 * -ENOMEM.
 */
int	command_split(const char *line, char *words[COMMAND_WORDS_MAX + 1]);

#endif
