/*
 * Exactly once, or known not to be: the protocol of steps over a bad
 * network, with an effector that crashes and an operator who changes his
 * mind; and that each way to get it wrong shows.
 *
 * DROVER_SEEDS: how many to try.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/rules/plan_world.h"
#include "tests/unit/suite.h"

static uint64_t
seeds(uint64_t usual)
{
	const char *text = getenv("DROVER_SEEDS");

	return text == NULL ? usual : strtoull(text, NULL, 10);
}

static void
add(struct world_result *sum, const struct world_result *one)
{
	sum->effects += one->effects;
	sum->helped += one->helped;
	sum->rolled_back += one->rolled_back;
	sum->unknown += one->unknown;
}

static void
nothing_happens_twice_or_unasked_for(void)
{
	struct world_result sum = { 0 }, one;
	uint64_t seed, count = seeds(3000);

	for (seed = 1; seed <= count; seed++) {
		one = world_run(seed, MUTANT_NONE);
		if (world_breaches(&one) > 0)
			printf("seed %llu: twice %d, unbegun %d, after the "
			    "end %d, repeated %d, token %d, undo %d, stuck "
			    "%d\n", (unsigned long long)seed, one.twice,
			    one.unbegun, one.after_cancel, one.repeated,
			    one.token_fell, one.undo_missing, one.stuck);
		CU_ASSERT_EQUAL_FATAL(world_breaches(&one), 0);
		add(&sum, &one);
	}
	printf("%llu plans: %d effects, %d helped, %d rolled back, %d looks "
	    "at the unknown ", (unsigned long long)count, sum.effects,
	    sum.helped, sum.rolled_back, sum.unknown);
	/* All of it was tried. */
	CU_ASSERT_TRUE(sum.helped > 0);
	CU_ASSERT_TRUE(sum.rolled_back > 0);
	CU_ASSERT_TRUE(sum.unknown > 0);
}

static void
each_way_to_get_it_wrong_shows(void)
{
	struct world_result one;
	int mutant, caught;
	uint64_t seed;

	for (mutant = MUTANT_NONE + 1; mutant < MUTANTS; mutant++) {
		caught = 0;
		for (seed = 1; seed <= 3000 && caught == 0; seed++) {
			one = world_run(seed, (enum mutant)mutant);
			caught = world_breaches(&one);
		}
		if (caught == 0)
			printf("mutant %d lives\n", mutant);
		CU_ASSERT_TRUE(caught > 0);
	}
}

static const struct suite_test tests[] = {
	{ "nothing happens twice or unasked for",
	    nothing_happens_twice_or_unasked_for },
	{ "each way to get it wrong shows",
	    each_way_to_get_it_wrong_shows },
};

SUITE_MAIN("rules-plan-protocol", tests)
