/*
 * Watching model servers over HTTP on a libuv loop, never blocking it.
 * Each backend is asked at its own pace; what came last is kept and can be
 * read at any time from the loop's thread.  A server that accepts and
 * never answers is SILENT after the timeout; nothing waits for it.
 *
 * The process must ignore SIGPIPE: a server may close a connection while
 * a question is on its way.
 */
#ifndef DROVER_COLLECT_BACKEND_H
#define DROVER_COLLECT_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "collect/canary.h"
#include "collect/clients.h"
#include "collect/sample.h"

/* Of one backend; more are counted and not listed. */
#define BACKEND_MODELS_MAX	1024

struct backend_options {
	const char		*name;
	const char		*url;	/* http://HOST:PORT */
	enum drover_backend_kind kind;	/* UNKNOWN: found out by asking */
	uint64_t		interval_ms;	/* between probes */
	uint64_t		timeout_ms;	/* of one answer */
	uint64_t		canary_interval_ms; /* 0: none */
	uint64_t		canary_timeout_ms;
};

struct backend_model {
	char			name[96];
	char			digest[24];
	char			quantization[16];
	char			parameters[16];
	enum drover_model_state	state;
	double			size_bytes;
	double			memory_bytes;
	double			memory_gpu_bytes;
	double			context_tokens;
	int64_t			expires_ns;	/* UNIX time, 0: never */
};

struct backend_status {
	char			name[64];
	char			url[128];
	char			version[24];
	char			message[96];
	enum drover_backend_kind kind;
	enum drover_backend_state state;
	bool			refuses;	/* down: nobody listens */
	bool			in_flight_is_bound; /* no more than that */
	enum canary_outcome	canary;		/* the last that ended */
	bool			canaries;	/* it is sent some */
	int64_t			canary_ms;	/* see canary_outcome() */
	double			work_percent;	/* of a CPU; NaN until it is
						   measured: work.h */
	double			value[BACKEND_METRICS];
	const struct backend_model *models;	/* by name; until the next run
						   of the loop */
	size_t			model_count;
};

struct backend_watch;

/* url and options are copied.  -EINVAL: url is not http://HOST:PORT. */
int	backend_watch_start(struct backend_watch **watch, uv_loop_t *loop,
	    const struct backend_options *options);
/* The watch frees itself once its handles are closed. */
void	backend_watch_stop(struct backend_watch *watch);
/* Another pace, from the next probe on: the times of options count. */
void	backend_watch_pace(struct backend_watch *watch,
	    const struct backend_options *options);
/* Somebody doubts that it works: a canary as soon as one may be sent. */
void	backend_watch_want_canary(struct backend_watch *watch);
/* connections and in_flight are still NaN: see below. */
void	backend_watch_status(const struct backend_watch *watch,
	    struct backend_status *status);

/* What to count its clients by, until the next run of the loop. */
void	backend_watch_clients(const struct backend_watch *watch,
	    struct client_count *count);
/* Is the model in its memory? */
bool	backend_status_serves(const struct backend_status *status,
	    const char *model);
/*
 * Takes over the connections that were counted (NaN: not known), and
 * concludes what is in flight: the requests that the server tells of; else
 * no more than its connections, so that none prove that there is nothing;
 * 0 where nobody listens; else NaN.
 */
void	backend_status_conclude(struct backend_status *status,
	    double connections);

#endif
