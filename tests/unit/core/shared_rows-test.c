/*
 * What of shared state stands in the segment: members, holds, notes, the
 * last acts, and the drain of a node.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/shared_rows.h"
#include "shm/clock.h"
#include "tests/unit/core/damage.h"
#include "tests/unit/suite.h"

#define MINUTE_MS	60000
#define SECOND_NS	INT64_C(1000000000)

static struct node node;
static struct publisher publisher;

static void
begin(void)
{
	node_make(&node);
	node_start(&node);
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL_FATAL(publisher_open(&publisher,
	    node_file(&node, "core.seg"), "n1"), 0);
}

static void
end(void)
{
	publisher_close(&publisher);
	node_stop(&node);
	node_remove(&node);
}

/* The row in that slot; fatal when there is none. */
static const void *
row(enum drover_core_table table, size_t slot)
{
	struct table_image *image = publisher_table(&publisher, table);

	CU_ASSERT_FATAL(slot < image->slots &&
	    image->rows[slot].row != NULL);
	return image->rows[slot].row;
}

static uint32_t
rows(enum drover_core_table table)
{
	return table_image_count(publisher_table(&publisher, table));
}

static void
name_rows(void)
{
	CU_ASSERT_EQUAL_FATAL(shared_rows_name(&publisher, node.shared, 4096,
	    8192), 0);
	CU_ASSERT_EQUAL_FATAL(publisher_commit(&publisher), 0);
}

static bool
is_now(int64_t wall_ns)
{
	return llabs(wall_ns - clock_ns(CLOCK_REALTIME)) < 10 * SECOND_NS;
}

static void
the_member_shows_its_log(void)
{
	const struct drover_member_row *member;
	const struct model_meta *meta;
	char chain[DIGEST_TEXT];

	begin();
	name_rows();
	CU_ASSERT_EQUAL_FATAL(rows(DROVER_TABLE_MEMBER), 1);
	member = row(DROVER_TABLE_MEMBER, 0);
	meta = model_meta(node.shared->model);
	digest_text(meta->chain, DIGEST_BYTES, chain);
	CU_ASSERT_STRING_EQUAL(member->name, "n1");
	CU_ASSERT_STRING_EQUAL(member->leader, "n1");
	CU_ASSERT_STRING_EQUAL(member->problem, "");
	CU_ASSERT_EQUAL(member->role, DROVER_MEMBER_ROLE_LEADER);
	CU_ASSERT_EQUAL(member->kind, DROVER_MEMBER_KIND_VOTER);
	CU_ASSERT_EQUAL(member->voters, 1);
	CU_ASSERT_EQUAL(member->applied_index, meta->applied_index);
	CU_ASSERT_EQUAL(member->last_index, meta->applied_index);
	CU_ASSERT_EQUAL(member->feature_level, MODEL_FEATURE_LEVEL);
	CU_ASSERT_EQUAL(member->log_size, 4096);
	CU_ASSERT_EQUAL(member->state_size, 8192);
	CU_ASSERT_TRUE(member->append_last > 0);
	CU_ASSERT_EQUAL(strlen(member->chain), sizeof(member->chain) / 2 * 2 -
	    2);
	CU_ASSERT_EQUAL(strncmp(member->chain, chain,
	    strlen(member->chain)), 0);
	end();
}

/* The indexes of a log that began anew go on where the state is. */
static void
the_member_counts_what_was_before_its_log(void)
{
	const struct drover_member_row *member;
	int64_t before;

	begin();
	before = shared_applied(node.shared);
	publisher_close(&publisher);
	node_stop(&node);
	damage_remove_log(&node);
	node_start(&node);
	node_settle(&node, NAN);
	CU_ASSERT_EQUAL_FATAL(publisher_open(&publisher,
	    node_file(&node, "core.seg"), "n1"), 0);
	name_rows();
	member = row(DROVER_TABLE_MEMBER, 0);
	CU_ASSERT_EQUAL(member->log_base, before);
	CU_ASSERT_TRUE(member->applied_index > before);
	CU_ASSERT_EQUAL(member->applied_index, shared_applied(node.shared));
	end();
}

static void
a_member_without_state_says_why(void)
{
	const struct drover_member_row *member;

	begin();
	CU_ASSERT_EQUAL(node_note(&node, "note", "note"), REPLY_OK);
	publisher_close(&publisher);
	node_stop(&node);
	damage_scribble_state(&node);
	damage_scribble_log(&node);
	node_start(&node);
	CU_ASSERT_EQUAL_FATAL(publisher_open(&publisher,
	    node_file(&node, "core.seg"), "n1"), 0);
	name_rows();
	CU_ASSERT_EQUAL_FATAL(rows(DROVER_TABLE_MEMBER), 1);
	member = row(DROVER_TABLE_MEMBER, 0);
	CU_ASSERT_STRING_EQUAL(member->problem, node.shared->detail);
	CU_ASSERT_TRUE(member->problem[0] != '\0');
	CU_ASSERT_EQUAL(member->role, DROVER_MEMBER_ROLE_STOPPED);
	CU_ASSERT_TRUE(isnan(member->voters));
	CU_ASSERT_EQUAL(rows(DROVER_TABLE_AUDIT), 0);
	end();
}

