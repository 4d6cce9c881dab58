#include "usage.h"

#include <limits.h>
#include <string.h>

#define HELP_COLUMN	28
#define HELP_WIDTH	51

void
usage_item(FILE *stream, const char *head, const char *help)
{
	int width = fprintf(stream, "  %s", head);

	if (width >= HELP_COLUMN - 1)
		width = fprintf(stream, "\n") - 1;
	fprintf(stream, "%*s", HELP_COLUMN - width, "");
	while (strlen(help) > HELP_WIDTH) {
		width = HELP_WIDTH;
		while (width > 0 && help[width] != ' ')
			width--;
		fprintf(stream, "%.*s\n%*s", width, help, HELP_COLUMN, "");
		help += width + 1;
	}
	fprintf(stream, "%s\n", help);
}

void
usage_option(FILE *stream, char letter, const char *name,
    const char *argument, const char *help)
{
	char head[128];
	int length;

	if (letter != 0)
		length = snprintf(head, sizeof(head), "-%c, --%s", letter,
		    name);
	else
		length = snprintf(head, sizeof(head), "    --%s", name);
	if (argument[0] != '\0')
		snprintf(head + length, sizeof(head) - (size_t)length, " %s",
		    argument);
	usage_item(stream, head, help);
}

void
usage_letters(const char *prefix, const struct option *options,
    char *letters)
{
	letters = stpcpy(stpcpy(letters, prefix), ":");
	for (; options->name != NULL; options++) {
		if (options->val > CHAR_MAX)
			continue;
		*letters++ = (char)options->val;
		if (options->has_arg != no_argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

void
usage_refuse(const char *program, int code, const char *word)
{
	fprintf(stderr, "%s: %s: %s; %s -h lists the options\n", program,
	    word, code == '?' ? "no such option" : "its argument is missing",
	    program);
}
