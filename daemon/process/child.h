/*
 * The contract between the parent (droverd) and its processes.
 *
 * The parent runs PROGRAM -r RUNTIME_DIRECTORY -s STATE_DIRECTORY
 * [-f CONFIGURATION], with descriptor 3 connected to it (a UNIX
 * SOCK_SEQPACKET pair).  Over it the process says that it is ready, and
 * the parent tells the core about every process.  End of file on
 * descriptor 3 means that the parent is gone: the process ends.
 * SIGTERM: end in order.  SIGHUP: read the configuration again.
 * Exit codes: 0 in order, 64 bad arguments, 78 configuration refused
 * (sysexits.h); those two are not worth a fast restart.
 */
#ifndef DROVER_PROCESS_CHILD_H
#define DROVER_PROCESS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/rows.h>

#define CHILD_CONTROL_FD	3

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
	uint8_t			reserved[7];
};

/* Reads the arguments; -EINVAL when they are not the contract's. */
int	child_arguments(int argc, char **argv,
	    struct child_options *options);
/*
 * Tie this process to its parent: death signal, close-on-exec of the
 * control descriptor.  A process started by hand has no parent; then
 * *attended is false and nothing is sent.
 */
int	child_attach(bool *attended);
int	child_ready(void);
/* 1 with a status, 0 when there is none now, -EPIPE: the parent is gone. */
int	child_status_receive(struct child_status *status);

#endif
