/* The state on disk is the model, or it is refused. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rules/reply.h"
#include "store/state_sql.h"
#include "tests/unit/store/place.h"
#include "tests/unit/suite.h"

static struct run run;
static struct state_report report;

static void
begin(uint64_t seed)
{
	place();
	place_empty();
	CU_ASSERT_EQUAL_FATAL(run_begin(&run, place_of("state"), seed), 0);
}

static void
steps(int count)
{
	while (count-- > 0)
		CU_ASSERT_EQUAL_FATAL(run_step(&run), 0);
}

/* What a file holds, opened anew, is what the log gives up to its index. */
static int64_t
check_file(const char *path, uint64_t seed)
{
	struct run again;
	struct model *model;
	int64_t index;

	CU_ASSERT_EQUAL_FATAL(run_begin(&again, path, seed), 0);
	index = model_meta(again.model)->applied_index;
	model = model_after(seed, index);
	CU_ASSERT_TRUE_FATAL(model_equal(again.model, model));
	model_free(model);
	run_end(&again);
	return index;
}

static void
the_columns_are_those_of_the_rows(void)
{
	const struct row_kind *kind;
	sqlite3_stmt *statement;
	char sql[99];
	size_t table, i;

	begin(1);
	for (table = 0; table < ROW_TABLES; table++) {
		kind = row_kind((enum row_table)table);
		snprintf(sql, sizeof(sql), "PRAGMA table_info(%s)",
		    kind->name);
		CU_ASSERT_EQUAL_FATAL(sql_prepare(run.state->db, sql,
		    &statement), 0);
		for (i = 0; sqlite3_step(statement) == SQLITE_ROW; i++) {
			CU_ASSERT_FATAL(i < kind->count);
			CU_ASSERT_STRING_EQUAL(sqlite3_column_text(statement,
			    1), kind->fields[i].name);
			CU_ASSERT_STRING_EQUAL(sqlite3_column_text(statement,
			    2), kind->fields[i].room > 0 ? "TEXT" :
			    "INTEGER");
			CU_ASSERT_EQUAL(sqlite3_column_int(statement, 5) > 0,
			    i < kind->keys);
		}
		CU_ASSERT_EQUAL(i, kind->count);
		sqlite3_finalize(statement);
	}
	run_end(&run);
}

static void
what_is_loaded_is_the_model(void)
{
	struct model *model;
	uint64_t seed;

	for (seed = 1; seed <= 120; seed++) {
		begin(seed);
		CU_ASSERT_EQUAL_FATAL(state_begin(run.state), 0);
		steps(50);
		CU_ASSERT_EQUAL_FATAL(state_end(run.state), 0);
		model = model_new();
		CU_ASSERT_EQUAL(state_load(run.state, model), 0);
		CU_ASSERT_TRUE_FATAL(model_equal(model, run.model));
		model_free(model);
		run_end(&run);
		CU_ASSERT_EQUAL(check_file(place_of("state"), seed), 50);
	}
}

static int
add_line(void *context, const struct row_audit *row)
{
	fprintf(context, "%lld.%lld %s %s %s %s\n", (long long)row->id,
	    (long long)row->n, row->actor, row->verb, row->object, row->hash);
	return 0;
}

static char *
audit_text(struct state *state)
{
	const struct state_audit_query all = { 0 };
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	CU_ASSERT_EQUAL(state_audit_read(state, &all, add_line, stream), 0);
	fclose(stream);
	return text;
}

static void
the_same_log_gives_the_same_rows(void)
{
	char *one, *other;

	begin(21);
	steps(300);
	one = audit_text(run.state);
	run_end(&run);
	CU_ASSERT_EQUAL(run_begin(&run, place_of("other"), 21), 0);
	/* In batches, and with an end in the middle. */
	CU_ASSERT_EQUAL(state_begin(run.state), 0);
	steps(150);
	CU_ASSERT_EQUAL(state_end(run.state), 0);
	run_end(&run);
	CU_ASSERT_EQUAL(run_begin(&run, place_of("other"), 21), 0);
	steps(150);
	other = audit_text(run.state);
	CU_ASSERT_STRING_EQUAL(one, other);
	run_end(&run);
	free(one);
	free(other);
}

