/*
 * What the planner makes of each class of faults in each of three
 * situations, held against corpus/CLASS-SITUATION.txt.  --update writes
 * them anew: look at the difference, each line of it is a decision.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "plan/planner.h"
#include "plan/snapshot.h"
#include "rules/fault.h"
#include "rules/guard.h"

enum situation { ALONE, REDUNDANT, FAILED_ONCE, SITUATIONS };

static const char *const names[SITUATIONS] = {
	"alone", "redundant", "failed-once"
};

static struct model *model;
static struct row_fault fault;
static struct planner_plan made;

static void
put(enum row_table table, const void *row)
{
	void *copy = malloc(row_kind(table)->bytes);

	if (copy == NULL)
		abort();
	memcpy(copy, row, row_kind(table)->bytes);
	if (model_put(model, table, copy) != 0)
		abort();
}

static void
put_failure(enum strategy_number strategy)
{
	struct row_plan plan = { .id = 9, .fault = fault.id,
		.class = fault.class, .strategy = strategy,
		.state = PLAN_STATE_ROLLED_BACK, .proposed_ms = 2000,
		.start_ms = 2500, .end_ms = 4000 };

	memcpy(plan.target, fault.target, sizeof(plan.target));
	put(ROW_TABLE_PLAN, &plan);
}

static struct planner_case
make_case(const struct fault_kind *kind, enum situation situation)
{
	struct planner_case asked = { .now_ms = 5000, .seed = "corpus",
		.store = "/models", .needed_slots = 1, .voter = true,
		.policy = { .name = "corpus", .stage = POLICY_AUTO,
		.auto_below = 20, .veto_below = 40, .two_from = 60,
		.allow = "" } };
	const struct strategy *first = strategy_of_class(kind->number, 0);

	model_free(model);
	model = model_new();
	memset(&fault, 0, sizeof(fault));
	fault = (struct row_fault){ .id = 4, .class = kind->number,
		.state = FAULT_STATE_OPEN, .severity = kind->severity,
		.confidence_ppm = 990000, .revision = 1, .since_ms = 1000,
		.open_ms = 1000, .target = "n1/llama", .node = "n1" };
	snprintf(fault.device, sizeof(fault.device), "gpu/0");
	asked.model = model;
	asked.fault = &fault;
	asked.models[asked.model_count++] = "llama3:70b";
	asked.target_slots = 1;
	asked.ready_slots = situation == REDUNDANT ? 4 : 1;
	asked.needed_slots = situation == REDUNDANT ? 2 : 1;
	if (situation == FAILED_ONCE && first != NULL)
		put_failure(first->number);
	return asked;
}

static void
print_arm(FILE *stream, const struct planner_arm *arm, bool chosen)
{
	fprintf(stream, "%c %-20s risk %3lld  cost %4lld  ", chosen ? '*' :
	    ' ', arm->strategy->name, (long long)arm->risk.points,
	    (long long)arm->arm.cost_slot_s);
	if (arm->barred != NULL)
		fprintf(stream, "not: %s\n", arm->barred);
	else
		fprintf(stream, "success %.2f  score %.1f\n", arm->success,
		    arm->score);
}

static void
print_step(FILE *stream, const struct row_step *step)
{
	fprintf(stream, "%lld %s %s %s after %llx", (long long)step->n,
	    operation_find(step->operation)->name, step->target,
	    step->argument[0] == '\0' ? "-" : step->argument,
	    (unsigned long long)step->after);
	if (step->undo_of > 0)
		fprintf(stream, " undoes %lld", (long long)step->undo_of - 1);
	fputc('\n', stream);
}

static char *
write_case(const struct fault_kind *kind, enum situation situation)
{
	struct planner_case asked = make_case(kind, situation);
	json_t *kept = snapshot_write(&asked);
	struct snapshot *snapshot;
	int error = snapshot_read(&snapshot, kept);
	char *text = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&text, &size);

	/* From what would be kept of it, as droverctl why does. */
	if (error != 0)
		abort();
	error = planner_make(snapshot_case(snapshot), &made);
	snapshot_free(snapshot);
	json_decref(kept);
	fprintf(stream, "%s, %s\n%s\n", kind->name, names[situation],
	    made.reason);
	for (i = 0; i < made.arm_count; i++)
		print_arm(stream, &made.arms[i], error == 0 &&
		    i == made.chosen);
	if (error == -ENOENT)
		fprintf(stream, "escalated\n");
	else
		fprintf(stream, "mode %s  risk %lld  priority %lld\n",
		    plan_mode_word(made.mode), (long long)made.risk,
		    (long long)made.priority_milli);
	for (i = 0; error == 0 && i < made.step_count; i++)
		print_step(stream, &made.steps[i]);
	fclose(stream);
	return text;
}

static char *
read_file(const char *path)
{
	FILE *stream = fopen(path, "r");
	char *text = calloc(1, 65536);

	if (stream != NULL) {
		if (fread(text, 1, 65535, stream) == 0)
			text[0] = '\0';
		fclose(stream);
	}
	return text;
}

static void
write_file(const char *path, const char *text)
{
	FILE *stream = fopen(path, "w");

	if (stream == NULL || fputs(text, stream) == EOF)
		abort();
	fclose(stream);
}

/* 1 when it is another than it was. */
static int
check(const struct fault_kind *kind, enum situation situation, bool update)
{
	char path[1024], *now, *before;
	int differs;

	snprintf(path, sizeof(path), "%s/%s-%s.txt", CORPUS_DIRECTORY,
	    kind->name, names[situation]);
	now = write_case(kind, situation);
	before = read_file(path);
	differs = strcmp(now, before) != 0;
	if (differs && update)
		write_file(path, now);
	else if (differs)
		printf("%s was:\n%s\nand is:\n%s\n", path, before, now);
	free(now);
	free(before);
	return differs && !update;
}

int
main(int argc, char **argv)
{
	bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
	const struct fault_kind *kind;
	int failures = 0, cases = 0, situation;
	size_t i;

	for (i = 0; (kind = fault_kind_at(i)) != NULL; i++)
		for (situation = 0; situation < SITUATIONS; situation++) {
			failures += check(kind, (enum situation)situation,
			    update);
			cases++;
		}
	printf("%d cases, %d are others than they were\n", cases, failures);
	model_free(model);
	return failures == 0 ? 0 : 1;
}
