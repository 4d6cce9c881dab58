/*
 * pty-run [--vanish MS] [--seconds N] -- COMMAND...: runs a command on a
 * terminal of its own of 80 by 24, counts what it writes, and at the end
 * prints one line: the bytes, the CPU time and the status.  With --vanish
 * the terminal goes away after so long, without a signal to the command.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_MS	3000
#define LAST_RESORT_MS	8000

static long
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* CPU time of the process so far. */
static double
cpu_s(pid_t pid)
{
	clockid_t clock;
	struct timespec used;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* Take what it writes, until a time; returns the bytes. */
static long
drain(int terminal, long until_ms)
{
	struct pollfd wait = {terminal, POLLIN, 0};
	char bytes[16384];
	long count = 0, left;
	ssize_t n;

	while ((left = until_ms - clock_ms()) > 0) {
		if (poll(&wait, 1, (int)left) <= 0)
			continue;
		n = read(terminal, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		count += n;
	}
	return count;
}

static int
status_of(pid_t pid, long limit_ms)
{
	long until_ms = clock_ms() + limit_ms;
	const struct timespec nap = {0, 5000000};
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_ms() > until_ms) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		nanosleep(&nap, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int
main(int argc, char **argv)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	long bytes, vanish_ms = 0, seconds = 10;
	int i, status, terminal;
	double before;
	pid_t pid;

	for (i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
		if (strcmp(argv[i], "--vanish") == 0)
			vanish_ms = atol(argv[i + 1]);
		else if (strcmp(argv[i], "--seconds") == 0)
			seconds = atol(argv[i + 1]);
	}
	if (i + 1 >= argc)
		return 2;
	pid = forkpty(&terminal, NULL, NULL, &size);
	if (pid < 0)
		return 1;
	if (pid == 0) {
		if (vanish_ms > 0)
			signal(SIGHUP, SIG_IGN);
		execvp(argv[i + 1], argv + i + 1);
		_exit(127);
	}
	if (vanish_ms > 0) {
		drain(terminal, clock_ms() + vanish_ms);
		close(terminal);
		status = status_of(pid, LAST_RESORT_MS);
		if (status >= 0)
			printf("ended %d\n", status);
		return status >= 0 ? 0 : 1;
	}
	drain(terminal, clock_ms() + WARM_UP_MS);
	before = cpu_s(pid);
	bytes = drain(terminal, clock_ms() + seconds * 1000);
	printf("%ld %.6f\n", bytes, cpu_s(pid) - before);
	kill(pid, SIGTERM);
	return status_of(pid, LAST_RESORT_MS) >= 0 ? 0 : 1;
}
