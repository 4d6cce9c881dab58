#include "parent/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process/child.h"

#define EXIT_NOT_RUN	127

static void
signals_default(void)
{
	struct sigaction action;
	sigset_t none;
	int number;

	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_DFL;
	for (number = 1; number < NSIG; number++)
		(void)sigaction(number, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
descriptors_arrange(int control)
{
	int null;

	null = open("/dev/null", O_RDWR);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1)
		return -errno;
	if (fcntl(STDERR_FILENO, F_GETFD) == -1 &&
	    dup2(null, STDERR_FILENO) == -1)
		return -errno;
	if (dup2(STDERR_FILENO, STDOUT_FILENO) == -1)
		return -errno;
	/* dup2 to itself would leave close-on-exec as it is. */
	if (control == CHILD_CONTROL_FD) {
		if (fcntl(control, F_SETFD, 0) == -1)
			return -errno;
	} else if (dup2(control, CHILD_CONTROL_FD) == -1)
		return -errno;
	if (close_range(CHILD_CONTROL_FD + 1, ~0U, 0) == -1)
		return -errno;
	return 0;
}

static int
limits_set(unsigned long descriptors)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return -errno;
	limit.rlim_cur = descriptors < limit.rlim_max ? descriptors :
	    limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == -1 ? -errno : 0;
}

/* What must hold before the program runs; stage names what failed. */
static int
child_prepare(const struct spawn_plan *plan, pid_t parent, int control,
    const char **stage)
{
	int error;

	*stage = "arrange the descriptors of";
	error = descriptors_arrange(control);
	if (error != 0)
		return error;
	*stage = "set the limits of";
	error = limits_set(plan->descriptors);
	if (error != 0)
		return error;
	*stage = "change the user of";
	if (plan->identity != NULL) {
		error = identity_assume(plan->identity);
		if (error != 0)
			return error;
	}
	*stage = "protect";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return -errno;
	/* The parent may have died before the death signal was asked for. */
	if (getppid() != parent)
		_exit(EXIT_NOT_RUN);
	return 0;
}

static void child_run(const struct spawn_plan *plan, pid_t parent,
    int control) __attribute__((noreturn));

static void
child_run(const struct spawn_plan *plan, pid_t parent, int control)
{
	char message[256];
	const char *stage;
	bool attended;
	int error;

	setsid();
	signals_default();
	error = child_prepare(plan, parent, control, &stage);
	if (error == 0) {
		stage = "run";
		execv(plan->path, plan->arguments);
		error = -errno;
	}
	snprintf(message, sizeof(message), "cannot %s %s: %s", stage,
	    plan->path, strerror(-error));
	if (child_attach(&attended) == 0)
		(void)child_report(DROVER_PROCESS_STATE_STOPPED, message);
	_exit(EXIT_NOT_RUN);
}

int
spawn(const struct spawn_plan *plan, pid_t *pid, int *control)
{
	pid_t parent, child;
	int error, pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0, pair) == -1)
		return -errno;
	parent = getpid();
	child = fork();
	if (child == -1) {
		error = -errno;
		close(pair[0]);
		close(pair[1]);
		return error;
	}
	if (child == 0)
		child_run(plan, parent, pair[1]);
	close(pair[1]);
	*pid = child;
	*control = pair[0];
	return 0;
}
