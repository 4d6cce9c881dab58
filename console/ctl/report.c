#include "report.h"

#include <string.h>

#include "option.h"
#include "text.h"

#define NAMES_BYTES	512
#define WORD_BYTES	160

static const char *
argument(const struct options *options, int i, char text[WORD_BYTES])
{
	text_clean(text, WORD_BYTES, i < options->call.count ?
	    options->call.arguments[i] : "");
	return text;
}

/* "n1, n2" */
static const char *
names(const struct options *options, char text[NAMES_BYTES])
{
	char word[WORD_BYTES];
	size_t length = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < options->call.count && length < NAMES_BYTES; i++)
		length += (size_t)snprintf(text + length,
		    NAMES_BYTES - length, "%s%s", i > 0 ? ", " : "",
		    argument(options, i, word));
	return text;
}

static void
print_reason(FILE *stream, const json_t *body)
{
	const char *reason = json_string_value(json_object_get(body,
	    "reason"));
	char text[NAMES_BYTES];

	if (reason == NULL)
		return;
	text_clean(text, sizeof(text), reason);
	fprintf(stream, ": '%s'", text);
}

static void
print_account(FILE *stream, const struct options *options)
{
	char name[WORD_BYTES], role[WORD_BYTES];

	fprintf(stream, "account %s: %s", argument(options, 0, name),
	    argument(options, 1, role));
}

static void
print_hold(FILE *stream, const struct options *options,
    json_int_t index)
{
	const char *span = options->call.options[VERB_OPTION_FOR];
	char name[WORD_BYTES];

	fprintf(stream, "hold %" JSON_INTEGER_FORMAT " on %s", index,
	    argument(options, 0, name));
	if (span != NULL)
		fprintf(stream, " for %s", span);
}

/* The words for what was done. */
static void
print_act(FILE *stream, const struct options *options, json_int_t index)
{
	bool several = options->call.count > 1;
	char all[NAMES_BYTES], first[WORD_BYTES], second[WORD_BYTES];

	argument(options, 0, first);
	argument(options, 1, second);
	names(options, all);
	switch (options->call.verb->id) {
	case VERB_DRAIN:
		fprintf(stream, several ? "nodes %s drain" :
		    "node %s drains", all);
		break;
	case VERB_UNDRAIN:
		fprintf(stream, several ? "nodes %s are back in service" :
		    "node %s is back in service", all);
		break;
	case VERB_HOLD:
		print_hold(stream, options, index);
		break;
	case VERB_RELEASE:
		fprintf(stream, "hold %s has ended", first);
		break;
	case VERB_ACKNOWLEDGE:
		fprintf(stream, "fault %s is acknowledged", first);
		break;
	case VERB_NOTE:
		fprintf(stream, "note %" JSON_INTEGER_FORMAT " on %s",
		    index, first);
		break;
	case VERB_UNNOTE:
		fprintf(stream, "note %s is gone", first);
		break;
	case VERB_CONFIG_SET:
		fprintf(stream, "%s is %s on all nodes", first, second);
		break;
	case VERB_CONFIG_UNSET:
		fprintf(stream, "%s is what the file of each node says",
		    first);
		break;
	case VERB_ACCOUNT_PUT:
		print_account(stream, options);
		break;
	case VERB_ACCOUNT_REMOVE:
		fprintf(stream, "account %s and its tokens are gone", first);
		break;
	case VERB_ACCOUNT_REVOKE:
		fprintf(stream, "token %s is worth nothing now", first);
		break;
	default:
		fprintf(stream, "%s: done", options->call.verb->name);
		break;
	}
}

void
report_done(FILE *stream, const struct options *options, const json_t *body,
    const json_t *answer)
{
	const json_t *reply = json_object_get(answer, "reply");
	json_int_t index = json_integer_value(json_object_get(answer,
	    "index"));

	print_act(stream, options, index);
	print_reason(stream, body);
	if (json_integer_value(json_object_get(reply, "number")) == 1001)
		fputs(", as it was already", stream);
	if (index > 0)
		fprintf(stream, " (entry %" JSON_INTEGER_FORMAT "%s)", index,
		    json_is_true(json_object_get(answer, "repeated")) ?
		    ", repeated: it was done then" : "");
	fputc('\n', stream);
}

void
report_token(const struct options *options, const json_t *answer)
{
	const char *token = json_string_value(json_object_get(answer,
	    "token"));
	const char *id = json_string_value(json_object_get(answer, "id"));
	char name[WORD_BYTES], clean[WORD_BYTES], secret[512];

	argument(options, 0, name);
	text_clean(clean, sizeof(clean), id == NULL ? "" : id);
	if (token == NULL) {
		fprintf(stderr, "droverctl: token %s of account %s was made "
		    "by the first request of this id, and shown then; when "
		    "it is lost, droverctl account revoke %s and make "
		    "another\n", clean, name, clean);
		return;
	}
	text_clean(secret, sizeof(secret), token);
	printf("%s\n", secret);
	fflush(stdout);
	fprintf(stderr, "This is token %s of account %s; it is not shown "
	    "again.  Keep it in a file\nof mode 0600 and use it with "
	    "droverctl -c HOST --token-file FILE;\ndroverctl account revoke "
	    "%s makes it worthless.\n", clean, name, clean);
}
