/*
 * The completion of verbs: their second words, the options that go with
 * them, and names of what is there, for which droverd is asked.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "completion.h"

static const struct verb {
	const char	*name;
	const char	*arguments;
	const char	*options;
	const char	*method;
	const char	*pattern;
} verbs[] = {
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	{ name, arguments, options, #METHOD, pattern },
#include <drover/tables/verbs.def>
#undef VERB
};
#define VERBS	(sizeof(verbs) / sizeof(verbs[0]))

static const struct {
	char		 letter;
	const char	*name;
} verb_options[] = {
#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE, TYPE, \
    member, help)							\
	{ letter, name },
#include <drover/tables/verb_options.def>
#undef VERB_OPTION
};
#define VERB_OPTIONS	(sizeof(verb_options) / sizeof(verb_options[0]))

static const struct {
	char		 letter;
	const char	*name;
} own_options[] = {
#define OPTION(letter, name, argument, complete, help)	{ letter, name },
#include <drover/tables/options_droverctl.def>
#undef OPTION
};
#define OWN_OPTIONS	(sizeof(own_options) / sizeof(own_options[0]))

#define CHANGE_LIVE	true
#define CHANGE_HERE	false
#define CHANGE_RESTART	false
static const struct {
	const char	*name;
	bool		 live;
} parameters[] = {
#define PARAMETER(section, name, type, value, minimum, maximum, change,	\
    help)								\
	{ #section "." #name, CHANGE_##change },
#include <drover/tables/config.def>
};
#define PARAMETERS	(sizeof(parameters) / sizeof(parameters[0]))

/* Those that say which droverd is meant. */
static const char place_options[] = " connect ca directory token-file ";

static size_t
first_length(const struct verb *verb)
{
	return strcspn(verb->name, " ");
}

static bool
begins_alike(const struct verb *one, const struct verb *other)
{
	return first_length(one) == first_length(other) &&
	    strncmp(one->name, other->name, first_length(one)) == 0;
}

/* Is this the first verb with its first word? */
static bool
is_new(const struct verb *verb)
{
	const struct verb *before;

	for (before = verbs; before != verb; before++)
		if (begins_alike(before, verb))
			return false;
	return true;
}

static void
first_words(void)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (is_new(&verbs[i]))
			printf("%s%.*s", i > 0 ? " " : "",
			    (int)first_length(&verbs[i]), verbs[i].name);
}

/* "config) words=..." where more than one word makes the verb. */
static void
second_words(const struct verb *first)
{
	size_t i, length = first_length(first);
	bool found = false;

	for (i = 0; i < VERBS; i++) {
		if (!begins_alike(&verbs[i], first) ||
		    verbs[i].name[length] == '\0')
			continue;
		if (!found)
			printf("\t%.*s)\twords=\"", (int)length, first->name);
		printf("%s%s", found ? " " : "", verbs[i].name + length + 1);
		found = true;
	}
	if (found)
		puts("\" ;;");
}

/* What answers is text of a table: its first column, without the heading. */
void
verbs_functions(const char *program)
{
	size_t i;

	printf("_%s_names()\n{\n"
	    "\tCOMPREPLY=($(compgen -W \"$(\"${COMP_WORDS[0]}\" "
	    "\"${place[@]}\" -t 1 \"$1\" \\\n"
	    "\t    2>/dev/null | awk 'NF == 0 { exit }\n"
	    "\t    NR > 1 && $1 ~ /^[A-Za-z0-9._:@\\/-]+$/ { print $1 }')\" "
	    "-- \"$cur\"))\n}\n\n"
	    "_%s_second()\n{\n\tcase $1 in\n", program, program);
	for (i = 0; i < VERBS; i++)
		if (is_new(&verbs[i]))
			second_words(&verbs[i]);
	puts("\tesac\n}\n");
}

/* "-c|--connect|..."): those with an argument that say, or not, a place. */
static void
with_argument(const struct option *option, bool place)
{
	char name[64];
	bool more = false;

	fputs("\t\t", stdout);
	for (; option->name != NULL; option++) {
		snprintf(name, sizeof(name), " %s ", option->name);
		if (option->argument[0] == '\0' ||
		    (strstr(place_options, name) != NULL) != place)
			continue;
		if (more)
			fputs("|", stdout);
		if (option->letter != 0)
			printf("-%c|", option->letter);
		printf("--%s", option->name);
		more = true;
	}
	puts(")");
}

void
verbs_find(const struct option *options)
{
	size_t i;
	bool more = false;

	puts("\tlocal i word verb=\n\tlocal -a arguments=() place=()\n\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tword=${COMP_WORDS[i]}\n\t\tcase $word in");
	with_argument(options, true);
	puts("\t\t\tplace+=(\"$word\" \"${COMP_WORDS[i + 1]}\")\n"
	    "\t\t\t((i += 1))\n\t\t\tcontinue ;;");
	with_argument(options, false);
	fputs("\t\t\t((i += 1))\n\t\t\tcontinue ;;\n"
	    "\t\t-*)\tcontinue ;;\n\t\tesac\n"
	    "\t\tcase ${#arguments[@]},$verb,$word in\n"
	    "\t\t*,,*)\tverb=$word ;;\n\t\t", stdout);
	for (i = 0; i < VERBS; i++) {
		if (strchr(verbs[i].name, ' ') == NULL)
			continue;
		printf("%s0,%.*s,%s", more ? "|" : "",
		    (int)first_length(&verbs[i]), verbs[i].name,
		    strchr(verbs[i].name, ' ') + 1);
		more = true;
	}
	puts(")\n\t\t\tverb=\"$verb $word\" ;;\n"
	    "\t\t*)\targuments+=(\"$word\") ;;\n\t\tesac\n\tdone");
}

