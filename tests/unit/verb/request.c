/* From a line of words to the request that it makes. */
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/suite.h"

#define WORDS_MAX	40

static char complaint[VERB_COMPLAINT_BYTES];

/* Words are parted by single blanks; '_' stands for one within a word. */
struct line {
	char		 bytes[512];
	char		*words[WORDS_MAX + 1];
	int		 count;
	struct verb_call call;
};

static int
read_line(struct line *line, const char *text, const struct verb_own *own)
{
	char *save = NULL, *word, *c;
	int first;

	snprintf(line->bytes, sizeof(line->bytes), "program %s", text);
	line->count = 0;
	for (word = strtok_r(line->bytes, " ", &save);
	    word != NULL && line->count < WORDS_MAX;
	    word = strtok_r(NULL, " ", &save)) {
		for (c = word; *c != '\0'; c++)
			if (*c == '_')
				*c = ' ';
		line->words[line->count++] = word;
	}
	line->words[line->count] = NULL;
	complaint[0] = '\0';
	first = verb_read_options(&line->call, line->count, line->words, own,
	    complaint);
	return first < 0 ? first : verb_read_words(&line->call,
	    line->count - first, line->words + first, complaint);
}

static void
expect(const char *text, const char *method, const char *target,
    const char *body)
{
	struct verb_request request;
	struct line line;
	char *made;

	CU_ASSERT_EQUAL(read_line(&line, text, NULL), 0);
	CU_ASSERT_STRING_EQUAL(complaint, "");
	if (complaint[0] != '\0' || line.call.verb == NULL)
		return;
	CU_ASSERT_EQUAL(verb_request(&request, &line.call, complaint), 0);
	CU_ASSERT_STRING_EQUAL(complaint, "");
	if (complaint[0] != '\0')
		return;
	CU_ASSERT_STRING_EQUAL(request.method, method);
	CU_ASSERT_STRING_EQUAL(request.target, target);
	made = request.body == NULL ? NULL :
	    json_dumps(request.body, JSON_COMPACT | JSON_SORT_KEYS);
	CU_ASSERT_STRING_EQUAL(made == NULL ? "" : made, body);
	free(made);
	verb_request_release(&request);
}

static void
lines_make_requests(void)
{
	static const struct { const char *line, *method, *target, *body; }
	    some[] = {
		{ "nodes", "GET", "/api/v1/nodes", "" },
		{ "-n n1 models", "GET", "/api/v1/models?node=n1", "" },
		{ "node a/b", "GET", "/api/v1/nodes/a%2Fb", "" },
		{ "drain n1 -r new_disk", "POST", "/api/v1/nodes/n1/drain",
		    "{\"reason\":\"new disk\"}" },
		{ "drain n1 n2 n3 -r new_disk --deadline 10m --replace",
		    "POST", "/api/v1/nodes/n1/drain",
		    "{\"also\":[\"n2\",\"n3\"],\"deadline_seconds\":600,"
		    "\"reason\":\"new disk\",\"replace\":true}" },
		{ "drain n1 --force n1 --request 7 -r why", "POST",
		    "/api/v1/nodes/n1/drain",
		    "{\"reason\":\"why\",\"request\":\"7\","
		    "\"typed\":\"n1\"}" },
		{ "drain -p n1", "POST", "/api/v1/nodes/n1/drain",
		    "{\"preview\":true,\"reason\":\"preview\"}" },
		{ "drain n1 -wy -r why", "POST", "/api/v1/nodes/n1/drain",
		    "{\"reason\":\"why\"}" },
		{ "undrain n1", "POST", "/api/v1/nodes/n1/undrain", "{}" },
		{ "undrain n1 n2", "POST", "/api/v1/nodes/n1/undrain",
		    "{\"also\":[\"n2\"]}" },
		{ "hold cluster --for 1h30m -r cooling --kind veto", "POST",
		    "/api/v1/holds", "{\"for_seconds\":5400,"
		    "\"kind\":\"veto\",\"reason\":\"cooling\","
		    "\"scope\":\"cluster\"}" },
		{ "hold n1 --for 1500ms -r why", "POST", "/api/v1/holds",
		    "{\"for_seconds\":1.5,\"reason\":\"why\","
		    "\"scope\":\"n1\"}" },
		{ "holds", "GET", "/api/v1/holds", "" },
		{ "release 17", "DELETE", "/api/v1/holds/17", "{}" },
		{ "release 17 -r done", "DELETE", "/api/v1/holds/17",
		    "{\"reason\":\"done\"}" },
		{ "note n1 fan is_loud", "POST", "/api/v1/notes",
		    "{\"object\":\"n1\",\"text\":\"fan is loud\"}" },
		{ "note n1 fan", "POST", "/api/v1/notes",
		    "{\"object\":\"n1\",\"text\":\"fan\"}" },
		{ "notes --object n1", "GET", "/api/v1/notes?object=n1",
		    "" },
		{ "unnote 3", "DELETE", "/api/v1/notes/3", "{}" },
		{ "audit --actor anna --before 9 --after 2", "GET",
		    "/api/v1/audit?actor=anna&after=2&before=9", "" },
		{ "cluster", "GET", "/api/v1/cluster/status", "" },
		{ "config set log.level debug -r why", "PUT",
		    "/api/v1/config/log.level",
		    "{\"reason\":\"why\",\"value\":\"debug\"}" },
		{ "config unset log.level", "DELETE",
		    "/api/v1/config/log.level", "{}" },
		{ "settings", "GET", "/api/v1/settings", "" },
		{ "config reload --confirm-within 60s", "POST",
		    "/api/v1/config/reload", "{\"confirm_seconds\":60}" },
		{ "config reload -p", "POST", "/api/v1/config/reload",
		    "{\"preview\":true}" },
		{ "config confirm", "POST", "/api/v1/config/confirm", "{}" },
		{ "config rollback", "POST", "/api/v1/config/rollback",
		    "{}" },
		{ "accounts", "GET", "/api/v1/accounts", "" },
		{ "account put bo operator --full-name Bo_B", "PUT",
		    "/api/v1/accounts/bo",
		    "{\"full_name\":\"Bo B\",\"role\":\"operator\"}" },
		{ "account remove bo -r left", "DELETE",
		    "/api/v1/accounts/bo", "{\"reason\":\"left\"}" },
		{ "account token bo --expires 7d", "POST",
		    "/api/v1/accounts/bo/tokens",
		    "{\"expires_seconds\":604800}" },
		{ "account revoke 5ab", "DELETE", "/api/v1/tokens/5ab",
		    "{}" },
	};
	size_t i;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		expect(some[i].line, some[i].method, some[i].target,
		    some[i].body);
}