/* Every value of every row of these tables, byte by byte. */
static char *
rows_text(enum row_table from, enum row_table to)
{
	sqlite3_stmt *statement;
	char sql[64], *text = NULL;
	size_t size, table;
	FILE *stream = open_memstream(&text, &size);
	int i;

	for (table = from; table <= to; table++) {
		snprintf(sql, sizeof(sql), "SELECT * FROM %s",
		    row_kind((enum row_table)table)->name);
		CU_ASSERT_EQUAL_FATAL(sql_prepare(run.state->db, sql,
		    &statement), 0);
		while (sqlite3_step(statement) == SQLITE_ROW)
			for (i = 0; i < sqlite3_column_count(statement); i++)
				fprintf(stream, "%s\n",
				    sqlite3_column_text(statement, i));
		sqlite3_finalize(statement);
	}
	fclose(stream);
	return text;
}

/* But its act in the audit, and the result of its request id. */
static void
a_refusal_leaves_every_row_as_it_was(void)
{
	size_t refused = 0, repeated = 0;
	char *before[2], *after[2];
	int i;

	begin(22);
	for (i = 0; i < 400; i++) {
		before[0] = rows_text(ROW_TABLE_NODE, ROW_TABLE_TOKEN);
		before[1] = rows_text(ROW_TABLE_REQUEST, ROW_TABLE_AUDIT);
		steps(1);
		after[0] = rows_text(ROW_TABLE_NODE, ROW_TABLE_TOKEN);
		after[1] = rows_text(ROW_TABLE_REQUEST, ROW_TABLE_AUDIT);
		if (!reply_is_done(run.changes.result.reply)) {
			CU_ASSERT_STRING_EQUAL(before[0], after[0]);
			refused++;
		}
		if (run.changes.result.repeated) {
			CU_ASSERT_STRING_EQUAL(before[0], after[0]);
			CU_ASSERT_STRING_EQUAL(before[1], after[1]);
			repeated++;
		}
		free(before[0]);
		free(before[1]);
		free(after[0]);
		free(after[1]);
	}
	CU_ASSERT_TRUE(refused > 50 && repeated > 5);
	run_end(&run);
}

static void
a_batch_that_did_not_end_never_was(void)
{
	begin(3);
	steps(20);
	state_begin(run.state);
	steps(20);
	run_end(&run);
	CU_ASSERT_EQUAL(check_file(place_of("state"), 3), 20);
}

static void
one_process_writes(void)
{
	struct state *other;

	begin(1);
	CU_ASSERT_EQUAL(state_open(&other, place_of("state"), &report),
	    -EBUSY);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("none"),
	    NULL, NULL, &report), -EBUSY);
	run_end(&run);
}

