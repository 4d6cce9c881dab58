#include "setting.h"

#include <string.h>

#include "show.h"

/* Four blanks a level, as droverd prints it. */
#define INDENT		4

/* Of lines that lie deeper, one more than of that of a section. */
static size_t
depth_of(const char *line)
{
	return strspn(line, " ") / INDENT;
}

static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* Is this the line of the part of a name?  Its value, or NULL. */
static const char *
value_at(const char *line, const char *part, size_t length, size_t depth)
{
	const char *key = line + depth * INDENT;

	if (depth_of(line) != depth || strncmp(key, part, length) != 0 ||
	    key[length] != ':')
		return NULL;
	return key + length + 1;
}

/* The line after which the part stands, and its value; NULL: nowhere. */
static const char *
find(const char *line, const char *part, size_t depth, const char **value)
{
	size_t length = strcspn(part, ".");

	for (; *line != '\0'; line = next_line(line)) {
		/* Beyond the section that it must lie in. */
		if (*line != '\n' && depth_of(line) < depth)
			break;
		*value = value_at(line, part, length, depth);
		if (*value != NULL)
			return line;
	}
	return NULL;
}

static void
print_line(FILE *stream, const char *from, size_t length)
{
	char line[4096];

	snprintf(line, sizeof(line), "%.*s", (int)length, from);
	show_text(stream, line);
}

static void
print_section(FILE *stream, const char *line, size_t depth)
{
	for (; *line != '\0' && depth_of(line) >= depth;
	    line = next_line(line))
		print_line(stream, line + depth * INDENT,
		    strcspn(line + depth * INDENT, "\n"));
}

bool
setting_print(FILE *stream, const char *text, const char *name)
{
	const char *line = text, *value = NULL;
	size_t depth = 0;

	for (;;) {
		line = find(line, name, depth, &value);
		if (line == NULL)
			return false;
		name += strcspn(name, ".");
		if (*name == '\0')
			break;
		name++;
		depth++;
		line = next_line(line);
	}
	value += strspn(value, " ");
	if (*value == '\n' || *value == '\0')
		print_section(stream, next_line(line), depth + 1);
	else
		print_line(stream, value, strcspn(value, "\n"));
	return true;
}