/* Are name and nothing else among the words of list? */
static bool
has_word(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (; *list != '\0'; list += strspn(list, " ")) {
		if (strcspn(list, " ") == length &&
		    strncmp(list, name, length) == 0)
			return true;
		list += strcspn(list, " ");
	}
	return false;
}

static void
option_word(char letter, const char *name)
{
	if (letter != 0)
		printf("-%c ", letter);
	printf("--%s ", name);
}

static void
options_of(const struct verb *verb)
{
	size_t i;

	fputs("\t\toptions=\"$own ", stdout);
	for (i = 0; i < VERB_OPTIONS; i++)
		if (has_word(verb->options, verb_options[i].name))
			option_word(verb_options[i].letter,
			    verb_options[i].name);
	puts("\"");
}

/* The verb that lists what the first argument names; NULL: none does. */
static const char *
lister_of(const struct verb *verb)
{
	const char *end = strstr(verb->pattern, "/:name");
	size_t i, length;

	if (strncmp(verb->arguments, "scope", 5) == 0 ||
	    strncmp(verb->arguments, "object", 6) == 0)
		return "nodes";
	if (end == NULL)
		return NULL;
	length = (size_t)(end - verb->pattern);
	/* Only those that are set can be unset. */
	if (strncmp(verb->pattern, "/api/v1/config", length) == 0)
		return strcmp(verb->method, "DELETE") == 0 ? "settings" :
		    NULL;
	for (i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].method, "GET") == 0 &&
		    strlen(verbs[i].pattern) == length &&
		    strncmp(verbs[i].pattern, verb->pattern, length) == 0)
			return verbs[i].name;
	return NULL;
}

/* Those that an account can have. */
static void
roles(void)
{
	fputs("\t\t[ ${#arguments[@]} -ne 1 ] || words=\"", stdout);
#define ROLE(NAME, number, name, help)					\
	if (strcmp(#NAME, "NONE") != 0 && strcmp(#NAME, "SYSTEM") != 0)	\
		fputs(name " ", stdout);
#include <drover/tables/roles.def>
#undef ROLE
	puts("\"");
}

/* The names of parameters; live: of those that can be set for all nodes. */
static void
names_of_parameters(bool live)
{
	size_t i;

	fputs("\t\t[ ${#arguments[@]} -ne 0 ] || words=\"", stdout);
	for (i = 0; i < PARAMETERS; i++)
		if (!live || parameters[i].live)
			printf("%s ", parameters[i].name);
	puts("\"");
}

static void
arguments_of(const char *program, const struct verb *verb)
{
	const char *lister = lister_of(verb);

	if (strcmp(verb->arguments, "file") == 0)
		puts("\t\tif [ ${#arguments[@]} -eq 0 ] &&\n"
		    "\t\t    [ \"${cur#-}\" = \"$cur\" ]; then\n"
		    "\t\t\tcompopt -o filenames 2>/dev/null\n"
		    "\t\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
		    "\t\t\treturn\n\t\tfi");
	else if (strncmp(verb->arguments, "[verb", 5) == 0)
		printf("\t\t[ ${#arguments[@]} -ne 0 ] || words=$verbs\n"
		    "\t\t[ ${#arguments[@]} -ne 1 ] || "
		    "_%s_second \"${arguments[0]}\"\n", program);
	else if (lister != NULL)
		printf("\t\tif [ \"${cur#-}\" = \"$cur\" ]%s; then\n"
		    "\t\t\t_%s_names %s\n\t\t\treturn\n\t\tfi\n",
		    strchr(verb->arguments, '[') != NULL ? "" :
		    " && [ ${#arguments[@]} -eq 0 ]", program, lister);
	if (strcmp(verb->arguments, "name role") == 0)
		roles();
	if (strcmp(verb->name, "config get") == 0 ||
	    strcmp(verb->name, "config set") == 0)
		names_of_parameters(strcmp(verb->method, "PUT") == 0);
}

void
verbs_offer(const char *program)
{
	size_t i;

	fputs("\tlocal verbs=\"", stdout);
	first_words();
	fputs("\"\n\tlocal own=\"", stdout);
	for (i = 0; i < OWN_OPTIONS; i++)
		option_word(own_options[i].letter, own_options[i].name);
	puts("\"\n\n\tcase $verb in\n\t\"\")\twords=$verbs ;;");
	for (i = 0; i < VERBS; i++) {
		printf("\t\"%s\")\n", verbs[i].name);
		options_of(&verbs[i]);
		arguments_of(program, &verbs[i]);
		puts("\t\t;;");
	}
	printf("\tesac\n"
	    "\t[ ${#arguments[@]} -ne 0 ] || [ \"$verb\" = \"\" ] ||\n"
	    "\t    _%s_second \"$verb\"\n", program);
}
