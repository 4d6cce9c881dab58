#include "tests/unit/rules/plan_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/fault.h"
#include "rules/plan.h"
#include "detect/fault.h"
#include "tests/unit/rules/generate.h"

#define MESSAGES	64
#define EFFECTS		64
#define JOBS		16
#define TIMEOUT_MS	60000	/* of a step */
#define CUT_MS		150000
#define LATE_MS		300000	/* of what is held up */
#define LOSS		20	/* of 100 */
#define DOUBLE		15
#define TROUBLE_MS	180000	/* then all goes well */
#define END_MS		3600000

enum what { DISPATCH, BEGUN, REFUSED, ACK, PROBE, BEGIN, RESULT, PROBED };

struct message {
	enum what	what;
	bool		to_effector;
	int64_t		step, attempt, token, code;
	int64_t		due_ms;		/* it does not arrive before */
};

enum job_state { ACCEPTED, STARTED, FINISHED };

/* On the disk of the effector. */
struct job {
	struct message	message;
	enum job_state	state;
	int64_t		accepted_ms;
	int64_t		end_ms;		/* of its effect, while it runs */
	bool		lives;
};

/* What took effect, seen from outside. */
struct effect {
	int64_t	step, attempt, token, at_ms;
	bool	took;		/* and not only began */
};

struct world {
	struct random		 random;
	enum mutant		 mutant;
	struct model		*model;
	struct changes		 changes;
	int64_t			 now_ms;
	int64_t			 requests;
	int64_t			 plan;
	struct message		 net[MESSAGES];
	int			 net_count;
	struct job		 jobs[JOBS];
	int			 job_count;
	int64_t			 fence;
	struct effect		 effects[EFFECTS];
	int			 effect_count;
	int64_t			 began_token[64];	/* begins in the log */
	int			 began_count;
	/* Attempts that were given up, and when. */
	struct { int64_t token, at_ms; } over[32];
	int			 over_count;
	int64_t			 cut_ms;	/* -1: never */
	int64_t			 over_ms;	/* since it cannot begin more */
	struct world_result	 result;
};

static int
below(struct world *world, int limit)
{
	return (int)random_below(&world->random, (uint64_t)limit);
}

static bool
trouble(const struct world *world)
{
	return world->now_ms < TROUBLE_MS;
}

static int
apply(struct world *world, struct entry *entry)
{
	static struct made made;
	int reply;

	entry->cluster_ms = world->now_ms;
	entry->wall_ms = 1;
	make_entry(entry, &made);
	if (rules_apply(world->model, model_meta(
	    world->model)->applied_index + 1, 1, &made.entry,
	    &world->changes) != 0)
		abort();
	reply = world->changes.result.reply;
	if (rules_commit(world->model, &world->changes) != 0)
		abort();
	return reply;
}

static void
new_entry(struct world *world, struct entry *entry, enum entry_kind kind)
{
	static char request[32];

	snprintf(request, sizeof(request), "w%lld",
	    (long long)++world->requests);
	begin_entry(entry, kind, request);
	as_system(entry);
}

static void
of_plan(struct world *world, struct entry *entry, enum entry_kind kind)
{
	new_entry(world, entry, kind);
	entry_add_number(entry, ARGUMENT_ID, world->plan);
	entry_add_fact(entry, FACT_EVIDENCE_AGE, "", 100);
	entry_add_fact(entry, FACT_LEADS, "n1", 0);
	entry_add_fact(entry, FACT_VOTERS_AFTER, "n1", 2);
	entry_add_fact(entry, FACT_MAJORITY, "", 2);
}

static const struct row_plan *
plan_of(struct world *world)
{
	return model_plan(world->model, world->plan);
}

static const struct row_step *
step_of(struct world *world, int64_t n)
{
	return model_step(world->model, world->plan, n);
}

/* For a while nothing gets through to the effector. */
static bool
is_cut(const struct world *world, const struct message *message)
{
	return message->to_effector && world->cut_ms >= 0 &&
	    world->now_ms >= world->cut_ms &&
	    world->now_ms < world->cut_ms + CUT_MS;
}

