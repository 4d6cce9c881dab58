#include "option.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/value.h"
#include "shm/clock.h"
#include "text.h"
#include "when.h"

#define COUNT_DIGITS_MAX	18

const struct verb_option_row verb_options[VERB_OPTIONS] = {
#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE,	\
    TYPE, member, help)							\
	{ letter, name, argument, VERB_PLACE_##PLACE, VERB_TYPE_##TYPE,	\
	    member, help },
#include <drover/tables/verb_options.def>
#undef VERB_OPTION
};

bool
verb_takes(const struct verb *verb, enum verb_option option)
{
	const char *name = verb_options[option].name, *at;
	size_t length;

	for (at = verb->options; *at != '\0'; at += length) {
		at += strspn(at, " ");
		length = strcspn(at, " ");
		if (length == strlen(name) && strncmp(at, name, length) == 0)
			return true;
	}
	return false;
}

const char *
verb_option_text(enum verb_option option, char text[32])
{
	const struct verb_option_row *row = &verb_options[option];

	if (row->letter != 0)
		snprintf(text, 32, "-%c", row->letter);
	else
		snprintf(text, 32, "--%s", row->name);
	return text;
}

const char *
verb_span(const char *text, int64_t *span_ms)
{
	uint64_t number = 0;
	const char *why = value_number_read(CONFIG_DURATION_MS, text,
	    strlen(text), &number);

	if (why == NULL && number == 0)
		why = "is no time at all";
	if (why == NULL && number > INT64_MAX)
		why = "is too large";
	*span_ms = (int64_t)number;
	return why;
}

int
verb_option_check(enum verb_option option, const char *value,
    char complaint[VERB_COMPLAINT_BYTES])
{
	size_t digits = strspn(value, "0123456789");
	char clean[64], text[32];
	const char *why = NULL;
	int64_t span_ms;

	switch (verb_options[option].type) {
	case VERB_TYPE_COUNT:
		if (digits == 0 || digits > COUNT_DIGITS_MAX ||
		    value[digits] != '\0')
			why = "is not a whole number";
		break;
	case VERB_TYPE_SPAN:
		why = verb_span(value, &span_ms);
		break;
	case VERB_TYPE_MOMENT:
		if (when_parse(value, clock_ns(CLOCK_REALTIME),
		    &span_ms) != 0)
			why = "is no time; give " WHEN_ALLOWED;
		break;
	default:
		break;
	}
	if (why == NULL)
		return 0;
	text_clean(clean, sizeof(clean), value);
	snprintf(complaint, VERB_COMPLAINT_BYTES, "%s \"%s\" %s%s",
	    verb_option_text(option, text), clean, why,
	    verb_options[option].type == VERB_TYPE_SPAN ?
	    "; a time is 90s, 10m, 2h or 7d" : "");
	return -EINVAL;
}
