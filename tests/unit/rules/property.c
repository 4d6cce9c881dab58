/* What holds for every log, tried on many. */
#include <stdlib.h>
#include <string.h>

#include "rules/kind.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

#define SEEDS		2000
#define ENTRIES		60

static struct made made;

static void
apply_next(struct model *model, struct log_maker *log,
    struct changes *changes)
{
	log_next(log, &made);
	CU_ASSERT_EQUAL_FATAL(rules_apply(model, log->index, 1, &made.entry,
	    changes), 0);
}

static void
the_same_log_gives_the_same_model_and_chain(void)
{
	struct changes one = { 0 }, other = { 0 };
	uint64_t seed;
	int i;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct log_maker log = { .random = { seed } };
		struct model *left = model_new(), *right = model_new();

		for (i = 0; i < ENTRIES; i++) {
			apply_next(left, &log, &one);
			rules_apply(right, log.index, 1, &made.entry, &other);
			rules_commit(left, &one);
			rules_commit(right, &other);
		}
		CU_ASSERT_TRUE_FATAL(model_equal(left, right));
		model_free(left);
		model_free(right);
	}
	changes_free(&one);
	changes_free(&other);
}

static void
another_log_gives_another_chain(void)
{
	struct changes changes = { 0 };
	struct model *left = model_new(), *right = model_new();
	struct log_maker log = { .random = { 5 } };
	struct log_maker same = { .random = { 5 } };

	apply_next(left, &log, &changes);
	rules_commit(left, &changes);
	log_next(&same, &made);
	made.entry.wall_ms++;
	made.bytes[16]++;
	rules_apply(right, 1, 1, &made.entry, &changes);
	rules_commit(right, &changes);
	CU_ASSERT_NOT_EQUAL(memcmp(model_meta(left)->chain,
	    model_meta(right)->chain, DIGEST_BYTES), 0);
	model_free(left);
	model_free(right);
	changes_free(&changes);
}

/* All but requests and audit, which keep the record of it. */
static void
check_record_only(const struct changes *changes, size_t audits)
{
	size_t i, seen = 0;

	for (i = 0; i < changes->count; i++) {
		CU_ASSERT_TRUE_FATAL(
		    changes->list[i].table == ROW_TABLE_REQUEST ||
		    changes->list[i].table == ROW_TABLE_AUDIT);
		seen += changes->list[i].table == ROW_TABLE_AUDIT;
	}
	CU_ASSERT_EQUAL(seen, audits);
}

static void
refusals_and_repetitions_change_nothing(void)
{
	struct changes changes = { 0 };
	size_t refused = 0, repeated = 0, done = 0;
	uint64_t seed;
	int i;

	for (seed = 1; seed <= SEEDS / 3; seed++) {
		struct log_maker log = { .random = { seed * 77 } };
		struct model *model = model_new();

		for (i = 0; i < ENTRIES; i++) {
			apply_next(model, &log, &changes);
			if (changes.result.repeated) {
				CU_ASSERT_EQUAL(changes.count, 0);
				repeated++;
			} else if (!reply_is_done(changes.result.reply)) {
				check_record_only(&changes, 1);
				CU_ASSERT_EQUAL(changes.meta.serving_index,
				    model_meta(model)->serving_index);
				refused++;
			} else {
				done++;
			}
			rules_commit(model, &changes);
		}
		model_free(model);
	}
	/* The logs are worth their name: all three happen a lot. */
	CU_ASSERT_TRUE(refused > 1000 && repeated > 50 && done > 1000);
	changes_free(&changes);
}

static void
apply_itself_changes_nothing(void)
{
	struct changes changes = { 0 };
	struct log_maker log = { .random = { 3 } };
	struct model *model = model_new(), *copy;
	int i;

	for (i = 0; i < 600; i++) {
		copy = model_copy(model);
		apply_next(model, &log, &changes);
		CU_ASSERT_TRUE_FATAL(model_equal(model, copy));
		model_free(copy);
		rules_commit(model, &changes);
	}
	model_free(model);
	changes_free(&changes);
}

static void
the_sum_follows_the_rows(void)
{
	struct changes changes = { 0 };
	struct log_maker log = { .random = { 4 } };
	struct model *model = model_new();
	uint64_t sum[4];
	int i;

	for (i = 0; i < 500; i++) {
		apply_next(model, &log, &changes);
		rules_commit(model, &changes);
		CU_ASSERT_EQUAL_FATAL(model_sum(model, sum), 0);
		CU_ASSERT_EQUAL_FATAL(memcmp(sum, model_meta(model)->sum,
		    sizeof(sum)), 0);
	}
	model_free(model);
	changes_free(&changes);
}

static void
no_row_changes_twice_with_one_entry(void)
{
	struct changes changes = { 0 };
	struct log_maker log = { .random = { 6 } };
	struct model *model = model_new();
	size_t a, b;
	int i;

	for (i = 0; i < 3000; i++) {
		apply_next(model, &log, &changes);
		for (a = 0; a < changes.count; a++)
			for (b = 0; b < a; b++)
				CU_ASSERT_FALSE_FATAL(changes.list[a].table ==
				    changes.list[b].table &&
				    row_compare(changes.list[a].table,
				    changes.list[a].row,
				    changes.list[b].row) == 0);
		rules_commit(model, &changes);
	}
	model_free(model);
	changes_free(&changes);
}

#define ENTRY_ANY	0

static const struct {
	unsigned int	entry;
	enum reply	reply;
} listed[] = {
#define REFUSAL(ENTRY, NAME)	{ ENTRY_##ENTRY, REPLY_##NAME },
#include <drover/tables/refusals.def>
#undef REFUSAL
};

static bool
is_listed(unsigned int kind, int reply)
{
	size_t i;

	for (i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if ((int)listed[i].reply == reply &&
		    (listed[i].entry == kind || listed[i].entry == ENTRY_ANY))
			return true;
	return false;
}

static void
acts_are_refused_only_as_the_table_says(void)
{
	struct changes changes = { 0 };
	size_t refused = 0;
	uint64_t seed;
	int i;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct log_maker log = { .random = { seed * 31 } };
		struct model *model = model_new();

		for (i = 0; i < ENTRIES; i++) {
			apply_next(model, &log, &changes);
			if (!reply_is_done(changes.result.reply) &&
			    kind_find(made.entry.kind)->role != ROLE_SYSTEM) {
				refused++;
				CU_ASSERT_TRUE_FATAL(is_listed(
				    made.entry.kind, changes.result.reply));
			}
			rules_commit(model, &changes);
		}
		model_free(model);
	}
	CU_ASSERT_TRUE(refused > 1000);
	changes_free(&changes);
}

static const struct suite_test tests[] = {
	{ "the same log gives the same model and chain",
	    the_same_log_gives_the_same_model_and_chain },
	{ "another log gives another chain",
	    another_log_gives_another_chain },
	{ "refusals and repetitions change nothing",
	    refusals_and_repetitions_change_nothing },
	{ "apply itself changes nothing", apply_itself_changes_nothing },
	{ "the sum follows the rows", the_sum_follows_the_rows },
	{ "no row changes twice with one entry",
	    no_row_changes_twice_with_one_entry },
	{ "acts are refused only as the table says",
	    acts_are_refused_only_as_the_table_says },
};

SUITE_MAIN("rules-property", tests)
