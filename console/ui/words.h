/* The words of a ':' line. */
#ifndef DROVER_UI_WORDS_H
#define DROVER_UI_WORDS_H

/*
 * Split line in place at blanks; within '...' or "..." they belong to a
 * word, and a backslash takes what follows it as it is.  Returns how many,
 * -EINVAL for a quote that is not closed, -E2BIG for more than most.
 */
int	words_split(char *line, char **words, int most);

#endif
