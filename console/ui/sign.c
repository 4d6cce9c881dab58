#include "sign.h"

#include <drover/rows.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define WORD(dictionary, name, value, text)	[value] = text,
#define PICK(table, words, value)					\
	((value) < COUNT(table) && (value) < COUNT(words) ?		\
	    (struct sign){(words)[value], (table)[value].glyph,		\
		(table)[value].role} :					\
	    (struct sign){"?", GLYPH_UNKNOWN, ROLE_WARNING})

struct look {
	enum glyph	glyph;
	enum role	role;
};

struct sign
sign_node_state(unsigned int state)
{
	static const char *const words[] = {DROVER_DICTIONARY_NODE_STATE(WORD)};
	static const struct look looks[] = {
		[DROVER_NODE_STATE_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_DIM},
		[DROVER_NODE_STATE_UP] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_NODE_STATE_SUSPECT] = {GLYPH_BUSY, ROLE_WARNING},
		[DROVER_NODE_STATE_DOWN] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_NODE_STATE_DRAIN] = {GLYPH_AWAY, ROLE_NOTICE},
		[DROVER_NODE_STATE_QUARANTINE] = {GLYPH_SHUT, ROLE_WARNING},
	};

	return PICK(looks, words, state);
}

struct sign
sign_backend_state(unsigned int state)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_BACKEND_STATE(WORD)};
	static const struct look looks[] = {
		[DROVER_BACKEND_STATE_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_DIM},
		[DROVER_BACKEND_STATE_UP] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_BACKEND_STATE_LOADING] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_BACKEND_STATE_SILENT] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_BACKEND_STATE_DOWN] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_BACKEND_STATE_ERROR] = {GLYPH_BAD, ROLE_MAJOR},
	};

	return PICK(looks, words, state);
}

struct sign
sign_model_state(unsigned int state)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_MODEL_STATE(WORD)};
	static const struct look looks[] = {
		[DROVER_MODEL_STATE_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_DIM},
		[DROVER_MODEL_STATE_STORED] = {GLYPH_IDLE, ROLE_TEXT},
		[DROVER_MODEL_STATE_LOADED] = {GLYPH_GOOD, ROLE_GOOD},
	};

	return PICK(looks, words, state);
}

struct sign
sign_process_state(unsigned int state)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_PROCESS_STATE(WORD)};
	static const struct look looks[] = {
		[DROVER_PROCESS_STATE_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_DIM},
		[DROVER_PROCESS_STATE_STARTING] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_PROCESS_STATE_UP] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_PROCESS_STATE_BACKOFF] = {GLYPH_BUSY, ROLE_MINOR},
		[DROVER_PROCESS_STATE_STOPPED] = {GLYPH_BAD, ROLE_MINOR},
		[DROVER_PROCESS_STATE_HUNG] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_PROCESS_STATE_ABSENT] = {GLYPH_IDLE, ROLE_DIM},
	};

	return PICK(looks, words, state);
}

struct sign
sign_node_drain(unsigned int drain)
{
	static const char *const words[] = {DROVER_DICTIONARY_NODE_DRAIN(WORD)};
	static const struct look looks[] = {
		[DROVER_NODE_DRAIN_NONE] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_NODE_DRAIN_RUNNING] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_NODE_DRAIN_DONE] = {GLYPH_AWAY, ROLE_NOTICE},
		[DROVER_NODE_DRAIN_LATE] = {GLYPH_BAD, ROLE_WARNING},
	};

	return PICK(looks, words, drain);
}

struct sign
sign_hold_kind(unsigned int kind)
{
	static const char *const words[] = {DROVER_DICTIONARY_HOLD_KIND(WORD)};
	static const struct look looks[] = {
		[DROVER_HOLD_KIND_PAUSE] = {GLYPH_SHUT, ROLE_NOTICE},
		[DROVER_HOLD_KIND_MAINTENANCE] = {GLYPH_SHUT, ROLE_NOTICE},
		[DROVER_HOLD_KIND_SILENCE] = {GLYPH_IDLE, ROLE_NOTICE},
		[DROVER_HOLD_KIND_VETO] = {GLYPH_BAD, ROLE_WARNING},
	};

	return PICK(looks, words, kind);
}

struct sign
sign_plan_state(unsigned int state)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_PLAN_STATE(WORD)
	};
	static const struct look looks[] = {
		[DROVER_PLAN_STATE_NONE] = {GLYPH_IDLE, ROLE_DIM},
		[DROVER_PLAN_STATE_PROPOSED] = {GLYPH_UNKNOWN, ROLE_WARNING},
		[DROVER_PLAN_STATE_APPROVED] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_PLAN_STATE_RUNNING] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_PLAN_STATE_VERIFYING] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_PLAN_STATE_ROLLING_BACK] = {GLYPH_AWAY, ROLE_WARNING},
		[DROVER_PLAN_STATE_SUCCEEDED] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_PLAN_STATE_FAILED] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_PLAN_STATE_ROLLED_BACK] = {GLYPH_AWAY, ROLE_MINOR},
		[DROVER_PLAN_STATE_REJECTED] = {GLYPH_SHUT, ROLE_DIM},
		[DROVER_PLAN_STATE_EXPIRED] = {GLYPH_IDLE, ROLE_DIM},
		[DROVER_PLAN_STATE_SUPERSEDED] = {GLYPH_IDLE, ROLE_DIM},
	};

	return PICK(looks, words, state);
}

