#include "parent/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/child.h"

enum {
	OPTION_SERVICE = 256,
	OPTION_USER,
	OPTION_LIBEXEC
};

struct entry {
	int		 letter;
	const char	*name;
	const char	*argument;
	const char	*help;
};

static const struct entry entries[] = {
#define OPTION(letter, name, argument, help)				\
	{ letter, name, argument, help },
#include "parent/options.def"
#undef OPTION
};

#define ENTRIES	(sizeof(entries) / sizeof(entries[0]))

static void
print_help(void)
{
	char name[64];
	size_t i;

	printf("usage: droverd [-dnv] [-f file] [-r directory] "
	    "[-s directory]\n"
	    "               [--service [--user name]]\n\n");
	for (i = 0; i < ENTRIES; i++) {
		snprintf(name, sizeof(name), "--%s%s%s", entries[i].name,
		    entries[i].argument[0] != '\0' ? " " : "",
		    entries[i].argument);
		if (entries[i].letter < OPTION_SERVICE)
			printf("  -%c, %-20s %s\n", entries[i].letter, name,
			    entries[i].help);
		else
			printf("      %-20s %s\n", name, entries[i].help);
	}
}

static void
refuse(const char *why)
{
	fprintf(stderr, "droverd: %s; droverd -h lists the options\n", why);
	exit(CHILD_EXIT_USAGE);
}

static void
take(struct options *options, int letter)
{
	switch (letter) {
	case 'f':
		options->configuration = optarg;
		break;
	case 'n':
		options->check = true;
		break;
	case 'v':
		options->print = true;
		break;
	case 'd':
		options->debug = true;
		break;
	case 'r':
		options->runtime_directory = optarg;
		break;
	case 's':
		options->state_directory = optarg;
		break;
	case OPTION_SERVICE:
		options->service = true;
		break;
	case OPTION_USER:
		options->user = optarg;
		break;
	case OPTION_LIBEXEC:
		options->libexec = optarg;
		break;
	case 'V':
		printf("droverd %s\n", DROVER_VERSION);
		exit(0);
	case 'h':
		print_help();
		exit(0);
	default:
		/* getopt_long said what it did not like. */
		exit(CHILD_EXIT_USAGE);
	}
}

static void
forms_make(struct option *long_forms, char *letters)
{
	size_t i;

	memset(long_forms, 0, (ENTRIES + 1) * sizeof(long_forms[0]));
	for (i = 0; i < ENTRIES; i++) {
		long_forms[i].name = entries[i].name;
		long_forms[i].has_arg = entries[i].argument[0] != '\0' ?
		    required_argument : no_argument;
		long_forms[i].val = entries[i].letter;
		if (entries[i].letter >= OPTION_SERVICE)
			continue;
		*letters++ = (char)entries[i].letter;
		if (entries[i].argument[0] != '\0')
			*letters++ = ':';
	}
	*letters = '\0';
}

void
options_read(int argc, char **argv, struct options *options)
{
	struct option long_forms[ENTRIES + 1];
	char letters[2 * ENTRIES + 1], why[160];
	int letter;

	memset(options, 0, sizeof(*options));
	forms_make(long_forms, letters);
	while ((letter = getopt_long(argc, argv, letters, long_forms,
	    NULL)) != -1)
		take(options, letter);
	if (optind != argc) {
		snprintf(why, sizeof(why), "unexpected argument \"%.100s\"",
		    argv[optind]);
		refuse(why);
	}
	if (options->print && !options->check)
		refuse("-v prints the configuration only together with -n");
	if (options->user != NULL && !options->service)
		refuse("--user is of use only together with --service");
	if (options->service && geteuid() != 0 && !options->check)
		refuse("--service needs root");
	if (options->user == NULL)
		options->user = "drover";
}
