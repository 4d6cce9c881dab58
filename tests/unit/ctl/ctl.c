/* droverctl: verbs, requests, the command line, what an answer comes to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "tests/unit/suite.h"

static char complaint[VERB_COMPLAINT_BYTES];

static void
every_verb_is_found_by_its_name(void)
{
	size_t i;

	for (i = 0; i < VERBS; i++) {
		CU_ASSERT_PTR_EQUAL(verb_find(verbs[i].name, complaint),
		    &verbs[i]);
		CU_ASSERT_EQUAL(verbs[i].id, i);
	}
}

/* What the API takes, and from whom. */
static bool
is_served(const struct verb *verb)
{
#define RESOURCE(METHOD, path, handler, LEAST, query, help)		\
	if (strcmp(verb->method, #METHOD) == 0 &&			\
	    strcmp(verb->pattern, path) == 0)				\
		return strcmp(verb->role, #LEAST) == 0;
#include <drover/tables/resources.def>
#undef RESOURCE
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

/* One is known by its first digit only; see exits_droverctl.def. */
static void
every_reply_has_an_exit_status(void)
{
#define REPLY(number, NAME, http, text)					\
	CU_ASSERT_TRUE((number) / 1000 == 1 ||				\
	    (number) / 1000 == CTL_EXIT_REFUSED ||			\
	    (number) / 1000 == CTL_EXIT_WRONG ||			\
	    (number) / 1000 == CTL_EXIT_UNABLE);
#include <drover/tables/replies.def>
#undef REPLY
}

static void
a_verb_is_found_by_its_first_letters(void)
{
	CU_ASSERT_PTR_EQUAL(verb_find("ev", complaint),
	    &verbs[VERB_EVENTS]);
	CU_ASSERT_PTR_EQUAL(verb_find("stat", complaint),
	    &verbs[VERB_STATUS]);
	/* A whole name is no abbreviation of a longer one. */
	CU_ASSERT_PTR_EQUAL(verb_find("node", complaint),
	    &verbs[VERB_NODE]);
}

static void
what_could_be_several_verbs_is_none(void)
{
	CU_ASSERT_PTR_NULL(verb_find("nod", complaint));
	CU_ASSERT_STRING_EQUAL(complaint, "nod: could be nodes, node");
	CU_ASSERT_PTR_NULL(verb_find("", complaint));
	CU_ASSERT_PTR_NULL(verb_find("nodesx", complaint));
	CU_ASSERT_PTR_NULL(verb_find("Nodes", complaint));
	CU_ASSERT_PTR_NULL(verb_find("\033[2J", complaint));
	CU_ASSERT_PTR_NULL(strchr(complaint, '\033'));
}

static void
arguments_are_counted(void)
{
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_NODES], 0, complaint), 0);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_NODES], 1, complaint),
	    -EINVAL);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_NODE], 0, complaint),
	    -EINVAL);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_NODE], 1, complaint), 0);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_API], 2, complaint), 0);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_API], 3, complaint), -EINVAL);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_HELP], 0, complaint), 0);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_HELP], 1, complaint), 0);
	CU_ASSERT_EQUAL(verb_check(&verbs[VERB_HELP], 2, complaint),
	    -EINVAL);
}

static void
names_are_encoded_into_one_segment(void)
{
	char target[VERB_TARGET_BYTES], name[VERB_TARGET_BYTES];

	CU_ASSERT_EQUAL(verb_target(&verbs[VERB_NODE], "n1", target), 0);
	CU_ASSERT_STRING_EQUAL(target, "/api/v1/nodes/n1");
	CU_ASSERT_EQUAL(verb_target(&verbs[VERB_NODE], "a/b?c d\r\n\xc3\xa9",
	    target), 0);
	CU_ASSERT_STRING_EQUAL(target,
	    "/api/v1/nodes/a%2Fb%3Fc%20d%0D%0A%C3%A9");
	CU_ASSERT_EQUAL(verb_target(&verbs[VERB_MODELS], NULL, target), 0);
	CU_ASSERT_EQUAL(verb_query(target, "node", "n&1"), 0);
	CU_ASSERT_EQUAL(verb_query(target, "limit", "3"), 0);
	CU_ASSERT_STRING_EQUAL(target, "/api/v1/models?node=n%261&limit=3");
	memset(name, '%', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CU_ASSERT_EQUAL(verb_target(&verbs[VERB_NODE], name, target),
	    -ENAMETOOLONG);
}

/* An argument vector that ends with NULL. */
static int
parsed(struct options *options, char **argv)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	return options_parse(options, argc, argv);
}

