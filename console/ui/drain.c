#include "drain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "format.h"
#include "sign.h"

#define WORD(dictionary, name, value, text)	[value] = text,

unsigned int
drain_state(const struct drover_node_row *node)
{
	if (node->drain == DROVER_NODE_DRAIN_NONE ||
	    node->state == DROVER_NODE_STATE_DOWN)
		return node->state;
	return DROVER_NODE_STATE_DRAIN;
}

const char *
drain_word(const struct drover_node_row *node)
{
	static const char *const words[] = {DROVER_DICTIONARY_NODE_DRAIN(WORD)};

	if (node->drain == DROVER_NODE_DRAIN_NONE)
		return "";
	return node->drain < sizeof(words) / sizeof(words[0]) ?
	    words[node->drain] : "?";
}

void
drain_line(const struct drover_node_row *node, int64_t now_ns,
    char line[DRAIN_LINE_BYTES])
{
	char since[FORMAT_BYTES], until[FORMAT_BYTES], left[FORMAT_BYTES];
	int length;

	line[0] = '\0';
	if (node->drain == DROVER_NODE_DRAIN_NONE)
		return;
	format_moment(since, node->drain_since, now_ns);
	length = snprintf(line, DRAIN_LINE_BYTES, "%s%s by %s since %s",
	    drain_word(node), node->drain_forced ? ", forced," : "",
	    node->drain_who, since);
	if (node->drain_deadline != 0) {
		format_moment(until, node->drain_deadline, now_ns);
		length += snprintf(line + length,
		    DRAIN_LINE_BYTES - (size_t)length, " (until %s)", until);
	}
	format_short(left, node->in_flight, UNIT_count);
	snprintf(line + length, DRAIN_LINE_BYTES - (size_t)length,
	    ": %s - in flight %s", node->drain_reason, left);
}

static bool
is_on_node(const struct model *model, const char *scope, const char *node)
{
	const struct model_table *table =
	    &model->table[DROVER_TABLE_BACKEND];
	size_t length = strlen(node);
	uint32_t slot;

	/* n1/gpu/0, n1:ollama, or a backend by its own name. */
	if (strncmp(scope, node, length) == 0 && (scope[length] == '/' ||
	    scope[length] == ':'))
		return true;
	for (slot = 0; slot < table->slots; slot++) {
		const struct drover_backend_row *row =
		    model_row(model, DROVER_TABLE_BACKEND, slot);

		if (row != NULL && strcmp(row->node, node) == 0 &&
		    strcmp(row->name, scope) == 0)
			return true;
	}
	return false;
}

bool
hold_concerns(const struct model *model, const struct drover_hold_row *hold,
    const char *node)
{
	return strcmp(hold->scope, node) == 0 ||
	    strcmp(hold->scope, "cluster") == 0 ||
	    is_on_node(model, hold->scope, node);
}

void
hold_line(const struct drover_hold_row *hold, int64_t now_ns,
    char line[DRAIN_LINE_BYTES])
{
	char until[FORMAT_BYTES];

	format_moment(until, hold->until, now_ns);
	snprintf(line, DRAIN_LINE_BYTES,
	    "hold %lld, %s of %s by %s until %s: %s", (long long)hold->id,
	    sign_hold_kind(hold->kind).word, hold->scope, hold->who, until,
	    hold->reason);
}

void
note_line(const struct drover_note_row *note, int64_t now_ns,
    char line[DRAIN_LINE_BYTES])
{
	char when[FORMAT_BYTES];

	format_moment(when, note->time, now_ns);
	snprintf(line, DRAIN_LINE_BYTES, "note %lld on %s by %s, %s: %s",
	    (long long)note->id, note->object, note->who, when, note->text);
}
