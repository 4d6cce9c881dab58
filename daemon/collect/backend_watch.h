/*
 * Inside the backend watch: what backend.c (time, state) and
 * backend_endpoints.c (what is asked, what is learned from it) share.
 *
 * A round asks one endpoint after the other over one connection.  The
 * first of them is the probe of its health.
 */
#ifndef DROVER_COLLECT_BACKEND_WATCH_H
#define DROVER_COLLECT_BACKEND_WATCH_H

#include <stdbool.h>

#include "collect/backend.h"
#include "collect/backend_llama.h"
#include "collect/backend_models.h"
#include "collect/backend_progress.h"
#include "collect/http_client.h"

/* What the answer to a question means for the round. */
enum verdict {
	VERDICT_NEXT,		/* go on */
	VERDICT_LOADING,	/* it loads a model; the round is over */
	VERDICT_FAILED		/* not what it should be; likewise */
};

struct endpoint {
	const char	*path;
	bool		 probe;		/* of health: waited for patiently */
	bool		 essential;	/* if it fails the backend is not up */
	/* May be NULL: ask in each round. */
	bool		(*wanted)(const struct backend_watch *);
	enum verdict	(*take)(struct backend_watch *,
			    const struct http_result *);
};

struct backend_watch {
	uv_loop_t		*loop;
	uv_timer_t		 timer;
	struct http_client	*client;
	struct http_url		 url;
	struct backend_status	 status;
	uint64_t		 interval_ms;
	uint64_t		 timeout_ms;
	bool			 find_kind;	/* not given: ask for it */
	bool			 kind_sure;	/* since it last came up */

	/* the round under way */
	const struct endpoint	*endpoint;	/* NULL: none */
	bool			 late_told;
	bool			 slow_round;
	bool			 metrics_known;
	bool			 slots_known;

	/* canaries */
	struct canary		*canary;
	struct canary_question	 canary_question; /* while it was up last */
	uint64_t		 canary_interval_ms;
	uint64_t		 canary_timeout_ms;
	uint64_t		 canary_due_ms;
	bool			 canary_wanted;
	bool			 canary_counted; /* out since before the round,
						    so the server counts it */

	/* what is kept from round to round */
	bool			 stored_known;
	bool			 loaded_known;
	uint64_t		 slow_next_ms;
	unsigned int		 absent;	/* endpoints, one bit each */
	uint64_t		 good_ns;
	double			 probe_ms;
	struct model_list	 stored;
	struct model_list	 loaded;
	struct model_list	 models;
	struct llama_metrics	 metrics;
	struct llama_slots	 slots;
	struct llama_props	 props;
	struct backend_progress	 progress;
};

/* The endpoints of a kind; UNKNOWN has those that tell which it is. */
const struct endpoint *backend_endpoints(enum drover_backend_kind kind,
	    size_t *count);
/* Turns what a round has learned into values and models. */
void	backend_conclude(struct backend_watch *watch);
/* Keeps what a canary would ask; "" as its model: there is none to ask. */
void	backend_canary_question(struct backend_watch *watch);
/* The server is not up: nothing but the names of its models is known. */
void	backend_forget(struct backend_watch *watch);

#endif
