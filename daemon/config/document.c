#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "config/defaults.h"
#include "config/document.h"
#include "config/text.h"
#include "config/unknown.h"
#include "config/value.h"

#define PATH_BYTES	128
#define ALLOWED_BYTES	256
#define QUOTED_BYTES	192

struct document {
	yaml_parser_t		 parser;
	yaml_event_t		 event;		/* the current one */
	bool			 stopped;
	unsigned int		 depth;
	struct config		*config;
	struct origin		*origin;
	struct complaints	*complaints;
	const char		*text;
	size_t			 length;
};

static struct mark
mark_of(const yaml_mark_t *mark)
{
	return (struct mark){ .line = (unsigned int)mark->line + 1,
	    .column = (unsigned int)mark->column + 1 };
}

/* Bytes that are no UTF-8 are told by their offset. */
static struct mark
mark_of_offset(const struct document *document, size_t offset)
{
	struct mark mark = { .line = 1, .column = 1 };
	size_t i;

	for (i = 0; i < offset && i < document->length; i++) {
		if (document->text[i] == '\n') {
			mark.line++;
			mark.column = 1;
		} else if (((unsigned char)document->text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

static void
complain_syntax(struct document *document)
{
	const yaml_parser_t *parser = &document->parser;
	struct mark mark = mark_of(&parser->problem_mark);
	size_t at = parser->problem_mark.index;

	if (parser->error == YAML_MEMORY_ERROR) {
		document->complaints->error = -ENOMEM;
	} else if (parser->error == YAML_READER_ERROR) {
		mark = mark_of_offset(document, parser->problem_offset);
		complain(document->complaints, &mark,
		    "%s; allowed: printable text in UTF-8", parser->problem);
	} else if (at < document->length && document->text[at] == '\t') {
		complain(document->complaints, &mark,
		    "a tab; allowed: blanks, as many as deep");
	} else if (parser->context != NULL) {
		complain(document->complaints, &mark,
		    "no YAML: %s, %s that began in line %zu",
		    parser->problem, parser->context,
		    parser->context_mark.line + 1);
	} else {
		complain(document->complaints, &mark, "no YAML: %s",
		    parser->problem);
	}
}

static void
stop(struct document *document)
{
	document->stopped = true;
	/* What unwinds meets neither a start nor an end. */
	yaml_event_delete(&document->event);
}

/* Configurations are read by people: what it says stands where it counts. */
static void
refuse_indirection(struct document *document)
{
	const yaml_event_t *event = &document->event;
	const yaml_char_t *anchor = NULL, *tag = NULL;
	struct mark mark = mark_of(&event->start_mark);

	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_ALIAS_EVENT) {
		complain(document->complaints, &mark,
		    "an alias, *%.40s; allowed: the value itself",
		    (const char *)event->data.alias.anchor);
	}
	if (anchor != NULL)
		complain(document->complaints, &mark,
		    "an anchor, &%.40s; allowed: the value alone",
		    (const char *)anchor);
	if (tag != NULL)
		complain(document->complaints, &mark,
		    "a tag, %.40s; allowed: the value alone",
		    (const char *)tag);
}

/* The next event; false when there is none any more. */
static bool
next(struct document *document)
{
	yaml_event_t *event = &document->event;
	struct mark mark;

	if (document->stopped)
		return false;
	yaml_event_delete(event);
	if (!yaml_parser_parse(&document->parser, event)) {
		complain_syntax(document);
		document->stopped = true;
		return false;
	}
	refuse_indirection(document);
	if (event->type == YAML_MAPPING_END_EVENT ||
	    event->type == YAML_SEQUENCE_END_EVENT)
		document->depth--;
	if (event->type != YAML_MAPPING_START_EVENT &&
	    event->type != YAML_SEQUENCE_START_EVENT)
		return true;
	if (++document->depth <= CONFIG_DEPTH_MAX)
		return true;
	mark = mark_of(&event->start_mark);
	complain(document->complaints, &mark,
	    "nested %u levels deep; allowed: %d", document->depth,
	    CONFIG_DEPTH_MAX);
	stop(document);
	return false;
}

/* Past the node that begins with the current event. */
static void
skip(struct document *document)
{
	unsigned int depth = document->depth;

	if (document->event.type != YAML_MAPPING_START_EVENT &&
	    document->event.type != YAML_SEQUENCE_START_EVENT)
		return;
	while (next(document) && document->depth >= depth)
		continue;
}

static bool
is_null(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;

	if (event->type != YAML_SCALAR_EVENT ||
	    event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	return text[0] == '\0' || strcmp(text, "~") == 0 ||
	    (event->data.scalar.length == 4 && strcasecmp(text, "null") == 0);
}

static const char *
shape(const yaml_event_t *event)
{
	return event->type == YAML_MAPPING_START_EVENT ? "is a mapping" :
	    event->type == YAML_SEQUENCE_START_EVENT ? "is a list" :
	    is_null(event) ? "has no value" : "is a single value";
}

/* A second value for what already has one? */
static bool
is_repeated(struct document *document, const char *path,
    const struct mark *key, struct mark *first)
{
	if (first->line == 0) {
		*first = *key;
		return false;
	}
	complain(document->complaints, key,
	    "%s is given twice, first in line %u; allowed: once", path,
	    first->line);
	skip(document);
	return true;
}

static void
complain_value(struct document *document, const struct mark *mark,
    const char *path, const struct config_parameter *parameter,
    const char *what)
{
	char allowed[ALLOWED_BYTES];

	value_allowed(parameter, allowed, sizeof(allowed));
	complain(document->complaints, mark, "%s%s; allowed: %s", path, what,
	    allowed);
}

/* The current event is the value of a parameter; field takes it. */
static void
read_parameter(struct document *document, const char *path,
    const struct config_parameter *parameter, void *field, struct mark *mark)
{
	const yaml_event_t *event = &document->event;
	char message[2 + VALUE_MESSAGE_BYTES] = ": ";
	int error;

	*mark = mark_of(&event->start_mark);
	mark->refused = true;
	if (event->type == YAML_ALIAS_EVENT)
		return;
	if (event->type != YAML_SCALAR_EVENT || is_null(event)) {
		snprintf(message, sizeof(message), " %s", shape(event));
		complain_value(document, mark, path, parameter, message);
		skip(document);
		return;
	}
	error = value_read(parameter, (const char *)event->data.scalar.value,
	    event->data.scalar.length, field, message + 2);
	if (error == -ENOMEM)
		document->complaints->error = error;
	else if (error != 0)
		complain_value(document, mark, path, parameter, message);
	else
		mark->refused = false;
}

/*
 * The current event is a key: copy it as PREFIX.KEY.  false, and past the
 * value, when it is none.
 */
static bool
read_key(struct document *document, const char *prefix, char *path,
    struct mark *mark)
{
	const yaml_event_t *event = &document->event;
	char quoted[QUOTED_BYTES];
	const char *key;
	size_t length;

	*mark = mark_of(&event->start_mark);
	if (event->type == YAML_SCALAR_EVENT) {
		key = (const char *)event->data.scalar.value;
		length = event->data.scalar.length;
		if (strlen(key) == length && length > 0 &&
		    !text_has_control(key, length) && (size_t)snprintf(path,
		    PATH_BYTES, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "",
		    key) < PATH_BYTES)
			return true;
		complain(document->complaints, mark,
		    "unknown key %s", text_quote(key, length, quoted,
		    sizeof(quoted)));
	} else if (event->type != YAML_ALIAS_EVENT) {
		complain(document->complaints, mark,
		    "%s where a key is expected; allowed: a word",
		    event->type == YAML_MAPPING_START_EVENT ? "a mapping" :
		    "a list");
	}
	skip(document);
	if (next(document))
		skip(document);
	return false;
}

static const struct config_parameter *
find_member(const struct config_list *list, const char *name, size_t *index)
{
	for (*index = 0; *index < list->members; (*index)++)
		if (strcmp(config_members[list->first + *index].name,
		    name) == 0)
			return &config_members[list->first + *index];
	return NULL;
}

/* One entry of an item; the current event is its key. */
static void
read_member(struct document *document, const char *prefix, size_t list,
    char *item, size_t number)
{
	const struct config_parameter *member;
	char path[PATH_BYTES];
	struct mark key, *mark;
	size_t index;

	if (!read_key(document, prefix, path, &key))
		return;
	member = find_member(&config_lists[list], path + strlen(prefix) + 1,
	    &index);
	if (member == NULL)
		complain_unknown(document->complaints, &key,
		    config_lists[list].name, path + strlen(prefix) + 1);
	if (!next(document))
		return;
	if (member == NULL) {
		skip(document);
		return;
	}
	mark = origin_member(document->origin, list, number, index);
	if (!is_repeated(document, path, &key, mark))
		read_parameter(document, path, member, item + member->offset,
		    mark);
}

/* Add an item of defaults to the list; NULL: no memory. */
static char *
item_new(struct document *document, size_t list)
{
	const struct config_list *schema = &config_lists[list];
	struct mark *marks = document->origin->members[list];
	char *items;
	size_t count;

	items = config_list_items(document->config, schema, &count);
	marks = reallocarray(marks, (count + 1) * schema->members,
	    sizeof(*marks));
	if (marks == NULL)
		goto out;
	document->origin->members[list] = marks;
	memset(marks + count * schema->members, 0,
	    schema->members * sizeof(*marks));
	items = reallocarray(items, count + 1, schema->item_bytes);
	if (items == NULL)
		goto out;
	config_list_set(document->config, schema, items, count);
	if (defaults_of_item(schema, items + count * schema->item_bytes) != 0)
		goto out;
	config_list_set(document->config, schema, items, count + 1);
	return items + count * schema->item_bytes;
out:
	document->complaints->error = -ENOMEM;
	document->stopped = true;
	return NULL;
}

static void
check_required(struct document *document, size_t list, size_t number,
    const char *path, const struct mark *mark)
{
	const struct config_list *schema = &config_lists[list];
	const struct config_parameter *member;
	char allowed[ALLOWED_BYTES];
	size_t i;

	for (i = 0; i < schema->members; i++) {
		member = &config_members[schema->first + i];
		if (member->value != NULL || origin_member(document->origin,
		    list, number, i)->line != 0)
			continue;
		value_allowed(member, allowed, sizeof(allowed));
		complain(document->complaints, mark,
		    "%s has no %s; it must be given: %s", path, member->name,
		    allowed);
	}
}

/* The current event begins an item of the list. */
static void
read_item(struct document *document, size_t list)
{
	const struct config_list *schema = &config_lists[list];
	struct mark mark = mark_of(&document->event.start_mark);
	char path[PATH_BYTES], *item;
	size_t number;

	config_list_items(document->config, schema, &number);
	if (document->event.type != YAML_MAPPING_START_EVENT) {
		if (document->event.type != YAML_ALIAS_EVENT)
			complain(document->complaints, &mark,
			    "an item of %s %s; allowed: a mapping, %s: ...",
			    schema->name, shape(&document->event),
			    config_members[schema->first].name);
		skip(document);
		return;
	}
	if (number >= schema->maximum) {
		if (number == schema->maximum)
			complain(document->complaints, &mark,
			    "%s has too many items; allowed: %zu",
			    schema->name, schema->maximum);
		skip(document);
		return;
	}
	item = item_new(document, list);
	if (item == NULL)
		return;
	snprintf(path, sizeof(path), "%s[%zu]", schema->name, number);
	while (next(document) &&
	    document->event.type != YAML_MAPPING_END_EVENT)
		read_member(document, path, list, item, number);
	if (!document->stopped)
		check_required(document, list, number, path, &mark);
}

static void
read_list(struct document *document, size_t list)
{
	struct mark mark = mark_of(&document->event.start_mark);

	if (document->event.type == YAML_ALIAS_EVENT ||
	    is_null(&document->event))
		return;
	if (document->event.type != YAML_SEQUENCE_START_EVENT) {
		complain(document->complaints, &mark,
		    "%s %s; allowed: a list, each item on a line that begins "
		    "with \"- \"", config_lists[list].name,
		    shape(&document->event));
		skip(document);
		return;
	}
	while (next(document) &&
	    document->event.type != YAML_SEQUENCE_END_EVENT)
		read_item(document, list);
}

static void	read_section(struct document *, const char *);

static int
find_section(const char *path)
{
	int i;

	for (i = 0; i < CONFIG_SECTIONS; i++)
		if (strcmp(config_sections[i].path, path) == 0)
			return i;
	return -1;
}

static int
find_list(const char *path)
{
	int i;

	for (i = 0; i < CONFIG_LISTS; i++)
		if (strcmp(config_lists[i].name, path) == 0)
			return i;
	return -1;
}

/* The current event is the value of the key that path ends in. */
static void
read_named(struct document *document, const char *path,
    const struct mark *key)
{
	struct origin *origin = document->origin;
	const struct config_parameter *parameter;
	int index;

	if ((index = config_parameter_find(path)) >= 0) {
		parameter = &config_parameters[index];
		if (!is_repeated(document, path, key,
		    &origin->parameters[index]))
			read_parameter(document, path, parameter,
			    config_field(document->config, parameter),
			    &origin->parameters[index]);
	} else if ((index = find_section(path)) >= 0) {
		if (!is_repeated(document, path, key,
		    &origin->sections[index]))
			read_section(document, path);
	} else if ((index = find_list(path)) >= 0) {
		if (!is_repeated(document, path, key, &origin->lists[index]))
			read_list(document, (size_t)index);
	} else {
		skip(document);
	}
}

static bool
is_known(const char *path)
{
	return config_parameter_find(path) >= 0 || find_section(path) >= 0 ||
	    find_list(path) >= 0;
}

/* The current event begins the section, or stands in its place. */
static void
read_section(struct document *document, const char *section)
{
	struct mark mark = mark_of(&document->event.start_mark);
	char path[PATH_BYTES];

	if (document->event.type == YAML_ALIAS_EVENT ||
	    is_null(&document->event))
		return;
	if (document->event.type != YAML_MAPPING_START_EVENT) {
		complain(document->complaints, &mark,
		    "%s %s; allowed: a mapping, \"name: value\" on each line",
		    section[0] != '\0' ? section : "the file",
		    shape(&document->event));
		skip(document);
		return;
	}
	while (next(document) &&
	    document->event.type != YAML_MAPPING_END_EVENT) {
		if (!read_key(document, section, path, &mark))
			continue;
		if (!is_known(path))
			complain_unknown(document->complaints, &mark, section,
			    path + (section[0] != '\0' ?
			    strlen(section) + 1 : 0));
		if (next(document))
			read_named(document, path, &mark);
	}
}

static void
read_stream(struct document *document)
{
	struct mark mark;

	if (!next(document) || !next(document) ||
	    document->event.type == YAML_STREAM_END_EVENT)
		return;
	if (!next(document))
		return;
	read_section(document, "");
	if (!next(document) || !next(document) ||
	    document->event.type == YAML_STREAM_END_EVENT)
		return;
	mark = mark_of(&document->event.start_mark);
	complain(document->complaints, &mark,
	    "a second document; allowed: one in a file");
	document->stopped = true;
}

bool
document_read(struct config *config, struct origin *origin,
    struct complaints *complaints, const char *text, size_t length)
{
	struct document document = {
		.config = config,
		.origin = origin,
		.complaints = complaints,
		.text = text,
		.length = length
	};

	if (!yaml_parser_initialize(&document.parser)) {
		complaints->error = -ENOMEM;
		return false;
	}
	yaml_parser_set_encoding(&document.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&document.parser,
	    (const unsigned char *)text, length);
	read_stream(&document);
	yaml_event_delete(&document.event);
	yaml_parser_delete(&document.parser);
	return !document.stopped;
}