static void
options_stand_before_and_after_the_verb(void)
{
	char *argv[] = { "droverctl", "-d", "/x", "ev", "--follow", "-j",
	    "-t", "0.5", NULL };
	struct options options;

	CU_ASSERT_EQUAL(parsed(&options, argv), 0);
	CU_ASSERT_PTR_EQUAL(options.verb, &verbs[VERB_EVENTS]);
	CU_ASSERT_STRING_EQUAL(options.directory, "/x");
	CU_ASSERT_TRUE(options.follow);
	CU_ASSERT_TRUE(options.json);
	CU_ASSERT_EQUAL(options.timeout_ms, 500);
}

static void
what_follows_two_dashes_is_an_argument(void)
{
	char *argv[] = { "droverctl", "node", "--", "-x", NULL };
	struct options options;

	CU_ASSERT_EQUAL(parsed(&options, argv), 0);
	CU_ASSERT_STRING_EQUAL(options.arguments[0], "-x");
}

static int
status_of(long http, const char *type, const char *body)
{
	struct answer answer = { .status = http, .body = (char *)body,
	    .length = strlen(body) };
	json_t *document;
	int status;

	snprintf(answer.type, sizeof(answer.type), "%s", type);
	status = act_status(&answer, &document);
	json_decref(document);
	return status;
}

static void
the_status_is_the_first_digit_of_the_reply(void)
{
	static const char json[] = "application/json";

	CU_ASSERT_EQUAL(status_of(200, json,
	    "{\"reply\":{\"number\":1000}}"), CTL_EXIT_DONE);
	CU_ASSERT_EQUAL(status_of(409, json,
	    "{\"reply\":{\"number\":3001}}"), CTL_EXIT_REFUSED);
	CU_ASSERT_EQUAL(status_of(404, json,
	    "{\"reply\":{\"number\":4021}}"), CTL_EXIT_WRONG);
	CU_ASSERT_EQUAL(status_of(503, json,
	    "{\"reply\":{\"number\":5003}}"), CTL_EXIT_UNABLE);
	CU_ASSERT_EQUAL(status_of(200, json,
	    "{\"reply\":{\"number\":-3001}}"), CTL_EXIT_PROTOCOL);
	CU_ASSERT_EQUAL(status_of(200, json,
	    "{\"reply\":{\"number\":99999}}"), CTL_EXIT_PROTOCOL);
}

static void
without_a_number_the_http_status_tells(void)
{
	CU_ASSERT_EQUAL(status_of(200, "application/octet-stream", "x"),
	    CTL_EXIT_DONE);
	CU_ASSERT_EQUAL(status_of(404, "text/plain", ""), CTL_EXIT_WRONG);
	CU_ASSERT_EQUAL(status_of(500, "application/json", "[]"),
	    CTL_EXIT_UNABLE);
	CU_ASSERT_EQUAL(status_of(302, "text/html", ""), CTL_EXIT_PROTOCOL);
}

static const struct suite_test tests[] = {
	{ "every verb is found by its name",
	    every_verb_is_found_by_its_name },
	{ "every verb asks for what is served",
	    every_verb_asks_for_what_is_served },
	{ "every reply has an exit status", every_reply_has_an_exit_status },
	{ "a verb is found by its first letters",
	    a_verb_is_found_by_its_first_letters },
	{ "what could be several verbs is none",
	    what_could_be_several_verbs_is_none },
	{ "arguments are counted", arguments_are_counted },
	{ "names are encoded into one segment",
	    names_are_encoded_into_one_segment },
	{ "options stand before and after the verb",
	    options_stand_before_and_after_the_verb },
	{ "what follows two dashes is an argument",
	    what_follows_two_dashes_is_an_argument },
	{ "the status is the first digit of the reply",
	    the_status_is_the_first_digit_of_the_reply },
	{ "without a number the HTTP status tells",
	    without_a_number_the_http_status_tells },
};

SUITE_MAIN("ctl", tests)
