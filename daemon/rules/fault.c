#include <stddef.h>

#include "rules/fault.h"

static const struct {
	enum fault_state	from;
	enum fault_event	event;
	enum fault_state	to;
} edges[] = {
#define FAULT_EDGE(FROM, EVENT, TO)					\
	{ FAULT_STATE_##FROM, FAULT_EVENT_##EVENT, FAULT_STATE_##TO },
#include <drover/tables/fault_edges.def>
#undef FAULT_EDGE
};

static const struct {
	enum fault_state	 state;
	const char		*word;
	bool			 live;
} states[] = {
#define FAULT_STATE(NAME, number, word, live, help)			\
	{ FAULT_STATE_##NAME, word, live },
#include <drover/tables/fault_states.def>
#undef FAULT_STATE
};

enum fault_state
fault_next(enum fault_state state, enum fault_event event)
{
	size_t i;

	for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		if (edges[i].from == state && edges[i].event == event)
			return edges[i].to;
	return FAULT_STATE_NONE;
}

bool
fault_is_live(int64_t state)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if ((int64_t)states[i].state == state)
			return states[i].live;
	return false;
}

const char *
fault_state_word(int64_t state)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if ((int64_t)states[i].state == state)
			return states[i].word;
	return "none";
}
