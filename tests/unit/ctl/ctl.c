/* droverctl: the command line, and what an answer comes to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "tests/unit/suite.h"

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
	CU_ASSERT_PTR_EQUAL(options.call.verb, &verbs[VERB_EVENTS]);
	CU_ASSERT_STRING_EQUAL(options.place.directory, "/x");
	CU_ASSERT_PTR_NOT_NULL(options.call.options[VERB_OPTION_FOLLOW]);
	CU_ASSERT_TRUE(options.json);
	CU_ASSERT_EQUAL(options.timeout_ms, 500);
}

static int
status_of(long http, const char *type, const char *body)
{
	struct answer answer = { .status = http, .body = (char *)body,
	    .length = strlen(body) };
	struct options options = { .call.verb = &verbs[VERB_NODES] };
	json_t *document;
	int status;

	snprintf(answer.type, sizeof(answer.type), "%s", type);
	status = act_status(&options, &answer, &document);
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
	{ "every reply has an exit status", every_reply_has_an_exit_status },
	{ "options stand before and after the verb",
	    options_stand_before_and_after_the_verb },
	{ "the status is the first digit of the reply",
	    the_status_is_the_first_digit_of_the_reply },
	{ "without a number the HTTP status tells",
	    without_a_number_the_http_status_tells },
};

SUITE_MAIN("ctl", tests)
