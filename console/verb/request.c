#include "request.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/random.h>

#include "option.h"
#include "shm/clock.h"
#include "when.h"

#define JOINED_BYTES	4096

/* The acts, and what the body of each must have. */
static const struct {
	const char	*method;
	const char	*pattern;
	const char	*entry;
} acts[] = {
#define ACT(METHOD, pattern, ENTRY, TARGET, help)			\
	{ #METHOD, pattern, #ENTRY },
#include <drover/tables/acts.def>
#undef ACT
};

static const struct {
	const char	*entry;
	const char	*member;
	const char	*need;
} members[] = {
#define FIELD(ENTRY, name, TYPE, ARGUMENT, NEED, help)			\
	{ #ENTRY, #name, #NEED },
#include <drover/tables/fields.def>
#undef FIELD
};

bool
verb_is_act(const struct verb *verb)
{
	return verb_takes(verb, VERB_OPTION_REQUEST);
}

static const char *
entry_of(const struct verb *verb)
{
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].method, verb->method) == 0 &&
		    strcmp(acts[i].pattern, verb->pattern) == 0)
			return acts[i].entry;
	return "";
}

static bool
is_needed(const char *entry, const char *member)
{
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(members[i].entry, entry) == 0 &&
		    strcmp(members[i].member, member) == 0)
			return strcmp(members[i].need, "MUST") == 0;
	return false;
}

enum verb_option
verb_missing(const struct verb_call *call)
{
	const char *entry = entry_of(call->verb);
	enum verb_option option;

	for (option = 0; option < VERB_OPTIONS; option++)
		if (call->options[option] == NULL &&
		    verb_options[option].place == VERB_PLACE_BODY &&
		    verb_takes(call->verb, option) &&
		    is_needed(entry, verb_options[option].member) &&
		    (option != VERB_OPTION_REASON ||
		    call->options[VERB_OPTION_PREVIEW] == NULL))
			break;
	return option;
}

/* Appends text with everything but unreserved characters as %XX. */
static int
encode(char *target, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t length = strlen(target);
	unsigned char byte;

	for (; (byte = (unsigned char)*text) != '\0'; text++) {
		if (length + 4 > VERB_TARGET_BYTES)
			return -ENAMETOOLONG;
		if ((byte < 0x80 && isalnum(byte)) ||
		    strchr("-._~", byte) != NULL) {
			target[length++] = (char)byte;
		} else {
			target[length++] = '%';
			target[length++] = digits[byte >> 4];
			target[length++] = digits[byte & 15];
		}
	}
	target[length] = '\0';
	return 0;
}

int
verb_target(const struct verb *verb, const char *argument,
    char target[VERB_TARGET_BYTES])
{
	size_t plain = strcspn(verb->pattern, ":");
	const char *after = verb->pattern + plain;
	int error;

	memcpy(target, verb->pattern, plain);
	target[plain] = '\0';
	if (*after == '\0')
		return 0;
	error = encode(target, argument);
	after += strcspn(after, "/");
	if (error == 0 && strlen(target) + strlen(after) >=
	    VERB_TARGET_BYTES)
		error = -ENAMETOOLONG;
	if (error == 0)
		strcat(target, after);
	return error;
}

int
verb_query(char target[VERB_TARGET_BYTES], const char *name,
    const char *value)
{
	size_t length = strlen(target);
	int written;

	written = snprintf(target + length, VERB_TARGET_BYTES - length,
	    "%c%s=", strchr(target, '?') == NULL ? '?' : '&', name);
	if ((size_t)written >= VERB_TARGET_BYTES - length)
		return -ENAMETOOLONG;
	return encode(target, value);
}

int
verb_new_id(char id[VERB_ID_BYTES])
{
	unsigned char bytes[(VERB_ID_BYTES - 1) / 2];
	size_t i;

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return -errno;
	for (i = 0; i < sizeof(bytes); i++)
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

/* jansson makes no string of what is not UTF-8. */
static int
set_text(json_t *body, const char *member, const char *text,
    char complaint[VERB_COMPLAINT_BYTES])
{
	json_t *value = json_string(text);

	if (value == NULL) {
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s: not text in UTF-8", member);
		return -EINVAL;
	}
	return json_object_set_new(body, member, value) == 0 ? 0 : -ENOMEM;
}

/* Several words are one text, as they are read. */
static int
set_joined(json_t *body, const char *member, const struct verb_call *call,
    int first, char complaint[VERB_COMPLAINT_BYTES])
{
	char joined[JOINED_BYTES];
	size_t length = 0;
	int i;

	for (i = first; i < call->count; i++) {
		length += (size_t)snprintf(joined + length,
		    sizeof(joined) - length, "%s%s", i > first ? " " : "",
		    call->arguments[i]);
		if (length >= sizeof(joined)) {
			snprintf(complaint, VERB_COMPLAINT_BYTES,
			    "%s: it is too long", member);
			return -EINVAL;
		}
	}
	return set_text(body, member, joined, complaint);
}

static int
set_also(json_t *body, const struct verb_call *call,
    char complaint[VERB_COMPLAINT_BYTES])
{
	json_t *list = json_array();
	int i;

	for (i = 1; i < call->count; i++) {
		if (json_array_append_new(list,
		    json_string(call->arguments[i])) == 0)
			continue;
		json_decref(list);
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "a name: not text in UTF-8");
		return -EINVAL;
	}
	return json_object_set_new(body, "also", list) == 0 ? 0 : -ENOMEM;
}

