#include "man/mdoc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TEXT_WIDTH	72

void
mdoc_argument(const char *text)
{
	int quoted = strpbrk(text, " \t\"") != NULL || text[0] == '\0';

	putchar(' ');
	if (quoted)
		putchar('"');
	if (text[0] != '\0')
		fputs("\\&", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '"')
			fputs("\\(dq", stdout);
		else
			putchar(*text);
	}
	if (quoted)
		putchar('"');
}

void
mdoc_escaped(const char *word, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (word[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(word[i]);
	}
}

void
mdoc_paragraph(const char *text)
{
	size_t column = 0, length;

	while (*text != '\0') {
		text += strspn(text, " ");
		length = strcspn(text, " ");
		if (length == 0)
			break;
		if (column > 0 && column + 1 + length > TEXT_WIDTH) {
			putchar('\n');
			column = 0;
		}
		if (column > 0)
			column += (size_t)printf(" ");
		else if (*text == '.' || *text == '\'')
			fputs("\\&", stdout);
		mdoc_escaped(text, length);
		column += length;
		text += length;
	}
	putchar('\n');
}

void
mdoc_sentence(const char *text)
{
	if (*text == '\0')
		return;
	putchar(toupper((unsigned char)*text));
	/* A word of one letter. */
	if (text[1] == ' ')
		putchar(' ');
	mdoc_paragraph(text + 1);
}

void
mdoc_item(const char *macro, const char *name)
{
	printf(".It %s", macro);
	mdoc_argument(name);
}
