/* Where tests of the store happen. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/store/place.h"

static char directory[64];
static pid_t owner;

void
place_empty(void)
{
	DIR *open = opendir(directory);
	struct dirent *entry;
	char name[400];

	while (open != NULL && (entry = readdir(open)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", directory,
		    entry->d_name);
		unlink(name);
	}
	if (open != NULL)
		closedir(open);
}

static void
remove_place(void)
{
	if (getpid() != owner)
		return;
	place_empty();
	rmdir(directory);
}

const char *
place(void)
{
	if (directory[0] == '\0') {
		strcpy(directory, "/tmp/drover-store-XXXXXX");
		if (mkdtemp(directory) == NULL)
			abort();
		owner = getpid();
		atexit(remove_place);
	}
	return directory;
}

const char *
place_of(const char *name)
{
	static char names[4][200];
	static unsigned int next;
	char *result = names[next++ % 4];

	snprintf(result, sizeof(names[0]), "%s/%s", place(), name);
	return result;
}

/* bytes < 0: all of it. */
void
copy_file(const char *from, const char *to, long bytes)
{
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	int c;

	if (out == NULL)
		abort();
	while (in != NULL && bytes-- != 0 && (c = getc(in)) != EOF)
		putc(c, out);
	if (in != NULL)
		fclose(in);
	fclose(out);
}

int
run_begin(struct run *run, const char *path, uint64_t seed)
{
	struct state_report report;
	int64_t index, term;
	int error;

	memset(run, 0, sizeof(*run));
	run->log.random.state = seed;
	run->model = model_new();
	error = state_open(&run->state, path, &report);
	if (error == 0)
		error = state_load(run->state, run->model);
	if (error == 0)
		error = state_applied(run->state, &index, &term);
	while (error == 0 && run->log.index < index)
		log_next(&run->log, &run->made);
	return error;
}

int
run_step(struct run *run)
{
	int error;

	log_next(&run->log, &run->made);
	error = rules_apply(run->model, run->log.index, 1, &run->made.entry,
	    &run->changes);
	if (error == 0)
		error = state_store(run->state, &run->changes);
	return error == 0 ? rules_commit(run->model, &run->changes) : error;
}

void
run_end(struct run *run)
{
	state_close(run->state);
	model_free(run->model);
	changes_free(&run->changes);
	run->state = NULL;
	run->model = NULL;
}

struct model *
model_after(uint64_t seed, int64_t entries)
{
	struct log_maker log = { .random = { seed } };
	struct model *model = model_new();
	struct changes changes = { 0 };
	static struct made made;

	while (log.index < entries) {
		log_next(&log, &made);
		if (rules_apply(model, log.index, 1, &made.entry,
		    &changes) != 0 || rules_commit(model, &changes) != 0)
			abort();
	}
	changes_free(&changes);
	return model;
}
