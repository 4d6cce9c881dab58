/*
 * Rates of llama-server.  Its counter of tokens moves only when a request
 * ends; what the busy slots have decoded so far is added to it, so that a
 * long generation shows as steady work and not as a spike at its end.
 * Where /metrics is switched off the slots alone are followed.
 *
 * Pure: times come in (monotonic, ns), rates go out; NaN when there is
 * nothing yet to compare with.
 */
#ifndef DROVER_COLLECT_BACKEND_PROGRESS_H
#define DROVER_COLLECT_BACKEND_PROGRESS_H

#include "collect/backend_llama.h"

/* A counter that may fall back a little and must not run twice. */
struct progress_counter {
	double		high;		/* NaN: not seen yet */
	uint64_t	since_ns;
};

struct backend_progress {
	struct progress_counter	tokens;		/* by /metrics and /slots */
	struct progress_counter	slot_tokens;	/* by /slots alone */
	struct progress_counter	prompt;
	struct progress_counter	requests;
	double			predicted;	/* last of /metrics */
	double			followed;	/* tokens seen in slots */
	double			finished;	/* requests seen to end */
	struct llama_slots	slots;		/* last seen */
	bool			slots_known;
};

struct backend_rates {
	double	tokens_per_s;
	double	tokens_total;
	double	prompt_per_s;
	double	requests_per_s;
};

void	backend_progress_reset(struct backend_progress *progress);
/* metrics or slots NULL: not known this time. */
void	backend_progress_step(struct backend_progress *progress,
	    uint64_t now_ns, const struct llama_metrics *metrics,
	    const struct llama_slots *slots, struct backend_rates *rates);

#endif
