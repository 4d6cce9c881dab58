/*
 * Backends that drover starts itself, from the command in the
 * configuration.  They outlive droverd; what is known of each stands in
 * STATE/effector/children/NAME: its pid, when that began (a pid is used
 * again) and in which boot.
 */
#ifndef DROVER_EFFECTOR_SUPERVISED_H
#define DROVER_EFFECTOR_SUPERVISED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct supervised_child {
	pid_t		pid;
	int64_t		started_ms;	/* CLOCK_BOOTTIME */
	uint64_t	start_ticks;	/* field 22 of /proc/PID/stat */
	char		boot[40];
};

/* -ENOENT: it was never started here. */
int	supervised_read(const char *directory, const char *name,
	    struct supervised_child *child);
/* A process that somebody else started.  -ESRCH: there is none. */
int	supervised_of_pid(struct supervised_child *child, pid_t pid);
/* Is it that process, and does it run? */
bool	supervised_lives(const struct supervised_child *child);
/* Was it started since the machine was? */
bool	supervised_is_of_boot(const struct supervised_child *child);
/*
 * SIGTERM to its group, or to it alone where it leads none, SIGKILL after
 * grace_ms; returns when it is gone.  -ETIMEDOUT: even that did not end it.
 */
int	supervised_stop(const struct supervised_child *child,
	    int64_t grace_ms);
/*
 * Starts command in a session of its own, its output in log, and records
 * it.  A negative errno, that of the program that cannot be run included.
 */
int	supervised_start(const char *directory, const char *name,
	    const char *command, const char *log);

#endif
