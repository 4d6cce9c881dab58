/* Whether a backend does its work, on a virtual one. */
#include <math.h>

#include "tests/unit/detect/virtual.h"
#include "tests/unit/suite.h"

#define GAP_MS	30000

/* A backend and the clock beside it. */
struct server {
	struct judge		judge;
	struct judge_row	row;
	double			value[VALUES_MAX];
	struct judgement	result[JUDGE_FINDINGS];
};

static void
start(struct server *server)
{
	judge_init(&server->judge);
	values_unknown(server->value);
	server->row = (struct judge_row){ 1000000, DROVER_BACKEND_STATE_UP,
	    server->value, NAN, NAN, CANARY_NONE, 0, NULL, 0 };
	server->value[DETECT_BACKEND_slots_busy] = 0;
	server->value[DETECT_BACKEND_in_flight] = 0;
	server->value[DETECT_BACKEND_tokens_total] = 500;
}

static void
go(struct server *server, int64_t seconds)
{
	while (seconds-- > 0) {
		server->row.at_ms += 1000;
		judge_step(&server->judge, &server->row, GAP_MS,
		    server->result);
	}
}

static enum verdict
verdict(const struct server *server, enum judge_finding finding)
{
	return server->result[finding].verdict;
}

static void
work(struct server *server, double slots, double tokens_per_s)
{
	server->value[DETECT_BACKEND_slots_busy] = slots;
	server->value[DETECT_BACKEND_in_flight] = slots;
	server->value[DETECT_BACKEND_tokens] = tokens_per_s;
}

static void
canary(struct server *server, enum judge_canary outcome)
{
	server->row.canary = outcome;
	server->row.canary_ms = server->row.at_ms;
}

static void
a_generating_backend_is_none_of_it(void)
{
	struct server server;
	int i;

	start(&server);
	work(&server, 2, 60);
	for (i = 0; i < 600; i++) {
		server.value[DETECT_BACKEND_tokens_total] += 60;
		go(&server, 1);
		CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK),
		    VERDICT_BAD);
		CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_PREFILL),
		    VERDICT_BAD);
		CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_SLOW),
		    VERDICT_BAD);
		CU_ASSERT_EQUAL(verdict(&server, JUDGE_CRASH), VERDICT_GOOD);
		CU_ASSERT_FALSE(judge_wants_canary(&server.judge,
		    &server.row));
	}
}

static void
an_idle_backend_is_not_stuck(void)
{
	struct server server;

	start(&server);
	go(&server, 7200);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	CU_ASSERT_FALSE(judge_wants_canary(&server.judge, &server.row));
	/* Nor when it gets work now. */
	work(&server, 1, 0);
	go(&server, 5);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
}

static void
stuck_needs_silence_and_a_failed_canary(void)
{
	struct server server;

	start(&server);
	work(&server, 2, 30);
	go(&server, 60);
	work(&server, 2, 0);
	server.row.work_percent = 0;
	go(&server, 40);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	CU_ASSERT_TRUE(judge_wants_canary(&server.judge, &server.row));
	canary(&server, CANARY_FAILED);
	CU_ASSERT_FALSE(judge_wants_canary(&server.judge, &server.row));
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	CU_ASSERT_DOUBLE_EQUAL(server.result[JUDGE_STUCK].value, 41, 0);
	CU_ASSERT_TRUE(server.result[JUDGE_STUCK].confidence_ppm > 900000);
	/* One token is proof. */
	server.value[DETECT_BACKEND_tokens_total] += 1;
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_GOOD);
}

static void
a_canary_from_before_the_silence_proves_nothing(void)
{
	struct server server;

	start(&server);
	work(&server, 2, 30);
	canary(&server, CANARY_FAILED);
	go(&server, 60);
	work(&server, 2, 0);
	server.row.work_percent = 0;
	go(&server, 600);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	CU_ASSERT_TRUE(judge_wants_canary(&server.judge, &server.row));
}

static void
an_idle_one_that_fails_a_canary_is_stuck(void)
{
	struct server server;

	start(&server);
	go(&server, 60);
	canary(&server, CANARY_FAILED);
	go(&server, 19);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	go(&server, 2);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	canary(&server, CANARY_GOOD);
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_GOOD);
	/* And stays so, though nothing more comes. */
	go(&server, 600);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_GOOD);
}

