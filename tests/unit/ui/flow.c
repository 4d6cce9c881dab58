/* An act, from a key to its result: keys and answers in, requests out. */
#include "flow.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "command.h"
#include "key_code.h"
#include "stage.h"
#include "tests/unit/suite.h"

static struct stage stage;
static struct flow_request request;
static json_t *body;

static void
open_stage(int width, int height)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	stage_open(&stage, width, height, GLYPH_MODE_BLOCK);
	stage.ui.no_acts = NULL;
	body = NULL;
}

static void
close_stage(void)
{
	json_decref(body);
	stage_close(&stage);
}

/* What is asked now; false: nothing. */
static bool
take(void)
{
	bool asked = (stage.ui.want & WANT_ASK) != 0;

	stage.ui.want = 0;
	json_decref(body);
	body = NULL;
	if (!asked || !flow_take(&stage.ui, &request))
		return false;
	if (request.body != NULL)
		body = json_loads(request.body, 0, NULL);
	free(request.body);
	return true;
}

static void
answer_to(uint32_t number, const char *text)
{
	flow_answered(&stage.ui, &(struct flow_answer){ .number = number,
	    .body = text, .length = strlen(text) });
	stage_draw(&stage);
}

static void
answer(const char *text)
{
	answer_to(request.number, text);
}

static void
no_answer(const char *problem, bool sent)
{
	flow_answered(&stage.ui, &(struct flow_answer){
	    .number = request.number, .problem = problem, .sent = sent });
	stage_draw(&stage);
}

static const char *
text_of(const char *member)
{
	const char *text = json_string_value(json_object_get(body, member));

	return text != NULL ? text : "";
}

static bool
has(const char *member)
{
	return json_object_get(body, member) != NULL;
}

static void
a_drain_goes_from_preview_to_answer(void)
{
	open_stage(80, 24);
	stage_type(&stage, "jjd");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.method, "POST");
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/nodes/n03/drain");
	CU_ASSERT_TRUE(json_is_true(json_object_get(body, "preview")));
	CU_ASSERT_FALSE(has("request"));
	CU_ASSERT_TRUE(stage_shows(&stage, "asking what it would do"));
	answer(ANSWER_FREE);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW);
	CU_ASSERT_TRUE(stage_shows(&stage, "n03  up, in service, at most 3 "
	    "in flight"));
	CU_ASSERT_TRUE(stage_shows(&stage, "llama3:70b  1 here (1 loaded), "
	    "1 ready elsewhere"));
	CU_ASSERT_TRUE(stage_shows(&stage, "8 with 6 free -> 4 with 3 "
	    "free"));
	CU_ASSERT_TRUE(stage_shows(&stage, "nodes: 5 -> 4"));
	CU_ASSERT_TRUE(stage_shows(&stage, "no limit"));
	stage_type(&stage, "\rnew kernel\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(text_of("reason"), "new kernel");
	CU_ASSERT_FALSE(has("preview"));
	CU_ASSERT_FALSE(has("typed"));
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(body,
	    "version")), 12);
	CU_ASSERT_EQUAL(strlen(text_of("request")), 32);
	answer("{\"reply\":{\"number\":1000,\"text\":\"done\"},"
	    "\"index\":41}");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_NONE);
	CU_ASSERT_TRUE(stage_shows(&stage,
	    "n03 drains: 1000 done (entry 41)"));
	CU_ASSERT_FALSE(take());
	close_stage();
}

static void
a_reason_must_be_given(void)
{
	open_stage(80, 24);
	stage_type(&stage, "d");
	take();
	answer(ANSWER_FREE);
	stage_type(&stage, "\r\r");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_REASON);
	CU_ASSERT_TRUE(stage_shows(&stage, "at least 3 characters"));
	stage_type(&stage, "  no \r");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_REASON);
	CU_ASSERT_FALSE(take());
	/* What was typed can be made longer. */
	stage_type(&stage, " fan\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(text_of("reason"), "no fan");
	close_stage();
}

