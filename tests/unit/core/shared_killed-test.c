/*
 * kill -9 before each system call that changes a file, while shared state
 * is opened, appended to, applied, written into snapshots, mended and
 * restored.  At the next start nothing acknowledged is missing, the chain
 * is whole, the log alone gives the same state, and damage is told.
 *
 * A few points of each are tried; DROVER_KILLS=N: more, DROVER_KILLS=all.
 */
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process/log.h"
#include "tests/unit/core/damage.h"
#include "tests/unit/killing.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

#define KILLS		4
#define SEED		1006
/* What is there before, and what each life adds. */
#define NOTES		4
#define NEW_NOTES	4
#define THRESHOLD	3
#define BACKUP		"backup"
#define RESTORED	"state.db was restored"

struct scenario {
	int	notes;			/* before */
	void	(*harm)(const struct node *node);
	bool	damaged;
	bool	restored;		/* from BACKUP, by the child */
};

static struct node origin, node;
static char text[DAMAGE_TEXT];

static bool
is_complete(struct node *it)
{
	shared_watch(it->shared);
	return !node_has(it, "cluster/log.incomplete");
}

static void
back_up(void)
{
	struct state_report report;

	node_start(&origin);
	CU_ASSERT_EQUAL(state_backup(origin.shared->state,
	    node_file(&origin, BACKUP), &report), 0);
	node_stop(&origin);
}

static int
restore(void)
{
	struct state_report report;
	int error = state_restore(node_file(&node, "state.db"),
	    node_file(&node, BACKUP), NULL, NULL, &report);

	if (error == 0)
		node_write(&node, "state.restored", RESTORED);
	return error;
}

static int
put_note(int number)
{
	char note[24], request[24];

	snprintf(note, sizeof(note), "note %d", number);
	snprintf(request, sizeof(request), "note-%d", number);
	return node_note(&node, note, request);
}

/* All that a node does; each note that was acknowledged is reported. */
static void
live(const struct scenario *scenario, int reports)
{
	int i, last = scenario->notes + NEW_NOTES;

	if (scenario->restored && restore() != 0)
		_exit(2);
	node_start(&node);
	if (!node_is_ready(&node))
		_exit(3);
	node_settle(&node, 0);
	for (i = scenario->notes + 1; i <= last; i++) {
		if (put_note(i) != REPLY_OK ||
		    write(reports, &i, sizeof(i)) != sizeof(i))
			_exit(5);
		shared_watch(node.shared);
	}
	if (!node_await(&node, is_complete))
		_exit(6);
	node_stop(&node);
	_exit(0);
}

/* The number of the last note that was acknowledged before the kill. */
static enum killing_end
run(const struct scenario *scenario, struct killing *killing,
    int *acknowledged)
{
	enum killing_end end;
	int ends[2], number;
	pid_t child;

	node_copy(&node, origin.directory);
	*acknowledged = scenario->notes;
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	fflush(NULL);
	child = fork();
	CU_ASSERT_FATAL(child != -1);
	if (child == 0) {
		close(ends[0]);
		killing_offer();
		live(scenario, ends[1]);
	}
	close(ends[1]);
	end = killing_follow(child, killing);
	while (read(ends[0], &number, sizeof(number)) == sizeof(number))
		*acknowledged = number;
	close(ends[0]);
	return end;
}

/* Until the backup is in place for good, there is no shared state. */
static void
restore_again(void)
{
	enum reply why = REPLY_OK;

	CU_ASSERT_PTR_NULL_FATAL(shared_model(node.shared, &why, NULL));
	CU_ASSERT_EQUAL(why, REPLY_STATE_DAMAGED);
	node_stop(&node);
	CU_ASSERT_EQUAL_FATAL(restore(), 0);
	node_start(&node);
}

static void
expect_told(const struct scenario *scenario, bool restored)
{
	int told;

	if (!scenario->damaged) {
		CU_ASSERT_STRING_EQUAL(node.shared->mended, "");
		CU_ASSERT_FALSE(node_saw(&node, EVENT_STATE_DAMAGED));
		CU_ASSERT_FALSE(node_saw(&node, EVENT_LOG_DAMAGED));
	}
	node_settle(&node, 0);
	told = damage_audit(&node, "state.mended", text);
	/* Twice, when it was killed between telling and forgetting it. */
	CU_ASSERT_TRUE(scenario->damaged ? told == 1 || told == 2 :
	    told == 0);
	if (restored)
		CU_ASSERT_PTR_NOT_NULL(strstr(text, RESTORED));
	CU_ASSERT_FALSE(node_has(&node, "state.lost"));
	CU_ASSERT_FALSE(node_has(&node, "state.mended"));
}

/* Rows and chain, from nothing but the log and its snapshots. */
static void
expect_the_same_from_the_log(int notes)
{
	struct model_meta before = *model_meta(node.shared->model), after;

	CU_ASSERT_TRUE(node_await(&node, is_complete));
	node_stop(&node);
	damage_remove_state(&node);
	node_start(&node);
	damage_expect_notes(&node, notes);
	after = *model_meta(node.shared->model);
	CU_ASSERT_EQUAL(after.applied_index, before.applied_index);
	CU_ASSERT_EQUAL(after.log_base, before.log_base);
	CU_ASSERT_EQUAL(memcmp(after.chain, before.chain, DIGEST_BYTES), 0);
	CU_ASSERT_EQUAL(memcmp(after.audit_hash, before.audit_hash,
	    DIGEST_BYTES), 0);
}

