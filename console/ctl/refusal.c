#include "refusal.h"

#include <ctype.h>
#include <string.h>

#include "request.h"
#include "text.h"

#define PART_BYTES	256

enum number {
#define REPLY(number, NAME, http, text)	NUMBER_##NAME = (number),
#include <drover/tables/replies.def>
#undef REPLY
};

/* What to do about a refusal, where that is more than to read it. */
static const struct {
	int		 number;
	const char	*advice;
} advices[] = {
	{ NUMBER_NOT_TYPED, "--force takes the name of one node, typed out" },
	{ NUMBER_DRAINED_BY_ANOTHER, "--replace takes it over" },
	{ NUMBER_STALE_FACTS, "look at it again with -p" },
	{ NUMBER_NOT_DRAINING, "droverctl nodes shows what is drained" },
	{ NUMBER_REQUEST_ID_TAKEN, "leave --request out, or give another" },
	{ NUMBER_NOT_PENDING,
	    "only config reload --confirm-within waits for one" },
	{ NUMBER_PENDING, "droverctl config confirm keeps it, config "
	    "rollback undoes it" },
	{ NUMBER_NO_REASON, "-r gives it" },
	{ NUMBER_NO_NODE, "droverctl nodes lists them" },
	{ NUMBER_NO_HOLD, "droverctl holds lists them" },
	{ NUMBER_NO_NOTE, "droverctl notes lists them" },
	{ NUMBER_NO_FAULT, "droverctl faults lists them" },
	{ NUMBER_NO_ACCOUNT, "droverctl accounts lists them" },
	{ NUMBER_NO_TOKEN, "droverctl accounts lists them" },
	{ NUMBER_NO_SETTING, "droverctl settings lists them" },
	{ NUMBER_UNCONFIRMED, "droverctl audit shows whether it came" },
	{ NUMBER_STATE_DAMAGED, "see drover-backup(7)" },
	{ NUMBER_NO_ROOM, "see drover-disk-full(7)" },
};

int
refusal_status(json_int_t number)
{
	switch (number / 1000) {
	case 1: return CTL_EXIT_DONE;
	case 3: return CTL_EXIT_REFUSED;
	case 4: return CTL_EXIT_WRONG;
	case 5: return CTL_EXIT_UNABLE;
	}
	return CTL_EXIT_PROTOCOL;
}

static const char *
member(const json_t *object, const char *name, char text[PART_BYTES])
{
	const char *value = json_string_value(json_object_get(object, name));

	text_clean(text, PART_BYTES, value == NULL ? "" : value);
	return text;
}

static const char *
first_argument(const struct options *options)
{
	return options->call.count > 0 ? options->call.arguments[0] : "";
}

/* Who asks is in doubt: where that came from is what matters. */
static void
advise_token(const struct options *options, char advice[PART_BYTES])
{
	if (options->place.connect == NULL)
		return;
	if (options->place.token_file != NULL)
		snprintf(advice, PART_BYTES, "it came from %.100s; an admin "
		    "makes another with droverctl account token",
		    options->place.token_file);
	else
		snprintf(advice, PART_BYTES,
		    "give the file of a token with --token-file");
}

static void
advise(const struct options *options, int number, const json_t *leader,
    char advice[PART_BYTES])
{
	const struct verb *verb = options->call.verb;
	const char *name = json_string_value(leader);
	char clean[80], role[16] = "";
	size_t i;

	advice[0] = '\0';
	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (advices[i].number == number)
			snprintf(advice, PART_BYTES, "%s",
			    advices[i].advice);
	for (i = 0; verb->role[i] != '\0' && i < sizeof(role) - 1; i++)
		role[i] = (char)tolower((unsigned char)verb->role[i]);
	role[i < sizeof(role) ? i : 0] = '\0';
	text_clean(clean, sizeof(clean), name != NULL ? name :
	    first_argument(options));
	if (number == NUMBER_LAST_COPY && options->call.count == 1)
		snprintf(advice, PART_BYTES, "--force %s overrules it",
		    clean);
	else if (number == NUMBER_LAST_COPY)
		snprintf(advice, PART_BYTES, "drain one at a time; --force "
		    "with its name overrules it");
	else if (number == NUMBER_ROLE && strcmp(role, "none") != 0)
		snprintf(advice, PART_BYTES, "%s needs %s", verb->name,
		    role);
	else if (number == NUMBER_NOT_LEADER && name != NULL)
		snprintf(advice, PART_BYTES, "%s leads", clean);
	else if (number == NUMBER_NO_CREDENTIALS ||
	    number == NUMBER_BAD_CREDENTIALS || number == NUMBER_EXPIRED)
		advise_token(options, advice);
}

const char *
refusal_line(const struct options *options, const json_t *reply,
    const json_t *leader, char line[REFUSAL_BYTES])
{
	json_int_t number = json_integer_value(json_object_get(reply,
	    "number"));
	char name[PART_BYTES], text[PART_BYTES], detail[PART_BYTES];
	char advice[PART_BYTES];

	member(reply, "name", name);
	member(reply, "text", text);
	member(reply, "detail", detail);
	/* These numbers of things are not measured against anything. */
	if (number == NUMBER_NO_HOLD || number == NUMBER_NO_NOTE ||
	    number == NUMBER_NO_FAULT)
		text_clean(detail, sizeof(detail), first_argument(options));
	advise(options, (int)number, leader, advice);
	snprintf(line, REFUSAL_BYTES, "%" JSON_INTEGER_FORMAT " %s%s%s%s%s"
	    "%s%s", number, name, name[0] != '\0' ? ": " : "", text,
	    text[0] != '\0' && detail[0] != '\0' ? ": " : "", detail,
	    advice[0] != '\0' ? "; " : "", advice);
	return line;
}