static void
a_broken_limit_needs_the_name(void)
{
	open_stage(80, 24);
	stage_type(&stage, "jjd");
	take();
	answer(ANSWER_LAST_COPY);
	CU_ASSERT_TRUE(stage_shows(&stage, "! last copy of llama3:70b: has "
	    "0, needs 1"));
	CU_ASSERT_TRUE(stage_shows(&stage, "! refused: 3001 the last ready "
	    "copy"));
	stage_type(&stage, "\rit burns\r");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_TYPED);
	CU_ASSERT_FALSE(take());
	stage_type(&stage, "n02\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "that was not n03"));
	CU_ASSERT_FALSE(take());
	stage_key(&stage, KEY_CODE_BACKSPACE);
	stage_type(&stage, "3\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(text_of("typed"), "n03");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_SUBMIT);
	close_stage();
}

static void
what_no_name_helps_is_not_sent(void)
{
	open_stage(80, 24);
	stage_type(&stage, "jjd");
	take();
	answer(ANSWER_OF_ANOTHER);
	CU_ASSERT_TRUE(stage_shows(&stage, "--replace"));
	CU_ASSERT_TRUE(stage_shows(&stage, "Esc leave"));
	stage_type(&stage, "\r");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW);
	CU_ASSERT_TRUE(stage_shows(&stage, "it would be refused: 3003"));
	CU_ASSERT_FALSE(take());
	stage_key(&stage, 27);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_NONE);
	close_stage();
}

static void
several_marked_nodes_go_together(void)
{
	open_stage(80, 24);
	stage_type(&stage, "j  d");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/nodes/n02/drain");
	CU_ASSERT_EQUAL(json_array_size(json_object_get(body, "also")), 1);
	answer(ANSWER_FREE);
	stage_type(&stage, "\rmove the rack\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "2 nodes at once"));
	stage_type(&stage, "n02\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_FALSE(has("typed"));
	answer("{\"reply\":{\"number\":1000,\"text\":\"done\"}}");
	CU_ASSERT_TRUE(stage_shows(&stage, "n02, n03 drain: 1000 done"));
	CU_ASSERT_EQUAL(stage.ui.mark_count, 0);
	close_stage();
}

static void
a_deadline_can_be_given(void)
{
	open_stage(80, 24);
	stage_type(&stage, "d");
	take();
	answer(ANSWER_FREE);
	stage_type(&stage, "t5\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "\"5\" has no unit"));
	stage_key(&stage, 27);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW);
	stage_type(&stage, "t30m\r");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW);
	CU_ASSERT_TRUE(stage_shows(&stage, "deadline 30m"));
	stage_type(&stage, "\rnew kernel\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(body,
	    "deadline_seconds")), 1800);
	close_stage();
}

static void
a_preview_that_is_left_is_dropped(void)
{
	open_stage(80, 24);
	stage_type(&stage, "d");
	take();
	stage_key(&stage, 27);
	CU_ASSERT_TRUE((stage.ui.want & WANT_DROP) != 0);
	CU_ASSERT_EQUAL(stage.ui.flow.dropped, request.number);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_NONE);
	answer(ANSWER_FREE);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_NONE);
	CU_ASSERT_STRING_EQUAL(stage.ui.message, "");
	close_stage();
}

/* Begin a drain of n02 and send it. */
static void
send(void)
{
	stage_type(&stage, "jd");
	take();
	answer(ANSWER_FREE);
	stage_type(&stage, "\rnew kernel\r");
	CU_ASSERT_TRUE_FATAL(take());
}

