/*
 * Shared state on this node: the replicated log, the rules that decide on
 * its entries, the store that keeps what they decided, and the model that
 * everything reads.  The one door: shared_propose().
 *
 *	shared_propose() -> log -> rules_apply() -> store -> model -> changed()
 *
 * STATE/state.db is the store, STATE/cluster the log and the id of this
 * server in it.  Damage that is found when they are opened:
 *
 *	store damaged, log sound	the file is renamed, the log gives
 *					all of it back
 *	log damaged, too short or gone,	for a cluster of one the log is
 *	store sound			renamed, and another begins behind
 *					what the store has applied
 *	both				nothing is guessed: there is no shared
 *					state until a backup is restored; the
 *					file state.lost says so from one start
 *					to the next
 *
 * A log that began anew takes a snapshot with its first entry; until that
 * is there the file cluster/log.incomplete says that it could not give the
 * store back.  Each is an event, and an entry of the audit once there is a
 * log again.  What can pass (a full disk, another process that still ends)
 * is tried again every few seconds; nothing here stops the node from
 * showing what it sees.  A log that fails while it is in use ends the
 * process with CHILD_EXIT_LOG.
 *
 * Everything belongs to the loop's thread.
 */
#ifndef DROVER_CORE_SHARED_H
#define DROVER_CORE_SHARED_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "cluster/consensus.h"
#include "core/events.h"
#include "rules/apply.h"
#include "store/state.h"

/* What is kept of the audit for the segment. */
#define SHARED_AUDIT_ROWS	240

enum shared_phase {
	SHARED_CLOSED,
	SHARED_OPENING,
	SHARED_WAITING,		/* to try again */
	SHARED_FAILED,		/* until somebody mends it */
	SHARED_READY,
	SHARED_CLOSING
};

struct shared {
	enum shared_phase	 phase;
	uv_loop_t		*loop;
	uv_timer_t		 retry;
	const char		*directory;	/* the state directory */
	const char		*node;		/* name of this node */
	const struct event_sink	*sink;
	uint32_t		 snapshot_threshold;
	/* Something was applied: the model is another. */
	void			(*changed)(void *context);
	void			*context;
	/* Why there is none, for callers. */
	enum reply		 why;
	char			 detail[160];
	char			 failure[160];	/* of the log being closed */
	/* To be said in the audit, "" if nothing. */
	char			 mended[513];
	struct state		*state;
	struct model		*model;
	struct consensus	*consensus;
	struct changes		 changes;	/* of the entry applied last */
	bool			 replaying;
	bool			 mending;	/* the log is to be set aside */
	bool			 state_lost;	/* it was damaged */
	bool			 starved;	/* as last told */
	int64_t			 watched_ms;	/* cluster time of that */
	/* The log does not have all: it began anew, without a snapshot yet. */
	bool			 incomplete;
	/* The last acts, a ring; count is of all that were ever put. */
	struct row_audit	*audit;
	uint64_t		 audit_count;
};

struct shared_options {
	uv_loop_t		*loop;
	const char		*directory;
	const char		*node;
	const struct event_sink	*sink;
	void			(*changed)(void *context);
	void			*context;
	uint32_t		 snapshot_threshold;	/* 0: the usual one */
};

/* The strings stay the caller's and in place.  It is ready when model()
   is not NULL. */
int	shared_start(struct shared *shared,
	    const struct shared_options *options);
/* The loop has to run until nothing is left in it; then shared_free(). */
void	shared_stop(struct shared *shared);
void	shared_free(struct shared *shared);

/* NULL while there is none; then *why and *detail say why. */
const struct model *shared_model(const struct shared *shared,
	    enum reply *why, const char **detail);
bool	shared_leads(const struct shared *shared);
/* Cluster time; 0 while there is no shared state. */
int64_t	shared_time_ms(const struct shared *shared);
/* Wall time of this node, UNIX ns, at a cluster time. */
int64_t	shared_wall_ns(const struct shared *shared, int64_t cluster_ms);
/* Index of the last entry applied, as the model counts. */
int64_t	shared_applied(const struct shared *shared);
/*
 * Once a tick: tells of a disk that became full, or has room again, and of
 * holds that ended by themselves.
 */
void	shared_watch(struct shared *shared);
/* How bad it is that there is no shared state, or that it takes no acts. */
enum drover_severity shared_severity(const struct shared *shared);
/* Row i of the audit kept, 0 the newest; NULL past the last. */
const struct row_audit *shared_audit(const struct shared *shared,
	    uint64_t i);

typedef void	shared_done(void *context, const struct rules_result *result);

/*
 * Proposes the entry, of which version and times are filled in here.  done
 * is called exactly once, perhaps before this returns, with what the rules
 * decided, or a reply from 5000 on: then it may still come, unless it is
 * NOT_LEADER, NO_LEADER, NO_ROOM, BUSY or what model() would say.
 */
void	shared_propose(struct shared *shared, struct entry *entry,
	    shared_done *done, void *context);
/* What the entry would come to just now; changes nothing. */
int	shared_preview(struct shared *shared, struct entry *entry,
	    struct rules_result *result);

/* shared_open.c: begin, or begin again; a snapshot was written. */
void	shared_open(struct shared *shared);
void	shared_log_is_complete(struct shared *shared);
/* shared_machine.c: what the log drives. */
extern const struct consensus_machine shared_machine;
int	shared_load(struct shared *shared);

#endif
