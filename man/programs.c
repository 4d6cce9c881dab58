/* Options, verbs, keys and exits of the programs. */
#include "man/programs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "man/mdoc.h"

/* Options of the programs: the SYNOPSIS and the list. */

static void
option_synopsis(char letter, const char *name, const char *value)
{
	if (letter != 0)
		printf(".Op Fl %c", letter);
	else
		printf(".Op Fl -%s", name);
	if (value[0] != '\0')
		printf(" Ar %s", value);
	putchar('\n');
}

static void
option(char letter, const char *name, const char *value, const char *help)
{
	fputs(".It", stdout);
	if (letter != 0) {
		printf(" Fl %c", letter);
		if (value[0] != '\0')
			printf(" Ar %s", value);
	}
	if (letter != 0 && name[0] != '\0')
		fputs(" ,", stdout);
	if (name[0] != '\0') {
		printf(" Fl -%s", name);
		if (value[0] != '\0')
			printf(" Ar %s", value);
	}
	putchar('\n');
	mdoc_sentence(help);
}

#define OPTION(letter, name, value, complete, help)			\
	option_synopsis(letter, name, value);

static void
synopsis_drover(void)
{
#include <drover/tables/options_drover.def>
}

static void
synopsis_droverctl(void)
{
#include <drover/tables/options_droverctl.def>
}

static void
synopsis_droverd(void)
{
#include <drover/tables/options_droverd.def>
}

static void
synopsis_drovergraph(void)
{
#include <drover/tables/options_drovergraph.def>
}

static void
synopsis_droverstat(void)
{
#include <drover/tables/options_droverstat.def>
}

#undef OPTION
#define OPTION(letter, name, value, complete, help)			\
	option(letter, name, value, help);

static void
options_drover(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/options_drover.def>
	puts(".El");
}

static void
options_droverctl(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/options_droverctl.def>
	puts(".El");
}

static void
options_verbs(void)
{
	puts(".Bl -tag -width Ds");
#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE,	\
    TYPE, member, help)							\
	option(letter, name, argument, help);
#include <drover/tables/verb_options.def>
#undef VERB_OPTION
	puts(".El");
}

static void
options_droverd(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/options_droverd.def>
	puts(".El");
}

static void
options_drovergraph(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/options_drovergraph.def>
	puts(".El");
}

static void
options_droverstat(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/options_droverstat.def>
	puts(".El");
}
#undef OPTION

/* How a program ends. */
#define EXIT(NAME, status, help)					\
	printf(".It %d\n", status);					\
	mdoc_paragraph(help);
static void
exits_droverctl(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/exits_droverctl.def>
	puts(".El");
}

static void
exits_droverd(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/exits_droverd.def>
	puts(".El");
}

static void
exits_drovergraph(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/exits_drovergraph.def>
	puts(".El");
}

static void
exits_droverstat(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/exits_droverstat.def>
	puts(".El");
}
#undef EXIT

/* The verbs of droverctl, and the numbered replies. */
struct verb_option {
	char		 letter;
	const char	*name;
	const char	*argument;
};

static const struct verb_option verb_options[] = {
#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE,	\
    TYPE, member, help)							\
	{ letter, name, argument },
#include <drover/tables/verb_options.def>
#undef VERB_OPTION
};

/* Oo ... Oc for each of the names. */
static void
verb_options_of(const char *names)
{
	const struct verb_option *each;
	size_t i, length;

	for (; *names != '\0'; names += length + (names[length] == ' ')) {
		length = strcspn(names, " ");
		for (i = 0; i < sizeof(verb_options) /
		    sizeof(verb_options[0]); i++) {
			each = &verb_options[i];
			if (strlen(each->name) != length ||
			    strncmp(each->name, names, length) != 0)
				continue;
			if (each->letter != 0)
				printf(" Oo Fl %c", each->letter);
			else
				printf(" Oo Fl -%s", each->name);
			if (each->argument[0] != '\0')
				printf(" Ar %s", each->argument);
			fputs(" Oc", stdout);
		}
	}
}

/* "name [name ...]" as arguments, those in brackets optional. */
static void
verb_arguments(const char *arguments)
{
	const char *word;
	size_t length;

	for (; *arguments != '\0'; arguments += length) {
		arguments += strspn(arguments, " ");
		length = strcspn(arguments, " ");
		word = arguments + (arguments[0] == '[');
		if (word != arguments)
			fputs(" Oo", stdout);
		if (strncmp(arguments, "...", 3) == 0)
			fputs(" ...", stdout);
		else
			printf(" Ar %.*s", (int)strcspn(word, " ]"), word);
		if (arguments[length - 1] == ']')
			fputs(" Oc", stdout);
	}
}

