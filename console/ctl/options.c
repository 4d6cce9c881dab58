#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "usage.h"

#define TIMEOUT_SECONDS_MIN	0.1
#define TIMEOUT_SECONDS_MAX	3600
#define TIMEOUT_MS_USUAL	10000

static const struct option long_options[] = {
#define OPTION(letter, name, argument, complete, help)			\
	{ name, (argument)[0] != '\0', NULL, letter },
#include <drover/tables/options_droverctl.def>
#undef OPTION
	{ NULL, 0, NULL, 0 }
};

void
options_usage(FILE *stream)
{
	size_t i;

	fputs("usage: droverctl [options] verb [argument ...]\n\nverbs, of "
	    "which the first letters are enough:\n", stream);
	for (i = 0; i < VERBS; i++)
		verb_usage(stream, &verbs[i]);
	fputs("\noptions:\n", stream);
#define OPTION(letter, name, argument, complete, help)			\
	usage_option(stream, letter, name, argument, help);
#include <drover/tables/options_droverctl.def>
#undef OPTION
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
	char role[16];

	fprintf(stream, "usage: droverctl [options] %s%s%s\n", verb->name,
	    verb->arguments[0] != '\0' ? " " : "", verb->arguments);
	verb_usage(stream, verb);
#define OPTION(letter, name, argument, complete, help)			\
	if (strchr(verb->options, letter) != NULL)			\
		usage_option(stream, letter, name, argument, help);
#include <drover/tables/options_droverctl.def>
#undef OPTION
	if (verb->pattern[0] != '\0')
		fprintf(stream, "It sends %s %s.\n", verb->method,
		    verb->pattern);
	if (strcmp(verb->role, "NONE") != 0)
		fprintf(stream, "It needs the role %s, or a higher one.\n",
		    role_word(verb->role, role));
}

/* For getopt: each letter, ':' with an argument; verbs may come first. */
static void
short_options(char *text)
{
	*text++ = ':';
#define OPTION(letter, name, argument, complete, help)			\
	*text++ = (letter);						\
	if ((argument)[0] != '\0')					\
		*text++ = ':';
#include <drover/tables/options_droverctl.def>
#undef OPTION
	*text = '\0';
}

static int
timeout_parse(struct options *options, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' ||
	    !(seconds >= TIMEOUT_SECONDS_MIN &&
	    seconds <= TIMEOUT_SECONDS_MAX)) {
		fprintf(stderr, "droverctl: timeout %s: not a number of "
		    "seconds from 0.1 to 3600\n", text);
		return -EINVAL;
	}
	options->timeout_ms = (uint32_t)lround(seconds * 1000);
	return 0;
}

static int
since_parse(struct options *options, const char *text)
{
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 18 || text[length] != '\0') {
		fprintf(stderr, "droverctl: since %s: not a sequence number\n",
		    text);
		return -EINVAL;
	}
	options->since = text;
	return 0;
}

static int
option_apply(struct options *options, int code, const char *value)
{
	switch (code) {
	case 'd': options->directory = value; return 0;
	case 'f': options->follow = true; return 0;
	case 'h': options->help = true; return 0;
	case 'j': options->json = true; return 0;
	case 'n': options->node = value; return 0;
	case 's': return since_parse(options, value);
	case 't': return timeout_parse(options, value);
	case 'V': options->version = true; return 0;
	}
	return -EINVAL;
}

/* Options of other verbs are refused, not ignored. */
static int
options_check(const struct options *options)
{
	const struct { bool given; char letter; } some[] = {
		{ options->follow, 'f' }, { options->node != NULL, 'n' },
		{ options->since != NULL, 's' },
	};
	size_t i;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		if (!some[i].given ||
		    strchr(options->verb->options, some[i].letter) != NULL)
			continue;
		fprintf(stderr, "droverctl: -%c does not go with %s; "
		    "droverctl help %s\n", some[i].letter,
		    options->verb->name, options->verb->name);
		return -EINVAL;
	}
	return 0;
}

static int
verb_parse(struct options *options, int argc, char **argv)
{
	char complaint[VERB_COMPLAINT_BYTES] =
	    "no verb was given; droverctl help lists them";
	int i;

	if (argc > 0)
		options->verb = verb_find(argv[0], complaint);
	if (options->verb == NULL ||
	    verb_check(options->verb, argc - 1, complaint) != 0) {
		fprintf(stderr, "droverctl: %s\n", complaint);
		return -EINVAL;
	}
	for (i = 1; i < argc && i <= CTL_ARGUMENTS_MAX; i++)
		options->arguments[i - 1] = argv[i];
	return options_check(options);
}

int
options_parse(struct options *options, int argc, char **argv)
{
	char letters[64];
	int code;

	*options = (struct options){ .timeout_ms = TIMEOUT_MS_USUAL };
	short_options(letters);
	opterr = 0;
	optind = 0;
	while ((code = getopt_long(argc, argv, letters, long_options,
	    NULL)) != -1) {
		if (code == '?' || code == ':') {
			usage_refuse("droverctl", code, argv[optind - 1]);
			return -EINVAL;
		}
		if (option_apply(options, code, optarg) != 0)
			return -EINVAL;
	}
	if (options->help || options->version)
		return 0;
	return verb_parse(options, argc - optind, argv + optind);
}