static void
send(struct world *world, const struct message *message)
{
	struct message copy = *message;
	int copies = 1;

	if (trouble(world) && below(world, 100) < (is_cut(world, message) ?
	    50 : LOSS))
		return;
	if (trouble(world) && below(world, 100) < DOUBLE)
		copies = 2;
	while (copies-- > 0 && world->net_count < MESSAGES) {
		copy.due_ms = world->now_ms + (!trouble(world) ? 0 :
		    below(world, 10) == 0 ? below(world, LATE_MS) :
		    below(world, 2000));
		if (is_cut(world, message))
			copy.due_ms = world->cut_ms + CUT_MS;
		world->net[world->net_count++] = copy;
	}
}

static struct job *
job_of(struct world *world, const struct message *message)
{
	int i;

	for (i = 0; i < world->job_count; i++)
		if (world->jobs[i].message.token == message->token &&
		    world->jobs[i].message.step == message->step)
			return &world->jobs[i];
	return NULL;
}

static void
answer(struct world *world, const struct message *message, enum what what,
    int64_t code)
{
	struct message said = *message;

	said.what = what;
	said.to_effector = false;
	said.code = code;
	send(world, &said);
}

/* What is said not to have begun must not begin any more. */
static void
bar(struct world *world, const struct message *message)
{
	if (world->mutant != MUTANT_LEAVES_OPEN &&
	    message->token > world->fence)
		world->fence = message->token;
}

/* The effect, which takes its time, and may end without a word. */
static void
start(struct world *world, struct job *job)
{
	struct effect *effect = &world->effects[world->effect_count];

	if (world->mutant != MUTANT_IGNORES_TOKENS &&
	    job->message.token <= world->fence) {
		job->state = FINISHED;
		job->message.code = STEP_CODE_REFUSED;
		return;
	}
	job->state = STARTED;
	job->lives = true;
	job->end_ms = world->now_ms + below(world, 20000);
	if (world->effect_count == EFFECTS)
		return;
	if (job->message.token < world->fence)
		world->result.token_fell++;
	world->fence = job->message.token;
	*effect = (struct effect){ job->message.step, job->message.attempt,
		job->message.token, world->now_ms, below(world, 8) != 0 };
	world->effect_count++;
}

static void
start_in_time(struct world *world, struct job *job)
{
	if (world->mutant == MUTANT_STARTS_LATE || world->now_ms -
	    job->accepted_ms <= TIMEOUT_MS + STEP_CLAIM_MS) {
		start(world, job);
		return;
	}
	bar(world, &job->message);
	job->state = FINISHED;
	job->message.code = STEP_CODE_NOT_NOW;
}

static void
take_dispatch(struct world *world, const struct message *message)
{
	struct job *job = job_of(world, message);

	if (job == NULL && world->job_count < JOBS) {
		job = &world->jobs[world->job_count++];
		*job = (struct job){ .message = *message,
			.accepted_ms = world->now_ms };
	}
	if (job == NULL)
		return;
	if (world->mutant == MUTANT_ACTS_ON_DISPATCH &&
	    job->state == ACCEPTED)
		start(world, job);
	if (job->state == ACCEPTED)
		answer(world, message, BEGIN, 0);
	else if (job->state == FINISHED)
		answer(world, message, RESULT, job->message.code);
}

/* Looks at the thing itself, and not at what was written down. */
static int64_t
probe(struct world *world, const struct message *message)
{
	int i;

	if (world->mutant == MUTANT_GUESSES)
		return STEP_CODE_REFUSED;
	if (below(world, 10) == 0)
		return STEP_CODE_UNKNOWN;
	for (i = 0; i < world->effect_count; i++)
		if (world->effects[i].token == message->token &&
		    world->effects[i].took)
			return STEP_CODE_DONE;
	return STEP_CODE_REFUSED;
}

static void
take_probe(struct world *world, const struct message *message)
{
	struct job *job = job_of(world, message);

	if (job != NULL && job->state == STARTED && job->lives)
		return;
	if (job == NULL || job->state == ACCEPTED)
		bar(world, message);
	answer(world, message, PROBED, probe(world, message));
}

