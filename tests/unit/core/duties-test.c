/*
 * What a node sees to by itself: it registers, says that it is up, raises
 * the feature level, tells what was mended, and ends its drain when, and
 * only when, nothing is known to be in flight.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/unit/core/damage.h"
#include "tests/unit/suite.h"

#define INTERVAL_MS	1000

static struct node node;
static char text[DAMAGE_TEXT];

static void
begin(void)
{
	node_make(&node);
	node_start(&node);
}

static void
end(void)
{
	node_stop(&node);
	node_remove(&node);
}

static void
a_node_registers_once_and_says_that_it_is_up(void)
{
	const struct row_node *self;
	int64_t applied;

	begin();
	applied = shared_applied(node.shared);
	CU_ASSERT_PTR_NULL(node_self(&node));
	node_settle(&node, NAN);
	self = node_self(&node);
	CU_ASSERT_PTR_NOT_NULL_FATAL(self);
	CU_ASSERT_STRING_EQUAL(self->address, "192.0.2.1");
	CU_ASSERT_STRING_EQUAL(self->version, DROVER_VERSION);
	CU_ASSERT_EQUAL(self->member, MEMBER_VOTER);
	CU_ASSERT_EQUAL(self->state, NODE_UP);
	CU_ASSERT_EQUAL(node.duties.proposals, 2);
	CU_ASSERT_TRUE(shared_applied(node.shared) > applied);
	applied = shared_applied(node.shared);
	node_stop(&node);
	node_start(&node);
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL(shared_applied(node.shared), applied);
	end();
}

static void
a_node_that_changed_registers_again(void)
{
	begin();
	node_settle(&node, NAN);
	node.duties.address = "192.0.2.77";
	node_settle(&node, NAN);
	CU_ASSERT_STRING_EQUAL(node_self(&node)->address, "192.0.2.77");
	CU_ASSERT_EQUAL(damage_audit(&node, "node.register", text), 2);
	end();
}

static void
one_entry_at_a_time_is_on_its_way(void)
{
	uint64_t before;

	begin();
	before = node.duties.proposals;
	duties_tick(&node.duties, NAN, 1000, INTERVAL_MS);
	CU_ASSERT_TRUE(node.duties.busy);
	duties_tick(&node.duties, NAN, 2000, INTERVAL_MS);
	CU_ASSERT_EQUAL(node.duties.proposals, before + 1);
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL(node_self(&node)->state, NODE_UP);
	end();
}

static void
a_feature_level_from_before_is_raised(void)
{
	sqlite3 *db;

	begin();
	node_settle(&node, NAN);
	node_stop(&node);
	/* As an older drover left it. */
	CU_ASSERT_EQUAL_FATAL(sqlite3_open(node_file(&node, "state.db"),
	    &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, "UPDATE meta SET feature_level = 0",
	    NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	node_start(&node);
	CU_ASSERT_EQUAL_FATAL(model_meta(node.shared->model)->feature_level,
	    0);
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL(model_meta(node.shared->model)->feature_level,
	    MODEL_FEATURE_LEVEL);
	CU_ASSERT_EQUAL(damage_audit(&node, "feature.level", text), 1);
	end();
}

static void
what_was_mended_is_told_once(void)
{
	begin();
	node_settle(&node, NAN);
	node_write(&node, "state.restored", "restored from a backup");
	node_stop(&node);
	node_start(&node);
	CU_ASSERT_STRING_EQUAL(node.shared->mended, "restored from a backup");
	node_settle(&node, NAN);
	CU_ASSERT_STRING_EQUAL(node.shared->mended, "");
	CU_ASSERT_FALSE(node_has(&node, "state.restored"));
	CU_ASSERT_EQUAL(damage_audit(&node, "state.mended", text), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "restored from a backup"));
	CU_ASSERT_TRUE(node_saw(&node, EVENT_STATE_MENDED));
	end();
}

static void
without_shared_state_there_are_no_duties(void)
{
	begin();
	node_settle(&node, NAN);
	node_note(&node, "note", "note");
	node_stop(&node);
	damage_scribble_state(&node);
	damage_scribble_log(&node);
	node_start(&node);
	CU_ASSERT_FALSE(node_is_ready(&node));
	node_settle(&node, 0);
	CU_ASSERT_EQUAL(node.duties.proposals, 0);
	end();
}

static enum node_drain
drain_of_node(void)
{
	return (enum node_drain)node_self(&node)->drain;
}

static void
begin_drain(int64_t deadline_ms)
{
	begin();
	node_settle(&node, 2);
	CU_ASSERT_EQUAL_FATAL(node_drain(&node, deadline_ms), REPLY_OK);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_RUNNING);
}

