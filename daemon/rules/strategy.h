/*
 * Ways to treat a fault: strategies.def and remedies.def of
 * include/drover/tables as code.  Constants only; any thread.
 */
#ifndef DROVER_RULES_STRATEGY_H
#define DROVER_RULES_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum strategy_number {
	STRATEGY_NONE = 0,
#define STRATEGY(NAME, number, name, risk, duration_ms, cost_slot_s, undo, \
    a, b, help)	\
	STRATEGY_##NAME = (number),
#include <drover/tables/strategies.def>
#undef STRATEGY
};

struct strategy {
	enum strategy_number	 number;
	const char		*name;		/* "backend.restart" */
	int64_t			 risk;		/* points */
	int64_t			 duration_ms;
	int64_t			 cost_slot_s;
	bool			 undo;		/* it can be undone */
	int64_t			 a_milli;	/* prior, Beta(a, b) */
	int64_t			 b_milli;
	const char		*help;
};

/* NULL: there is none. */
const struct strategy *strategy_find(unsigned int number);
const struct strategy *strategy_by_name(const char *name);
/*
 * Does it keep a fault from doing harm without mending it?  Then a person
 * is needed all the same.
 */
bool	strategy_isolates(int64_t number);
/* Remedy i of a class of faults.def, the gentlest first; NULL past the last. */
const struct strategy *strategy_of_class(unsigned int class, size_t i);

#endif
