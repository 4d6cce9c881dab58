/*
 * Faults as state: healing.md 3.1.  Where they stand, and how they get
 * there: include/drover/tables/fault_states.def and fault_edges.def as
 * code.  Constants only; any thread.
 */
#ifndef DROVER_RULES_FAULT_H
#define DROVER_RULES_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* A fault that was gone for so long does not come back: it is another. */
#define FAULT_QUIET_MS		600000

enum fault_state {
	FAULT_STATE_NONE = 0,
#define FAULT_STATE(NAME, number, word, live, help)	\
	FAULT_STATE_##NAME = (number),
#include <drover/tables/fault_states.def>
#undef FAULT_STATE
};

enum fault_event {
	FAULT_EVENT_SEEN,
	FAULT_EVENT_CONFIRM,
	FAULT_EVENT_CLEAR,
	FAULT_EVENT_QUIET,
	FAULT_EVENT_SILENCE,
	FAULT_EVENT_SPEAK,
	FAULT_EVENT_PLAN,
	FAULT_EVENT_UNPLAN,
	FAULT_EVENT_START,
	FAULT_EVENT_ACTED,
	FAULT_EVENT_HELPED,
	FAULT_EVENT_ESCALATE,
	FAULT_EVENTS
};

/* FAULT_STATE_NONE: no edge leads there. */
enum fault_state fault_next(enum fault_state state, enum fault_event event);
/* Does it count as one? */
bool	fault_is_live(int64_t state);
/* "open"; "none" for what is no state. */
const char *fault_state_word(int64_t state);

#endif
