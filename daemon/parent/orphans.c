#include "parent/orphans.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process/child.h"
#include "process/log.h"
#include "shm/clock.h"

/* By its environment, which what it starts has from it. */
static bool
is_backend(long pid)
{
	static const char wanted[] = CHILD_BACKEND_ENVIRONMENT "=";
	size_t matched = 0;
	bool start = true;
	FILE *stream;
	char path[48];
	int byte;

	snprintf(path, sizeof(path), "/proc/%ld/environ", pid);
	stream = fopen(path, "re");
	if (stream == NULL)
		return false;
	while (wanted[matched] != '\0' && (byte = fgetc(stream)) != EOF) {
		if ((start || matched > 0) && byte == wanted[matched])
			matched++;
		else
			matched = 0;
		start = byte == '\0';
	}
	fclose(stream);
	return wanted[matched] == '\0';
}

/* How many there were. */
static int
kill_children(const char *list)
{
	FILE *children;
	int found = 0;
	long pid;

	children = fopen(list, "re");
	if (children == NULL)
		return 0;
	while (fscanf(children, "%ld", &pid) == 1) {
		if (is_backend(pid))
			continue;
		log_info("killing process %ld, which another left", pid);
		(void)kill((pid_t)pid, SIGKILL);
		found++;
	}
	fclose(children);
	return found;
}

void
orphans_end(int signals, int64_t give_up_ns)
{
	struct pollfd slot = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo info;
	char list[64];

	snprintf(list, sizeof(list), "/proc/self/task/%ld/children",
	    (long)getpid());
	while (kill_children(list) > 0 &&
	    clock_ns(CLOCK_MONOTONIC) < give_up_ns) {
		(void)poll(&slot, 1, 100);
		while (read(signals, &info, sizeof(info)) > 0)
			continue;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
	}
}
