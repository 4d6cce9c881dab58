#include "person.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool
person_is_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* What does not fit belongs to no answer. */
static void
skip_rest(const char *line)
{
	int byte;

	if (strchr(line, '\n') != NULL)
		return;
	do
		byte = getchar();
	while (byte != EOF && byte != '\n');
}

bool
person_line(const char *question, char *line, size_t size)
{
	size_t length, first;

	fprintf(stderr, "%s ", question);
	fflush(stderr);
	if (fgets(line, (int)size, stdin) == NULL) {
		fputc('\n', stderr);
		line[0] = '\0';
		return false;
	}
	skip_rest(line);
	length = strlen(line);
	while (length > 0 && isspace((unsigned char)line[length - 1]))
		line[--length] = '\0';
	first = strspn(line, " \t");
	memmove(line, line + first, length - first + 1);
	return true;
}

bool
person_agrees(const char *question)
{
	char line[16];

	return person_line(question, line, sizeof(line)) &&
	    (strcasecmp(line, "y") == 0 || strcasecmp(line, "yes") == 0);
}
