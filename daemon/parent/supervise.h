/*
 * Supervision of one process as a pure state machine: events and the time
 * come in as arguments, acts go out as a bit mask, so it is tested in
 * virtual time.
 *
 *             start                  said UP
 *   STOPPED --------> STARTING -------------------> UP
 *                      ^    |                        | said HUNG, silent
 *                 wake |    | ended                  v
 *                      |    v         ended        HUNG
 *                     BACKOFF <----------------------+
 *                      ^    |  exit ABSENT
 *          wake, reload|    v
 *                      ABSENT
 *
 *   After stop every road leads to STOPPED: SIGTERM at once, SIGKILL when
 *   stop_ns have passed.
 *
 * The back-off doubles from first_ns to last_ns, with jitter, so that the
 * processes of many nodes that lost the same thing do not come back in
 * step; it starts over after a run of stable_ns.
 */
#ifndef DROVER_PARENT_SUPERVISE_H
#define DROVER_PARENT_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/rows.h>

#define SUPERVISE_MESSAGE_BYTES	96
#define SUPERVISE_NEVER		INT64_MAX

/* What the caller is to do; several may be set. */
enum supervise_act {
	SUPERVISE_START = 1,		/* fork it, then say started */
	SUPERVISE_TERMINATE = 2,	/* send SIGTERM */
	SUPERVISE_KILL = 4,		/* send SIGKILL */
	SUPERVISE_RELOAD = 8,		/* send SIGHUP */
	SUPERVISE_TELL = 16		/* the state changed: log it, tell */
};

struct supervise_rules {
	int64_t	first_ns;	/* first back-off */
	int64_t	last_ns;	/* longest back-off */
	int64_t	stable_ns;	/* a run this long forgives what was before */
	int64_t	absent_ns;	/* between two looks for work to do */
	int64_t	stop_ns;	/* from SIGTERM to SIGKILL */
	int64_t	life_ns;	/* longest wait for the next sign of life */
	int64_t	late_ns;	/* how late a wake may be and still count */
	double	jitter;		/* 0.2: from 0.8 to 1.2 times the back-off */
};

extern const struct supervise_rules supervise_rules_default;

/* Times are CLOCK_MONOTONIC; the fields are for reading only. */
struct supervised {
	const struct supervise_rules	*rules;
	enum drover_process_state	 state;
	bool				 running;
	bool				 stopping;
	bool				 watched;	/* gave signs of life */
	uint32_t			 restarts;
	int64_t				 started_ns;
	int64_t				 wake_ns;
	int64_t				 backoff_ns;	/* the next one */
	uint64_t			 random;
	char				 said[SUPERVISE_MESSAGE_BYTES];
	/* How it last ended, one line, "" when it never did. */
	char				 message[SUPERVISE_MESSAGE_BYTES];
};

/* seed: any number; that of the jitter. */
void	supervise_init(struct supervised *process,
	    const struct supervise_rules *rules, uint64_t seed);

unsigned int supervise_start(struct supervised *process);
/* It was forked, or could not be: why is one line. */
unsigned int supervise_started(struct supervised *process, int64_t now_ns);
unsigned int supervise_failed(struct supervised *process, int64_t now_ns,
	    const char *why);
/* It said something through child_report(). */
unsigned int supervise_said(struct supervised *process,
	    enum drover_process_state state, const char *message);
/*
 * It said UP.  A process that says so again while it is up gives a sign of
 * life, and is expected to go on: when none comes for life_ns it is HUNG
 * and killed.  A caller that itself was late by more than late_ns (a
 * machine that was paused) does not judge, but waits anew.
 */
void	supervise_lives(struct supervised *process, int64_t now_ns);
/* It ended with that wait(2) status. */
unsigned int supervise_ended(struct supervised *process, int64_t now_ns,
	    int status);
unsigned int supervise_reload(struct supervised *process);
unsigned int supervise_stop(struct supervised *process, int64_t now_ns,
	    const char *why);
/* Time has passed; supervise_wake() says when this is next worth it. */
unsigned int supervise_tick(struct supervised *process, int64_t now_ns);
int64_t	supervise_wake(const struct supervised *process);

#endif
