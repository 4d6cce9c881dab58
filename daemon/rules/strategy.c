#include <string.h>

#include "detect/fault.h"
#include "rules/strategy.h"

static const struct strategy strategies[] = {
#define STRATEGY(NAME, number, name, risk, duration_ms, cost_slot_s, undo, \
    a, b, help)								\
	{ STRATEGY_##NAME, name, risk, duration_ms, cost_slot_s, undo, a, b, \
	    help },
#include <drover/tables/strategies.def>
#undef STRATEGY
};

static const struct {
	unsigned int		class;
	enum strategy_number	strategy;
} remedies[] = {
#define REMEDY(CLASS, STRATEGY)	{ FAULT_##CLASS, STRATEGY_##STRATEGY },
#include <drover/tables/remedies.def>
#undef REMEDY
};

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))

const struct strategy *
strategy_find(unsigned int number)
{
	size_t i;

	for (i = 0; i < COUNT(strategies); i++)
		if (strategies[i].number == number)
			return &strategies[i];
	return NULL;
}

const struct strategy *
strategy_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(strategies); i++)
		if (strcmp(strategies[i].name, name) == 0)
			return &strategies[i];
	return NULL;
}

bool
strategy_isolates(int64_t number)
{
	return number == STRATEGY_QUARANTINE || number == STRATEGY_DRAIN ||
	    number == STRATEGY_NODE_FENCE;
}

const struct strategy *
strategy_of_class(unsigned int class, size_t i)
{
	size_t at;

	for (at = 0; at < COUNT(remedies); at++)
		if (remedies[at].class == class && i-- == 0)
			return strategy_find(remedies[at].strategy);
	return NULL;
}
