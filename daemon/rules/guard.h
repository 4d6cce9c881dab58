/*
 * What can stand against a plan: the guards of healing.md 3.7, asked when an
 * approved plan is to start, and once more before each step that takes
 * something out of service.  Pure: what they decide on stands in the model,
 * in the plan and in the facts of the entry.
 *
 * They pace and never latch: each passes by itself once what it looks at
 * has changed.  What gives back is never asked.
 */
#ifndef DROVER_RULES_GUARD_H
#define DROVER_RULES_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/entry.h"
#include "rules/model.h"
#include "rules/plan.h"

/* G4: plans that act on one target within so long. */
#define GUARD_ATTEMPTS_MAX	3
#define GUARD_ATTEMPTS_MS	3600000
/* G7 */
#define GUARD_DRAINS_MAX	6
#define GUARD_DRAINS_MS		3600000
/* G9: so many nodes with the same within so long. */
#define GUARD_STORM_NODES	3
#define GUARD_STORM_MS		30000
/* G11: RULES_FACT_AGE_MS; G14: in thousandths. */
#define GUARD_LOAD_MAX		1000

/* G15: MiB where the log and the state are kept. */
#define GUARD_DISK_MIB		64

struct guard_case {
	const struct model	*model;
	const struct entry	*entry;		/* its facts */
	const struct row_plan	*plan;
	const struct row_step	*steps;
	size_t			 count;
	int64_t			 now_ms;
	bool			 running;	/* it has been let through */
};

struct guard_answer {
	enum guard_number	guard;		/* GUARD_NONE: none */
	int64_t			have;
	int64_t			need;
};

/* The first that stands against it. */
struct guard_answer guard_ask(const struct guard_case *asked);
/* One of them by itself, for who shows them all. */
struct guard_answer guard_ask_one(const struct guard_case *asked,
	    enum guard_number guard);

#endif