static void
the_file_is_private(void)
{
	struct stat status;

	begin(1);
	steps(5);
	CU_ASSERT_EQUAL(stat(place_of("state"), &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(stat(place_of("state-wal"), &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	run_end(&run);
}

static void
a_directory_may_be_a_link(void)
{
	place();
	place_empty();
	CU_ASSERT_EQUAL_FATAL(symlink(".", place_of("link")), 0);
	CU_ASSERT_EQUAL(run_begin(&run, place_of("link/state"), 1), 0);
	run_end(&run);
}

static void
a_newer_file_is_left_alone(void)
{
	struct state *state;

	begin(1);
	steps(5);
	sql_run(run.state->db, "PRAGMA user_version = 99");
	run_end(&run);
	CU_ASSERT_EQUAL(state_open(&state, place_of("state"), &report),
	    -ENOTSUP);
	CU_ASSERT_STRING_EQUAL(report.aside, "");
	CU_ASSERT_EQUAL(access(place_of("state"), F_OK), 0);
}

static void
what_is_no_database_is_set_aside(void)
{
	struct state *state;
	FILE *file;

	place();
	place_empty();
	file = fopen(place_of("state"), "w");
	fprintf(file, "%01000d, a file of somebody else\n", 7);
	fclose(file);
	CU_ASSERT_EQUAL(state_open(&state, place_of("state"), &report),
	    -EUCLEAN);
	CU_ASSERT_STRING_EQUAL(report.aside, place_of("state.damaged.1"));
	CU_ASSERT_TRUE(strlen(report.why) > 3);
	CU_ASSERT_EQUAL(access(report.aside, F_OK), 0);
	CU_ASSERT_NOT_EQUAL(access(place_of("state"), F_OK), 0);
	CU_ASSERT_EQUAL(state_open(&state, place_of("state"), &report), 0);
	state_close(state);
}

static void
scribble(const char *path, struct random *random)
{
	FILE *file = fopen(path, "r+");
	long size, i;

	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fseek(file, (long)random_below(random, (uint64_t)size), SEEK_SET);
	for (i = 0; i < 1 + (long)random_below(random, 24); i++)
		putc((int)random_below(random, 256), file);
	fclose(file);
}

/* Damage is found, or it is where nothing is. */
static void
a_scribbled_database_is_never_believed(void)
{
	struct random random = { 99 };
	struct state *state;
	int found = 0, round, error;

	begin(8);
	steps(150);
	run_end(&run);
	for (round = 0; round < 150; round++) {
		copy_file(place_of("state"), place_of("scribbled"), -1);
		scribble(place_of("scribbled"), &random);
		error = state_open(&state, place_of("scribbled"), &report);
		if (error == 0) {
			state_close(state);
			CU_ASSERT_EQUAL_FATAL(
			    check_file(place_of("scribbled"), 8), 150);
			continue;
		}
		CU_ASSERT_TRUE_FATAL(error == -EUCLEAN || error == -ENOTSUP);
		CU_ASSERT_TRUE(error == -ENOTSUP || report.why[0] != '\0');
		CU_ASSERT_PTR_NULL(strpbrk(report.why, "\n*"));
		found++;
		unlink(report.aside);
	}
	/* Much of the file is room of tables that are empty yet. */
	CU_ASSERT_TRUE(found > 30);
}

static void
a_change_within_a_row_is_found(void)
{
	static const char *const changes[] = {
		"UPDATE node SET drain_reason = 'x', drain = 1",
		"UPDATE meta SET cluster_ms = 5, sum = zeroblob(32)",
		"DELETE FROM request WHERE entry_index < 20",
		"DROP TRIGGER audit_is_never_updated;"
		    "UPDATE audit SET actor = 'bob' WHERE id = 7",
		"DROP TRIGGER audit_is_never_deleted;"
		    "DELETE FROM audit WHERE id > 80",
		"DROP TRIGGER audit_is_never_deleted;"
		    "DELETE FROM audit WHERE id < 9",
	};
	struct state *state;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		begin(8);
		steps(100);
		CU_ASSERT_EQUAL_FATAL(sql_run(run.state->db, changes[i]), 0);
		run_end(&run);
		CU_ASSERT_EQUAL(state_open(&state, place_of("state"),
		    &report), -EUCLEAN);
	}
}

static void
a_torn_tail_gives_an_earlier_state(void)
{
	struct random random = { 5 };
	struct stat status;
	int64_t index;
	int round;

	begin(31);
	steps(120);
	CU_ASSERT_EQUAL_FATAL(stat(place_of("state-wal"), &status), 0);
	for (round = 0; round < 40; round++) {
		place_of("torn");
		unlink(place_of("torn-shm"));
		copy_file(place_of("state"), place_of("torn"), -1);
		copy_file(place_of("state-wal"), place_of("torn-wal"),
		    (long)random_below(&random, (uint64_t)status.st_size));
		/* Before the first transaction there is an empty file. */
		index = check_file(place_of("torn"), 31);
		CU_ASSERT_TRUE(index >= 0 && index <= 120);
		unlink(place_of("torn"));
		unlink(place_of("torn-wal"));
	}
	run_end(&run);
}

static void
a_snapshot_comes_back(void)
{
	struct model *model = model_new();
	void *bytes;
	size_t size;

	begin(41);
	steps(200);
	CU_ASSERT_EQUAL_FATAL(state_snapshot(run.state, &bytes, &size), 0);
	run_end(&run);
	CU_ASSERT_EQUAL_FATAL(run_begin(&run, place_of("other"), 41), 0);
	steps(17);
	CU_ASSERT_EQUAL_FATAL(state_restore_snapshot(run.state, bytes, size,
	    &report), 0);
	CU_ASSERT_EQUAL(state_load(run.state, model), 0);
	CU_ASSERT_EQUAL(model_meta(model)->applied_index, 200);
	/* It goes on from there. */
	model_free(run.model);
	run.model = model;
	while (run.log.index < 200)
		log_next(&run.log, &run.made);
	steps(50);
	run_end(&run);
	CU_ASSERT_EQUAL(check_file(place_of("other"), 41), 250);
	free(bytes);
}

static void
a_damaged_snapshot_changes_nothing(void)
{
	struct random random = { 12 };
	unsigned char *bytes;
	void *image;
	size_t size;
	int round, refused = 0, error;

	begin(43);
	steps(100);
	CU_ASSERT_EQUAL_FATAL(state_snapshot(run.state, &image, &size), 0);
	run_end(&run);
	CU_ASSERT_EQUAL_FATAL(run_begin(&run, place_of("other"), 43), 0);
	steps(10);
	for (round = 0; round < 40; round++) {
		bytes = malloc(size);
		memcpy(bytes, image, size);
		bytes[random_below(&random, size)] ^= 0x55;
		bytes[random_below(&random, size)] ^= 0x55;
		error = state_restore_snapshot(run.state, bytes,
		    round % 4 == 0 ? size / 2 : size, &report);
		free(bytes);
		if (error == 0)
			break;
		refused++;
	}
	CU_ASSERT_TRUE(refused > 0);
	run_end(&run);
	CU_ASSERT_EQUAL(check_file(place_of("other"), 43),
	    refused == 40 ? 10 : 100);
	free(image);
}

/* The log that had it is set aside: no other can give it back. */
static void
where_a_log_begins_anew_is_on_disk_at_once(void)
{
	struct model *model = model_new();
	struct state *state;

	begin(53);
	steps(20);
	CU_ASSERT_EQUAL(state_rebase(run.state), 0);
	/* All that a power failure takes is what was not synced. */
	copy_file(place_of("state"), place_of("left"), -1);
	run_end(&run);
	CU_ASSERT_EQUAL_FATAL(state_open(&state, place_of("left"), &report),
	    0);
	CU_ASSERT_EQUAL(state_load(state, model), 0);
	CU_ASSERT_EQUAL(model_meta(model)->log_base, 20);
	CU_ASSERT_EQUAL(model_meta(model)->applied_index, 20);
	model_free(model);
	state_close(state);
}

static void
a_backup_comes_back_and_nothing_is_lost(void)
{
	struct stat status;

	begin(51);
	steps(100);
	CU_ASSERT_EQUAL_FATAL(state_backup(run.state, place_of("backup"),
	    &report), 0);
	CU_ASSERT_EQUAL(state_backup(run.state, place_of("backup"),
	    &report), -EEXIST);
	CU_ASSERT_EQUAL(stat(place_of("backup"), &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	CU_ASSERT_NOT_EQUAL(access(place_of("backup-wal"), F_OK), 0);
	CU_ASSERT_NOT_EQUAL(access(place_of("backup.part"), F_OK), 0);
	steps(50);
	run_end(&run);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("backup"),
	    NULL, NULL, &report), 0);
	CU_ASSERT_STRING_EQUAL(report.aside, place_of("state.replaced.1"));
	CU_ASSERT_EQUAL(check_file(place_of("state"), 51), 100);
	CU_ASSERT_EQUAL(check_file(place_of("state.replaced.1"), 51), 150);
}

/* As the version before faults and predictions left it. */
static void
make_older(const char *path)
{
	sqlite3 *db = NULL;

	CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sql_run(db, "DROP TABLE fault;"
	    "DROP TABLE prediction; DROP TABLE accuracy; DROP TABLE plan;"
	    "DROP TABLE step; DROP TABLE approval; DROP TABLE lock;"
	    "DROP TABLE pace; DROP TABLE flap; DROP TABLE arm;"
	    "DROP TABLE curb"), 0);
	CU_ASSERT_EQUAL(sql_run(db, "PRAGMA user_version = 1"), 0);
	sqlite3_close(db);
}

static void
an_older_state_is_migrated_wherever_it_comes_from(void)
{
	/* Without faults, predictions and plans: the older one has none. */
	begin(54);
	CU_ASSERT_EQUAL(state_backup(run.state, place_of("backup"),
	    &report), 0);
	run_end(&run);
	make_older(place_of("backup"));
	make_older(place_of("state"));
	CU_ASSERT_EQUAL(check_file(place_of("state"), 54), 0);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("backup"),
	    NULL, NULL, &report), 0);
	CU_ASSERT_EQUAL(check_file(place_of("state"), 54), 0);
}

