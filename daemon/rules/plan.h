/*
 * Plans and their steps as state, healing.md 3.4: plan_states.def,
 * plan_edges.def, step_states.def, step_edges.def, operations.def and
 * guards.def of include/drover/tables as code.  Constants only; any thread.
 */
#ifndef DROVER_RULES_PLAN_H
#define DROVER_RULES_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_STEPS_MAX		32
/* A proposal that nobody decides on, and an approved plan that guards keep
   from starting, ends after so long. */
#define PLAN_DECIDE_MS		900000
/* An effector that has not asked by then has done nothing. */
#define STEP_CLAIM_MS		10000

/* Exit codes of a step, see drover-hooks(5). */
enum step_code {
	STEP_CODE_DONE = 0,
	STEP_CODE_SKIPPED = 1,		/* cancelled: not needed any more */
	STEP_CODE_NOT_NOW = 10,		/* nothing done; try again */
	STEP_CODE_REFUSED = 20,		/* nothing done; it never will be */
	STEP_CODE_UNKNOWN = 30
};

enum plan_state {
	PLAN_STATE_NONE = 0,
#define PLAN_STATE(NAME, number, word, live, help)	\
	PLAN_STATE_##NAME = (number),
#include <drover/tables/plan_states.def>
#undef PLAN_STATE
};

enum plan_event {
	PLAN_EVENT_PROPOSE,
	PLAN_EVENT_APPROVE,
	PLAN_EVENT_REJECT,
	PLAN_EVENT_EXPIRE,
	PLAN_EVENT_SUPERSEDE,
	PLAN_EVENT_START,
	PLAN_EVENT_ACTED,
	PLAN_EVENT_HELPED,
	PLAN_EVENT_FAIL,
	PLAN_EVENT_BACK,
	PLAN_EVENT_UNDONE,
	PLAN_EVENT_STUCK,
	PLAN_EVENTS
};

/* Who must approve it. */
enum plan_mode {
	PLAN_MODE_AUTO,		/* nobody */
	PLAN_MODE_VETO,		/* nobody, unless somebody says no in time */
	PLAN_MODE_MANUAL,	/* an operator */
	PLAN_MODE_TWO		/* two, and neither is who proposed it */
};

enum plan_verdict {
	PLAN_VERDICT_NONE,
	PLAN_VERDICT_HELPED,
	PLAN_VERDICT_NO_EFFECT,
	PLAN_VERDICT_WORSE,
	PLAN_VERDICT_UNKNOWN
};

enum step_state {
	STEP_STATE_NONE = 0,
#define STEP_STATE(NAME, number, word, open, help)	\
	STEP_STATE_##NAME = (number),
#include <drover/tables/step_states.def>
#undef STEP_STATE
};

enum step_event {
	STEP_EVENT_ENABLE,
	STEP_EVENT_DISPATCH,
	STEP_EVENT_BEGIN,
	STEP_EVENT_LAPSE,
	STEP_EVENT_GIVE_UP,
	STEP_EVENT_SUCCEED,
	STEP_EVENT_FAIL,
	STEP_EVENT_RETRY,
	STEP_EVENT_LOSE,
	STEP_EVENT_CANCEL,
	STEP_EVENTS
};

enum step_phase {
	STEP_PHASE_CHECK,
	STEP_PHASE_EVIDENCE,
	STEP_PHASE_CAPACITY,
	STEP_PHASE_ROLES,
	STEP_PHASE_ISOLATE,
	STEP_PHASE_ACT,
	STEP_PHASE_VERIFY,
	STEP_PHASE_RESTORE,
	STEP_PHASES
};

enum operation_number {
	OPERATION_NONE = 0,
#define OPERATION(NAME, number, name, BY, idempotence, disruptive, \
    timeout_ms, help)	\
	OPERATION_##NAME = (number),
#include <drover/tables/operations.def>
#undef OPERATION
};

/* Who does it: the rules themselves, or the effector of the node. */
enum operation_by { BY_STATE, BY_EFFECTOR };

struct operation {
	enum operation_number	 number;
	const char		*name;		/* "backend.restart" */
	enum operation_by	 by;
	int			 idempotence;	/* 0 to 3 */
	bool			 disruptive;
	int64_t			 timeout_ms;
	const char		*help;
};

enum guard_number {
	GUARD_NONE = 0,
#define GUARD(NAME, number, id, name, help)	GUARD_##NAME = (number),
#include <drover/tables/guards.def>
#undef GUARD
};

struct guard_kind {
	enum guard_number	 number;
	const char		*id;		/* "G1" */
	const char		*name;		/* "min-ready" */
	const char		*help;
};

/* PLAN_STATE_NONE, STEP_STATE_NONE: no edge leads there. */
enum plan_state plan_next(enum plan_state state, enum plan_event event);
enum step_state step_next(enum step_state state, enum step_event event);
/* Can it still act? */
bool	plan_is_live(int64_t state);
/* Does it hold locks and count against budgets? */
bool	plan_is_acting(int64_t state);
/* Can it have an effect that nobody knows of yet? */
bool	step_is_open(int64_t state);
/* "proposed"; "none" for what is no state. */
const char *plan_state_word(int64_t state);
const char *step_state_word(int64_t state);
/* "auto", "veto", "manual", "two". */
const char *plan_mode_word(int64_t mode);
const char *plan_verdict_word(int64_t verdict);
/* NULL: there is none. */
const struct operation *operation_find(int64_t number);
const struct operation *operation_by_name(const char *name);
const struct guard_kind *guard_find(int64_t number);
/* In the order of the table; NULL past the last. */
const struct guard_kind *guard_at(size_t i);

#endif
