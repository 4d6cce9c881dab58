/*
 * What an applied entry costs: decided, stored in a transaction of its
 * own, taken into the model; against SQLite alone, which stores the same
 * rows in transactions of the same shape in the same run.  One JSON object
 * a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/state.h"
#include "tests/unit/rules/generate.h"

#define ENTRIES_MAX	4000
#define BATCH		16
#define ROUNDS		5

static char directory[] = "/tmp/drover-bench-XXXXXX";
static char path[64];
static struct changes recorded[ENTRIES_MAX];
static double took_us[ENTRIES_MAX];

struct figures {
	double	rate;			/* entries a second */
	double	p50_us;
	double	p99_us;
};

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void
must(int error, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(-error));
	exit(1);
}

static void
remove_files(void)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-lock" };
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
}

static struct state *
fresh_state(void)
{
	struct state_report report;
	struct state *state;

	remove_files();
	must(state_open(&state, path, &report), path);
	return state;
}

static struct figures
figures_of(int entries)
{
	struct figures figures;
	double all = 0;
	int i;

	for (i = 0; i < entries; i++)
		all += took_us[i];
	qsort(took_us, (size_t)entries, sizeof(took_us[0]), compare);
	figures.rate = entries * 1e6 / all;
	figures.p50_us = took_us[entries / 2];
	figures.p99_us = took_us[entries * 99 / 100];
	return figures;
}

/* The rows of each entry, for SQLite alone to write. */
static void
record(int entries)
{
	struct log_maker log = { .random = { 1 } };
	struct model *model = model_new();
	struct changes again = { 0 };
	static struct made made;
	int i;

	for (i = 0; i < entries; i++) {
		log_next(&log, &made);
		must(rules_apply(model, log.index, 1, &made.entry,
		    &recorded[i]), "apply");
		must(rules_apply(model, log.index, 1, &made.entry, &again),
		    "apply");
		must(rules_commit(model, &again), "commit");
	}
	model_free(model);
	changes_free(&again);
}

static struct figures
measure_bare(int entries)
{
	struct state *state = fresh_state();
	double begin;
	int i;

	for (i = 0; i < entries; i++) {
		begin = now_us();
		must(state_store(state, &recorded[i]), "store");
		took_us[i] = now_us() - begin;
	}
	state_close(state);
	return figures_of(entries);
}

/* batch 0: nothing on disk; 1: a transaction for each entry. */
static struct figures
measure_applied(int entries, int batch)
{
	struct state *state = fresh_state();
	struct log_maker log = { .random = { 1 } };
	struct model *model = model_new();
	struct changes changes = { 0 };
	static struct made made;
	struct entry entry;
	double begin;
	int i;

	for (i = 0; i < entries; i++) {
		log_next(&log, &made);
		begin = now_us();
		must(entry_decode(&entry, made.bytes, made.length), "decode");
		if (batch > 1 && i % batch == 0)
			must(state_begin(state), "begin");
		must(rules_apply(model, log.index, 1, &entry, &changes),
		    "apply");
		if (batch > 0)
			must(state_store(state, &changes), "store");
		must(rules_commit(model, &changes), "commit");
		if (batch > 1 && (i % batch == batch - 1 || i == entries - 1))
			must(state_end(state), "end");
		took_us[i] = now_us() - begin;
	}
	state_close(state);
	model_free(model);
	changes_free(&changes);
	return figures_of(entries);
}

/* Opening with all its checks, in us, and SQLite's check of the same. */
static void
measure_open(double *ours, double *bare)
{
	struct state_report report;
	struct state *state;
	sqlite3 *db;
	double begin = now_us();

	must(state_open(&state, path, &report), path);
	*ours = now_us() - begin;
	state_close(state);
	begin = now_us();
	if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_exec(db,
	    "PRAGMA integrity_check", NULL, NULL, NULL) != SQLITE_OK)
		exit(1);
	*bare = now_us() - begin;
	sqlite3_close(db);
}

static void
report(const char *name, double value, const char *unit, double peer)
{
	printf("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"%s\", "
	    "\"peer\": \"SQLite transactions of the same rows\", "
	    "\"ratio\": %.2f}\n", name, value, unit, value / peer);
}

static double
better(double a, double b, bool high)
{
	return b == 0 || (high ? a > b : a < b) ? a : b;
}

static void
keep_best(struct figures *best, struct figures figures)
{
	best->rate = better(figures.rate, best->rate, true);
	best->p50_us = better(figures.p50_us, best->p50_us, false);
	best->p99_us = better(figures.p99_us, best->p99_us, false);
}

int
main(int argc, char **argv)
{
	bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0;
	int entries = smoke ? 200 : ENTRIES_MAX;
	int rounds = smoke ? 1 : ROUNDS;
	struct figures bare = { 0 }, applied = { 0 }, batched = { 0 };
	struct figures rules = { 0 };
	double ours, check;
	int i;

	if (mkdtemp(directory) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/state", directory);
	record(entries);
	/* In turn, so that what else the machine does hits all alike. */
	for (i = 0; i < rounds; i++) {
		keep_best(&bare, measure_bare(entries));
		keep_best(&applied, measure_applied(entries, 1));
		keep_best(&batched, measure_applied(entries, BATCH));
		keep_best(&rules, measure_applied(entries, 0));
	}
	report("state_applied_entries", applied.rate, "entries/s", bare.rate);
	report("state_applied_p50", applied.p50_us, "us", bare.p50_us);
	report("state_applied_p99", applied.p99_us, "us", bare.p99_us);
	report("state_applied_entries_batch_16", batched.rate, "entries/s",
	    bare.rate);
	report("rules_apply_p50", rules.p50_us, "us", bare.p50_us);
	measure_bare(entries);
	measure_open(&ours, &check);
	printf("{\"name\": \"state_open_checked\", \"value\": %.2f, "
	    "\"unit\": \"us/entry\", "
	    "\"peer\": \"SQLite's integrity_check of the same file\", "
	    "\"ratio\": %.2f}\n", ours / entries, ours / check);
	for (i = 0; i < entries; i++)
		changes_free(&recorded[i]);
	remove_files();
	rmdir(directory);
	return 0;
}
