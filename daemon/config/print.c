#include <errno.h>
#include <string.h>
#include <strings.h>

#include "config/config.h"
#include "config/defaults.h"
#include "config/value.h"

#define VALUE_BYTES	1024
#define INDENT		4

/* Words that YAML readers take for something other than text. */
static bool
is_special(const char *text)
{
	static const char *const words[] = { "null", "true", "false", "yes",
	    "no", "on", "off", "y", "n" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

/* Text that means itself without quotes. */
static bool
is_plain(const char *text)
{
	size_t length = strlen(text);

	if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789._/:-") != length || length == 0)
		return false;
	if (strspn(text, "0123456789.:-") > 0 || text[length - 1] == ':')
		return false;
	return !is_special(text);
}

static void
print_text(const char *text, FILE *stream)
{
	if (is_plain(text)) {
		fputs(text, stream);
		return;
	}
	putc('"', stream);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', stream);
		putc(*text, stream);
	}
	putc('"', stream);
}

/* who: set it for all nodes, or NULL. */
static void
print_value(const struct config_parameter *parameter, const void *field,
    const char *who, int indent, FILE *stream)
{
	char value[VALUE_BYTES];

	value_write(parameter, field, value, sizeof(value));
	fprintf(stream, "%*s%s: ", indent, "", parameter->name);
	if (value_is_text(parameter->type) || parameter->type == CONFIG_WORD)
		print_text(value, stream);
	else
		fputs(value, stream);
	if (who != NULL)
		fprintf(stream, "  # set for all nodes%s%s\n",
		    who[0] != '\0' ? " by " : "", who);
	else
		fputs(defaults_equal(parameter, field) ? "  # default\n" :
		    "\n", stream);
}

static int
depth_of(const char *path)
{
	int depth = 0;

	for (; *path != '\0'; path++)
		depth += *path == '.';
	return depth;
}

static void
print_section(const struct config *config, const char *path, const char *name,
    FILE *stream)
{
	int indent = depth_of(path) * INDENT;
	size_t i;

	fprintf(stream, "%*s%s:\n", indent, "", name);
	for (i = 0; i < CONFIG_PARAMETERS; i++)
		if (strcmp(config_parameters[i].section, path) == 0)
			print_value(&config_parameters[i],
			    config_field_of(config, &config_parameters[i]),
			    config->set_by != NULL ? config->set_by[i] : NULL,
			    indent + INDENT, stream);
}

static void
print_list(const struct config *config, const char *name, FILE *stream)
{
	const struct config_list *list = config_lists;
	const struct config_parameter *member;
	size_t count, i, j;
	char *items;

	while (strcmp(list->name, name) != 0)
		list++;
	items = config_list_items(config, list, &count);
	fprintf(stream, "%s:%s\n", name, count == 0 ? " []  # default" : "");
	for (i = 0; i < count; i++) {
		for (j = 0; j < list->members; j++) {
			member = &config_members[list->first + j];
			fputs(j == 0 ? "  - " : "    ", stream);
			print_value(member, items + i * list->item_bytes +
			    member->offset, NULL, 0, stream);
		}
	}
}

int
config_print(const struct config *config, FILE *stream)
{
#define SECTION(path, name, help)					\
	print_section(config, #path, #name, stream);
#define LIST(list, item, count, maximum, help)				\
	print_list(config, #list, stream);
#include <drover/tables/config.def>
	return ferror(stream) ? -EIO : 0;
}
