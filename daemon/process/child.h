/*
 * The contract between the parent (droverd) and its processes.
 *
 * The parent runs PROGRAM -r RUNTIME_DIRECTORY -s STATE_DIRECTORY
 * [-f CONFIGURATION], with descriptor 3 connected to it (a UNIX
 * SOCK_SEQPACKET pair), standard input /dev/null, standard output and
 * error the log, every other descriptor closed, signals at their defaults
 * and in a session of its own (a Ctrl-C reaches the parent alone).
 *
 * Over descriptor 3 the process says that it is ready, or what is wrong
 * before it ends; the parent tells the core about every process, all of
 * them again when a core has become ready.  Both directions speak struct
 * child_status, one a message.  End of file means that the parent is gone:
 * the process ends; the kernel kills it if it does not get to that.
 *
 * SIGTERM: end in order, within CHILD_STOP_MS, then comes SIGKILL.
 * SIGHUP: read the configuration again.
 */
#ifndef DROVER_PROCESS_CHILD_H
#define DROVER_PROCESS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/rows.h>

#define CHILD_CONTROL_FD	3
#define CHILD_STOP_MS		1500
/* Signs of life, where a process gives them: this often, and at most. */
#define CHILD_SIGN_MS		5000
#define CHILD_LIFE_MS		30000

/*
 * In the environment of a backend that drover started, and so of what that
 * starts: it serves on when droverd ends.
 */
#define CHILD_BACKEND_ENVIRONMENT "DROVER_BACKEND"

/*
 * Exit codes, of sysexits.h where it has one.  A fast restart does not
 * mend REFUSED and USAGE: the parent waits the longest back-off, or for a
 * SIGHUP.  ABSENT is no fault: there is nothing on this machine for the
 * process to do (no GPU, say); it is asked again every ten minutes and on
 * SIGHUP.  Anything else, 0 and signals included, is followed by a
 * restart after the back-off, unless the parent asked for the end.
 */
enum child_exit {
	CHILD_EXIT_ORDERLY = 0,
	CHILD_EXIT_USAGE = 64,		/* bad arguments */
	CHILD_EXIT_ABSENT = 69,		/* not needed on this machine */
	CHILD_EXIT_LOG = 70,		/* the log failed: read it again */
	CHILD_EXIT_OUTPUT = 73,		/* directory or segment not to be had */
	CHILD_EXIT_HUNG = 75,		/* a call below did not come back */
	CHILD_EXIT_CONFIGURATION = 78	/* configuration refused */
};

struct child_options {
	const char	*runtime_directory;
	const char	*state_directory;
	const char	*configuration;		/* NULL: defaults */
};

/* One process as the parent sees it; a message is one such structure. */
struct child_status {
	char			name[24];
	char			message[96];	/* how it last ended */
	int64_t			started_ns;	/* UNIX time */
	int32_t			pid;
	uint32_t		restarts;
	uint8_t			state;		/* enum drover_process_state */
	uint8_t			reload;		/* see child_ask_reload() */
	uint8_t			reserved[6];
};

/*
 * Reads the arguments; -EINVAL when they are not the contract's.  The
 * strings are those of argv.
 */
int	child_arguments(int argc, char **argv,
	    struct child_options *options);
/*
 * Tie this process to its parent: death signal, close-on-exec and
 * non-blocking control descriptor.  A process started by hand has no
 * parent; then *attended is false and nothing is sent.
 */
int	child_attach(bool *attended);
/*
 * The process does its work from now on.  Said again every CHILD_SIGN_MS
 * it is a sign of life; a process that gave one and then none for
 * CHILD_LIFE_MS is hung, and the parent kills it and starts another.
 */
int	child_ready(void);
/*
 * Tell the parent a state and one line about it, e.g. HUNG just before
 * CHILD_EXIT_HUNG; the line becomes the message of the process row.
 * Async-signal-safe; never blocks.
 */
int	child_report(enum drover_process_state state, const char *message);
/*
 * Asks the parent to read the configuration again itself and to have the
 * other processes do so, as SIGHUP does; this one has done it.
 */
int	child_ask_reload(void);
/* 1 with a status, 0 when there is none now, -EPIPE: the parent is gone. */
int	child_status_receive(struct child_status *status);

#endif
