#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/complain.h"

#define FILE_CHARACTERS_MAX	160

static struct config_error *
error_new(struct complaints *complaints)
{
	struct config_errors *errors = complaints->errors;
	struct config_error *grown;
	size_t room;

	complaints->error = -EINVAL;
	if (errors->count == errors->room) {
		room = errors->room == 0 ? 8 : errors->room * 2;
		grown = reallocarray(errors->errors, room, sizeof(*grown));
		if (grown == NULL) {
			complaints->error = -ENOMEM;
			return NULL;
		}
		errors->errors = grown;
		errors->room = room;
	}
	return &errors->errors[errors->count++];
}

/* The end of a long path says most. */
static size_t
place(const struct complaints *complaints, const struct mark *mark,
    char *text, size_t size)
{
	const char *file = complaints->file;
	size_t length = strlen(file), used;

	if (length > FILE_CHARACTERS_MAX)
		file += length - FILE_CHARACTERS_MAX;
	used = (size_t)snprintf(text, size, "%s%s: ",
	    file != complaints->file ? "..." : "", file);
	if (mark->line != 0)
		used += (size_t)snprintf(text + used - 1, size - used,
		    "%u:%u: ", mark->line, mark->column) - 1;
	return used;
}

/* One printable line, whatever the file is called. */
static void
make_printable(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

void
complain(struct complaints *complaints, const struct mark *mark,
    const char *format, ...)
{
	static const struct mark nowhere;
	bool last = complaints->errors->count == CONFIG_ERRORS_MAX;
	struct config_error *error;
	va_list arguments;
	size_t used;

	if (complaints->errors->count > CONFIG_ERRORS_MAX)
		return;
	error = error_new(complaints);
	if (error == NULL)
		return;
	if (mark == NULL || last)
		mark = &nowhere;
	error->line = mark->line;
	error->column = mark->column;
	used = place(complaints, mark, error->text, sizeof(error->text));
	va_start(arguments, format);
	if (last)
		snprintf(error->text + used, sizeof(error->text) - used,
		    "more than %d errors; the others are not shown",
		    CONFIG_ERRORS_MAX);
	else
		vsnprintf(error->text + used, sizeof(error->text) - used,
		    format, arguments);
	va_end(arguments);
	make_printable(error->text);
}

static int
compare(const void *left, const void *right)
{
	const struct config_error *a = left, *b = right;

	/* Those of the whole file come last. */
	if ((a->line == 0) != (b->line == 0))
		return a->line == 0 ? 1 : -1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return 0;
}

void
complaints_sort(struct complaints *complaints)
{
	struct config_errors *errors = complaints->errors;

	if (errors->count > 1)
		qsort(errors->errors, errors->count, sizeof(*errors->errors),
		    compare);
}

void
config_errors_free(struct config_errors *errors)
{
	free(errors->errors);
	*errors = (struct config_errors){ 0 };
}
