/*
 * Prints the completion for bash of one program, made from its table of
 * options and from those of the segment:
 *
 *	completion drover|droverctl|droverd|drovergraph|droverstat > PROGRAM
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "completion.h"

#define OPTION(letter, name, argument, complete, help)			\
	{ letter, name, argument, complete },

static const struct option options_drover[] = {
#include <drover/tables/options_drover.def>
	{ 0, NULL, NULL, NULL }
};

#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE,	\
    TYPE, member, help)							\
	OPTION(letter, name, argument, complete, help)
static const struct option options_droverctl[] = {
#include <drover/tables/options_droverctl.def>
#include <drover/tables/verb_options.def>
	{ 0, NULL, NULL, NULL }
};

static const struct option options_droverd[] = {
#include <drover/tables/options_droverd.def>
	{ 0, NULL, NULL, NULL }
};

static const struct option options_drovergraph[] = {
#include <drover/tables/options_drovergraph.def>
	{ 0, NULL, NULL, NULL }
};

static const struct option options_droverstat[] = {
#include <drover/tables/options_droverstat.def>
	{ 0, NULL, NULL, NULL }
};
#undef VERB_OPTION
#undef OPTION

static const struct program {
	const char		*name;
	const struct option	*options;
	bool			 verbs;		/* it has some */
} programs[] = {
	{ "drover", options_drover, false },
	{ "droverctl", options_droverctl, true },
	{ "droverd", options_droverd, false },
	{ "drovergraph", options_drovergraph, false },
	{ "droverstat", options_droverstat, false },
};

static const char *const tables[] = {
#define TABLE(name, NAME, rows_max, help)	#name,
#include <drover/tables/tables.def>
#undef TABLE
};

#define COLUMN(name, type, argument, semantics, unit, help)	#name,
static const char *const columns_node[] = {
#include <drover/tables/node.def>
	NULL
};
static const char *const columns_metric[] = {
#include <drover/tables/metric.def>
	NULL
};
static const char *const columns_device[] = {
#include <drover/tables/device.def>
	NULL
};
static const char *const columns_backend[] = {
#include <drover/tables/backend.def>
	NULL
};
static const char *const columns_model[] = {
#include <drover/tables/model.def>
	NULL
};
static const char *const columns_process[] = {
#include <drover/tables/process.def>
	NULL
};
static const char *const columns_member[] = {
#include <drover/tables/member.def>
	NULL
};
static const char *const columns_hold[] = {
#include <drover/tables/hold.def>
	NULL
};
static const char *const columns_note[] = {
#include <drover/tables/note.def>
	NULL
};
static const char *const columns_audit[] = {
#include <drover/tables/audit.def>
	NULL
};
static const char *const columns_fault[] = {
#include <drover/tables/fault.def>
	NULL
};
static const char *const columns_prediction[] = {
#include <drover/tables/prediction.def>
	NULL
};
static const char *const columns_accuracy[] = {
#include <drover/tables/accuracy.def>
	NULL
};
static const char *const columns_plan[] = {
#include <drover/tables/plan.def>
	NULL
};
static const char *const columns_step[] = {
#include <drover/tables/step.def>
	NULL
};
static const char *const columns_arm[] = {
#include <drover/tables/arm.def>
	NULL
};
#undef COLUMN

static void
tables_print(void)
{
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		printf("%s%s", i > 0 ? " " : "", tables[i]);
}

static void
columns_of(const char *table, const char *const *columns)
{
	for (; *columns != NULL; columns++)
		printf("%s.%s ", table, *columns);
}

static void
columns_print(void)
{
#define TABLE(name, NAME, rows_max, help) columns_of(#name, columns_##name);
#include <drover/tables/tables.def>
#undef TABLE
}

/* The last name of a list "a,b,c" is completed, the others are kept. */
static const char list_function[] =
    "_%s_list()\n"
    "{\n"
    "	local kept=\n"
    "\n"
    "	case $cur in\n"
    "	*,*)	kept=${cur%%,*}, ;;\n"
    "	esac\n"
    "	COMPREPLY=($(compgen -P \"$kept\" -W \"$1\" -- \"${cur##*,}\"))\n"
    "	compopt -o nospace 2>/dev/null\n"
    "}\n\n";

static void
option_patterns(const struct option *option)
{
	if (option->letter != 0)
		printf("\t-%c|--%s)\n", option->letter, option->name);
	else
		printf("\t--%s)\n", option->name);
}

static void
option_argument(const char *program, const struct option *option)
{
	const char *complete = option->complete;

	if (option->argument[0] == '\0')
		return;
	option_patterns(option);
	if (strcmp(complete, "file") == 0) {
		puts("\t\tcompopt -o filenames 2>/dev/null\n"
		    "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))");
	} else if (strcmp(complete, "directory") == 0) {
		puts("\t\tcompopt -o filenames 2>/dev/null\n"
		    "\t\tCOMPREPLY=($(compgen -d -- \"$cur\"))");
	} else if (strcmp(complete, "tables") == 0) {
		printf("\t\t_%s_list \"", program);
		tables_print();
		puts("\"");
	} else if (strcmp(complete, "nodes") == 0) {
		printf("\t\t_%s_names nodes\n", program);
	} else if (strcmp(complete, "columns") == 0) {
		printf("\t\t_%s_list \"", program);
		columns_print();
		puts("\"");
	} else if (complete[0] == '=') {
		printf("\t\tCOMPREPLY=($(compgen -W \"%s\" -- \"$cur\"))\n",
		    complete + 1);
	}
	puts("\t\treturn ;;");
}

static void
option_words(const struct option *option)
{
	for (; option->name != NULL; option++) {
		if (option->letter != 0)
			printf("-%c ", option->letter);
		printf("--%s ", option->name);
	}
}

static void
program_print(const struct program *program)
{
	const struct option *option;

	printf("# bash completion for %s, made from its tables\n\n",
	    program->name);
	printf(list_function, program->name);
	if (program->verbs)
		verbs_functions(program->name);
	printf("_%s()\n{\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	    "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	    "\tlocal words= options=\"", program->name);
	option_words(program->options);
	puts("\"\n\n\tCOMPREPLY=()");
	if (program->verbs)
		verbs_find(program->options);
	puts("\tcase $prev in");
	for (option = program->options; option->name != NULL; option++)
		option_argument(program->name, option);
	puts("\tesac");
	if (program->verbs)
		verbs_offer(program->name);
	printf("\tcase $cur,$words in\n"
	    "\t-*|*,)\twords=$options ;;\n"
	    "\tesac\n"
	    "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n\n"
	    "complete -F _%s %s\n", program->name, program->name);
}

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 &&
	    i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (strcmp(programs[i].name, argv[1]) == 0) {
			program_print(&programs[i]);
			return ferror(stdout) || fflush(stdout) != 0;
		}
	}
	fputs("usage: completion program\n", stderr);
	return 2;
}