static void
what_is_no_state_is_not_restored(void)
{
	sqlite3 *db = NULL;

	begin(55);
	steps(10);
	run_end(&run);
	CU_ASSERT_EQUAL_FATAL(sqlite3_open(place_of("other"), &db),
	    SQLITE_OK);
	CU_ASSERT_EQUAL(sql_run(db, "CREATE TABLE t (a)"), 0);
	sqlite3_close(db);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("other"),
	    NULL, NULL, &report), -EUCLEAN);
	CU_ASSERT_STRING_EQUAL(report.why, "not a state of drover");
	CU_ASSERT_EQUAL(check_file(place_of("state"), 55), 10);
}

static int
refuse_once(void *context)
{
	int *called = context;

	/* The state is still in its place. */
	CU_ASSERT_EQUAL(access(place_of("state"), F_OK), 0);
	return (*called)++ == 0 ? -EIO : 0;
}

static void
a_restore_asks_before_it_puts_anything_in_place(void)
{
	int called = 0;

	begin(53);
	steps(60);
	CU_ASSERT_EQUAL(state_backup(run.state, place_of("backup"),
	    &report), 0);
	steps(10);
	run_end(&run);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("none"),
	    refuse_once, &called, &report), -ENOENT);
	CU_ASSERT_EQUAL(called, 0);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("backup"),
	    refuse_once, &called, &report), -EIO);
	CU_ASSERT_NOT_EQUAL(access(place_of("state.part"), F_OK), 0);
	CU_ASSERT_EQUAL(check_file(place_of("state"), 53), 70);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("backup"),
	    refuse_once, &called, &report), 0);
	CU_ASSERT_EQUAL(called, 2);
	CU_ASSERT_EQUAL(check_file(place_of("state"), 53), 60);
}