static void
what_was_sent_is_not_taken_back(void)
{
	uint32_t sent;

	open_stage(80, 24);
	send();
	sent = request.number;
	CU_ASSERT_TRUE(stage_shows(&stage, "what was sent is done all the "
	    "same"));
	stage_key(&stage, 27);
	CU_ASSERT_TRUE(stage_shows(&stage, "drain n02: sent, and not taken "
	    "back"));
	CU_ASSERT_FALSE((stage.ui.want & WANT_DROP) != 0);
	/* Another one is looked at when the answer comes. */
	stage_type(&stage, "jjd");
	CU_ASSERT_TRUE_FATAL(take());
	answer_to(sent, "{\"reply\":{\"number\":1000,\"text\":\"done\"},"
	    "\"index\":7}");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW_WAIT);
	CU_ASSERT_TRUE(stage_shows(&stage, "n02 drains: 1000 done (entry "
	    "7)"));
	answer(ANSWER_FREE);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW);
	close_stage();
}

static void
a_retry_has_the_same_request_id(void)
{
	char id[64];

	open_stage(80, 24);
	send();
	snprintf(id, sizeof(id), "%s", text_of("request"));
	no_answer("n1:8443: no whole answer within 10 s", true);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_RESULT);
	CU_ASSERT_TRUE(stage_shows(&stage, "Whether it was done is not "
	    "known"));
	stage_type(&stage, "\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(text_of("request"), id);
	answer("{\"reply\":{\"number\":5006,\"text\":\"not confirmed in "
	    "time\"}}");
	CU_ASSERT_TRUE(stage_shows(&stage, "! 5006 not confirmed in time"));
	stage_type(&stage, "\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(text_of("request"), id);
	answer("{\"reply\":{\"number\":1000,\"text\":\"done\"},"
	    "\"index\":9,\"repeated\":true}");
	CU_ASSERT_TRUE(stage_shows(&stage, "(entry 9, of the first "
	    "request)"));
	close_stage();
}

static void
what_was_not_sent_was_not_done(void)
{
	open_stage(80, 24);
	send();
	no_answer("n1:8443: nobody listens there", false);
	CU_ASSERT_TRUE(stage_shows(&stage, "nothing was done"));
	CU_ASSERT_FALSE(stage_shows(&stage, "not known"));
	close_stage();
}

static void
a_refusal_stays_and_is_looked_at_again(void)
{
	char id[64];

	open_stage(80, 24);
	send();
	snprintf(id, sizeof(id), "%s", text_of("request"));
	answer("{\"reply\":{\"number\":3005,\"text\":\"what was measured is "
	    "too old to act on\",\"detail\":\"n05 went out of service\"},"
	    "\"have\":1,\"need\":2}");
	CU_ASSERT_TRUE(stage_shows(&stage, "! 3005 what was measured is too "
	    "old to act on: n05"));
	CU_ASSERT_TRUE(stage_shows(&stage, "it has 1, and needs 2"));
	CU_ASSERT_TRUE(stage_shows(&stage, "Enter look again"));
	stage_type(&stage, "\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_TRUE(json_is_true(json_object_get(body, "preview")));
	CU_ASSERT_STRING_EQUAL(text_of("reason"), "new kernel");
	answer(ANSWER_FREE);
	/* The reason was given; it is another request. */
	stage_type(&stage, "\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_NOT_EQUAL(text_of("request"), id);
	CU_ASSERT_STRING_EQUAL(text_of("reason"), "new kernel");
	close_stage();
}

static void
what_is_no_answer_is_told(void)
{
	static const char *const bodies[] = {"", "[]", "{}", "\"\"", "null",
		"{\"reply\":7}", "{\"reply\":{\"number\":\"x\"}}",
		"{\"reply\":{\"number\":1003},\"preview\":[],\"would\":3}",
		("{\"reply\":{\"number\":1003},\"preview\":{\"targets\":{},"
		"\"models\":[3],\"slots\":[],\"limits\":[[]]}}")};
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		open_stage(80, 24);
		stage_type(&stage, "d");
		take();
		answer(bodies[i]);
		CU_ASSERT_TRUE(stage.ui.flow.state == FLOW_RESULT ||
		    stage.ui.flow.state == FLOW_PREVIEW);
		stage_key(&stage, 27);
		send();
		answer(bodies[i]);
		CU_ASSERT_TRUE(stage.ui.flow.state == FLOW_RESULT ||
		    stage.ui.flow.state == FLOW_NONE);
		close_stage();
	}
}

static void
a_verb_is_a_command(void)
{
	open_stage(80, 24);
	stage_type(&stage,
	    ":drain n05 n02 -r \"two words\" --deadline 1h\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/nodes/n05/drain");
	CU_ASSERT_STRING_EQUAL(text_of("reason"), "two words");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(body,
	    "deadline_seconds")), 3600);
	stage_key(&stage, 27);
	stage_type(&stage, ":hold n02 --for 1h --kind veto\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/holds");
	CU_ASSERT_STRING_EQUAL(text_of("scope"), "n02");
	CU_ASSERT_STRING_EQUAL(text_of("kind"), "veto");
	stage_key(&stage, 27);
	stage_type(&stage, ":drain\r");
	CU_ASSERT_FALSE(take());
	CU_ASSERT_TRUE(stage_shows(&stage, "drain: give it name"));
	stage_type(&stage, ":drain n02 --for 1h\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "--for does not go with drain"));
	stage_type(&stage, ":drain \"n02\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "a quote is not closed"));
	stage_type(&stage, ":image x\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "droverctl image does that"));
	CU_ASSERT_FALSE(take());
	close_stage();
}

static void
a_verb_that_reads_shows_what_it_got(void)
{
	open_stage(80, 24);
	stage_type(&stage, ":holds\r");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_CONSENSUS);
	CU_ASSERT_FALSE(take());
	stage_type(&stage, ":audit --actor alice\r");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_AUDIT);
	CU_ASSERT_STRING_EQUAL(stage.ui.filter[SCREEN_AUDIT], "alice");
	stage_type(&stage, ":accounts\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.method, "GET");
	answer("{\"reply\":{\"number\":1000},\"accounts\":[{\"name\":"
	    "\"alice\",\"role\":\"operator\"},{\"name\":\"bob\","
	    "\"role\":\"viewer\"}]}");
	CU_ASSERT_TRUE(stage_shows(&stage, "name alice  role operator"));
	CU_ASSERT_TRUE(stage_shows(&stage, "name bob  role viewer"));
	close_stage();
}

static void
older_acts_are_asked_for(void)
{
	open_stage(80, 24);
	stage_type(&stage, "7");
	stage_key(&stage, KEY_CODE_END);
	stage_type(&stage, "\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.method, "GET");
	CU_ASSERT_EQUAL(strncmp(request.target, "/api/v1/audit?", 14), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(request.target, "before="));
	answer("{\"reply\":{\"number\":1000},\"next_before\":3,"
	    "\"audit\":[{\"id\":3,\"actor\":\"alice\",\"verb\":"
	    "\"node.drain\",\"object\":\"node/n1\",\"reply\":3001,"
	    "\"note\":\"fans\",\"time\":1795219927000000000}]}");
	CU_ASSERT_TRUE(stage_shows(&stage, "11-21 00:12:07Z  alice  "
	    "node.drain  node/n1  ! refused 3001:"));
	CU_ASSERT_TRUE(stage_shows(&stage, ":audit --before 3"));
	stage_key(&stage, 27);
	stage_type(&stage, ":audit --limit 5\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/audit?limit=5");
	answer("{\"reply\":{\"number\":1000},\"audit\":[]}");
	CU_ASSERT_TRUE(stage_shows(&stage, "There is none"));
	close_stage();
}

static void
a_token_is_shown_until_it_was_read(void)
{
	open_stage(80, 24);
	stage_type(&stage, ":account token alice --expires 1d\r");
	CU_ASSERT_TRUE_FATAL(take());
	answer("{\"reply\":{\"number\":1000,\"text\":\"done\"},\"id\":\"12\","
	    "\"token\":\"drover-12-secret\"}");
	CU_ASSERT_TRUE(stage_shows(&stage, "drover-12-secret"));
	CU_ASSERT_TRUE(stage_shows(&stage, "this once"));
	stage_key(&stage, 27);
	CU_ASSERT_FALSE(stage_shows(&stage, "drover-12-secret"));
	close_stage();
}

static void
a_key_of_the_screen_is_not_heard_behind_the_box(void)
{
	open_stage(80, 24);
	stage_type(&stage, "d");
	take();
	answer(ANSWER_FREE);
	stage_type(&stage, "67u:");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODES);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_PREVIEW);
	CU_ASSERT_FALSE(take());
	stage_type(&stage, "q");
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_NONE);
	CU_ASSERT_FALSE((stage.ui.want & WANT_QUIT) != 0);
	close_stage();
}

