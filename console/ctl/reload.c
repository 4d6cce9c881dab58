/* What a reload of the configuration changes, or why it cannot. */
#include <string.h>
#include <time.h>

#include "report.h"
#include "text.h"

#define TEXT_BYTES	512

static const char *
member(const json_t *object, const char *name, char text[TEXT_BYTES])
{
	const char *value = json_string_value(json_object_get(object, name));

	text_clean(text, TEXT_BYTES, value == NULL ? "" : value);
	if (text[0] == '\0')
		strcpy(text, "''");
	return text;
}

static void
print_confirm_by(FILE *stream, json_int_t confirm_by_ns)
{
	time_t at = (time_t)(confirm_by_ns / 1000000000);
	char text[32];
	struct tm when;

	localtime_r(&at, &when);
	strftime(text, sizeof(text), "%H:%M:%S", &when);
	fprintf(stream, "in force until %s, and then taken back, unless it "
	    "is confirmed: droverctl config confirm\n", text);
}

void
report_reload(FILE *stream, const json_t *answer)
{
	const json_t *reply = json_object_get(answer, "reply");
	json_int_t number = json_integer_value(json_object_get(reply,
	    "number"));
	const json_t *changes = json_object_get(answer, "changes"), *change;
	const json_t *confirm_by = json_object_get(answer, "confirm_by");
	char path[TEXT_BYTES], old[TEXT_BYTES], new[TEXT_BYTES];
	size_t i;

	json_array_foreach(changes, i, change)
		fprintf(stream, "%s: %s -> %s%s\n",
		    member(change, "path", path), member(change, "old", old),
		    member(change, "new", new), json_is_true(
		    json_object_get(change, "live")) ? "" :
		    "  (when droverd is started again)");
	if (json_array_size(changes) == 0)
		fputs("the file says what is in force\n", stream);
	else if (number == 1003)
		fputs("nothing was changed yet\n", stream);
	else
		fputs("in force\n", stream);
	if (json_is_integer(confirm_by) && number == 1002)
		print_confirm_by(stream, json_integer_value(confirm_by));
}

void
report_errors(FILE *stream, const json_t *answer)
{
	const json_t *errors = json_object_get(answer, "errors"), *error;
	char text[TEXT_BYTES];
	size_t i;

	json_array_foreach(errors, i, error)
		fprintf(stream, "%s\n", member(error, "text", text));
}
