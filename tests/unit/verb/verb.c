/* Verbs, their words, and what of the tables they must agree with. */
#include "verb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "option.h"
#include "tests/unit/suite.h"

#define WORDS_MAX	8

static char complaint[VERB_COMPLAINT_BYTES];

/* The words of a line, in its own bytes. */
struct words {
	char	 line[256];
	char	*list[WORDS_MAX + 1];
	int	 count;
};

static void
split(struct words *words, const char *line)
{
	char *save = NULL, *word;

	snprintf(words->line, sizeof(words->line), "%s", line);
	words->count = 0;
	for (word = strtok_r(words->line, " ", &save);
	    word != NULL && words->count < WORDS_MAX;
	    word = strtok_r(NULL, " ", &save))
		words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

/* VERBS: none. */
static enum verb_id
found(const char *line, int *used)
{
	const struct verb *verb;
	struct words words;

	split(&words, line);
	complaint[0] = '\0';
	verb = verb_find(words.count, words.list, used, complaint);
	return verb == NULL ? VERBS : verb->id;
}

static void
every_verb_is_found_by_its_name(void)
{
	int used;
	size_t i;

	for (i = 0; i < VERBS; i++) {
		CU_ASSERT_EQUAL(verbs[i].id, i);
		CU_ASSERT_EQUAL(found(verbs[i].name, &used), i);
		CU_ASSERT_EQUAL(used, strchr(verbs[i].name, ' ') ? 2 : 1);
	}
}

/* What the API takes, and from whom. */
static bool
is_served(const struct verb *verb)
{
#define ENTRY(NAME, number, since, role, name, help)			\
	const char *role_of_##NAME = #role;
#include <drover/tables/entries.def>
#undef ENTRY
#define RESOURCE(METHOD, path, handler, LEAST, query, help)		\
	if (strcmp(verb->method, #METHOD) == 0 &&			\
	    strcmp(verb->pattern, path) == 0)				\
		return strcmp(verb->role, #LEAST) == 0;
#include <drover/tables/resources.def>
#undef RESOURCE
#define ACT(METHOD, path, ENTRY, TARGET, help)				\
	if (strcmp(verb->method, #METHOD) == 0 &&			\
	    strcmp(verb->pattern, path) == 0)				\
		return strcmp(verb->role, role_of_##ENTRY) == 0 &&	\
		    verb_takes(verb, VERB_OPTION_REQUEST);
#include <drover/tables/acts.def>
#undef ACT
#define ENTRY(NAME, number, since, role, name, help)			\
	(void)role_of_##NAME;
#include <drover/tables/entries.def>
#undef ENTRY
	return false;
}

static void
every_verb_asks_for_what_is_served(void)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (verbs[i].pattern[0] != '\0')
			CU_ASSERT_TRUE(is_served(&verbs[i]));
}

static const struct verb *
verb_of(const char *method, const char *pattern)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].method, method) == 0 &&
		    strcmp(verbs[i].pattern, pattern) == 0)
			return &verbs[i];
	return NULL;
}