static void
expect_ready(const struct killing *killing)
{
	const char *detail = "";

	if (shared_model(node.shared, NULL, &detail) == NULL)
		printf("\n    point %d: %s", killing->at, detail);
	CU_ASSERT_TRUE_FATAL(node_is_ready(&node));
}

static void
judge(const struct scenario *scenario, const struct killing *killing,
    int acknowledged)
{
	/* Whoever restored it was killed before it could say so. */
	bool restored = scenario->restored && (acknowledged >
	    scenario->notes || node_has(&node, "state.restored"));
	size_t found;

	node_start(&node);
	if (scenario->restored && !node_is_ready(&node))
		restore_again();
	expect_ready(killing);
	found = model_count(node.shared->model, ROW_TABLE_NOTE);
	/* The one in hand may be there; nothing more. */
	CU_ASSERT_TRUE(found == (size_t)acknowledged ||
	    found == (size_t)acknowledged + 1);
	damage_expect_notes(&node, (int)found);
	expect_told(scenario, restored);
	/* Asked for again, it is there once. */
	CU_ASSERT_EQUAL(put_note(acknowledged + 1), REPLY_OK);
	CU_ASSERT_EQUAL(node.result.repeated,
	    found == (size_t)acknowledged + 1);
	damage_expect_notes(&node, acknowledged + 1);
	expect_the_same_from_the_log(acknowledged + 1);
	node_stop(&node);
}

static void
make_origin(const struct scenario *scenario)
{
	log_level_set(LOG_LEVEL_WARNING);
	node_make(&origin);
	node_make(&node);
	origin.snapshot_threshold = node.snapshot_threshold = THRESHOLD;
	if (scenario->notes > 0)
		damage_fill(&origin, scenario->notes);
	if (scenario->restored)
		back_up();
	if (scenario->harm != NULL)
		scenario->harm(&origin);
}

/* Where the i-th of so many kills falls, each in a part of its own. */
static int
point(struct random *random, int i, int kills, int points)
{
	int from = (int)((int64_t)points * i / kills);
	int to = (int)((int64_t)points * (i + 1) / kills);

	return 1 + from + (int)random_below(random,
	    (uint64_t)(to > from ? to - from : 1));
}

static void
kill_at_points(const struct scenario *scenario)
{
	struct killing killing = { .points = KILLING_AT_WRITES };
	struct random random = { SEED };
	int kills, points, acknowledged, i;

	make_origin(scenario);
	if (run(scenario, &killing, &acknowledged) == KILLING_UNTRACED) {
		printf("SKIP: no tracing here ");
		goto out;
	}
	/* Nobody killed it. */
	CU_ASSERT_EQUAL_FATAL(killing.status, 0);
	CU_ASSERT_EQUAL(acknowledged, scenario->notes + NEW_NOTES);
	judge(scenario, &killing, acknowledged);
	points = killing.passed;
	kills = killing_count(KILLS);
	if (kills == 0 || kills > points)
		kills = points;
	for (i = 0; i < kills; i++) {
		killing.at = point(&random, i, kills, points);
		/* Threads take turns as they like: some points move. */
		if (run(scenario, &killing, &acknowledged) == KILLING_ENDED)
			CU_ASSERT_EQUAL_FATAL(killing.status, 0);
		judge(scenario, &killing, acknowledged);
	}
	printf("%d of %d points ", kills, points);
out:
	node_remove(&node);
	node_remove(&origin);
}

static void
harm_both(const struct node *harmed)
{
	damage_scribble_state(harmed);
	damage_scribble_log(harmed);
}

static void
a_new_node(void)
{
	static const struct scenario scenario = { .notes = 0 };

	kill_at_points(&scenario);
}

static void
a_node_that_goes_on(void)
{
	static const struct scenario scenario = { .notes = NOTES };

	kill_at_points(&scenario);
}

static void
a_database_that_comes_back_from_the_log(void)
{
	static const struct scenario scenario = { .notes = NOTES,
		.harm = damage_scribble_state, .damaged = true };

	kill_at_points(&scenario);
}

static void
a_log_that_is_set_aside(void)
{
	static const struct scenario scenario = { .notes = NOTES,
		.harm = damage_scribble_log, .damaged = true };

	kill_at_points(&scenario);
}

static void
a_log_that_lost_its_tail(void)
{
	static const struct scenario scenario = { .notes = NOTES,
		.harm = damage_flip_in_log, .damaged = true };

	kill_at_points(&scenario);
}

static void
a_backup_that_is_restored(void)
{
	static const struct scenario scenario = { .notes = NOTES,
		.harm = harm_both, .damaged = true, .restored = true };

	kill_at_points(&scenario);
}

static const struct suite_test tests[] = {
	{ "a new node", a_new_node },
	{ "a node that goes on", a_node_that_goes_on },
	{ "a database that comes back from the log",
	    a_database_that_comes_back_from_the_log },
	{ "a log that is set aside", a_log_that_is_set_aside },
	{ "a log that lost its tail", a_log_that_lost_its_tail },
	{ "a backup that is restored", a_backup_that_is_restored },
};

SUITE_MAIN("shared killed", tests)