static void
a_backspace_too_many_gives_up_nothing(void)
{
	open_stage(80, 24);
	stage_type(&stage, "d");
	take();
	answer(ANSWER_FREE);
	stage_type(&stage, "\rx");
	stage_key(&stage, KEY_CODE_BACKSPACE);
	stage_key(&stage, KEY_CODE_BACKSPACE);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_REASON);
	stage_key(&stage, 27);
	CU_ASSERT_EQUAL(stage.ui.flow.state, FLOW_NONE);
	CU_ASSERT_EQUAL(stage.ui.prompt.mode, PROMPT_NONE);
	close_stage();
}

static void
where_nothing_can_be_acted_on_it_says_so(void)
{
	open_stage(80, 24);
	stage.ui.no_acts = "an image is past";
	stage_type(&stage, "d");
	CU_ASSERT_TRUE(stage_shows(&stage, "! an image is past"));
	stage_type(&stage, "H");
	CU_ASSERT_EQUAL(stage.ui.prompt.mode, PROMPT_NONE);
	stage_type(&stage, ":undrain n02\r");
	CU_ASSERT_TRUE(stage_shows(&stage, "! an image is past"));
	CU_ASSERT_FALSE(take());
	close_stage();
}

static void
hold_fills_the_line_in(void)
{
	open_stage(80, 24);
	stage_type(&stage, "jjH");
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "hold n03 --for 1h");
	stage_type(&stage, "\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(body,
	    "for_seconds")), 3600);
	close_stage();
}