static void
verb(const char *name, const char *arguments, const char *options,
    const char *method, const char *pattern, const char *help)
{
	mdoc_item("Cm", name);
	verb_options_of(options);
	verb_arguments(arguments);
	putchar('\n');
	mdoc_sentence(help);
	if (pattern[0] != '\0')
		printf(".br\nIt sends\n.Li %s %s .\n", method, pattern);
}

static void
verbs(void)
{
	puts(".Bl -tag -width Ds");
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	verb(name, arguments, options, #METHOD, pattern, help);
#include <drover/tables/verbs.def>
#undef VERB
	puts(".El");
}

static bool
is_command(const char *name)
{
	static const char *const names[] = {
#define COMMAND(NAME, name, arguments, words, help)	name,
#include <drover/tables/commands.def>
#undef COMMAND
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Those of the console that are no commands of its own. */
static void
verb_console(const char *name, const char *arguments, const char *method,
    const char *help)
{
	/* Files and requests as they are belong to the shell. */
	if (is_command(name) || strncmp(arguments, "file", 4) == 0 ||
	    strcmp(method, "ANY") == 0)
		return;
	mdoc_item("Cm", name);
	verb_arguments(arguments);
	putchar('\n');
	mdoc_sentence(help);
}

static void
verbs_console(void)
{
	puts(".Bl -tag -width Ds");
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	verb_console(name, arguments, #METHOD, help);
#include <drover/tables/verbs.def>
#undef VERB
	puts(".El");
}

/* What the RRD files keep, and how long. */
static void
archives(void)
{
	puts(".Bl -column OTHER AVERAGE \"3600 s\" 17568 -compact\n"
	    ".It Sy of Ta Sy keeps Ta Sy a row Ta Sy rows");
#define ARCHIVE(KIND, CF, seconds, rows)				\
	puts(".It " #KIND " Ta " #CF " Ta " #seconds " s Ta " #rows);
#include "store/series_archives.def"
#undef ARCHIVE
	puts(".El");
}

/* The processes of droverd. */
static void
processes(void)
{
	puts(".Bl -tag -width Ds");
#define PROCESS(name, program, descriptors, root, help)			\
	mdoc_item("Cm", #name);						\
	printf(" Pq %s\n", program);					\
	mdoc_paragraph(help);
#include "parent/processes.def"
#undef PROCESS
	puts(".El");
}

/* Keys and commands of the console. */
static void
keys(void)
{
	puts(".Bl -tag -width Ds");
#define KEY(NAME, keys, bar, screens, help, ...)			\
	mdoc_item("Cm", keys);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/keys.def>
#undef KEY
	puts(".El");
}

static void
commands(void)
{
	puts(".Bl -tag -width Ds");
#define COMMAND(NAME, name, arguments, words, help)			\
	mdoc_item("Ic", ":" name " " arguments);			\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/commands.def>
#undef COMMAND
	puts(".El");
}

static void
screen_key(char key)
{
	if (key != 0)
		printf(" Pq %c\n", key);
	else
		puts(" Pq Enter");
}

static void
screens(void)
{
	puts(".Bl -tag -width Ds");
#define SCREEN(NAME, name, title, key, help)				\
	mdoc_item("Sy", title);						\
	screen_key(key);						\
	mdoc_paragraph(help);
#include <drover/tables/screens.def>
#undef SCREEN
	puts(".El");
}

const struct fragment program_fragments[] = {
	{ "archives", archives },
	{ "commands", commands },
	{ "exits-droverctl", exits_droverctl },
	{ "exits-droverd", exits_droverd },
	{ "exits-drovergraph", exits_drovergraph },
	{ "exits-droverstat", exits_droverstat },
	{ "keys", keys },
	{ "options-drover", options_drover },
	{ "options-droverctl", options_droverctl },
	{ "options-droverd", options_droverd },
	{ "options-drovergraph", options_drovergraph },
	{ "options-droverstat", options_droverstat },
	{ "options-verbs", options_verbs },
	{ "processes", processes },
	{ "screens", screens },
	{ "synopsis-drover", synopsis_drover },
	{ "synopsis-droverctl", synopsis_droverctl },
	{ "synopsis-droverd", synopsis_droverd },
	{ "synopsis-drovergraph", synopsis_drovergraph },
	{ "synopsis-droverstat", synopsis_droverstat },
	{ "verbs", verbs },
	{ "verbs-console", verbs_console },
};
const size_t program_fragment_count =
    sizeof(program_fragments) / sizeof(program_fragments[0]);