static void
put_hold(const char *scope, int64_t for_ms)
{
	struct entry entry;

	node_begin(&entry, ENTRY_HOLD_PUT, scope);
	(void)entry_add_target(&entry, scope);
	(void)entry_add_number(&entry, ARGUMENT_HOLD_KIND, HOLD_VETO);
	(void)entry_add_number(&entry, ARGUMENT_UNTIL_MS,
	    shared_time_ms(node.shared) + for_ms);
	(void)entry_add_text(&entry, ARGUMENT_REASON, "the disk is slow");
	CU_ASSERT_EQUAL_FATAL(node_do(&node, &entry), REPLY_OK);
}

static bool
is_over(struct node *it)
{
	const struct row_hold *hold = model_at(it->shared->model,
	    ROW_TABLE_HOLD, 1);

	return hold != NULL && hold->until_ms <= shared_time_ms(it->shared);
}

static void
a_hold_shows_until_it_ends(void)
{
	const struct drover_hold_row *hold;

	begin();
	put_hold("node/n1", 10 * MINUTE_MS);
	name_rows();
	CU_ASSERT_EQUAL_FATAL(rows(DROVER_TABLE_HOLD), 1);
	hold = row(DROVER_TABLE_HOLD, 0);
	CU_ASSERT_EQUAL(hold->id, shared_applied(node.shared));
	CU_ASSERT_STRING_EQUAL(hold->scope, "node/n1");
	CU_ASSERT_STRING_EQUAL(hold->who, "alice");
	CU_ASSERT_STRING_EQUAL(hold->reason, "the disk is slow");
	CU_ASSERT_EQUAL(hold->kind, DROVER_HOLD_KIND_VETO);
	CU_ASSERT_TRUE(is_now(hold->since));
	CU_ASSERT_TRUE(is_now(hold->until - 600 * SECOND_NS));
	/* Of the next one only the row in the model is left. */
	put_hold("cluster", 1);
	CU_ASSERT_TRUE(node_await(&node, is_over));
	name_rows();
	CU_ASSERT_EQUAL_FATAL(rows(DROVER_TABLE_HOLD), 1);
	CU_ASSERT_EQUAL(model_count(node.shared->model, ROW_TABLE_HOLD), 2);
	shared_watch(node.shared);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_HOLD_END));
	end();
}

/* 86 characters of three bytes: the row has room for 85 of them. */
static void
a_note_is_cut_between_characters(void)
{
	const struct drover_note_row *note;
	char long_text[86 * 3 + 1] = "";
	int i;

	begin();
	for (i = 0; i < 86; i++)
		strcat(long_text, "\xe2\x82\xac");
	CU_ASSERT_EQUAL(node_note(&node, long_text, "long"), REPLY_OK);
	name_rows();
	CU_ASSERT_EQUAL_FATAL(rows(DROVER_TABLE_NOTE), 1);
	note = row(DROVER_TABLE_NOTE, 0);
	CU_ASSERT_EQUAL(note->id, shared_applied(node.shared));
	CU_ASSERT_STRING_EQUAL(note->object, "n1");
	CU_ASSERT_STRING_EQUAL(note->who, "alice");
	CU_ASSERT_TRUE(is_now(note->time));
	CU_ASSERT_EQUAL(strlen(note->text), 85 * 3);
	CU_ASSERT_EQUAL(strncmp(note->text, long_text, 85 * 3), 0);
	end();
}

static const struct drover_audit_row *
act_of(int64_t id)
{
	struct table_image *image = publisher_table(&publisher,
	    DROVER_TABLE_AUDIT);
	char key[48];

	snprintf(key, sizeof(key), "%" PRId64 ".0", id);
	return table_image_row(image, key);
}

static void
the_audit_shows_what_was_done_and_what_was_refused(void)
{
	const struct drover_audit_row *act;

	begin();
	CU_ASSERT_EQUAL(node_drain(&node, 0), REPLY_OK);
	name_rows();
	act = act_of(shared_applied(node.shared));
	CU_ASSERT_PTR_NOT_NULL_FATAL(act);
	CU_ASSERT_STRING_EQUAL(act->actor, "alice");
	CU_ASSERT_STRING_EQUAL(act->origin, "uid 1000");
	CU_ASSERT_STRING_EQUAL(act->verb, "node.drain");
	CU_ASSERT_STRING_EQUAL(act->object, "node/n1");
	CU_ASSERT_EQUAL(act->reply, REPLY_OK);
	CU_ASSERT_STRING_EQUAL(act->before, "in service");
	CU_ASSERT_STRING_EQUAL(act->after, "draining by alice: new memory");
	CU_ASSERT_STRING_EQUAL(act->note, "new memory");
	CU_ASSERT_TRUE(is_now(act->time));
	CU_ASSERT_EQUAL(node_note(&node, "", "empty"), REPLY_BAD_FIELD);
	name_rows();
	act = act_of(shared_applied(node.shared));
	CU_ASSERT_PTR_NOT_NULL_FATAL(act);
	CU_ASSERT_EQUAL(act->reply, REPLY_BAD_FIELD);
	CU_ASSERT_STRING_EQUAL(act->after, "");
	end();
}

