/*
 * Opening a node whose files were harmed while nobody looked: nothing that
 * was acknowledged is missing, nothing is guessed, and it is told.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "tests/unit/core/damage.h"
#include "tests/unit/suite.h"

#define NOTES	6

static struct node node;
static char text[DAMAGE_TEXT];

static void
begin(void)
{
	node_make(&node);
	damage_fill(&node, NOTES);
}

static void
end(void)
{
	node_stop(&node);
	node_remove(&node);
}

static bool
is_complete(struct node *it)
{
	shared_watch(it->shared);
	return !node_has(it, "cluster/log.incomplete");
}

/* Nothing is left to be told, and the log could give all of it back. */
static void
expect_told(const char *what)
{
	node_settle(&node, 0);
	CU_ASSERT_EQUAL(damage_audit(&node, "state.mended", text), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, what));
	CU_ASSERT_STRING_EQUAL(node.shared->mended, "");
	CU_ASSERT_FALSE(node_has(&node, "state.lost"));
	CU_ASSERT_FALSE(node_has(&node, "state.mended"));
	CU_ASSERT_FALSE(node_has(&node, "state.restored"));
	CU_ASSERT_TRUE(node_await(&node, is_complete));
}

/* The same again after a start, and nothing is told a second time. */
static void
expect_the_same_again(int notes)
{
	node_stop(&node);
	node_start(&node);
	damage_expect_notes(&node, notes);
	node_settle(&node, 0);
	CU_ASSERT_EQUAL(damage_audit(&node, "state.mended", text), 1);
	CU_ASSERT_FALSE(node_saw(&node, EVENT_LOG_DAMAGED));
	CU_ASSERT_FALSE(node_saw(&node, EVENT_STATE_DAMAGED));
	CU_ASSERT_EQUAL(node_note(&node, "one more", "one-more"), REPLY_OK);
}

static void
expect_refused(void)
{
	enum reply why = REPLY_OK;
	const char *detail = "";

	CU_ASSERT_EQUAL(node.shared->phase, SHARED_FAILED);
	CU_ASSERT_PTR_NULL(shared_model(node.shared, &why, &detail));
	CU_ASSERT_EQUAL(why, REPLY_STATE_DAMAGED);
	CU_ASSERT_TRUE(detail[0] != '\0');
	CU_ASSERT_EQUAL(node_note(&node, "lost", "lost"),
	    REPLY_STATE_DAMAGED);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_LOG_UNAVAILABLE));
	CU_ASSERT_EQUAL(shared_severity(node.shared),
	    DROVER_SEVERITY_CRITICAL);
}

/* Until somebody mends it: from one start to the next. */
static void
expect_refused_for_good(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		node_start(&node);
		expect_refused();
		node_stop(&node);
	}
}

static void
a_node_gets_an_id_once(void)
{
	char id[32];
	struct stat status;
	size_t i;

	node_make(&node);
	node_start(&node);
	CU_ASSERT_TRUE(node_is_ready(&node));
	CU_ASSERT_STRING_EQUAL(node.shared->mended, "");
	snprintf(id, sizeof(id), "%.31s", node_line(&node, "cluster/id"));
	CU_ASSERT_EQUAL(strlen(id), 16);
	for (i = 0; id[i] != '\0'; i++)
		CU_ASSERT_TRUE(isxdigit((unsigned char)id[i]));
	CU_ASSERT_EQUAL(stat(node_file(&node, "cluster/id"), &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	node_stop(&node);
	node_start(&node);
	CU_ASSERT_STRING_EQUAL(node_line(&node, "cluster/id"), id);
	end();
}

static void
an_id_that_is_none_is_damage(void)
{
	begin();
	node_write(&node, "cluster/id", "zebra");
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_LOG_DAMAGED));
	CU_ASSERT_EQUAL(strlen(node_line(&node, "cluster/id")), 16);
	CU_ASSERT_TRUE(node_has(&node, "cluster/log.damaged.1"));
	expect_told("not the id of a server");
	expect_the_same_again(NOTES);
	end();
}

static void
a_scribbled_database_comes_back_from_the_log(void)
{
	begin();
	damage_scribble_state(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_STATE_DAMAGED));
	CU_ASSERT_TRUE(node_has(&node, "state.db.damaged.1"));
	expect_told("state.db was damaged");
	expect_the_same_again(NOTES);
	end();
}

static void
a_database_that_is_gone_comes_back_from_the_log(void)
{
	begin();
	damage_remove_state(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_STATE_DAMAGED));
	expect_told("state.db was gone");
	expect_the_same_again(NOTES);
	end();
}

