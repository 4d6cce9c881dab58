#include "parent/options.h"

#include <assert.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP_COLUMN	32
#define HELP_WIDTH	79

struct entry {
	char		 letter;	/* 0: the long form alone */
	const char	*name;
	const char	*argument;
	const char	*help;
};

static const struct entry entries[] = {
#define OPTION(letter, name, argument, complete, help)			\
	{ letter, name, argument, help },
#include <drover/tables/options_droverd.def>
#undef OPTION
};

#define ENTRIES	((int)(sizeof(entries) / sizeof(entries[0])))

/* Where the value of an option goes: a string, or true. */
static const struct target {
	const char	*name;
	size_t		 offset;
} targets[] = {
	{ "file", offsetof(struct options, configuration) },
	{ "help", offsetof(struct options, help) },
	{ "check", offsetof(struct options, check) },
	{ "runtime-directory", offsetof(struct options, runtime_directory) },
	{ "state-directory", offsetof(struct options, state_directory) },
	{ "verbose", offsetof(struct options, verbose) },
	{ "version", offsetof(struct options, version) },
	{ "libexec-directory", offsetof(struct options, libexec_directory) },
	{ "service", offsetof(struct options, service) },
	{ "user", offsetof(struct options, user) },
};

static void
print_wrapped(const char *text)
{
	size_t column, length;

	column = HELP_COLUMN;
	for (; *text != '\0'; text += length) {
		text += strspn(text, " ");
		length = strcspn(text, " ");
		if (column + length >= HELP_WIDTH) {
			printf("\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		}
		printf("%s%.*s", column > HELP_COLUMN ? " " : "",
		    (int)length, text);
		column += length + 1;
	}
	putchar('\n');
}

static void
print_help(void)
{
	char form[64];
	int i;

	printf("usage: droverd [-nvV] [-f file] [-r directory] "
	    "[-s directory]\n"
	    "               [--service [--user user]]\n\n");
	for (i = 0; i < ENTRIES; i++) {
		snprintf(form, sizeof(form), "%c%c%s --%s %s",
		    entries[i].letter != 0 ? '-' : ' ',
		    entries[i].letter != 0 ? entries[i].letter : ' ',
		    entries[i].letter != 0 ? "," : " ", entries[i].name,
		    entries[i].argument);
		printf("%-*s", HELP_COLUMN, form);
		if (strlen(form) >= HELP_COLUMN)
			printf("\n%*s", HELP_COLUMN, "");
		print_wrapped(entries[i].help);
	}
}

static void
refuse(const char *why)
{
	fprintf(stderr, "droverd: %s; droverd -h lists the options\n", why);
	exit(DROVERD_EXIT_USAGE);
}

static void
take(struct options *options, const struct entry *entry)
{
	char *place;
	size_t i;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i].name, entry->name) != 0)
			continue;
		place = (char *)options + targets[i].offset;
		if (entry->argument[0] != '\0')
			*(const char **)(void *)place = optarg;
		else
			*(bool *)(void *)place = true;
		return;
	}
	assert(!"an option of the table has no target");
}

/* Short forms are returned as they are, long ones as 256 and the index. */
static void
forms_make(struct option *long_forms, char *letters)
{
	int i;

	memset(long_forms, 0,
	    ((size_t)ENTRIES + 1) * sizeof(long_forms[0]));
	for (i = 0; i < ENTRIES; i++) {
		long_forms[i].name = entries[i].name;
		long_forms[i].has_arg = entries[i].argument[0] != '\0' ?
		    required_argument : no_argument;
		long_forms[i].val = 256 + i;
		if (entries[i].letter == 0)
			continue;
		*letters++ = entries[i].letter;
		if (entries[i].argument[0] != '\0')
			*letters++ = ':';
	}
	*letters = '\0';
}

static const struct entry *
entry_of(int form)
{
	int i;

	if (form >= 256)
		return &entries[form - 256];
	for (i = 0; i < ENTRIES; i++)
		if (form == entries[i].letter && form != 0)
			return &entries[i];
	/* getopt_long said what it did not like. */
	exit(DROVERD_EXIT_USAGE);
}

static void
check_together(int argc, char **argv, const struct options *options)
{
	char why[160];

	if (optind != argc) {
		snprintf(why, sizeof(why), "unexpected argument \"%.100s\"",
		    argv[optind]);
		refuse(why);
	}
	if (options->user != NULL && !options->service)
		refuse("--user is of use only together with --service");
	if (options->service && geteuid() != 0 && !options->check)
		refuse("--service needs root");
}

void
options_read(int argc, char **argv, struct options *options)
{
	struct option long_forms[sizeof(entries) / sizeof(entries[0]) + 1];
	char letters[2 * sizeof(entries) / sizeof(entries[0]) + 1];
	int form;

	memset(options, 0, sizeof(*options));
	forms_make(long_forms, letters);
	while ((form = getopt_long(argc, argv, letters, long_forms,
	    NULL)) != -1)
		take(options, entry_of(form));
	if (options->help) {
		print_help();
		exit(DROVERD_EXIT_OK);
	}
	if (options->version) {
		printf("droverd %s\n", DROVER_VERSION);
		exit(DROVERD_EXIT_OK);
	}
	check_together(argc, argv, options);
	if (options->user == NULL)
		options->user = "drover";
}