static void
u_on_a_hold_ends_it(void)
{
	open_stage(80, 24);
	stage_type(&stage, "8/maintenance\ru");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.method, "DELETE");
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/holds/17");
	CU_ASSERT_TRUE(stage_shows(&stage, "the cooling"));
	close_stage();
}

static void
who_drained_is_seen_before_it_is_undone(void)
{
	open_stage(80, 24);
	stage_type(&stage, "jjju");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_STRING_EQUAL(request.target, "/api/v1/nodes/n05/undrain");
	answer("{\"reply\":{\"number\":1003},\"would\":{\"number\":1000,"
	    "\"text\":\"done\"},\"version\":3}");
	CU_ASSERT_TRUE(stage_shows(&stage, "draining by alice since"));
	CU_ASSERT_TRUE(stage_shows(&stage, "kernel update"));
	/* A reason may be left out. */
	stage_type(&stage, "\r\r");
	CU_ASSERT_TRUE_FATAL(take());
	CU_ASSERT_FALSE(has("reason"));
	close_stage();
}

static void
the_wait_is_counted(void)
{
	open_stage(80, 24);
	stage_type(&stage, "d");
	take();
	ui_tick(&stage.ui);
	ui_tick(&stage.ui);
	stage_draw(&stage);
	CU_ASSERT_TRUE(stage_shows(&stage, "what it would do, 2 s"));
	close_stage();
}