static void
every_act_has_a_verb(void)
{
#define ACT(METHOD, pattern, ENTRY, TARGET, help)			\
	CU_ASSERT_PTR_NOT_NULL(verb_of(#METHOD, pattern));
#include <drover/tables/acts.def>
#undef ACT
}

/* Can this member of the body be given, by an argument or an option? */
static bool
can_give(const struct verb *verb, const char *member)
{
	char name[32], first[32];
	int i;

	verb_argument(verb, 0, first);
	for (i = 0; i < 3; i++) {
		verb_argument(verb, i, name);
		if (strcmp(name, member) == 0 || (i > 0 &&
		    strcmp(name, first) == 0 && strcmp(member, "also") == 0))
			return true;
	}
	for (i = 0; i < VERB_OPTIONS; i++)
		if (verb_options[i].place == VERB_PLACE_BODY &&
		    strcmp(verb_options[i].member, member) == 0 &&
		    verb_takes(verb, (enum verb_option)i))
			return true;
	return false;
}

static const struct verb *
verb_of_entry(const char *entry)
{
#define ACT(METHOD, pattern, ENTRY, TARGET, help)			\
	if (strcmp(#ENTRY, entry) == 0)					\
		return verb_of(#METHOD, pattern);
#include <drover/tables/acts.def>
#undef ACT
	return NULL;
}

static void
every_field_of_an_act_can_be_given(void)
{
	const struct verb *verb;

#define FIELD(ENTRY, name, TYPE, ARGUMENT, NEED, help)			\
	verb = verb_of_entry(#ENTRY);					\
	if (verb != NULL)						\
		CU_ASSERT_TRUE(can_give(verb, #name));
#include <drover/tables/fields.def>
#undef FIELD
}

static void
every_option_of_a_verb_is_one(void)
{
	const char *at;
	size_t i, j, named, taken;

	for (i = 0; i < VERBS; i++) {
		named = taken = 0;
		for (at = verbs[i].options; *at != '\0';
		    at += strspn(at, " "), named++)
			at += strcspn(at, " ");
		for (j = 0; j < VERB_OPTIONS; j++)
			taken += verb_takes(&verbs[i], (enum verb_option)j);
		CU_ASSERT_EQUAL(named, taken);
	}
}

static void
words_may_be_shortened(void)
{
	static const struct { const char *line; enum verb_id id; int used; }
	    some[] = {
		{ "ev", VERB_EVENTS, 1 },
		{ "stat", VERB_STATUS, 1 },
		{ "dr n1", VERB_DRAIN, 1 },
		/* A whole name is no abbreviation of a longer one. */
		{ "node n1", VERB_NODE, 1 },
		{ "note n1 hot", VERB_NOTE, 1 },
		{ "hold n1", VERB_HOLD, 1 },
		{ "config", VERB_CONFIG, 1 },
		{ "conf", VERB_CONFIG, 1 },
		{ "config set a 1", VERB_CONFIG_SET, 2 },
		{ "con s a 1", VERB_CONFIG_SET, 2 },
		{ "config g a", VERB_CONFIG_GET, 2 },
		{ "config un a", VERB_CONFIG_UNSET, 2 },
		{ "c rel", VERB_CONFIG_RELOAD, 2 },
		{ "account put a viewer", VERB_ACCOUNT_PUT, 2 },
		{ "acc t a", VERB_ACCOUNT_TOKEN, 2 },
		{ "account", VERB_ACCOUNTS, 1 },
	};
	size_t i;
	int used;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		CU_ASSERT_EQUAL(found(some[i].line, &used), some[i].id);
		CU_ASSERT_EQUAL(used, some[i].used);
	}
}

static void
what_could_be_several_verbs_is_none(void)
{
	static const struct { const char *line, *complaint; } some[] = {
		{ "nod", "nod: could be nodes, node" },
		{ "config r",
		    "config r: could be config reload, config rollback" },
		{ "nodesx", "nodesx: no such verb" },
		{ "Nodes", "Nodes: no such verb" },
		{ "config sett a", "config sett: no such verb" },
		{ "account n1", "account n1: no such verb" },
		{ "dance n1", "dance: no such verb" },
	};
	size_t i;
	int used;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		CU_ASSERT_EQUAL(found(some[i].line, &used), VERBS);
		CU_ASSERT_STRING_EQUAL(complaint, some[i].complaint);
	}
	CU_ASSERT_EQUAL(found("\033[2J", &used), VERBS);
	CU_ASSERT_PTR_NULL(strchr(complaint, '\033'));
}

static void
an_empty_word_is_no_verb(void)
{
	char *empty[] = { "", NULL }, *second[] = { "config", "", NULL };
	int used;

	CU_ASSERT_PTR_NULL(verb_find(1, empty, &used, complaint));
	CU_ASSERT_PTR_NULL(verb_find(2, second, &used, complaint));
	CU_ASSERT_PTR_NULL(verb_find(0, empty, &used, complaint));
}

static void
arguments_are_counted(void)
{
	static const struct { enum verb_id id; int count; bool right; }
	    some[] = {
		{ VERB_NODES, 0, true }, { VERB_NODES, 1, false },
		{ VERB_NODE, 0, false }, { VERB_NODE, 1, true },
		{ VERB_NODE, 2, false },
		{ VERB_API, 1, false }, { VERB_API, 2, true },
		{ VERB_API, 3, true }, { VERB_API, 4, false },
		{ VERB_HELP, 0, true }, { VERB_HELP, 2, true },
		{ VERB_DRAIN, 0, false }, { VERB_DRAIN, 1, true },
		{ VERB_DRAIN, 32, true },
		{ VERB_NOTE, 1, false }, { VERB_NOTE, 2, true },
		{ VERB_NOTE, 9, true },
		{ VERB_CONFIG_SET, 1, false }, { VERB_CONFIG_SET, 2, true },
		{ VERB_CONFIG_SET, 3, false },
	};
	size_t i;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		CU_ASSERT_EQUAL(verb_check(&verbs[some[i].id],
		    some[i].count, complaint), some[i].right ? 0 : -EINVAL);
}

static void
arguments_have_names(void)
{
	char name[32];

	CU_ASSERT_STRING_EQUAL(verb_argument(&verbs[VERB_NODE], 0, name),
	    "name");
	CU_ASSERT_STRING_EQUAL(verb_argument(&verbs[VERB_NODE], 1, name),
	    "");
	CU_ASSERT_STRING_EQUAL(verb_argument(&verbs[VERB_DRAIN], 7, name),
	    "name");
	CU_ASSERT_STRING_EQUAL(verb_argument(&verbs[VERB_NOTE], 0, name),
	    "object");
	CU_ASSERT_STRING_EQUAL(verb_argument(&verbs[VERB_NOTE], 3, name),
	    "text");
	CU_ASSERT_STRING_EQUAL(verb_argument(&verbs[VERB_NODES], 0, name),
	    "");
}

static const struct suite_test tests[] = {
	{ "every verb is found by its name",
	    every_verb_is_found_by_its_name },
	{ "every verb asks for what is served",
	    every_verb_asks_for_what_is_served },
	{ "every act has a verb", every_act_has_a_verb },
	{ "every field of an act can be given",
	    every_field_of_an_act_can_be_given },
	{ "every option of a verb is one", every_option_of_a_verb_is_one },
	{ "words may be shortened", words_may_be_shortened },
	{ "what could be several verbs is none",
	    what_could_be_several_verbs_is_none },
	{ "an empty word is no verb", an_empty_word_is_no_verb },
	{ "arguments are counted", arguments_are_counted },
	{ "arguments have names", arguments_have_names },
};

SUITE_MAIN("verb", tests)