static int
set_arguments(json_t *body, const struct verb_call *call,
    char complaint[VERB_COMPLAINT_BYTES])
{
	int i = strchr(call->verb->pattern, ':') != NULL, error = 0;
	char first[32], name[32], next[32];

	verb_argument(call->verb, 0, first);
	for (; error == 0 && i < call->count; i++) {
		verb_argument(call->verb, i, name);
		if (i > 0 && strcmp(name, first) == 0)
			return set_also(body, call, complaint);
		/* The last of those that are shown takes all the rest. */
		if (strcmp(name, verb_argument(call->verb, i + 1, next)) == 0)
			return set_joined(body, name, call, i, complaint);
		error = set_text(body, name, call->arguments[i], complaint);
	}
	return error;
}

static int
set_span(json_t *body, const char *member, const char *text)
{
	int64_t span_ms = 0;

	(void)verb_span(text, &span_ms);
	return json_object_set_new(body, member, span_ms % 1000 == 0 ?
	    json_integer(span_ms / 1000) :
	    json_real((double)span_ms / 1000)) == 0 ? 0 : -ENOMEM;
}

static int
set_option(json_t *body, const struct verb_option_row *row,
    const char *value, char complaint[VERB_COMPLAINT_BYTES])
{
	json_t *number = NULL;

	switch (row->type) {
	case VERB_TYPE_FLAG:
		number = json_true();
		break;
	case VERB_TYPE_COUNT:
		number = json_integer(strtoll(value, NULL, 10));
		break;
	case VERB_TYPE_SPAN:
		return set_span(body, row->member, value);
	case VERB_TYPE_TEXT:
	case VERB_TYPE_MOMENT:
		return set_text(body, row->member, value, complaint);
	}
	return json_object_set_new(body, row->member, number) == 0 ? 0 :
	    -ENOMEM;
}

/* number has room for one; the value was checked. */
static const char *
query_value(const struct verb_option_row *row, const char *value,
    char number[24])
{
	int64_t wall_ns = 0;

	if (row->type == VERB_TYPE_FLAG)
		return "yes";
	if (row->type != VERB_TYPE_MOMENT)
		return value;
	(void)when_parse(value, clock_ns(CLOCK_REALTIME), &wall_ns);
	snprintf(number, 24, "%" PRId64, wall_ns);
	return number;
}

static int
set_options(struct verb_request *request, const struct verb_call *call,
    char complaint[VERB_COMPLAINT_BYTES])
{
	const struct verb_option_row *row;
	char number[24];
	int error = 0;
	size_t i;

	for (i = 0; error == 0 && i < VERB_OPTIONS; i++) {
		row = &verb_options[i];
		if (call->options[i] == NULL)
			continue;
		if (row->place == VERB_PLACE_BODY)
			error = set_option(request->body, row,
			    call->options[i], complaint);
		else if (row->place == VERB_PLACE_QUERY)
			error = verb_query(request->target, row->member,
			    query_value(row, call->options[i], number));
	}
	/* It is done by nobody, and asked of everybody. */
	if (error == 0 && call->options[VERB_OPTION_PREVIEW] != NULL &&
	    call->options[VERB_OPTION_REASON] == NULL &&
	    is_needed(entry_of(call->verb), "reason"))
		error = set_text(request->body, "reason", "preview",
		    complaint);
	return error;
}

static int
fill(struct verb_request *request, const struct verb_call *call,
    char complaint[VERB_COMPLAINT_BYTES])
{
	int error = verb_target(call->verb, call->count > 0 ?
	    call->arguments[0] : "", request->target);

	if (error == 0 && strcmp(request->method, "GET") != 0) {
		request->body = json_object();
		error = request->body == NULL ? -ENOMEM :
		    set_arguments(request->body, call, complaint);
	}
	return error == 0 ? set_options(request, call, complaint) : error;
}

int
verb_request(struct verb_request *request, const struct verb_call *call,
    char complaint[VERB_COMPLAINT_BYTES])
{
	enum verb_option missing = verb_missing(call);
	char text[32];
	int error;

	memset(request, 0, sizeof(*request));
	request->method = call->verb->method;
	if (missing != VERB_OPTIONS) {
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "%s: %s %s is missing: %s", call->verb->name,
		    verb_option_text(missing, text),
		    verb_options[missing].argument,
		    verb_options[missing].help);
		return -EINVAL;
	}
	error = fill(request, call, complaint);
	if (error == 0)
		return 0;
	if (error == -ENAMETOOLONG)
		snprintf(complaint, VERB_COMPLAINT_BYTES,
		    "the name is too long");
	if (error == -ENOMEM)
		snprintf(complaint, VERB_COMPLAINT_BYTES, "out of memory");
	verb_request_release(request);
	return error == -ENOMEM ? -ENOMEM : -EINVAL;
}

void
verb_request_release(struct verb_request *request)
{
	json_decref(request->body);
	request->body = NULL;
}
