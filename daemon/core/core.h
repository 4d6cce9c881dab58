/*
 * The core process: one libuv loop that owns all state of this node,
 * samples the machine, its GPUs and its backends, and shows them in
 * core.seg.
 */
#ifndef DROVER_CORE_CORE_H
#define DROVER_CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "api/api.h"
#include "collect/host.h"
#include "collect/sample.h"
#include "config/config.h"
#include "core/backends.h"
#include "core/conditions.h"
#include "core/duties.h"
#include "core/faults.h"
#include "core/feed.h"
#include "core/gpu_reader.h"
#include "core/healer.h"
#include "core/processes.h"
#include "core/publish.h"
#include "core/reload.h"
#include "core/shared.h"
#include "process/child.h"

struct core {
	uv_loop_t			 loop;
	uv_timer_t			 sampler;
	uv_timer_t			 heart;
	uv_poll_t			 control;
	uv_signal_t			 terminate;
	uv_signal_t			 interrupt;
	uv_signal_t			 hangup;
	struct child_options		 options;
	struct config			*config;
	struct host_collector		*collector;
	struct sample			 sample;
	struct backends			 backends;
	struct gpu_reader		 gpus;
	struct processes		 processes;
	struct machine_conditions	 conditions;
	struct publisher		 publisher;
	struct feed			 feed;	/* of the recorder */
	struct shared			 shared;
	struct duties			 duties;
	struct faults			*faults;	/* NULL: no memory */
	struct healer			 healer;
	struct reload			 reload;
	uv_check_t			 applied;	/* it must be shown */
	uv_idle_t			 awake;		/* and not later */
	bool				 unshown;
	struct api			*api;	/* NULL: not served */
	char				 listening[128]; /* over TLS; "": not */
	struct event_sink		 sink;
	char				 name[64];
	char				 system[64];
	int64_t				 processes_measured_ns;
	int64_t				 stores_measured_ns;
	double				 log_bytes;
	double				 state_bytes;
	uint64_t			 heartbeats;
	int				 publish_error;	/* the last one told */
	bool				 attended;	/* has a parent */
	bool				 hung_up;	/* within a SIGHUP */
	bool				 sampled;
	bool				 shown;		/* once, at least */
};

/*
 * config, and the text that it was read from, are taken.  Returns an exit
 * status.
 */
int	core_run(const struct child_options *options, struct config *config,
	    struct reload_text *text);

/* tick.c: take one sample and show it. */
void	core_tick(struct core *core);
/* tick.c: show the shared state as it is, and the rest as it was sampled. */
void	core_show(struct core *core);
/* core.c: at once, if something was applied that is not shown yet. */
void	core_show_applied(struct core *core);

#endif
