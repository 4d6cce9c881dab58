/*
 * What choosing by what was learned is worth: the simulation of healing.md
 * 3.9, with the planner and the arms of the rules.  A backend is stuck 300
 * times; a remedy that fails is not tried again for the same fault, and
 * when all have failed a person comes.  Mean seconds to heal in the last
 * 150 faults of many runs, of four who choose:
 *
 *	static	by what the table says, as a ladder
 *	greedy	by the mean of what was learned
 *	ts-low	as drover does
 *	oracle	by what is true, in the best order of all
 *
 * The chances are those with which the ladder and the oracle come out as
 * in the design.  One JSON object a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "plan/draw.h"
#include "plan/planner.h"
#include "rules/fault.h"
#include "rules/learn.h"

#define ARMS		3
#define FAULTS		300
#define COUNTED		150
#define RUNS		200
#define RUNS_SMOKE	3
#define PERSON_S	128

static const enum strategy_number offered[ARMS] = { STRATEGY_WATCH,
	STRATEGY_BACKEND_RESTART, STRATEGY_UNLOAD_RESTART };

struct scenario {
	const char	*name;
	double		 chance[ARMS];	/* in the first half */
	double		 later[ARMS];
};

static const struct scenario scenarios[] = {
	{ "the best arm degrades", { 0.05, 0.8, 0.7 },
	    { 0.05, 0.15, 0.7 } },
	{ "the prior is wrong", { 0.842, 0.403, 0.7 },
	    { 0.842, 0.403, 0.7 } },
	{ "nothing to learn", { 0.2, 0.357, 0.7 },
	    { 0.2, 0.357, 0.7 } },
};

enum who { STATIC, GREEDY, TS_LOW, ORACLE, WHO };

static const char *const names[WHO] = { "static", "greedy", "ts-low",
	"oracle" };

struct world {
	enum who	 who;
	const double	*chance;
	struct model	*model;
	struct row_fault fault;
	struct draw	 fate;
	char		 seed[24];
};

static struct planner_plan plan;

static void
put(struct world *world, enum row_table table, const void *row)
{
	void *copy = malloc(row_kind(table)->bytes);

	if (copy == NULL)
		abort();
	memcpy(copy, row, row_kind(table)->bytes);
	if (model_put(world->model, table, copy) != 0)
		abort();
}

static void
begin(struct world *world, enum who who, int run)
{
	struct row_arm arm;
	size_t i;

	memset(world, 0, sizeof(*world));
	world->who = who;
	world->model = model_new();
	snprintf(world->seed, sizeof(world->seed), "%d", run);
	if (world->model == NULL || draw_seed(&world->fate, world->seed,
	    strlen(world->seed)) != 0)
		abort();
	for (i = 0; i < ARMS; i++) {
		arm = arm_new(FAULT_BACKEND_STUCK, strategy_find(offered[i]));
		put(world, ROW_TABLE_ARM, &arm);
	}
	world->fault = (struct row_fault){ .class = FAULT_BACKEND_STUCK,
		.state = FAULT_STATE_OPEN, .severity = 4, .revision = 1,
		.confidence_ppm = 990000, .target = "n1/a", .node = "n1" };
}

/* What it takes with these arms, a bit each, the gentlest first. */
static double
expected_s(const double *chance, unsigned int arms)
{
	double sum_s = 0, reached = 1;
	size_t i;

	for (i = 0; i < ARMS; i++) {
		if ((arms >> i & 1) == 0)
			continue;
		sum_s += reached *
		    (double)strategy_find(offered[i])->cost_slot_s;
		reached *= 1 - chance[i];
	}
	return sum_s + reached * PERSON_S;
}

static unsigned int
best_arms(const double *chance)
{
	unsigned int arms, best = 1;

	for (arms = 2; arms < 1U << ARMS; arms++)
		if (expected_s(chance, arms) < expected_s(chance, best))
			best = arms;
	return best;
}

/* The next by its mean; what failed and what is gentler is not. */
static int
by_mean(const struct world *world, unsigned int failed)
{
	const struct row_arm *arm;
	double score, least = 0;
	int best = -1, i;

	for (i = 0; i < ARMS; i++) {
		if (failed >> i != 0)
			continue;
		arm = model_arm(world->model, FAULT_BACKEND_STUCK,
		    offered[i]);
		score = (double)strategy_find(offered[i])->cost_slot_s /
		    ((double)arm_mean_ppm(arm) / 1e6);
		if (best < 0 || score < least) {
			best = i;
			least = score;
		}
	}
	return best;
}