struct sign
sign_step_state(unsigned int state)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_STEP_STATE(WORD)
	};
	static const struct look looks[] = {
		[DROVER_STEP_STATE_NONE] = {GLYPH_IDLE, ROLE_DIM},
		[DROVER_STEP_STATE_WAITING] = {GLYPH_IDLE, ROLE_DIM},
		[DROVER_STEP_STATE_READY] = {GLYPH_IDLE, ROLE_TEXT},
		[DROVER_STEP_STATE_DISPATCHED] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_STEP_STATE_RUNNING] = {GLYPH_BUSY, ROLE_NOTICE},
		[DROVER_STEP_STATE_DONE] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_STEP_STATE_FAILED] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_STEP_STATE_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_WARNING},
		[DROVER_STEP_STATE_CANCELLED] = {GLYPH_SHUT, ROLE_DIM},
	};

	return PICK(looks, words, state);
}

struct sign
sign_fault_state(unsigned int state)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_FAULT_STATE(WORD)
	};
	static const struct look looks[] = {
		[DROVER_FAULT_STATE_NONE] = {GLYPH_IDLE, ROLE_DIM},
		[DROVER_FAULT_STATE_SUSPECTED] = {GLYPH_IDLE, ROLE_WARNING},
		[DROVER_FAULT_STATE_OPEN] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_FAULT_STATE_PLANNED] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_FAULT_STATE_HEALING] = {GLYPH_SHUT, ROLE_NOTICE},
		[DROVER_FAULT_STATE_VERIFYING] = {GLYPH_SHUT, ROLE_NOTICE},
		[DROVER_FAULT_STATE_RESOLVED] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_FAULT_STATE_CLOSED] = {GLYPH_GOOD, ROLE_DIM},
		[DROVER_FAULT_STATE_CLEARED] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_FAULT_STATE_SILENCED] = {GLYPH_SHUT, ROLE_DIM},
		[DROVER_FAULT_STATE_ESCALATED] = {GLYPH_BAD, ROLE_CRITICAL},
	};

	return PICK(looks, words, state);
}

struct sign
sign_outcome(unsigned int outcome)
{
	static const char *const words[] = {DROVER_DICTIONARY_OUTCOME(WORD)};
	static const struct look looks[] = {
		[DROVER_OUTCOME_NONE] = {GLYPH_IDLE, ROLE_DIM},
		[DROVER_OUTCOME_OPEN] = {GLYPH_ALARM, ROLE_WARNING},
		[DROVER_OUTCOME_HIT] = {GLYPH_GOOD, ROLE_GOOD},
		[DROVER_OUTCOME_MISS] = {GLYPH_BAD, ROLE_MINOR},
		[DROVER_OUTCOME_AVERTED] = {GLYPH_SHUT, ROLE_NOTICE},
		[DROVER_OUTCOME_VOID] = {GLYPH_IDLE, ROLE_DIM},
	};

	return PICK(looks, words, outcome);
}

struct sign
sign_member_role(unsigned int role)
{
	static const char *const words[] = {
		DROVER_DICTIONARY_MEMBER_ROLE(WORD)};
	static const struct look looks[] = {
		[DROVER_MEMBER_ROLE_STOPPED] = {GLYPH_BAD, ROLE_MAJOR},
		[DROVER_MEMBER_ROLE_FOLLOWS] = {GLYPH_IDLE, ROLE_GOOD},
		[DROVER_MEMBER_ROLE_CANDIDATE] = {GLYPH_BUSY, ROLE_WARNING},
		[DROVER_MEMBER_ROLE_LEADER] = {GLYPH_GOOD, ROLE_GOOD},
	};

	return PICK(looks, words, role);
}

struct sign
sign_reply(int64_t number)
{
	if (number < 3000)
		return (struct sign){"done", GLYPH_GOOD, ROLE_GOOD};
	return (struct sign){"refused", GLYPH_BAD, ROLE_MINOR};
}

struct sign
sign_severity(unsigned int severity)
{
	static const char *const words[] = {DROVER_DICTIONARY_SEVERITY(WORD)};
	static const struct look looks[] = {
		[DROVER_SEVERITY_INFO] = {GLYPH_INFO, ROLE_DIM},
		[DROVER_SEVERITY_WARNING] = {GLYPH_WARNING, ROLE_WARNING},
		[DROVER_SEVERITY_MINOR] = {GLYPH_ALARM, ROLE_MINOR},
		[DROVER_SEVERITY_MAJOR] = {GLYPH_ALARM, ROLE_MAJOR},
		[DROVER_SEVERITY_CRITICAL] = {GLYPH_ALARM, ROLE_CRITICAL},
	};

	return PICK(looks, words, severity);
}

int
sign_draw(struct sign sign, struct grid *grid, int y, int x, int columns)
{
	if (columns < 1)
		return 0;
	grid_glyph(grid, y, x, sign.role, sign.glyph);
	return 2 + grid_text(grid, y, x + 2, columns - 2, sign.role,
	    sign.word);
}