static void
a_log_without_its_tail_is_set_aside(void)
{
	begin();
	damage_cut_log(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_LOG_DAMAGED));
	CU_ASSERT_TRUE(node_has(&node, "cluster/log.damaged.1"));
	expect_told("another log begins behind entry");
	expect_the_same_again(NOTES);
	end();
}

static void
a_flipped_bit_in_the_log_costs_nothing(void)
{
	begin();
	damage_flip_in_log(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_LOG_DAMAGED));
	expect_told("another log begins behind entry");
	expect_the_same_again(NOTES);
	end();
}

/* The log could give back most of it, and that is not all of it. */
static void
a_damaged_database_and_a_flipped_bit_in_the_log_is_refused(void)
{
	begin();
	damage_scribble_state(&node);
	damage_flip_in_log(&node);
	expect_refused_for_good();
	node_remove(&node);
}

static void
a_log_that_cannot_be_read_is_set_aside(void)
{
	begin();
	damage_scribble_log(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_LOG_DAMAGED));
	CU_ASSERT_TRUE(node_has(&node, "cluster/log.damaged.1"));
	expect_told("another log begins behind entry");
	expect_the_same_again(NOTES);
	end();
}

static void
a_log_that_is_gone_begins_anew_under_another_id(void)
{
	char id[32];

	begin();
	snprintf(id, sizeof(id), "%.31s", node_line(&node, "cluster/id"));
	damage_remove_log(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_saw(&node, EVENT_LOG_DAMAGED));
	CU_ASSERT_STRING_NOT_EQUAL(node_line(&node, "cluster/id"), id);
	CU_ASSERT_TRUE(node_has(&node, "cluster/log.incomplete"));
	expect_told("another log begins behind entry");
	expect_the_same_again(NOTES);
	end();
}

/* What began anew is as good a log as the one before. */
static void
a_log_that_began_anew_gives_the_state_back(void)
{
	begin();
	damage_remove_log(&node);
	node_start(&node);
	expect_told("another log");
	CU_ASSERT_EQUAL(node_note(&node, "note 7", "note-7"), REPLY_OK);
	node_stop(&node);
	damage_scribble_state(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES + 1);
	node_settle(&node, 0);
	CU_ASSERT_EQUAL(damage_audit(&node, "state.mended", text), 2);
	end();
}

static void
both_damaged_is_refused_until_a_backup_is_restored(void)
{
	struct state_report report;

	begin();
	node_start(&node);
	CU_ASSERT_EQUAL(state_backup(node.shared->state,
	    node_file(&node, "backup"), &report), 0);
	CU_ASSERT_EQUAL(node_note(&node, "note 7", "note-7"), REPLY_OK);
	node_stop(&node);
	damage_scribble_state(&node);
	damage_scribble_log(&node);
	expect_refused_for_good();
	CU_ASSERT_TRUE(node_has(&node, "state.db.damaged.1"));
	CU_ASSERT_EQUAL(state_restore(node_file(&node, "state.db"),
	    node_file(&node, "backup"), NULL, NULL, &report), 0);
	node_write(&node, "state.restored", "state.db was restored");
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	expect_told("state.db was restored");
	expect_the_same_again(NOTES);
	end();
}

/* Says nothing as long as there is nothing: it could be any empty file. */
static void
a_restore_that_gave_nothing_back_is_none(void)
{
	begin();
	damage_scribble_state(&node);
	damage_scribble_log(&node);
	expect_refused_for_good();
	node_write(&node, "state.restored", "state.db was restored");
	expect_refused_for_good();
	node_remove(&node);
}

static void
a_damaged_database_and_no_log_is_refused(void)
{
	begin();
	damage_scribble_state(&node);
	damage_remove_log(&node);
	expect_refused_for_good();
	node_remove(&node);
}

static void
no_database_and_no_log_is_refused_where_there_were_some(void)
{
	begin();
	damage_remove_state(&node);
	damage_remove_log(&node);
	expect_refused_for_good();
	node_remove(&node);
}