static void
effector_hears(struct world *world, const struct message *message)
{
	struct job *job = job_of(world, message);

	switch (message->what) {
	case DISPATCH:
		take_dispatch(world, message);
		break;
	case BEGUN:
		if (job != NULL && job->state == ACCEPTED)
			start_in_time(world, job);
		break;
	case REFUSED:
		bar(world, message);
		/* FALLTHROUGH */
	case ACK:
		if (job != NULL && job->state != STARTED)
			*job = world->jobs[--world->job_count];
		break;
	default:
		take_probe(world, message);
	}
}

/* It ends and comes back: what was begun is lost to it. */
static void
effector_crashes(struct world *world)
{
	int i;

	if (world->mutant == MUTANT_FORGETS) {
		world->job_count = 0;
		world->fence = 0;
		return;
	}
	for (i = 0; i < world->job_count; i++) {
		world->jobs[i].lives = false;
		if (world->jobs[i].state == FINISHED)
			continue;
		if (world->jobs[i].state == ACCEPTED)
			bar(world, &world->jobs[i].message);
		world->jobs[i].message.code = world->jobs[i].state ==
		    STARTED ? STEP_CODE_UNKNOWN : STEP_CODE_NOT_NOW;
		world->jobs[i].state = FINISHED;
	}
}

static void
effector_goes_on(struct world *world)
{
	struct job *job;
	int i, j;

	for (i = 0; i < world->job_count; i++) {
		job = &world->jobs[i];
		if (job->state == STARTED && world->now_ms >= job->end_ms) {
			job->state = FINISHED;
			job->message.code = STEP_CODE_UNKNOWN;
			for (j = 0; j < world->effect_count; j++)
				if (world->effects[j].token ==
				    job->message.token)
					job->message.code =
					    world->effects[j].took ?
					    STEP_CODE_DONE :
					    STEP_CODE_NOT_NOW;
			if (below(world, 12) == 0)
				job->message.code = STEP_CODE_UNKNOWN;
		}
		if (job->state == ACCEPTED)
			answer(world, &job->message, BEGIN, 0);
		else if (job->state == FINISHED)
			answer(world, &job->message, RESULT,
			    job->message.code);
	}
	if (trouble(world) && below(world, 60) == 0)
		effector_crashes(world);
}

static void
to_effector(struct world *world, const struct row_step *step,
    enum what what)
{
	struct message message = { .what = what, .to_effector = true,
		.step = step->n, .attempt = step->attempt,
		.token = step->token };

	send(world, &message);
}

static void
leader_hears(struct world *world, const struct message *message)
{
	struct message reply = *message;
	struct entry entry;
	int done;

	of_plan(world, &entry, message->what == BEGIN ? ENTRY_STEP_BEGIN :
	    ENTRY_STEP_RESULT);
	entry_add_number(&entry, ARGUMENT_STEP, message->step);
	entry_add_number(&entry, ARGUMENT_ATTEMPT, message->attempt);
	entry_add_number(&entry, ARGUMENT_TOKEN, message->token);
	if (message->what != BEGIN)
		entry_add_number(&entry, ARGUMENT_CODE, message->code);
	if (message->what == PROBED)
		entry_add_number(&entry, ARGUMENT_PROBED, 1);
	done = apply(world, &entry);
	if (message->what == BEGIN && done == REPLY_OK)
		world->began_token[world->began_count++ % 64] =
		    message->token;
	reply.to_effector = true;
	if (message->what == BEGIN)
		reply.what = done == REPLY_OK || done == REPLY_UNCHANGED ?
		    BEGUN : REFUSED;
	else
		reply.what = ACK;
	send(world, &reply);
}

static void
simple(struct world *world, enum entry_kind kind, int64_t step)
{
	struct entry entry;

	of_plan(world, &entry, kind);
	if (step >= 0)
		entry_add_number(&entry, ARGUMENT_STEP, step);
	(void)apply(world, &entry);
}

static void
note_over(struct world *world, int64_t token)
{
	int i;

	for (i = 0; i < world->over_count; i++)
		if (world->over[i].token == token)
			return;
	if (token == 0 || world->over_count == 32)
		return;
	world->over[i].token = token;
	world->over[i].at_ms = world->now_ms;
	world->over_count++;
}