static void
a_damaged_backup_is_not_restored(void)
{
	begin(52);
	steps(60);
	CU_ASSERT_EQUAL(state_backup(run.state, place_of("backup"),
	    &report), 0);
	run_end(&run);
	copy_file(place_of("backup"), place_of("cut"), 9000);
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("cut"),
	    NULL, NULL, &report), -EUCLEAN);
	CU_ASSERT_TRUE(report.why[0] != '\0');
	CU_ASSERT_EQUAL(state_restore(place_of("state"), place_of("none"),
	    NULL, NULL, &report), -ENOENT);
	CU_ASSERT_EQUAL(check_file(place_of("state"), 52), 60);
}

struct audit_count {
	int64_t		last;
	int		rows;
	bool		wrong;
};

static int
count_row(void *context, const struct row_audit *row)
{
	struct audit_count *count = context;

	count->wrong |= count->last != 0 && row->id > count->last;
	count->wrong |= strcmp(row->actor, "alice") != 0;
	count->last = row->id;
	count->rows++;
	return 0;
}

static void
the_audit_is_read_newest_first_and_by_whom(void)
{
	struct state_audit_query query = { .actor = "alice", .limit = 10 };
	struct audit_count count = { 0 };
	int64_t rows, bad;

	begin(61);
	steps(150);
	CU_ASSERT_EQUAL(state_audit_read(run.state, &query, count_row,
	    &count), 0);
	CU_ASSERT_EQUAL(count.rows, 10);
	CU_ASSERT_FALSE(count.wrong);
	query.before = count.last;
	query.after = count.last - 40;
	count = (struct audit_count){ 0 };
	state_audit_read(run.state, &query, count_row, &count);
	CU_ASSERT_TRUE(count.rows > 0 && count.rows <= 10);
	CU_ASSERT_TRUE(count.last > query.after && count.last < query.before);
	CU_ASSERT_EQUAL(state_audit_verify(run.state, &rows, &bad), 0);
	CU_ASSERT_TRUE(rows > 50);
	CU_ASSERT_NOT_EQUAL(sql_run(run.state->db,
	    "UPDATE audit SET actor = 'x'"), 0);
	CU_ASSERT_NOT_EQUAL(sql_run(run.state->db, "DELETE FROM audit"), 0);
	run_end(&run);
}

