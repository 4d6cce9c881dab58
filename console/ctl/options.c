#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

#define TIMEOUT_SECONDS_MIN	0.1
#define TIMEOUT_SECONDS_MAX	3600
#define TIMEOUT_MS_USUAL	10000

#define FIRST_CODE		256	/* of those without a letter */

struct own {
	char		 letter;
	const char	*name;
	const char	*argument;
	const char	*help;
};

static const struct own own_options[] = {
#define OPTION(letter, name, argument, complete, help)			\
	{ letter, name, argument, help },
#include <drover/tables/options_droverctl.def>
#undef OPTION
};
#define OWN	(sizeof(own_options) / sizeof(own_options[0]))

static void
verb_usage(FILE *stream, const struct verb *verb)
{
	char head[64];

	snprintf(head, sizeof(head), "%s%s%s", verb->name,
	    verb->arguments[0] != '\0' ? " " : "", verb->arguments);
	usage_item(stream, head, verb->help);
}

static void
verb_option_usage(FILE *stream, enum verb_option option)
{
	const struct verb_option_row *row = &verb_options[option];

	usage_option(stream, row->letter, row->name, row->argument,
	    row->help);
}

void
options_usage(FILE *stream)
{
	size_t i;

	fputs("usage: droverctl [options] verb [argument ...]\n\nverbs, of "
	    "which the first letters are enough:\n", stream);
	for (i = 0; i < VERBS; i++)
		verb_usage(stream, &verbs[i]);
	fputs("\noptions:\n", stream);
	for (i = 0; i < OWN; i++)
		usage_option(stream, own_options[i].letter,
		    own_options[i].name, own_options[i].argument,
		    own_options[i].help);
	fputs("\noptions of verbs; droverctl help VERB has those that go "
	    "with it:\n", stream);
	for (i = 0; i < VERB_OPTIONS; i++)
		verb_option_usage(stream, (enum verb_option)i);
}

static const char *
role_word(const char *role, char word[16])
{
	size_t i;

	for (i = 0; role[i] != '\0' && i < 15; i++)
		word[i] = (char)tolower((unsigned char)role[i]);
	word[i] = '\0';
	return word;
}

void
options_usage_verb(FILE *stream, const struct verb *verb)
{
	enum verb_option option;
	char role[16];

	fprintf(stream, "usage: droverctl [options] %s%s%s\n", verb->name,
	    verb->arguments[0] != '\0' ? " " : "", verb->arguments);
	verb_usage(stream, verb);
	for (option = 0; option < VERB_OPTIONS; option++)
		if (verb_takes(verb, option))
			verb_option_usage(stream, option);
	if (verb->pattern[0] != '\0')
		fprintf(stream, "It sends %s %s.\n", verb->method,
		    verb->pattern);
	if (strcmp(verb->role, "NONE") != 0)
		fprintf(stream, "It needs the role %s, or a higher one.\n",
		    role_word(verb->role, role));
}

static int
timeout_parse(struct options *options, const char *text,
    char complaint[VERB_COMPLAINT_BYTES])
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' ||
	    !(seconds >= TIMEOUT_SECONDS_MIN &&
	    seconds <= TIMEOUT_SECONDS_MAX)) {
		snprintf(complaint, VERB_COMPLAINT_BYTES, "timeout %.64s: "
		    "not a number of seconds from 0.1 to 3600", text);
		return -EINVAL;
	}
	options->timeout = true;
	options->timeout_ms = (uint32_t)lround(seconds * 1000);
	return 0;
}

static int
take_long(struct options *options, const char *name, const char *value)
{
	if (strcmp(name, "ca") == 0)
		options->place.ca = value;
	else if (strcmp(name, "token-file") == 0)
		options->place.token_file = value;
	else
		return -EINVAL;
	return 0;
}

static int
take(void *context, int code, const char *value,
    char complaint[VERB_COMPLAINT_BYTES])
{
	struct options *options = context;

	if (code >= FIRST_CODE)
		return take_long(options, own_options[code - FIRST_CODE].name,
		    value);
	switch (code) {
	case 'c': options->place.connect = value; return 0;
	case 'd': options->place.directory = value; return 0;
	case 'h': options->help = true; return 0;
	case 'j': options->json = true; return 0;
	case 't': return timeout_parse(options, value, complaint);
	case 'V': options->version = true; return 0;
	}
	return -EINVAL;
}

static void
own_describe(struct option described[OWN + 1])
{
	size_t i;

	memset(described, 0, (OWN + 1) * sizeof(*described));
	for (i = 0; i < OWN; i++)
		described[i] = (struct option){ own_options[i].name,
		    own_options[i].argument[0] != '\0', NULL,
		    own_options[i].letter != 0 ? own_options[i].letter :
		    FIRST_CODE + (int)i };
}

/* One line: what is wrong, and where it says what is allowed. */
static int
refuse(const struct verb_call *call, const char *complaint)
{
	if (call->verb != NULL)
		fprintf(stderr, "droverctl: %s; see droverctl help %s\n",
		    complaint, call->verb->name);
	else
		fprintf(stderr, "droverctl: %s; droverctl help lists verbs "
		    "and options\n", complaint);
	return -EINVAL;
}

/* Where to ask is said once. */
static int
check_own(const struct options *options,
    char complaint[VERB_COMPLAINT_BYTES])
{
	if (options->place.directory == NULL ||
	    options->place.connect == NULL)
		return 0;
	snprintf(complaint, VERB_COMPLAINT_BYTES,
	    "-d asks on this machine, -c on another: give one of them");
	return -EINVAL;
}

int
options_parse(struct options *options, int argc, char **argv)
{
	char complaint[VERB_COMPLAINT_BYTES] = "";
	struct option described[OWN + 1];
	struct verb_own own = { described, take, options };
	int words;

	*options = (struct options){ .timeout_ms = TIMEOUT_MS_USUAL };
	own_describe(described);
	words = verb_read_options(&options->call, argc, argv, &own,
	    complaint);
	if (words < 0)
		return refuse(&options->call, complaint);
	if (options->help || options->version)
		return 0;
	if (verb_read_words(&options->call, argc - words, argv + words,
	    complaint) != 0 || check_own(options, complaint) != 0)
		return refuse(&options->call, complaint);
	return 0;
}