static void
leader_sees_to_steps(struct world *world)
{
	const struct row_step *step;
	int64_t n;

	for (n = 0; (step = step_of(world, n)) != NULL; n++) {
		if (step->state == STEP_STATE_UNKNOWN)
			world->result.unknown++;
		if (!step_is_open(step->state))
			note_over(world, step->token);
		if (step->state == STEP_STATE_READY)
			simple(world, ENTRY_STEP_DISPATCH, n);
		else if (step_is_open(step->state) &&
		    world->now_ms > step->deadline_ms)
			simple(world, ENTRY_STEP_DUE, n);
		else if (step->state == STEP_STATE_DISPATCHED)
			to_effector(world, step, DISPATCH);
		else if (step->state == STEP_STATE_UNKNOWN)
			to_effector(world, step, PROBE);
	}
}

static void
tell_verdict(struct world *world)
{
	struct entry entry;

	of_plan(world, &entry, ENTRY_PLAN_VERDICT);
	entry_add_number(&entry, ARGUMENT_VERDICT, 1 + below(world, 4));
	(void)apply(world, &entry);
}

static void
operator_acts(struct world *world)
{
	struct entry entry;

	if (!trouble(world) || below(world, 120) != 0)
		return;
	of_plan(world, &entry, ENTRY_PLAN_ROLLBACK);
	entry.caller.name = "alice";
	entry_add_text(&entry, ARGUMENT_REASON, "I saw something");
	(void)apply(world, &entry);
}

static void
leader_goes_on(struct world *world)
{
	const struct row_plan *plan = plan_of(world);

	if (plan->state == PLAN_STATE_APPROVED)
		simple(world, ENTRY_PLAN_START, -1);
	leader_sees_to_steps(world);
	plan = plan_of(world);
	if (plan->state == PLAN_STATE_VERIFYING &&
	    plan->verdict == PLAN_VERDICT_NONE && below(world, 5) == 0)
		tell_verdict(world);
	operator_acts(world);
	plan = plan_of(world);
	/* An operator may take back what has helped. */
	if (plan_is_live(plan->state))
		world->over_ms = -1;
	else if (world->over_ms < 0)
		world->over_ms = world->now_ms;
}

static void
deliver(struct world *world)
{
	struct message message;
	int at;

	if (world->net_count == 0)
		return;
	at = below(world, world->net_count);
	message = world->net[at];
	if (message.due_ms > world->now_ms)
		return;
	world->net_count--;
	memmove(&world->net[at], &world->net[at + 1],
	    (size_t)(world->net_count - at) * sizeof(message));
	if (message.to_effector)
		effector_hears(world, &message);
	else
		leader_hears(world, &message);
}

static void
see_fault(struct world *world)
{
	struct entry entry;

	new_entry(world, &entry, ENTRY_FAULT_SEEN);
	entry_add_target(&entry, "n1/llama");
	entry_add_number(&entry, ARGUMENT_CLASS, FAULT_BACKEND_CRASH);
	entry_add_text(&entry, ARGUMENT_NODE, "n1");
	entry_add_number(&entry, ARGUMENT_SEVERITY, 3);
	entry_add_number(&entry, ARGUMENT_CONFIDENCE_PPM, 990000);
	(void)apply(world, &entry);
}

static void
propose(struct world *world)
{
	const struct row_fault *fault;
	struct entry entry;

	see_fault(world);
	world->now_ms += 4000;
	see_fault(world);
	fault = model_at(world->model, ROW_TABLE_FAULT, 0);
	new_entry(world, &entry, ENTRY_PLAN_PROPOSE);
	entry_add_number(&entry, ARGUMENT_FAULT, fault->id);
	entry_add_number(&entry, ARGUMENT_REVISION, fault->revision);
	entry_add_number(&entry, ARGUMENT_STRATEGY, 3);
	entry_add_number(&entry, ARGUMENT_MODE, PLAN_MODE_AUTO);
	entry_add_number(&entry, ARGUMENT_RISK, 16);
	entry_add_text(&entry, ARGUMENT_REASON, "it is down");
	/* Of each kind: state alone, to be proved, and never twice. */
	entry_add_text(&entry, ARGUMENT_STEPS,
	    "0 4 quarantine n1 n1/llama - 5000 2 0 0;"
	    "1 5 model.unload n1 n1/llama m 60000 2 1 0;"
	    "2 5 backend.restart n1 n1/llama - 60000 2 3 0;"
	    "3 5 gpu.reset n1 n1/llama gpu/0 60000 2 7 0;"
	    "4 7 release n1 n1/llama - 5000 2 15 0;"
	    "5 7 release n1 n1/llama - 5000 2 0 1;"
	    "6 7 model.load n1 n1/llama m 60000 2 0 2");
	if (apply(world, &entry) != REPLY_OK)
		abort();
	world->plan = model_meta(world->model)->applied_index;
}