/* It began anew and has no snapshot: it lacks what was before. */
static void
a_log_that_is_not_complete_gives_nothing_back(void)
{
	begin();
	damage_remove_log(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_TRUE(node_has(&node, "cluster/log.incomplete"));
	node_stop(&node);
	damage_scribble_state(&node);
	expect_refused_for_good();
	node_remove(&node);
}

static void
a_log_that_is_not_complete_is_no_state(void)
{
	begin();
	damage_remove_log(&node);
	node_start(&node);
	CU_ASSERT_TRUE(node_has(&node, "cluster/log.incomplete"));
	node_stop(&node);
	damage_remove_state(&node);
	expect_refused_for_good();
	node_remove(&node);
}

/* The process may end before there is a leader, or room, to write it. */
static void
what_was_mended_is_told_at_the_next_start(void)
{
	begin();
	damage_scribble_state(&node);
	node_start(&node);
	CU_ASSERT_TRUE(node_is_ready(&node));
	node_stop(&node);
	node_start(&node);
	damage_expect_notes(&node, NOTES);
	expect_told("state.db was damaged");
	expect_the_same_again(NOTES);
	end();
}

/* An entry takes no such text, and what is to be told waits for it. */
static void
what_was_mended_is_told_whatever_its_bytes(void)
{
	begin();
	node_write(&node, "state.restored", "from \xff\x1b[2J backup");
	node_start(&node);
	expect_told("from ??[2J backup");
	end();
}

static void
a_database_that_another_has_is_waited_for(void)
{
	struct state_report report;
	const char *detail = "";
	enum reply why = REPLY_OK;
	struct state *other;

	begin();
	CU_ASSERT_EQUAL_FATAL(state_open(&other,
	    node_file(&node, "state.db"), &report), 0);
	node_start(&node);
	CU_ASSERT_EQUAL(node.shared->phase, SHARED_WAITING);
	CU_ASSERT_PTR_NULL(shared_model(node.shared, &why, &detail));
	CU_ASSERT_EQUAL(why, REPLY_FAILED);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, "another process has it"));
	state_close(other);
	CU_ASSERT_TRUE(node_await(&node, node_is_ready));
	damage_expect_notes(&node, NOTES);
	CU_ASSERT_EQUAL(node.shared->mended[0], '\0');
	end();
}

static void
a_database_of_a_newer_drover_is_left_alone(void)
{
	const char *detail = "";
	enum reply why = REPLY_OK;
	sqlite3 *db;

	begin();
	CU_ASSERT_EQUAL_FATAL(sqlite3_open(node_file(&node, "state.db"),
	    &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, "PRAGMA user_version = 99", NULL,
	    NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	node_start(&node);
	CU_ASSERT_EQUAL(node.shared->phase, SHARED_FAILED);
	CU_ASSERT_PTR_NULL(shared_model(node.shared, &why, &detail));
	CU_ASSERT_EQUAL(why, REPLY_UNKNOWN_KIND);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, "newer drover"));
	CU_ASSERT_FALSE(node_has(&node, "state.db.damaged.1"));
	end();
}

static const struct suite_test tests[] = {
	{ "a node gets an id once", a_node_gets_an_id_once },
	{ "an id that is none is damage", an_id_that_is_none_is_damage },
	{ "a scribbled database comes back from the log",
	    a_scribbled_database_comes_back_from_the_log },
	{ "a database that is gone comes back from the log",
	    a_database_that_is_gone_comes_back_from_the_log },
	{ "a log without its tail is set aside",
	    a_log_without_its_tail_is_set_aside },
	{ "a flipped bit in the log costs nothing",
	    a_flipped_bit_in_the_log_costs_nothing },
	{ "a damaged database and a flipped bit in the log is refused",
	    a_damaged_database_and_a_flipped_bit_in_the_log_is_refused },
	{ "a log that cannot be read is set aside",
	    a_log_that_cannot_be_read_is_set_aside },
	{ "a log that is gone begins anew under another id",
	    a_log_that_is_gone_begins_anew_under_another_id },
	{ "a log that began anew gives the state back",
	    a_log_that_began_anew_gives_the_state_back },
	{ "both damaged is refused until a backup is restored",
	    both_damaged_is_refused_until_a_backup_is_restored },
	{ "a restore that gave nothing back is none",
	    a_restore_that_gave_nothing_back_is_none },
	{ "a damaged database and no log is refused",
	    a_damaged_database_and_no_log_is_refused },
	{ "no database and no log is refused where there were some",
	    no_database_and_no_log_is_refused_where_there_were_some },
	{ "a log that is not complete gives nothing back",
	    a_log_that_is_not_complete_gives_nothing_back },
	{ "a log that is not complete is no state",
	    a_log_that_is_not_complete_is_no_state },
	{ "what was mended is told at the next start",
	    what_was_mended_is_told_at_the_next_start },
	{ "what was mended is told whatever its bytes",
	    what_was_mended_is_told_whatever_its_bytes },
	{ "a database that another has is waited for",
	    a_database_that_another_has_is_waited_for },
	{ "a database of a newer drover is left alone",
	    a_database_of_a_newer_drover_is_left_alone },
};

SUITE_MAIN("shared_open", tests)
