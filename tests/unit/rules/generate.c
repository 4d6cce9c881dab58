/* Entries for tests, from a seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/rules/generate.h"

/* splitmix64: S. Vigna, after Steele, Lea and Flood (2014). */
uint64_t
random_next(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t
random_below(struct random *random, uint64_t bound)
{
	return random_next(random) % bound;
}

void
begin_entry(struct entry *entry, enum entry_kind kind, const char *request)
{
	memset(entry, 0, sizeof(*entry));
	entry->version = ENTRY_VERSION;
	entry->kind = (uint16_t)kind;
	entry->request = request;
	entry->cluster_ms = 1000;
	entry->wall_ms = 1700000000000;
	entry->caller.name = "alice";
	entry->caller.origin = "uid 1000";
	entry->caller.role = ROLE_ADMIN;
	entry->caller.via = VIA_LOCAL;
}

void
as_system(struct entry *entry)
{
	entry->caller.name = "drover/n1";
	entry->caller.origin = "";
	entry->caller.role = ROLE_SYSTEM;
	entry->caller.via = VIA_SYSTEM;
}

void
make_entry(const struct entry *entry, struct made *made)
{
	int error = entry_encode(entry, made->bytes, sizeof(made->bytes),
	    &made->length);

	if (error == 0)
		error = entry_decode(&made->entry, made->bytes, made->length);
	if (error != 0) {
		fprintf(stderr, "an entry of kind %d does not encode: %s\n",
		    entry->kind, strerror(-error));
		abort();
	}
}

/* The texts that one generated entry points at. */
struct texts {
	char	request[32];
	char	names[4][32];
	char	text[64];
	char	hash[DIGEST_TEXT];
};

static const char *
name_of(struct log_maker *log, struct texts *texts, size_t i,
    const char *prefix, uint64_t of)
{
	snprintf(texts->names[i], sizeof(texts->names[i]), "%s%u", prefix,
	    (unsigned int)random_below(&log->random, of));
	return texts->names[i];
}

static bool
one_in(struct log_maker *log, uint64_t n)
{
	return random_below(&log->random, n) == 0;
}

static void
add_reason(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	if (one_in(log, 20))
		return;
	snprintf(texts->text, sizeof(texts->text), "r\xc3\xa4son %u",
	    (unsigned int)random_below(&log->random, 100));
	entry_add_text(entry, ARGUMENT_REASON, texts->text);
}

static void
add_measured(struct log_maker *log, struct entry *entry)
{
	if (one_in(log, 15))
		return;
	entry->measured_index = one_in(log, 10) ? log->index / 2 :
	    log->index - 1;
	entry->measured_ms = log->cluster_ms -
	    (int64_t)random_below(&log->random, one_in(log, 10) ? 60000 : 900);
	if (entry->measured_ms < 0)
		entry->measured_ms = 0;
}

static void
make_node(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	as_system(entry);
	entry_add_target(entry, name_of(log, texts, 0, "n", 8));
	if (entry->kind == ENTRY_NODE_STATE) {
		entry_add_number(entry, ARGUMENT_STATE,
		    (int64_t)random_below(&log->random, 4));
		return;
	}
	entry_add_text(entry, ARGUMENT_ADDRESS,
	    name_of(log, texts, 1, "10.0.0.", 3));
	entry_add_text(entry, ARGUMENT_VERSION, "0.1.0");
	entry_add_number(entry, ARGUMENT_MEMBER,
	    (int64_t)random_below(&log->random, 3));
}

static void
make_drain(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	uint64_t targets = one_in(log, 4) ? random_below(&log->random, 4) : 1;
	size_t i;

	entry->caller.name = one_in(log, 2) ? "alice" : "bob";
	for (i = 0; i < targets; i++)
		entry_add_target(entry, name_of(log, texts, i, "n", 8));
	if (entry->kind == ENTRY_NODE_UNDRAIN)
		return;
	add_reason(log, texts, entry);
	add_measured(log, entry);
	entry_add_fact(entry, FACT_COPIES_ELSEWHERE, "llama3:8b",
	    (int64_t)random_below(&log->random, 5));
	if (one_in(log, 3))
		entry_add_number(entry, ARGUMENT_DEADLINE_MS,
		    log->cluster_ms +
		    (int64_t)random_below(&log->random, 5000));
	if (one_in(log, 6) && targets > 0)
		entry_add_text(entry, ARGUMENT_TYPED, texts->names[0]);
	if (one_in(log, 4))
		entry_add_number(entry, ARGUMENT_REPLACE, 1);
}

static void
make_drain_end(struct log_maker *log, struct texts *texts,
    struct entry *entry)
{
	const char *node = name_of(log, texts, 0, "n", 8);

	as_system(entry);
	entry_add_target(entry, node);
	entry_add_number(entry, ARGUMENT_END, one_in(log, 2) ? DRAIN_DONE :
	    DRAIN_LATE);
	/* Its drain is one of the last entries, if any. */
	entry_add_number(entry, ARGUMENT_ID, log->index -
	    (int64_t)random_below(&log->random,
	    (uint64_t)(log->index < 12 ? log->index + 1 : 12)));
	entry_add_fact(entry, FACT_IN_FLIGHT, node,
	    (int64_t)random_below(&log->random, 2));
	entry_add_fact(entry, FACT_SEEN_ZERO, node,
	    (int64_t)random_below(&log->random, 4));
}

static int64_t
some_index(struct log_maker *log)
{
	return 1 + (int64_t)random_below(&log->random,
	    (uint64_t)log->index + 1);
}

static void
make_hold(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	if (entry->kind == ENTRY_HOLD_RELEASE ||
	    entry->kind == ENTRY_NOTE_REMOVE) {
		entry_add_number(entry, ARGUMENT_ID, some_index(log));
		return;
	}
	entry_add_target(entry, name_of(log, texts, 0, "node/n", 8));
	if (entry->kind == ENTRY_NOTE_PUT) {
		entry_add_text(entry, ARGUMENT_TEXT, "smells of smoke");
		return;
	}
	add_reason(log, texts, entry);
	entry_add_number(entry, ARGUMENT_HOLD_KIND,
	    (int64_t)random_below(&log->random, 4));
	entry_add_number(entry, ARGUMENT_UNTIL_MS, log->cluster_ms +
	    (int64_t)random_below(&log->random, 20000));
}

static void
make_setting(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	entry_add_target(entry, name_of(log, texts, 0, "collect.p", 20));
	if (entry->kind == ENTRY_CONFIG_SET)
		entry_add_text(entry, ARGUMENT_VALUE,
		    name_of(log, texts, 1, "", 50));
}

static void
make_account(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	if (one_in(log, 8))
		entry->caller.role = ROLE_OPERATOR;
	entry_add_target(entry, name_of(log, texts, 0, "u", 10));
	if (entry->kind == ENTRY_ACCOUNT_PUT)
		entry_add_number(entry, ARGUMENT_ROLE,
		    (int64_t)random_below(&log->random, 4));
}

static void
make_token(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	size_t i;

	entry_add_target(entry, name_of(log, texts, 0, "t", 60));
	if (entry->kind == ENTRY_TOKEN_REVOKE)
		return;
	for (i = 0; i < DIGEST_TEXT - 1; i++)
		texts->hash[i] =
		    "0123456789abcdef"[random_below(&log->random, 16)];
	texts->hash[DIGEST_TEXT - 1] = '\0';
	entry_add_text(entry, ARGUMENT_HASH, texts->hash);
	entry_add_text(entry, ARGUMENT_ACCOUNT,
	    name_of(log, texts, 1, "u", 10));
	entry_add_number(entry, ARGUMENT_EXPIRES_MS, log->cluster_ms +
	    (int64_t)random_below(&log->random, 60000));
	entry_add_number(entry, ARGUMENT_EXPIRES_WALL_MS, 1800000000000);
}

static void
make_fault(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	if (entry->kind != ENTRY_FAULT_ACKNOWLEDGE)
		as_system(entry);
	if (entry->kind != ENTRY_FAULT_SEEN) {
		entry_add_number(entry, ARGUMENT_ID, some_index(log));
		return;
	}
	entry_add_target(entry, name_of(log, texts, 0, "n",
	    log->plans ? 2 : 6));
	entry_add_number(entry, ARGUMENT_CLASS, log->plans ? 1 :
	    (int64_t)random_below(&log->random, 12));
	entry_add_text(entry, ARGUMENT_NODE, texts->names[0]);
	entry_add_number(entry, ARGUMENT_SEVERITY,
	    (int64_t)random_below(&log->random, 5));
	entry_add_number(entry, ARGUMENT_CONFIDENCE_PPM,
	    (int64_t)random_below(&log->random, 1000001));
	entry_add_text(entry, ARGUMENT_TEXT, "4 % left");
}

static void
make_prediction(struct log_maker *log, struct texts *texts,
    struct entry *entry)
{
	as_system(entry);
	if (entry->kind == ENTRY_PREDICTION_DUE) {
		entry_add_number(entry, ARGUMENT_ID, some_index(log));
		entry_add_number(entry, ARGUMENT_LOOKED,
		    (int64_t)random_below(&log->random, 2));
		return;
	}
	entry_add_target(entry, name_of(log, texts, 0, "n", 3));
	entry_add_number(entry, ARGUMENT_CLASS,
	    17 + (int64_t)random_below(&log->random, 4));
	if (entry->kind == ENTRY_PREDICTION_REACHED) {
		entry_add_number(entry, ARGUMENT_AGE_MS,
		    (int64_t)random_below(&log->random, 2000));
		return;
	}
	entry_add_text(entry, ARGUMENT_NODE, texts->names[0]);
	entry_add_number(entry, ARGUMENT_PROBABILITY_PPM,
	    400000 + (int64_t)random_below(&log->random, 600001));
	entry_add_number(entry, ARGUMENT_HORIZON_MS,
	    (int64_t)random_below(&log->random, 20000));
	entry_add_text(entry, ARGUMENT_TEXT, "full in an hour");
}

static void
make_proposal(struct log_maker *log, struct entry *entry)
{
	const struct row_fault *fault = NULL;
	size_t count = log->model == NULL ? 0 :
	    model_count(log->model, ROW_TABLE_FAULT);

	as_system(entry);
	if (count > 0)
		fault = model_at(log->model, ROW_TABLE_FAULT,
		    (size_t)random_below(&log->random, count));
	entry_add_number(entry, ARGUMENT_FAULT, fault == NULL ?
	    some_index(log) : fault->id);
	entry_add_number(entry, ARGUMENT_REVISION, fault == NULL ? 1 :
	    fault->revision);
	entry_add_number(entry, ARGUMENT_STRATEGY,
	    1 + (int64_t)random_below(&log->random, 7));
	entry_add_text(entry, ARGUMENT_STEPS, one_in(log, 8) ?
	    "0 5 watch n1 n1 - 1000 1 1 0" : one_in(log, 4) ?
	    "0 5 watch n1 n1 - 1000 1 0 0" : one_in(log, 3) ?
	    "0 5 model.unload n1 n1/a m 1000 2 0 0;"
	    "1 5 backend.restart n1 n1/a - 1000 2 1 0;"
	    "2 7 model.load n1 n1/a m 1000 1 0 1" : one_in(log, 2) ?
	    "0 4 quarantine n1 n1/a - 1000 2 0 0;"
	    "1 5 backend.restart n1 n1/a - 1000 2 1 0;"
	    "2 7 release n1 n1/a - 1000 2 3 0;"
	    "3 7 release n1 n1/a - 1000 2 0 1" :
	    "0 4 drain n2 n2 - 1000 2 0 0;1 5 node.reboot n2 n2 - 9000 1 1 0;"
	    "2 7 undrain n2 n2 - 1000 2 3 0;3 7 undrain n2 n2 - 1000 2 0 1");
	entry_add_number(entry, ARGUMENT_MODE,
	    (int64_t)random_below(&log->random, 4));
	entry_add_number(entry, ARGUMENT_RISK,
	    (int64_t)random_below(&log->random, 101));
	entry_add_number(entry, ARGUMENT_WAIT_MS, 1000);
	entry_add_text(entry, ARGUMENT_REASON, "it is down: start it");
}

static void
add_attempt(const struct log_maker *log, struct entry *entry,
    const struct row_plan *plan, int64_t n)
{
	const struct row_step *step = plan == NULL ? NULL :
	    model_step(log->model, plan->id, n);

	entry_add_number(entry, ARGUMENT_ATTEMPT, step == NULL ? 1 :
	    step->attempt);
	entry_add_number(entry, ARGUMENT_TOKEN, step == NULL ? 1 :
	    step->token);
}

static void
add_facts(struct log_maker *log, struct entry *entry)
{
	entry_add_fact(entry, FACT_EVIDENCE_AGE, "",
	    (int64_t)random_below(&log->random, 40000));
	entry_add_fact(entry, FACT_VOTERS_AFTER, "n1", 2);
	entry_add_fact(entry, FACT_MAJORITY, "", 2);
	entry_add_fact(entry, FACT_LEADS, "n1",
	    (int64_t)random_below(&log->random, 2));
	entry_add_fact(entry, FACT_SLOTS_NEEDED, "llama3",
	    (int64_t)random_below(&log->random, 3));
	entry_add_fact(entry, FACT_READY_AFTER, "llama3", 2);
	entry_add_fact(entry, FACT_TARGET_SLOTS, "llama3", 1);
}

static void
make_step_act(struct log_maker *log, struct entry *entry,
    const struct row_plan *plan)
{
	static const int64_t codes[] = { 0, 0, 0, 10, 20, 30, 99 };
	int64_t n = (int64_t)random_below(&log->random, 5);

	entry_add_number(entry, ARGUMENT_STEP, n);
	add_facts(log, entry);
	if (entry->kind == ENTRY_STEP_BEGIN ||
	    entry->kind == ENTRY_STEP_RESULT)
		add_attempt(log, entry, plan, n);
	if (entry->kind != ENTRY_STEP_RESULT)
		return;
	entry_add_number(entry, ARGUMENT_CODE,
	    codes[random_below(&log->random, 7)]);
	entry_add_number(entry, ARGUMENT_PROBED, one_in(log, 3));
	entry_add_text(entry, ARGUMENT_TEXT, "it says so");
}

static void
make_plan_act(struct log_maker *log, struct entry *entry,
    const struct row_plan *plan)
{
	static const char *const people[] = { "alice", "bob", "carol" };

	switch ((enum entry_kind)entry->kind) {
	case ENTRY_PLAN_APPROVE:
		entry->caller.name = people[random_below(&log->random, 3)];
		entry_add_text(entry, ARGUMENT_PLAN_HASH, plan == NULL ||
		    one_in(log, 9) ? "00" : plan->hash);
		break;
	case ENTRY_PLAN_REJECT:
	case ENTRY_PLAN_ROLLBACK:
	case ENTRY_PLAN_RELEASE:
		entry_add_text(entry, ARGUMENT_REASON, "not now");
		break;
	case ENTRY_PLAN_SUPERSEDE:
		as_system(entry);
		entry_add_text(entry, ARGUMENT_REASON, "another came");
		break;
	case ENTRY_PLAN_VERDICT:
		as_system(entry);
		entry_add_number(entry, ARGUMENT_VERDICT,
		    (int64_t)random_below(&log->random, 5));
		break;
	case ENTRY_PLAN_START:
		as_system(entry);
		add_facts(log, entry);
		break;
	case ENTRY_PLAN_DUE:
		as_system(entry);
		break;
	default:
		as_system(entry);
		make_step_act(log, entry, plan);
	}
}

static void
make_level(struct log_maker *log, struct entry *entry)
{
	as_system(entry);
	entry_add_number(entry, ARGUMENT_LEVEL,
	    (int64_t)random_below(&log->random, 4));
	entry_add_fact(entry, FACT_VOTERS_LEVEL, "", MODEL_FEATURE_LEVEL);
}

/* For a fault of a while ago, or for a plan that may be there. */
static void
make_plan(struct log_maker *log, struct entry *entry)
{
	const struct row_plan *plan = NULL;
	size_t count;

	if (entry->kind == ENTRY_PLAN_PROPOSE) {
		make_proposal(log, entry);
		return;
	}
	if (log->model != NULL && !one_in(log, 8)) {
		count = model_count(log->model, ROW_TABLE_PLAN);
		plan = count == 0 ? NULL : model_at(log->model,
		    ROW_TABLE_PLAN, log->plans && !one_in(log, 4) ?
		    count - 1 : (size_t)random_below(&log->random, count));
	}
	entry_add_number(entry, ARGUMENT_ID, plan == NULL ?
	    some_index(log) : plan->id);
	make_plan_act(log, entry, plan);
}

static void
make_of_kind(struct log_maker *log, struct texts *texts, struct entry *entry)
{
	switch ((enum entry_kind)entry->kind) {
	case ENTRY_NODE_REGISTER:
	case ENTRY_NODE_STATE:
		make_node(log, texts, entry);
		break;
	case ENTRY_NODE_DRAIN:
	case ENTRY_NODE_UNDRAIN:
		make_drain(log, texts, entry);
		break;
	case ENTRY_DRAIN_END:
		make_drain_end(log, texts, entry);
		break;
	case ENTRY_HOLD_PUT:
	case ENTRY_HOLD_RELEASE:
	case ENTRY_NOTE_PUT:
	case ENTRY_NOTE_REMOVE:
		make_hold(log, texts, entry);
		break;
	case ENTRY_CONFIG_SET:
	case ENTRY_CONFIG_UNSET:
		make_setting(log, texts, entry);
		break;
	case ENTRY_ACCOUNT_PUT:
	case ENTRY_ACCOUNT_REMOVE:
		make_account(log, texts, entry);
		break;
	case ENTRY_TOKEN_PUT:
	case ENTRY_TOKEN_REVOKE:
		make_token(log, texts, entry);
		break;
	case ENTRY_FEATURE_LEVEL:
		make_level(log, entry);
		break;
	case ENTRY_STATE_MENDED:
		as_system(entry);
		entry_add_target(entry, name_of(log, texts, 0, "n", 6));
		entry_add_text(entry, ARGUMENT_REASON,
		    "the log was set aside");
		break;
	case ENTRY_FAULT_SEEN:
	case ENTRY_FAULT_CLEAR:
	case ENTRY_FAULT_CLOSE:
	case ENTRY_FAULT_ACKNOWLEDGE:
		make_fault(log, texts, entry);
		break;
	case ENTRY_FAULT_ESCALATE:
		as_system(entry);
		entry_add_number(entry, ARGUMENT_ID, some_index(log));
		entry_add_text(entry, ARGUMENT_TEXT, "nothing is left");
		break;
	case ENTRY_PREDICTION_MADE:
	case ENTRY_PREDICTION_REACHED:
	case ENTRY_PREDICTION_DUE:
		make_prediction(log, texts, entry);
		break;
	case ENTRY_PLAN_PROPOSE:
	case ENTRY_PLAN_APPROVE:
	case ENTRY_PLAN_REJECT:
	case ENTRY_PLAN_ROLLBACK:
	case ENTRY_PLAN_RELEASE:
	case ENTRY_PLAN_START:
	case ENTRY_PLAN_VERDICT:
	case ENTRY_PLAN_DUE:
	case ENTRY_PLAN_SUPERSEDE:
	case ENTRY_STEP_DISPATCH:
	case ENTRY_STEP_BEGIN:
	case ENTRY_STEP_RESULT:
	case ENTRY_STEP_DUE:
		make_plan(log, entry);
		break;
	case ENTRY_CONFIG_RELOAD:
		entry_add_target(entry, name_of(log, texts, 0, "n", 6));
		entry_add_text(entry, ARGUMENT_TEXT, "2 changes");
		break;
	}
}

/* What brings a plan on comes more often than what ends it. */
static enum entry_kind
some_plan_kind(struct log_maker *log)
{
	static const enum entry_kind often[] = {
		ENTRY_FAULT_SEEN, ENTRY_FAULT_SEEN, ENTRY_PLAN_PROPOSE,
		ENTRY_PLAN_APPROVE, ENTRY_PLAN_START, ENTRY_PLAN_START,
		ENTRY_STEP_DISPATCH, ENTRY_STEP_DISPATCH,
		ENTRY_STEP_DISPATCH, ENTRY_STEP_BEGIN, ENTRY_STEP_BEGIN,
		ENTRY_STEP_BEGIN, ENTRY_STEP_RESULT, ENTRY_STEP_RESULT,
		ENTRY_STEP_RESULT, ENTRY_PLAN_VERDICT, ENTRY_STEP_DUE
	};
	static const enum entry_kind seldom[] = {
		ENTRY_PLAN_REJECT, ENTRY_PLAN_ROLLBACK, ENTRY_PLAN_RELEASE,
		ENTRY_PLAN_DUE, ENTRY_PLAN_SUPERSEDE
	};

	return one_in(log, 60) ? seldom[random_below(&log->random, 5)] :
	    often[random_below(&log->random, 17)];
}

static enum entry_kind
some_kind(struct log_maker *log)
{
	const struct kind *kind = NULL;

	if (log->plans)
		return some_plan_kind(log);
	while (kind == NULL)
		kind = kind_find(1 + (unsigned int)random_below(&log->random,
		    41));
	return kind->number;
}

void
log_next(struct log_maker *log, struct made *made)
{
	struct entry entry;
	struct texts texts;
	bool again = log->requests > 0 && one_in(log, 12);
	int64_t request = again ? log->requests -
	    (int64_t)random_below(&log->random, log->requests < 9 ?
	    (uint64_t)log->requests : 9) : ++log->requests;

	/* The very entry before, once more. */
	if (log->index++ > 0 && one_in(log, 10))
		return;
	log->cluster_ms += (int64_t)random_below(&log->random, 400);
	if (log->plans && one_in(log, 80))
		log->cluster_ms += 20000 << random_below(&log->random, 7);
	snprintf(texts.request, sizeof(texts.request), "r-%lld",
	    (long long)request);
	begin_entry(&entry, some_kind(log), texts.request);
	entry.cluster_ms = log->cluster_ms;
	/* People's clocks jump. */
	entry.wall_ms = (int64_t)random_below(&log->random, 1U << 30);
	make_of_kind(log, &texts, &entry);
	make_entry(&entry, made);
}