static void
one_that_does_not_answer_at_all_is_sent_a_canary(void)
{
	struct server server;

	start(&server);
	go(&server, 60);
	CU_ASSERT_FALSE(judge_wants_canary(&server.judge, &server.row));
	server.row.state = DROVER_BACKEND_STATE_SILENT;
	go(&server, 1);
	CU_ASSERT_TRUE(judge_wants_canary(&server.judge, &server.row));
	canary(&server, CANARY_FAILED);
	CU_ASSERT_FALSE(judge_wants_canary(&server.judge, &server.row));
	go(&server, 21);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
}

/* ik_llama.cpp#1210: nothing answers for an hour, and it works. */
static void
a_long_prompt_is_never_stuck(void)
{
	struct server server;
	int i;

	start(&server);
	work(&server, 1, 30);
	go(&server, 60);
	values_unknown(server.value);
	server.row.state = DROVER_BACKEND_STATE_SILENT;
	server.row.work_percent = 95;
	go(&server, 15);
	canary(&server, CANARY_FAILED);
	for (i = 0; i < 3600; i++) {
		go(&server, 1);
		CU_ASSERT_NOT_EQUAL_FATAL(verdict(&server, JUDGE_STUCK),
		    VERDICT_BAD);
	}
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_PREFILL), VERDICT_BAD);
	/* It is through, and its first token is on the way. */
	server.row.state = DROVER_BACKEND_STATE_UP;
	server.row.work_percent = NAN;
	go(&server, 19);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	/* None came. */
	go(&server, 2);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	/* Then it answers. */
	start(&server);
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_PREFILL), VERDICT_GOOD);
}

static void
prompt_tokens_are_progress_whatever_the_canary_says(void)
{
	struct server server;
	int i;

	start(&server);
	work(&server, 1, 0);
	server.value[DETECT_BACKEND_prompt_tokens] = 900;
	server.row.prefill_s = 1;
	for (i = 0; i < 600; i++) {
		canary(&server, CANARY_FAILED);
		go(&server, 1);
		CU_ASSERT_NOT_EQUAL_FATAL(verdict(&server, JUDGE_STUCK),
		    VERDICT_BAD);
	}
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_PREFILL), VERDICT_BAD);
	CU_ASSERT_TRUE(server.result[JUDGE_PREFILL].confidence_ppm > 900000);
}

static void
the_estimate_moves_the_bound(void)
{
	struct server server;

	start(&server);
	work(&server, 1, 0);
	server.row.prefill_s = 60;
	server.row.work_percent = 100;
	go(&server, 200);
	canary(&server, CANARY_FAILED);
	go(&server, 30);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_PREFILL), VERDICT_BAD);
	go(&server, 20);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_PREFILL), VERDICT_GOOD);
	/* That a GPU is busy leaves a doubt. */
	CU_ASSERT_TRUE(server.result[JUDGE_STUCK].confidence_ppm < 900000);
}

static void
a_suspended_machine_was_not_silent(void)
{
	struct server server;

	start(&server);
	work(&server, 2, 30);
	go(&server, 60);
	work(&server, 2, 0);
	go(&server, 5);
	canary(&server, CANARY_FAILED);
	server.row.at_ms += 8 * 3600000;
	go(&server, 1);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
}

static void
down_and_loading_are_not_stuck(void)
{
	struct server server;

	start(&server);
	work(&server, 1, 0);
	go(&server, 5);
	canary(&server, CANARY_FAILED);
	server.row.state = DROVER_BACKEND_STATE_DOWN;
	go(&server, 100);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_CRASH), VERDICT_BAD);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	server.row.state = DROVER_BACKEND_STATE_LOADING;
	go(&server, 600);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_CRASH), VERDICT_GOOD);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	server.row.state = DROVER_BACKEND_STATE_UNKNOWN;
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_CRASH), VERDICT_UNKNOWN);
}

