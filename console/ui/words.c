#include "words.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Moves *at past one word, which it closes; -EINVAL: a quote is open. */
static int
take(char **at)
{
	char *from = *at, *to = *at, quote = 0;

	for (; *from != '\0'; from++) {
		if (quote == 0 && (*from == ' ' || *from == '\t'))
			break;
		if (*from == quote && quote != 0)
			quote = 0;
		else if (quote == 0 && (*from == '\'' || *from == '"'))
			quote = *from;
		else if (*from == '\\' && quote != '\'' && from[1] != '\0')
			*to++ = *++from;
		else
			*to++ = *from;
	}
	*at = *from != '\0' ? from + 1 : from;
	*to = '\0';
	return quote == 0 ? 0 : -EINVAL;
}

int
words_split(char *line, char **words, int most)
{
	int count = 0;

	for (line += strspn(line, " \t"); *line != '\0';
	    line += strspn(line, " \t")) {
		if (count == most)
			return -E2BIG;
		words[count++] = line;
		if (take(&line) != 0)
			return -EINVAL;
	}
	return count;
}