static void
a_small_screen_scrolls_the_box(void)
{
	open_stage(40, 10);
	stage_type(&stage, "jjd");
	take();
	answer(ANSWER_LAST_COPY);
	CU_ASSERT_TRUE(stage_shows(&stage, "refused: 3001"));
	CU_ASSERT_FALSE(stage_shows(&stage, "4 with 3"));
	CU_ASSERT_TRUE(stage_shows(&stage, "more lines: j"));
	stage_key(&stage, KEY_CODE_PAGE_DOWN);
	stage_key(&stage, KEY_CODE_PAGE_DOWN);
	stage_key(&stage, KEY_CODE_PAGE_DOWN);
	CU_ASSERT_TRUE(stage_shows(&stage, "4 with 3"));
	/* The size changes under it. */
	stage.ui.width = 200;
	stage.ui.height = 50;
	stage_draw(&stage);
	CU_ASSERT_TRUE(stage_shows(&stage, "n03  up, in service"));
	CU_ASSERT_TRUE(stage_shows(&stage, "forced"));
	stage.ui.width = 20;
	stage.ui.height = 5;
	stage_draw(&stage);
	close_stage();
}

static void
tab_completes_verbs_options_and_names(void)
{
	static const struct {
		const char	*typed;
		const char	*got;
	} lines[] = {
		{":dra\t", "drain "}, {":drain n0\t", "drain n0"},
		{":drain n05 --de\t", "drain n05 --deadline "},
		{":drain n05 --force n05\t", "drain n05 --force n05 "},
		{":hold cluster --kind m\t", "hold cluster --kind "
		    "maintenance "},
		{":config rel\t", "config reload "},
		{":undrain n1\t", "undrain n10 "},
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		open_stage(80, 24);
		stage_type(&stage, lines[i].typed);
		CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, lines[i].got);
		close_stage();
	}
}

static const struct suite_test tests[] = {
	{"a drain goes from preview to answer",
	    a_drain_goes_from_preview_to_answer},
	{"a reason must be given", a_reason_must_be_given},
	{"a broken limit needs the name", a_broken_limit_needs_the_name},
	{"what no name helps is not sent", what_no_name_helps_is_not_sent},
	{"several marked nodes go together",
	    several_marked_nodes_go_together},
	{"a deadline can be given", a_deadline_can_be_given},
	{"a preview that is left is dropped",
	    a_preview_that_is_left_is_dropped},
	{"what was sent is not taken back", what_was_sent_is_not_taken_back},
	{"a retry has the same request id", a_retry_has_the_same_request_id},
	{"what was not sent was not done", what_was_not_sent_was_not_done},
	{"a refusal stays and is looked at again",
	    a_refusal_stays_and_is_looked_at_again},
	{"what is no answer is told", what_is_no_answer_is_told},
	{"a verb is a command", a_verb_is_a_command},
	{"a verb that reads shows what it got",
	    a_verb_that_reads_shows_what_it_got},
	{"older acts are asked for", older_acts_are_asked_for},
	{"a token is shown until it was read",
	    a_token_is_shown_until_it_was_read},
	{"a key of the screen is not heard behind the box",
	    a_key_of_the_screen_is_not_heard_behind_the_box},
	{"a backspace too many gives up nothing",
	    a_backspace_too_many_gives_up_nothing},
	{"where nothing can be acted on it says so",
	    where_nothing_can_be_acted_on_it_says_so},
	{"hold fills the line in", hold_fills_the_line_in},
	{"u on a hold ends it", u_on_a_hold_ends_it},
	{"who drained is seen before it is undone",
	    who_drained_is_seen_before_it_is_undone},
	{"the wait is counted", the_wait_is_counted},
	{"a small screen scrolls the box", a_small_screen_scrolls_the_box},
	{"tab completes verbs, options and names",
	    tab_completes_verbs_options_and_names},
};

SUITE_MAIN("ui-flow", tests)
