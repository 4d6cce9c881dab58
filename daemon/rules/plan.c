#include <string.h>

#include "rules/plan.h"

static const struct {
	enum plan_state	from;
	enum plan_event	event;
	enum plan_state	to;
} plan_edges[] = {
#define PLAN_EDGE(FROM, EVENT, TO)					\
	{ PLAN_STATE_##FROM, PLAN_EVENT_##EVENT, PLAN_STATE_##TO },
#include <drover/tables/plan_edges.def>
#undef PLAN_EDGE
};

static const struct {
	enum step_state	from;
	enum step_event	event;
	enum step_state	to;
} step_edges[] = {
#define STEP_EDGE(FROM, EVENT, TO)					\
	{ STEP_STATE_##FROM, STEP_EVENT_##EVENT, STEP_STATE_##TO },
#include <drover/tables/step_edges.def>
#undef STEP_EDGE
};

struct state {
	int64_t		 number;
	const char	*word;
	bool		 flag;		/* live, or open */
};

static const struct state plan_states[] = {
#define PLAN_STATE(NAME, number, word, live, help)	\
	{ number, word, live },
#include <drover/tables/plan_states.def>
#undef PLAN_STATE
};

static const struct state step_states[] = {
#define STEP_STATE(NAME, number, word, open, help)	\
	{ number, word, open },
#include <drover/tables/step_states.def>
#undef STEP_STATE
};

static const struct operation operations[] = {
#define OPERATION(NAME, number, name, BY, idempotence, disruptive, \
    timeout_ms, help)							\
	{ OPERATION_##NAME, name, BY_##BY, idempotence,	\
	    disruptive, timeout_ms, help },
#include <drover/tables/operations.def>
#undef OPERATION
};

static const struct guard_kind guards[] = {
#define GUARD(NAME, number, id, name, help)	\
	{ GUARD_##NAME, id, name, help },
#include <drover/tables/guards.def>
#undef GUARD
};

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))

enum plan_state
plan_next(enum plan_state state, enum plan_event event)
{
	size_t i;

	for (i = 0; i < COUNT(plan_edges); i++)
		if (plan_edges[i].from == state &&
		    plan_edges[i].event == event)
			return plan_edges[i].to;
	return PLAN_STATE_NONE;
}

enum step_state
step_next(enum step_state state, enum step_event event)
{
	size_t i;

	for (i = 0; i < COUNT(step_edges); i++)
		if (step_edges[i].from == state &&
		    step_edges[i].event == event)
			return step_edges[i].to;
	return STEP_STATE_NONE;
}

static const struct state *
state_find(const struct state *states, size_t count, int64_t number)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (states[i].number == number)
			return &states[i];
	return NULL;
}

bool
plan_is_live(int64_t state)
{
	const struct state *found = state_find(plan_states,
	    COUNT(plan_states), state);

	return found != NULL && found->flag;
}

bool
plan_is_acting(int64_t state)
{
	return state == PLAN_STATE_RUNNING || state == PLAN_STATE_VERIFYING ||
	    state == PLAN_STATE_ROLLING_BACK;
}

bool
step_is_open(int64_t state)
{
	const struct state *found = state_find(step_states,
	    COUNT(step_states), state);

	return found != NULL && found->flag;
}

const char *
plan_state_word(int64_t state)
{
	const struct state *found = state_find(plan_states,
	    COUNT(plan_states), state);

	return found == NULL ? "none" : found->word;
}

const char *
step_state_word(int64_t state)
{
	const struct state *found = state_find(step_states,
	    COUNT(step_states), state);

	return found == NULL ? "none" : found->word;
}

const char *
plan_mode_word(int64_t mode)
{
	static const char *const words[] = {
		"auto", "veto", "manual", "two"
	};

	return mode >= 0 && mode < (int64_t)COUNT(words) ? words[mode] :
	    "none";
}

const char *
plan_verdict_word(int64_t verdict)
{
	static const char *const words[] = {
		"none", "helped", "no-effect", "worse", "unknown"
	};

	return verdict >= 0 && verdict < (int64_t)COUNT(words) ?
	    words[verdict] : "none";
}

const struct operation *
operation_find(int64_t number)
{
	size_t i;

	for (i = 0; i < COUNT(operations); i++)
		if ((int64_t)operations[i].number == number)
			return &operations[i];
	return NULL;
}

const struct operation *
operation_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

const struct guard_kind *
guard_find(int64_t number)
{
	size_t i;

	for (i = 0; i < COUNT(guards); i++)
		if ((int64_t)guards[i].number == number)
			return &guards[i];
	return NULL;
}

const struct guard_kind *
guard_at(size_t i)
{
	return i < COUNT(guards) ? &guards[i] : NULL;
}
