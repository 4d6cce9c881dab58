/*
 * Whether a plan that has acted helped: what was wrong is gone, and stays
 * gone for a while; the backend answers, and a canary generates where one
 * can be sent.  Pure: times and facts come in, a verdict goes out.
 *
 * What only sets apart is not expected to mend: that it does no harm for a
 * while is enough.
 *
 * It made things worse when another fault that is major opened on the same
 * node since it began.  A cause that clears because nobody looks any more
 * is no help: what was not looked at does not count as time.
 */
#ifndef DROVER_CORE_VERIFY_H
#define DROVER_CORE_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/model.h"
#include "rules/plan.h"

/* It must hold for so long. */
#define VERIFY_DWELL_MS		5000
/* No help after so long, and as long again as the strategy takes. */
#define VERIFY_LIMIT_MS		60000
#define VERIFY_WATCH_MS		15000

struct verify {
	int64_t	plan;		/* that is watched; 0: none */
	int64_t	good_ms;	/* since when it holds; -1: it does not */
	int64_t	looked_ms;
};

/* What is seen just now. */
struct verify_facts {
	int64_t	now_ms;		/* CLOCK_BOOTTIME */
	int64_t	cluster_ms;
	int64_t	gap_ms;		/* further apart nothing lasts */
	bool	stands;		/* the finding */
	bool	answers;	/* the target, or it is no backend */
	bool	canaries;	/* good ones since it acted, or none is sent */
};

/* PLAN_VERDICT_NONE: not yet.  why is one line for people. */
enum plan_verdict verify_look(struct verify *verify,
	    const struct model *model, const struct row_plan *plan,
	    const struct verify_facts *facts, char why[257]);

#endif
