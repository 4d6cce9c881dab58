/*
 * What the leader does about faults: asks the planner, lets approved plans
 * start, sends steps to the effector, asks for their begin and tells their
 * end, watches whether they helped.  It decides nothing that counts: each
 * of these is an entry, and the rules decide.
 *
 *	fault -> planner -> plan.propose -> (approval) -> plan.start ->
 *	step.dispatch -> effector -> step.begin -> effect -> step.result ->
 *	... -> plan.verdict
 *
 * Looked at after every tick and every entry; one entry at a time is on its
 * way.  What got lost, here or there, is asked for again.
 */
#ifndef DROVER_CORE_HEALER_H
#define DROVER_CORE_HEALER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "core/backends.h"
#include "core/effector_link.h"
#include "core/faults.h"
#include "core/pager.h"
#include "core/shared.h"
#include "core/verify.h"
#include "plan/planner.h"

#define HEALER_HEARD_MAX	16
#define HEALER_STARTS_MAX	16
/* Faults that are only observed, and that is said once of each. */
#define HEALER_OBSERVED_MAX	64

/* Said by the effector, and not in the log yet. */
struct healer_heard {
	struct effector_message	message;
	bool			proposed;
};

/* When a plan was last tried to start, and a step last sent. */
struct healer_try {
	int64_t	plan;
	int64_t	at_ms;
};

struct healer {
	struct shared		*shared;
	struct faults		*faults;	/* NULL: none */
	const struct backends	*backends;
	const struct config	*config;
	const char		*node;
	/* Asks for healer_look() in the next turn of the loop. */
	void			(*look_soon)(void *context);
	void			*context;
	struct effector_link	 link;
	struct pager		 pager;
	struct verify		 verify[4];
	struct healer_heard	 heard[HEALER_HEARD_MAX];
	size_t			 heard_count;
	struct healer_try	 tries[HEALER_STARTS_MAX];
	struct healer_try	 sent[HEALER_STARTS_MAX];
	struct planner_plan	 planned;	/* its texts go into entries */
	char			 store[1024];	/* directory of models */
	char			 text[257];
	const char		*state_directory;
	json_t			*input;		/* of what is on its way */
	int64_t			 input_fault;
	struct healer_try	 observed[HEALER_OBSERVED_MAX];
	size_t			 observed_next;
	struct effector_message	 asking;	/* whose entry is on its way */
	int64_t			 now_ms;	/* CLOCK_BOOTTIME */
	int64_t			 state_room_mib; /* -1: not known */
	uint64_t		 proposals;
	bool			 asks;		/* asking is of use */
	bool			 proposes;	/* a plan is on its way */
	bool			 busy;
};

void	healer_start(struct healer *healer, uv_loop_t *loop,
	    const char *runtime_directory);
void	healer_stop(struct healer *healer);
/* now_ms: of the last sample. */
void	healer_look(struct healer *healer, int64_t now_ms);

/* healer_facts.c: what a plan of the fault is made of, here and now. */
void	healer_case(const struct healer *healer, const struct model *model,
	    const struct row_fault *fault, struct planner_case *asked);
/* What a fault of that class takes from service, and what is left. */
struct healer_weight {
	int64_t	room_milli;	/* of the slots needed; -1: not known */
	int64_t	impact_ppm;	/* mean over the models that it serves */
};

void	healer_weigh(const struct healer *healer, const struct model *model,
	    int64_t class, const char *target, struct healer_weight *weight);
/* The same for faults_weigh(), of a healer. */
int64_t	healer_room_milli(void *context, int64_t class, const char *target);
void	healer_facts(const struct healer *healer, const struct model *model,
	    const struct row_plan *plan, struct entry *entry);
/* Would a canary tell whether a plan helped that backend? */
bool	healer_wants_canary(const struct healer *healer,
	    const char *backend);
void	healer_verify_facts(const struct healer *healer,
	    const struct row_plan *plan, struct verify_facts *facts);

/*
 * healer_inputs.c: what the planner was asked and made, kept as
 * inputs/PLAN.json, or inputs/fFAULT.json where plan is 0: nothing came of
 * it.  It is kept once that is known.
 */
void	healer_input_take(struct healer *healer,
	    const struct planner_case *asked);
void	healer_input_keep(struct healer *healer, int64_t plan);
void	healer_input_drop(struct healer *healer);

#endif