static void
what_is_wrong_is_said_in_one_line(void)
{
	static const struct { const char *line, *complaint; } some[] = {
		{ "", "no verb was given" },
		{ "dance", "dance: no such verb" },
		{ "node", "node: give it name" },
		{ "drain", "drain: give it name [name ...]" },
		{ "note n1", "note: give it object text ..." },
		{ "config set a", "config set: give it name value" },
		{ "nodes n1", "nodes takes no argument" },
		{ "--jason nodes", "--jason: no such option" },
		{ "hold n1 --for", "--for: its argument is missing" },
		{ "-f nodes", "-f does not go with nodes" },
		{ "nodes -r why", "-r does not go with nodes" },
		{ "undrain n1 --force n1",
		    "--force does not go with undrain" },
		{ "hold n1 --for 10", "--for \"10\" has no unit; "
		    "a time is 90s, 10m, 2h or 7d" },
		{ "hold n1 --for -5s", "--for \"-5s\" is not a number; "
		    "a time is 90s, 10m, 2h or 7d" },
		{ "hold n1 --for 0s", "--for \"0s\" is no time at all; "
		    "a time is 90s, 10m, 2h or 7d" },
		{ "hold n1 --for 5w", "--for \"5w\" has an unknown unit; "
		    "a time is 90s, 10m, 2h or 7d" },
		{ "audit -l x", "-l \"x\" is not a whole number" },
		{ "events -s -1", "-s \"-1\" is not a whole number" },
	};
	struct line line;
	size_t i;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		CU_ASSERT_EQUAL(read_line(&line, some[i].line, NULL),
		    -EINVAL);
		CU_ASSERT_STRING_EQUAL(complaint, some[i].complaint);
	}
}

static enum verb_option
missing(const char *text)
{
	struct line line;

	CU_ASSERT_EQUAL_FATAL(read_line(&line, text, NULL), 0);
	return verb_missing(&line.call);
}