static void
the_oldest_acts_make_room_for_the_newest(void)
{
	char request[24];
	int64_t first;
	int i;

	begin();
	first = shared_applied(node.shared) + 1;
	for (i = 0; i < SHARED_AUDIT_ROWS + 10; i++) {
		snprintf(request, sizeof(request), "note-%d", i);
		CU_ASSERT_EQUAL_FATAL(node_note(&node, "note", request),
		    REPLY_OK);
		if (i % 60 == 0)
			name_rows();
	}
	name_rows();
	CU_ASSERT_EQUAL(rows(DROVER_TABLE_AUDIT), SHARED_AUDIT_ROWS);
	CU_ASSERT_PTR_NULL(act_of(first + 9));
	CU_ASSERT_PTR_NOT_NULL(act_of(first + 10));
	CU_ASSERT_PTR_NOT_NULL(act_of(shared_applied(node.shared)));
	/* The same after a start, out of the store. */
	node_stop(&node);
	node_start(&node);
	name_rows();
	CU_ASSERT_EQUAL(rows(DROVER_TABLE_AUDIT), SHARED_AUDIT_ROWS);
	CU_ASSERT_PTR_NULL(act_of(first + 9));
	CU_ASSERT_PTR_NOT_NULL(act_of(first + 10));
	end();
}

static void
show_node(struct drover_node_row *shown, enum drover_node_state state)
{
	memset(shown, 0, sizeof(*shown));
	snprintf(shown->name, sizeof(shown->name), "n1");
	shown->state = (uint8_t)state;
	row_of_drain(shown, node.shared);
}

static void
the_row_of_a_node_shows_its_drain(void)
{
	struct drover_node_row shown;

	begin();
	show_node(&shown, DROVER_NODE_STATE_UP);
	CU_ASSERT_EQUAL(shown.state, DROVER_NODE_STATE_UP);
	CU_ASSERT_EQUAL(shown.drain, DROVER_NODE_DRAIN_NONE);
	CU_ASSERT_EQUAL(node_drain(&node, shared_time_ms(node.shared) +
	    MINUTE_MS), REPLY_OK);
	show_node(&shown, DROVER_NODE_STATE_UP);
	CU_ASSERT_EQUAL(shown.state, DROVER_NODE_STATE_DRAIN);
	CU_ASSERT_EQUAL(shown.drain, DROVER_NODE_DRAIN_RUNNING);
	CU_ASSERT_EQUAL(shown.drain_forced, 0);
	CU_ASSERT_STRING_EQUAL(shown.drain_who, "alice");
	CU_ASSERT_STRING_EQUAL(shown.drain_reason, "new memory");
	CU_ASSERT_EQUAL(shown.drain_index, shared_applied(node.shared));
	CU_ASSERT_TRUE(is_now(shown.drain_since));
	CU_ASSERT_TRUE(is_now(shown.drain_deadline - 60 * SECOND_NS));
	CU_ASSERT_EQUAL(shown.drain_ended, 0);
	node_settle(&node, 0);
	show_node(&shown, DROVER_NODE_STATE_DOWN);
	/* It is drained, and it is down: that is worse. */
	CU_ASSERT_EQUAL(shown.state, DROVER_NODE_STATE_DOWN);
	CU_ASSERT_EQUAL(shown.drain, DROVER_NODE_DRAIN_DONE);
	CU_ASSERT_TRUE(is_now(shown.drain_ended));
	end();
}

static const struct suite_test tests[] = {
	{ "the member shows its log", the_member_shows_its_log },
	{ "the member counts what was before its log",
	    the_member_counts_what_was_before_its_log },
	{ "a member without state says why",
	    a_member_without_state_says_why },
	{ "a hold shows until it ends", a_hold_shows_until_it_ends },
	{ "a note is cut between characters",
	    a_note_is_cut_between_characters },
	{ "the audit shows what was done and what was refused",
	    the_audit_shows_what_was_done_and_what_was_refused },
	{ "the oldest acts make room for the newest",
	    the_oldest_acts_make_room_for_the_newest },
	{ "the row of a node shows its drain",
	    the_row_of_a_node_shows_its_drain },
};

SUITE_MAIN("shared_rows", tests)
