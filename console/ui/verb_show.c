#include "verb_show.h"

#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "format.h"

void
verb_show_config(struct ui *ui, json_t *answer)
{
	const char *path = json_string_value(json_object_get(answer, "path"));
	const char *text = json_string_value(json_object_get(answer, "text"));
	size_t length;

	flow_add(ui, ROLE_DIM, "", "# %s", path != NULL ? path :
	    "defaults; there is no file");
	for (; text != NULL && *text != '\0'; text += length) {
		length = strcspn(text, "\n");
		flow_add(ui, ROLE_TEXT, "", "%.*s", (int)length, text);
		length += text[length] == '\n';
	}
}

static const char *
word(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

/* "11-26 18:18:11Z  root  hold.put  hold/13  - -> pause of n1: fans" */
static void
show_act(struct ui *ui, const json_t *act)
{
	long long reply = (long long)json_integer_value(json_object_get(act,
	    "reply"));
	const char *old = word(act, "old"), *new = word(act, "new");
	const char *note = word(act, "note");
	char when[FORMAT_BYTES], what[256];
	bool refused = reply >= FLOW_REFUSED;

	format_date(when, (int64_t)json_integer_value(json_object_get(act,
	    "time")));
	if (refused)
		snprintf(what, sizeof(what), "! refused %lld", reply);
	else
		snprintf(what, sizeof(what), "%.120s -> %.120s",
		    *old != '\0' ? old : "-", *new != '\0' ? new : "-");
	flow_add(ui, refused ? ROLE_MAJOR : ROLE_TEXT, "",
	    "%s  %s  %s  %s  %s%s%s", when, word(act, "actor"),
	    word(act, "verb"), word(act, "object"), what,
	    *note != '\0' ? ": " : "", note);
}

void
verb_show_audit(struct ui *ui, json_t *answer)
{
	const json_t *before = json_object_get(answer, "next_before");
	const json_t *act;
	size_t i;

	json_array_foreach(json_object_get(answer, "audit"), i, act)
		show_act(ui, act);
	if (i > 0 && json_is_integer(before))
		flow_add(ui, ROLE_DIM, "", "older ones: :audit --before %lld",
		    (long long)json_integer_value(before));
}
