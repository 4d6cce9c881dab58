#include "process/command_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One word from line to at; the rest of the line, NULL: not closed. */
static const char *
take_word(const char *line, char **at)
{
	char quote = '\0';

	for (; *line != '\0'; line++) {
		if (*line == '\\' && quote != '\'') {
			if (*++line == '\0')
				return NULL;
			*(*at)++ = *line;
		} else if (quote != '\0' && *line == quote) {
			quote = '\0';
		} else if (quote == '\0' && (*line == '\'' || *line == '"')) {
			quote = *line;
		} else if (quote == '\0' && (*line == ' ' || *line == '\t')) {
			break;
		} else {
			*(*at)++ = *line;
		}
	}
	*(*at)++ = '\0';
	return quote == '\0' ? line : NULL;
}

int
command_split(const char *line, char *words[COMMAND_WORDS_MAX + 1])
{
	char *text = malloc(strlen(line) + 2), *at = text;
	int count = 0, error = 0;

	if (text == NULL)
		return -ENOMEM;
	line += strspn(line, " \t");
	while (error == 0 && *line != '\0') {
		if (count == COMMAND_WORDS_MAX) {
			error = -E2BIG;
			break;
		}
		words[count++] = at;
		line = take_word(line, &at);
		if (line == NULL)
			error = -EINVAL;
		else
			line += strspn(line, " \t");
	}
	if (error == 0 && count == 0)
		error = -EINVAL;
	if (error != 0) {
		free(text);
		words[0] = NULL;
		return error;
	}
	words[count] = NULL;
	return count;
}