static void
a_drain_ends_when_nothing_is_in_flight(void)
{
	begin_drain(0);
	node_settle(&node, 2);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_RUNNING);
	node_settle(&node, 0);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_DONE);
	CU_ASSERT_EQUAL(node_self(&node)->drain_in_flight, 0);
	CU_ASSERT_TRUE(node_self(&node)->drain_end_ms > 0);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_NODE_DRAINED));
	CU_ASSERT_EQUAL(damage_audit(&node, "drain.end", text), 1);
	end();
}

static void
what_is_not_known_is_not_zero(void)
{
	begin_drain(0);
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_RUNNING);
	CU_ASSERT_FALSE(node_saw(&node, EVENT_NODE_DRAINED));
	end();
}

static int64_t deadline;

static bool
is_past_deadline(struct node *it)
{
	return shared_time_ms(it->shared) > deadline;
}

/* Neither drained nor late: nobody knows which. */
static void
a_deadline_does_not_make_known_what_is_not(void)
{
	begin();
	node_settle(&node, NAN);
	deadline = shared_time_ms(node.shared) + 20;
	CU_ASSERT_EQUAL_FATAL(node_drain(&node, deadline), REPLY_OK);
	CU_ASSERT_TRUE(node_await(&node, is_past_deadline));
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_RUNNING);
	end();
}

static void
a_late_drain_is_told_and_still_ends(void)
{
	begin();
	node_settle(&node, 2);
	deadline = shared_time_ms(node.shared) + 20;
	CU_ASSERT_EQUAL_FATAL(node_drain(&node, deadline), REPLY_OK);
	CU_ASSERT_TRUE(node_await(&node, is_past_deadline));
	node_settle(&node, 2);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_LATE);
	CU_ASSERT_EQUAL(node_self(&node)->drain_in_flight, 2);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_DRAIN_LATE));
	CU_ASSERT_FALSE(node_saw(&node, EVENT_NODE_DRAINED));
	node_settle(&node, 0);
	CU_ASSERT_EQUAL(drain_of_node(), DRAIN_DONE);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_NODE_DRAINED));
	end();
}

/* Looks, each at a time of its own. */
static struct drain_watch watch;
static struct row_node draining;

static enum node_drain
look(double in_flight, int64_t now_ms)
{
	return drain_watch_look(&watch, &draining, in_flight, now_ms, 100,
	    INTERVAL_MS);
}

static void
begin_looks(void)
{
	memset(&watch, 0, sizeof(watch));
	memset(&draining, 0, sizeof(draining));
	draining.drain = DRAIN_RUNNING;
	draining.drain_index = 7;
}

static void
looks_count_an_interval_apart(void)
{
	begin_looks();
	CU_ASSERT_EQUAL(look(0, 10000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 10999), DRAIN_NONE);
	CU_ASSERT_EQUAL(watch.zero_seen, 0);
	CU_ASSERT_EQUAL(look(0, 11000), DRAIN_NONE);
	CU_ASSERT_EQUAL(watch.zero_seen, 1);
	CU_ASSERT_EQUAL(look(0, 11500), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 11999), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 12000), DRAIN_DONE);
	CU_ASSERT_EQUAL(watch.zero_seen, 2);
}

