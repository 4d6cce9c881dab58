/*
 * A process of droverd that does as a test says, in the place of
 * drover-core or drover-gpu (it goes by the name it is called by).
 *
 * RUNTIME/NAME.do holds one word: up (or no such file), exit CODE,
 * absent, stubborn (ignores SIGTERM), silent (never ready), leaver (leaves
 * a process behind in a session of its own), hang.
 * It writes RUNTIME/NAME.pid, and a line for everything it hears to
 * RUNTIME/NAME.heard.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "process/child.h"

static const char *directory, *self;
static bool stubborn;

static FILE *
open_file(const char *suffix, const char *mode)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s.%s", directory, self, suffix);
	return fopen(path, mode);
}

static void hear(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static void
hear(const char *format, ...)
{
	va_list list;
	FILE *file;

	file = open_file("heard", "ae");
	if (file == NULL)
		return;
	va_start(list, format);
	vfprintf(file, format, list);
	va_end(list);
	fputc('\n', file);
	fclose(file);
}

static void
behaviour(char *word, size_t size)
{
	FILE *file;

	snprintf(word, size, "up");
	file = open_file("do", "re");
	if (file == NULL)
		return;
	if (fgets(word, (int)size, file) != NULL)
		word[strcspn(word, "\n")] = '\0';
	fclose(file);
}

static void
write_pid(const char *suffix)
{
	FILE *file;

	file = open_file(suffix, "we");
	if (file == NULL)
		return;
	fprintf(file, "%ld\n", (long)getpid());
	fclose(file);
}

/* A process in a session of its own, without a tie to anybody. */
static void
leave_one(void)
{
	if (fork() != 0)
		return;
	if (fork() == 0) {
		setsid();
		write_pid("left");
		for (;;)
			pause();
	}
	_exit(0);
}

static void
begin(void)
{
	char word[64];

	behaviour(word, sizeof(word));
	if (strncmp(word, "exit ", 5) == 0)
		exit(atoi(word + 5));
	if (strcmp(word, "absent") == 0) {
		child_report(DROVER_PROCESS_STATE_ABSENT, "nothing here");
		exit(CHILD_EXIT_ABSENT);
	}
	if (strcmp(word, "hang") == 0) {
		child_report(DROVER_PROCESS_STATE_HUNG, "a call hung");
		exit(CHILD_EXIT_HUNG);
	}
	if (strcmp(word, "leaver") == 0)
		leave_one();
	if (strcmp(word, "stubborn") == 0)
		stubborn = true;
	if (strcmp(word, "silent") != 0)
		child_ready();
}

static void
hear_parent(void)
{
	struct child_status status;
	int result;

	while ((result = child_status_receive(&status)) == 1)
		hear("told %s state %d pid %d restarts %u message %s",
		    status.name, status.state, status.pid, status.restarts,
		    status.message);
	if (result == -EPIPE) {
		hear("alone");
		exit(0);
	}
}

static void
hear_signal(int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	hear("signal %u", info.ssi_signo);
	if (info.ssi_signo == SIGTERM)
		exit(0);
}

int
main(int argc, char **argv)
{
	struct child_options options;
	struct pollfd slots[2];
	bool attended;
	sigset_t set;

	self = strrchr(argv[0], '-');
	self = self != NULL ? self + 1 : argv[0];
	if (child_arguments(argc, argv, &options) != 0)
		return CHILD_EXIT_USAGE;
	directory = options.runtime_directory;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (child_attach(&attended) != 0 || !attended)
		return 1;
	write_pid("pid");
	/* Before it says that it is ready, so that no signal is lost. */
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	begin();
	if (stubborn)
		sigdelset(&set, SIGTERM);
	slots[0].fd = CHILD_CONTROL_FD;
	slots[0].events = POLLIN;
	slots[1].fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	slots[1].events = POLLIN;
	for (;;) {
		if (poll(slots, 2, -1) == -1)
			continue;
		if (slots[0].revents != 0)
			hear_parent();
		if (slots[1].revents != 0)
			hear_signal(slots[1].fd);
	}
}