static void
what_an_act_must_have_is_known_before_it_is_sent(void)
{
	struct verb_request request;
	struct line line;

	CU_ASSERT_EQUAL(missing("drain n1"), VERB_OPTION_REASON);
	CU_ASSERT_EQUAL(missing("drain -p n1"), VERB_OPTIONS);
	CU_ASSERT_EQUAL(missing("undrain n1"), VERB_OPTIONS);
	CU_ASSERT_EQUAL(missing("hold n1 -r why"), VERB_OPTION_FOR);
	CU_ASSERT_EQUAL(missing("hold n1 --for 1h"), VERB_OPTION_REASON);
	CU_ASSERT_EQUAL(missing("account token bo"), VERB_OPTION_EXPIRES);
	CU_ASSERT_EQUAL(missing("nodes"), VERB_OPTIONS);
	CU_ASSERT_EQUAL(read_line(&line, "hold n1 -r why", NULL), 0);
	CU_ASSERT_EQUAL(verb_request(&request, &line.call, complaint),
	    -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(complaint,
	    "hold: --for span is missing"));
	CU_ASSERT_EQUAL(read_line(&line, "drain n1", NULL), 0);
	CU_ASSERT_EQUAL(verb_request(&request, &line.call, complaint),
	    -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(complaint,
	    "drain: -r text is missing: why"));
}

/* A program beside, with an option of its own and one more. */
static char own_taken[64];

static int
take_own(void *context, int code, const char *value,
    char why[VERB_COMPLAINT_BYTES])
{
	char *taken = context;

	if (code == 256 && strcmp(value, "bad") == 0) {
		snprintf(why, VERB_COMPLAINT_BYTES, "colour bad");
		return -EINVAL;
	}
	snprintf(taken, 64, "%d %s", code, value == NULL ? "" : value);
	return 0;
}

static void
a_program_has_options_of_its_own(void)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "colour", required_argument, NULL, 256 },
		{ NULL, 0, NULL, 0 }
	};
	struct verb_own own = { options, take_own, own_taken };
	struct line line;

	CU_ASSERT_EQUAL(read_line(&line, "nodes -j", &own), 0);
	CU_ASSERT_STRING_EQUAL(own_taken, "106 ");
	CU_ASSERT_EQUAL(read_line(&line, "--colour red nodes", &own), 0);
	CU_ASSERT_STRING_EQUAL(own_taken, "256 red");
	CU_ASSERT_EQUAL(read_line(&line, "--colour bad nodes", &own),
	    -EINVAL);
	CU_ASSERT_STRING_EQUAL(complaint, "colour bad");
	CU_ASSERT_EQUAL(read_line(&line, "nodes -j", NULL), -EINVAL);
}

static void
what_follows_two_dashes_is_an_argument(void)
{
	expect("node -- -x", "GET", "/api/v1/nodes/-x", "");
}

static void
names_are_encoded_into_one_segment(void)
{
	char target[VERB_TARGET_BYTES], name[VERB_TARGET_BYTES];

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
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 20] = '\0';
	CU_ASSERT_EQUAL(verb_target(&verbs[VERB_DRAIN], name, target),
	    -ENAMETOOLONG);
}

static void
text_that_is_not_utf_8_is_refused(void)
{
	struct verb_request request;
	struct line line;

	CU_ASSERT_EQUAL(read_line(&line, "undrain n1 -r \xff\xfe", NULL), 0);
	CU_ASSERT_EQUAL(verb_request(&request, &line.call, complaint),
	    -EINVAL);
	CU_ASSERT_STRING_EQUAL(complaint, "reason: not text in UTF-8");
	CU_ASSERT_EQUAL(read_line(&line, "undrain n1 \xff", NULL), 0);
	CU_ASSERT_EQUAL(verb_request(&request, &line.call, complaint),
	    -EINVAL);
}

static void
ids_of_requests_differ(void)
{
	char one[VERB_ID_BYTES], other[VERB_ID_BYTES];

	CU_ASSERT_EQUAL(verb_new_id(one), 0);
	CU_ASSERT_EQUAL(verb_new_id(other), 0);
	CU_ASSERT_EQUAL(strlen(one), VERB_ID_BYTES - 1);
	CU_ASSERT_STRING_NOT_EQUAL(one, other);
}

static const struct suite_test tests[] = {
	{ "lines make requests", lines_make_requests },
	{ "what is wrong is said in one line",
	    what_is_wrong_is_said_in_one_line },
	{ "what an act must have is known before it is sent",
	    what_an_act_must_have_is_known_before_it_is_sent },
	{ "a program has options of its own",
	    a_program_has_options_of_its_own },
	{ "what follows two dashes is an argument",
	    what_follows_two_dashes_is_an_argument },
	{ "names are encoded into one segment",
	    names_are_encoded_into_one_segment },
	{ "text that is not UTF-8 is refused",
	    text_that_is_not_utf_8_is_refused },
	{ "ids of requests differ", ids_of_requests_differ },
};

SUITE_MAIN("verb-request", tests)