static void
looks_with_something_in_flight_begin_anew(void)
{
	begin_looks();
	CU_ASSERT_EQUAL(look(0, 10000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 11000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(1, 12000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 13000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(NAN, 14000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 15000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 16000), DRAIN_DONE);
}

/* The entry did not come through, and meanwhile something came. */
static void
it_ends_with_what_is_in_flight_now(void)
{
	begin_looks();
	CU_ASSERT_EQUAL(look(0, 10000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 11000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 12000), DRAIN_DONE);
	CU_ASSERT_EQUAL(look(0, 12100), DRAIN_DONE);
	CU_ASSERT_EQUAL(look(NAN, 12200), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(3, 12300), DRAIN_NONE);
}

static void
another_drain_is_looked_at_anew(void)
{
	begin_looks();
	CU_ASSERT_EQUAL(look(0, 10000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 11000), DRAIN_NONE);
	draining.drain_index = 9;
	CU_ASSERT_EQUAL(look(0, 12000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 13000), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(0, 14000), DRAIN_DONE);
	draining.drain = DRAIN_DONE;
	CU_ASSERT_EQUAL(look(0, 15000), DRAIN_NONE);
}

static void
late_is_what_is_in_flight_past_the_deadline(void)
{
	begin_looks();
	draining.drain_deadline_ms = 101;
	CU_ASSERT_EQUAL(look(2, 10000), DRAIN_NONE);
	draining.drain_deadline_ms = 100;
	CU_ASSERT_EQUAL(look(NAN, 10001), DRAIN_NONE);
	CU_ASSERT_EQUAL(look(2, 10002), DRAIN_LATE);
	draining.drain = DRAIN_LATE;
	CU_ASSERT_EQUAL(look(2, 10003), DRAIN_NONE);
}

static struct model *model;

static void
add_hold(int64_t until_ms)
{
	struct row_hold *hold = calloc(1, sizeof(*hold));

	CU_ASSERT_PTR_NOT_NULL_FATAL(hold);
	hold->id = 1;
	hold->until_ms = until_ms;
	CU_ASSERT_EQUAL(model_put(model, ROW_TABLE_HOLD, hold), 0);
}

static void
time_is_kept_while_something_waits_for_it(void)
{
	struct model_meta meta;

	model = model_new();
	meta = *model_meta(model);
	meta.cluster_ms = 1000;
	model_set_meta(model, &meta);
	/* Nothing waits: a start may take all of it back. */
	CU_ASSERT_FALSE(duties_time_is_due(model, 1000 + DUTIES_TIME_MS));
	add_hold(4 * DUTIES_TIME_MS);
	CU_ASSERT_FALSE(duties_time_is_due(model, 999 + DUTIES_TIME_MS));
	CU_ASSERT_TRUE(duties_time_is_due(model, 1000 + DUTIES_TIME_MS));
	/* It has ended: nothing waits any more. */
	CU_ASSERT_FALSE(duties_time_is_due(model, 4 * DUTIES_TIME_MS));
	model_free(model);
}

static void
drains_and_tokens_wait_for_time_too(void)
{
	struct row_node *drained = calloc(1, sizeof(*drained));
	struct row_token *token = calloc(1, sizeof(*token));

	CU_ASSERT_PTR_NOT_NULL_FATAL(drained);
	CU_ASSERT_PTR_NOT_NULL_FATAL(token);
	model = model_new();
	strcpy(drained->name, "n1");
	drained->drain = DRAIN_RUNNING;
	CU_ASSERT_EQUAL(model_put(model, ROW_TABLE_NODE, drained), 0);
	/* Without a deadline it waits for ever. */
	CU_ASSERT_FALSE(duties_time_is_due(model, DUTIES_TIME_MS));
	drained->drain_deadline_ms = 2 * DUTIES_TIME_MS;
	CU_ASSERT_TRUE(duties_time_is_due(model, DUTIES_TIME_MS));
	drained->drain = DRAIN_DONE;
	CU_ASSERT_FALSE(duties_time_is_due(model, DUTIES_TIME_MS));
	strcpy(token->id, "t");
	token->expires_ms = 2 * DUTIES_TIME_MS;
	CU_ASSERT_EQUAL(model_put(model, ROW_TABLE_TOKEN, token), 0);
	CU_ASSERT_TRUE(duties_time_is_due(model, DUTIES_TIME_MS));
	CU_ASSERT_FALSE(duties_time_is_due(model, 2 * DUTIES_TIME_MS));
	model_free(model);
}

static const struct suite_test tests[] = {
	{ "time is kept while something waits for it",
	    time_is_kept_while_something_waits_for_it },
	{ "drains and tokens wait for time too",
	    drains_and_tokens_wait_for_time_too },
	{ "a node registers once and says that it is up",
	    a_node_registers_once_and_says_that_it_is_up },
	{ "a node that changed registers again",
	    a_node_that_changed_registers_again },
	{ "one entry at a time is on its way",
	    one_entry_at_a_time_is_on_its_way },
	{ "a feature level from before is raised",
	    a_feature_level_from_before_is_raised },
	{ "what was mended is told once", what_was_mended_is_told_once },
	{ "without shared state there are no duties",
	    without_shared_state_there_are_no_duties },
	{ "a drain ends when nothing is in flight",
	    a_drain_ends_when_nothing_is_in_flight },
	{ "what is not known is not zero", what_is_not_known_is_not_zero },
	{ "a deadline does not make known what is not",
	    a_deadline_does_not_make_known_what_is_not },
	{ "a late drain is told and still ends",
	    a_late_drain_is_told_and_still_ends },
	{ "looks count an interval apart", looks_count_an_interval_apart },
	{ "looks with something in flight begin anew",
	    looks_with_something_in_flight_begin_anew },
	{ "it ends with what is in flight now",
	    it_ends_with_what_is_in_flight_now },
	{ "another drain is looked at anew",
	    another_drain_is_looked_at_anew },
	{ "late is what is in flight past the deadline",
	    late_is_what_is_in_flight_past_the_deadline },
};

SUITE_MAIN("duties", tests)