static bool
is_begun(const struct world *world, int64_t token)
{
	int i;

	for (i = 0; i < world->began_count && i < 64; i++)
		if (world->began_token[i] == token)
			return true;
	return false;
}

/* Repeating it does harm, unless the first did not take. */
static bool
must_not_repeat(int64_t step)
{
	return step == 2 || step == 3;
}

static void
check_effects(struct world *world)
{
	const struct effect *one, *other;
	int i, j;

	world->result.effects = world->effect_count;
	for (i = 0; i < world->effect_count; i++) {
		one = &world->effects[i];
		if (!is_begun(world, one->token))
			world->result.unbegun++;
		if (world->over_ms >= 0 && one->at_ms > world->over_ms)
			world->result.after_cancel++;
		for (j = 0; j < world->over_count; j++)
			if (world->over[j].token == one->token &&
			    one->at_ms > world->over[j].at_ms)
				world->result.after_cancel++;
		for (j = 0; j < i; j++) {
			other = &world->effects[j];
			if (other->token == one->token)
				world->result.twice++;
			else if (other->step == one->step &&
			    must_not_repeat(one->step) && other->took)
				world->result.repeated++;
		}
	}
}

/* Of each done step the undo, the last one first. */
static void
check_undo(struct world *world)
{
	const struct row_step *undo, *done;
	int64_t n, before_ms = INT64_MAX;

	for (n = 5; n <= 6; n++) {
		undo = step_of(world, n);
		done = step_of(world, undo->undo_of - 1);
		if ((done->state == STEP_STATE_DONE) !=
		    (undo->state == STEP_STATE_DONE))
			world->result.undo_missing++;
	}
	for (n = 5; n <= 6; n++) {
		undo = step_of(world, n);
		if (undo->state != STEP_STATE_DONE)
			continue;
		/* Step 6 undoes the later one. */
		if (n == 6 && undo->end_ms > before_ms)
			world->result.undo_missing++;
		before_ms = undo->end_ms;
	}
	if (model_curb(world->model, "n1/llama") != NULL)
		world->result.undo_missing++;
}

static void
check_end(struct world *world)
{
	const struct row_plan *plan = plan_of(world);

	if (plan_is_live(plan->state))
		world->result.stuck++;
	else if (plan->kept == 0 &&
	    model_count(world->model, ROW_TABLE_LOCK) > 0)
		world->result.stuck++;
	if (plan->state == PLAN_STATE_SUCCEEDED)
		world->result.helped++;
	if (plan->state != PLAN_STATE_ROLLED_BACK)
		return;
	world->result.rolled_back++;
	check_undo(world);
}

struct world_result
world_run(uint64_t seed, enum mutant mutant)
{
	struct world world = { .random = { seed }, .mutant = mutant,
		.model = model_new(), .over_ms = -1 };
	int i;

	world.cut_ms = below(&world, 3) == 0 ? below(&world, 60000) : -1;
	propose(&world);
	while (world.now_ms < END_MS && (plan_is_live(plan_of(
	    &world)->state) || world.now_ms < TROUBLE_MS / 4)) {
		world.now_ms += 100 + below(&world, 900);
		leader_goes_on(&world);
		effector_goes_on(&world);
		for (i = below(&world, 8); i > 0; i--)
			deliver(&world);
	}
	/* What was held up comes at last. */
	world.now_ms += LATE_MS;
	for (i = 0; i < 8 * MESSAGES && world.net_count > 0; i++)
		deliver(&world);
	check_effects(&world);
	check_end(&world);
	changes_free(&world.changes);
	model_free(world.model);
	return world.result;
}

int
world_breaches(const struct world_result *result)
{
	return result->twice + result->unbegun + result->after_cancel +
	    result->repeated + result->token_fell + result->undo_missing +
	    result->stuck;
}