/* The end of the child that checks it: 0 good, 77 not possible here. */
static int
fill_small_disk(void)
{
	int error = 0, before;

	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", place(), "tmpfs", 0, "size=400k") != 0)
		return 77;
	if (run_begin(&run, place_of("state"), 71) != 0)
		return 1;
	while (error == 0)
		error = run_step(&run);
	if (error != -ENOSPC)
		return 2;
	before = (int)model_meta(run.model)->applied_index;
	run_end(&run);
	/* Room again: all that was stored is there, and it goes on. */
	if (mount("tmpfs", place(), "tmpfs", MS_REMOUNT, "size=8m") != 0 ||
	    run_begin(&run, place_of("state"), 71) != 0)
		return 3;
	if (model_meta(run.model)->applied_index != before ||
	    run_step(&run) != 0)
		return 4;
	run_end(&run);
	return check_file(place_of("state"), 71) == before + 1 ? 0 : 5;
}

static void
a_full_disk_loses_nothing(void)
{
	int status;
	pid_t child;

	place();
	place_empty();
	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(fill_small_disk());
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE_FATAL(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		printf("(not root: no small file system to fill) ");
	else
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
}

static const struct suite_test tests[] = {
	{ "the columns are those of the rows",
	    the_columns_are_those_of_the_rows },
	{ "what is loaded is the model", what_is_loaded_is_the_model },
	{ "the same log gives the same rows",
	    the_same_log_gives_the_same_rows },
	{ "a refusal leaves every row as it was",
	    a_refusal_leaves_every_row_as_it_was },
	{ "a batch that did not end never was",
	    a_batch_that_did_not_end_never_was },
	{ "one process writes", one_process_writes },
	{ "the file is private", the_file_is_private },
	{ "a directory may be a link", a_directory_may_be_a_link },
	{ "a newer file is left alone", a_newer_file_is_left_alone },
	{ "what is no database is set aside",
	    what_is_no_database_is_set_aside },
	{ "a scribbled database is never believed",
	    a_scribbled_database_is_never_believed },
	{ "a change within a row is found", a_change_within_a_row_is_found },
	{ "a torn tail gives an earlier state",
	    a_torn_tail_gives_an_earlier_state },
	{ "a snapshot comes back", a_snapshot_comes_back },
	{ "a damaged snapshot changes nothing",
	    a_damaged_snapshot_changes_nothing },
	{ "where a log begins anew is on disk at once",
	    where_a_log_begins_anew_is_on_disk_at_once },
	{ "a backup comes back and nothing is lost",
	    a_backup_comes_back_and_nothing_is_lost },
	{ "a restore asks before it puts anything in place",
	    a_restore_asks_before_it_puts_anything_in_place },
	{ "an older state is migrated wherever it comes from",
	    an_older_state_is_migrated_wherever_it_comes_from },
	{ "what is no state is not restored",
	    what_is_no_state_is_not_restored },
	{ "a damaged backup is not restored",
	    a_damaged_backup_is_not_restored },
	{ "the audit is read newest first and by whom",
	    the_audit_is_read_newest_first_and_by_whom },
	{ "a full disk loses nothing", a_full_disk_loses_nothing },
};

SUITE_MAIN("store-state", tests)