static int
by_truth(const struct world *world, unsigned int failed)
{
	unsigned int arms = best_arms(world->chance);
	int i;

	for (i = 0; i < ARMS; i++)
		if ((arms >> i & 1) != 0 && failed >> i == 0)
			return i;
	return -1;
}

/* The planner sees the plans that failed for this fault. */
static int
by_planner(struct world *world, int tries)
{
	struct planner_case asked = { .model = world->model,
		.fault = &world->fault, .now_ms = INT64_C(7200000),
		.seed = world->seed, .store = "", .models = { "m" },
		.model_count = 1, .needed_slots = 1, .policy = {
		.name = "p", .stage = POLICY_AUTO, .two_from = 60,
		.allow = "watch backend.restart model.unload+restart" } };
	int i;

	/* Each try is another draw. */
	world->fault.flaps = tries;
	if (planner_make(&asked, &plan) != 0)
		return -1;
	for (i = 0; i < ARMS; i++)
		if (plan.arms[plan.chosen].strategy->number == offered[i])
			return i;
	return -1;
}

static void
learn(struct world *world, int tried, bool helped)
{
	struct row_arm arm;
	int i;

	for (i = 0; i < ARMS; i++) {
		arm = *model_arm(world->model, FAULT_BACKEND_STUCK,
		    offered[i]);
		arm_decay(&arm);
		if (i == tried)
			arm_learn(&arm, helped ? PLAN_VERDICT_HELPED :
			    PLAN_VERDICT_NO_EFFECT, arm.duration_ms,
			    arm.cost_slot_s, 1);
		put(world, ROW_TABLE_ARM, &arm);
	}
}

static void
note_failure(struct world *world, int tried)
{
	struct row_plan row = { .id = tried + 1, .fault = world->fault.id,
		.class = FAULT_BACKEND_STUCK, .strategy = offered[tried],
		.state = PLAN_STATE_FAILED, .proposed_ms = 1,
		.target = "n1/a" };

	put(world, ROW_TABLE_PLAN, &row);
}

static void
forget_failures(struct world *world)
{
	struct row_plan row = { 0 };

	for (row.id = 1; row.id <= ARMS; row.id++)
		if (model_plan(world->model, row.id) != NULL)
			model_delete(world->model, ROW_TABLE_PLAN, &row);
	world->fault.id++;
}

/* Seconds until it is healed. */
static double
heal(struct world *world)
{
	unsigned int failed = 0;
	double took_s = 0;
	bool helped;
	int tried;

	forget_failures(world);
	for (;;) {
		tried = world->who == TS_LOW ? by_planner(world,
		    __builtin_popcount(failed)) : world->who == ORACLE ?
		    by_truth(world, failed) : by_mean(world, failed);
		if (tried < 0)
			return took_s + PERSON_S;
		took_s += (double)strategy_find(offered[tried])->cost_slot_s;
		helped = draw_share(&world->fate) < world->chance[tried];
		if (world->who == GREEDY || world->who == TS_LOW)
			learn(world, tried, helped);
		if (helped)
			return took_s;
		failed |= 1U << tried;
		note_failure(world, tried);
	}
}

static double
mean_s(const struct scenario *scenario, enum who who, int runs)
{
	struct world world;
	double sum_s = 0, took_s;
	int run, fault;

	for (run = 1; run <= runs; run++) {
		begin(&world, who, run);
		for (fault = 0; fault < FAULTS; fault++) {
			world.chance = fault < FAULTS / 2 ?
			    scenario->chance : scenario->later;
			took_s = heal(&world);
			if (fault >= FAULTS - COUNTED)
				sum_s += took_s;
		}
		model_free(world.model);
	}
	return sum_s / COUNTED / runs;
}

int
main(int argc, char **argv)
{
	int runs = argc > 1 && strcmp(argv[1], "--smoke") == 0 ? RUNS_SMOKE :
	    RUNS;
	double found_s[WHO];
	size_t i;
	int who;

	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		for (who = 0; who < WHO; who++)
			found_s[who] = mean_s(&scenarios[i], (enum who)who,
			    runs);
		for (who = 0; who < WHO; who++)
			printf("{\"name\":\"arms, %s: %s\",\"value\":%.1f,"
			    "\"unit\":\"s to heal\",\"peer\":\"oracle\","
			    "\"ratio\":%.3f}\n", scenarios[i].name,
			    names[who], found_s[who],
			    found_s[who] / found_s[ORACLE]);
	}
	return 0;
}