static void
slow_against_its_own_past_with_as_many_slots(void)
{
	struct random random = { 4 };
	struct server server;
	int i;

	start(&server);
	for (i = 0; i < 1200; i++) {
		work(&server, 2, 2000 / (30 + random_normal(&random)));
		go(&server, 1);
		CU_ASSERT_NOT_EQUAL_FATAL(verdict(&server, JUDGE_SLOW),
		    VERDICT_BAD);
	}
	/* With more slots each is slower: no finding, another band. */
	work(&server, 8, 8000 / 60.0);
	go(&server, 60);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_BAD);
	work(&server, 2, 2000 / 60.0);
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_BAD);
	/* It does not become usual within a day. */
	go(&server, 20 * 3600);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_BAD);
	go(&server, 5 * 3600);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_GOOD);
}

/* Half as much again is nothing where it always varied as much. */
static void
what_varies_widely_needs_more_to_be_slow(void)
{
	struct random random = { 4 };
	struct server server;
	int i, slow = 0;

	start(&server);
	for (i = 0; i < 1200; i++) {
		work(&server, 1, 1000 / (30 + 40 * random_share(&random)));
		go(&server, 1);
	}
	for (i = 0; i < 100; i++) {
		work(&server, 1, 1000 / 80.0);
		go(&server, 1);
		slow += verdict(&server, JUDGE_SLOW) == VERDICT_BAD;
	}
	CU_ASSERT_EQUAL(slow, 0);
}

static void
after_a_restart_the_old_canary_proves_nothing(void)
{
	struct server server;

	start(&server);
	work(&server, 1, 0);
	server.row.work_percent = 0;
	go(&server, 5);
	canary(&server, CANARY_FAILED);
	go(&server, 30);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	server.row.state = DROVER_BACKEND_STATE_DOWN;
	go(&server, 10);
	server.row.state = DROVER_BACKEND_STATE_UP;
	go(&server, 60);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_UNKNOWN);
	CU_ASSERT_TRUE(judge_wants_canary(&server.judge, &server.row));
}

static void
slow_against_its_peers_from_the_first_token(void)
{
	const double peers[] = { 29, 31, 30 };
	struct server server;

	start(&server);
	work(&server, 1, 1000 / 95.0);
	server.row.peer_tpot_ms = peers;
	server.row.peer_count = 1;
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_UNKNOWN);
	server.row.peer_count = 3;
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_BAD);
	CU_ASSERT_DOUBLE_EQUAL(server.result[JUDGE_SLOW].threshold, 45, 0.01);
	work(&server, 1, 1000 / 31.0);
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_SLOW), VERDICT_GOOD);
}

static void
a_wrong_answer_is_bad_output_and_no_silence(void)
{
	struct server server;

	start(&server);
	go(&server, 10);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_BADOUTPUT), VERDICT_UNKNOWN);
	canary(&server, CANARY_WRONG);
	go(&server, 60);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_BADOUTPUT), VERDICT_BAD);
	CU_ASSERT_NOT_EQUAL(verdict(&server, JUDGE_STUCK), VERDICT_BAD);
	canary(&server, CANARY_GOOD);
	go(&server, 1);
	CU_ASSERT_EQUAL(verdict(&server, JUDGE_BADOUTPUT), VERDICT_GOOD);
}

static const struct suite_test tests[] = {
#define TEST(name)	{ #name, name }
	TEST(a_generating_backend_is_none_of_it),
	TEST(an_idle_backend_is_not_stuck),
	TEST(stuck_needs_silence_and_a_failed_canary),
	TEST(a_canary_from_before_the_silence_proves_nothing),
	TEST(an_idle_one_that_fails_a_canary_is_stuck),
	TEST(one_that_does_not_answer_at_all_is_sent_a_canary),
	TEST(a_long_prompt_is_never_stuck),
	TEST(prompt_tokens_are_progress_whatever_the_canary_says),
	TEST(the_estimate_moves_the_bound),
	TEST(a_suspended_machine_was_not_silent),
	TEST(down_and_loading_are_not_stuck),
	TEST(slow_against_its_own_past_with_as_many_slots),
	TEST(what_varies_widely_needs_more_to_be_slow),
	TEST(after_a_restart_the_old_canary_proves_nothing),
	TEST(slow_against_its_peers_from_the_first_token),
	TEST(a_wrong_answer_is_bad_output_and_no_silence),
};

SUITE_MAIN("detect-judge", tests)
