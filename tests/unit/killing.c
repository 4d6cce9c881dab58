/* Following a child from system call to system call. */
#include "tests/unit/killing.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STOP_OF_CALL	(SIGTRAP | 0x80)

static const long writes[] = {
	SYS_write, SYS_writev, SYS_pwrite64, SYS_pwritev, SYS_pwritev2,
	SYS_io_submit, SYS_ftruncate, SYS_fallocate, SYS_renameat,
	SYS_renameat2, SYS_linkat, SYS_unlinkat, SYS_mkdirat,
#ifdef SYS_rename
	SYS_rename, SYS_link, SYS_unlink, SYS_mkdir, SYS_rmdir,
#endif
};

void
killing_offer(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 ||
	    raise(SIGSTOP) != 0)
		_exit(4);
}

static bool
is_write(const struct __ptrace_syscall_info *call)
{
	uint64_t number = call->entry.nr;
	size_t i;

	if (number == SYS_openat)
		return (call->entry.args[2] & (O_CREAT | O_TRUNC)) != 0;
#ifdef SYS_open
	if (number == SYS_open)
		return (call->entry.args[1] & (O_CREAT | O_TRUNC)) != 0;
#endif
	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		if (number == (uint64_t)writes[i])
			return true;
	return false;
}

static bool
is_point(pid_t thread, enum killing_points points)
{
	struct __ptrace_syscall_info call;

	if (points == KILLING_AT_STOPS)
		return true;
	memset(&call, 0, sizeof(call));
	return ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof(call),
	    &call) > 0 && call.op == PTRACE_SYSCALL_INFO_ENTRY &&
	    is_write(&call);
}

/* A new thread stops, and the one that made it traps. */
static int
signal_to_pass(int stop)
{
	return stop == STOP_OF_CALL || stop == SIGTRAP || stop == SIGSTOP ?
	    0 : stop;
}

/* False: it ended before the point. */
static bool
follow(pid_t child, struct killing *killing)
{
	int status, stop;
	pid_t thread;

	while ((thread = waitpid(-1, &status, __WALL)) != -1) {
		if (!WIFSTOPPED(status)) {
			if (thread != child)
				continue;
			killing->status = status;
			return false;
		}
		stop = WSTOPSIG(status);
		if (stop == STOP_OF_CALL && is_point(thread,
		    killing->points) && ++killing->passed == killing->at)
			return true;
		ptrace(PTRACE_SYSCALL, thread, NULL,
		    (void *)(intptr_t)signal_to_pass(stop));
	}
	return false;
}

enum killing_end
killing_follow(pid_t child, struct killing *killing)
{
	pid_t thread;
	int status;

	killing->passed = 0;
	if (waitpid(child, &killing->status, 0) != child ||
	    !WIFSTOPPED(killing->status))
		return KILLING_UNTRACED;
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD |
	    PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
	ptrace(PTRACE_SYSCALL, child, NULL, 0);
	if (!follow(child, killing))
		return KILLING_ENDED;
	kill(child, SIGKILL);
	while ((thread = waitpid(-1, &status, __WALL)) > 0)
		if (thread == child)
			killing->status = status;
	return KILLING_KILLED;
}

int
killing_count(int usual)
{
	const char *wanted = getenv("DROVER_KILLS");

	if (wanted == NULL)
		return usual;
	return strcmp(wanted, "all") == 0 ? 0 : atoi(wanted);
}
