#include "effector/supervised.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "process/child.h"
#include "process/command_line.h"
#include "shm/clock.h"

#define BOOT_ID		"/proc/sys/kernel/random/boot_id"
#define KILL_WAIT_MS	5000
#define LOG_BYTES_MAX	(16 * 1024 * 1024)

static int
read_boot(char boot[40])
{
	FILE *stream = fopen(BOOT_ID, "re");
	bool got;

	if (stream == NULL)
		return -errno;
	got = fscanf(stream, "%39s", boot) == 1;
	fclose(stream);
	return got ? 0 : -EIO;
}

/* 0: it does not run. */
static uint64_t
read_start(pid_t pid)
{
	char path[64], text[1024], *at;
	FILE *stream;
	size_t length;
	uint64_t start = 0;
	char state;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	stream = fopen(path, "re");
	if (stream == NULL)
		return 0;
	length = fread(text, 1, sizeof(text) - 1, stream);
	fclose(stream);
	text[length] = '\0';
	/* The name in brackets may hold anything. */
	at = strrchr(text, ')');
	if (at == NULL || sscanf(at + 1, " %c %*d %*d %*d %*d %*d %*u %*u "
	    "%*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNu64, &state,
	    &start) != 2)
		return 0;
	return state == 'Z' || state == 'X' ? 0 : start;
}

static int
record_path(const char *directory, const char *name, char path[4096])
{
	return snprintf(path, 4096, "%s/children/%s", directory, name) <
	    4096 ? 0 : -ENAMETOOLONG;
}

int
supervised_read(const char *directory, const char *name,
    struct supervised_child *child)
{
	char path[4096];
	FILE *stream;
	int pid = 0, got, error = record_path(directory, name, path);

	memset(child, 0, sizeof(*child));
	if (error != 0)
		return error;
	stream = fopen(path, "re");
	if (stream == NULL)
		return -errno;
	got = fscanf(stream, "%d %" SCNu64 " %" SCNd64 " %39s", &pid,
	    &child->start_ticks, &child->started_ms, child->boot);
	fclose(stream);
	child->pid = pid;
	return got == 4 && pid > 1 ? 0 : -ENOENT;
}

bool
supervised_is_of_boot(const struct supervised_child *child)
{
	char boot[40];

	return read_boot(boot) == 0 && strcmp(boot, child->boot) == 0;
}

int
supervised_of_pid(struct supervised_child *child, pid_t pid)
{
	*child = (struct supervised_child){ .pid = pid,
		.start_ticks = read_start(pid) };
	return child->start_ticks == 0 ? -ESRCH : read_boot(child->boot);
}

bool
supervised_lives(const struct supervised_child *child)
{
	return supervised_is_of_boot(child) && child->start_ticks != 0 &&
	    read_start(child->pid) == child->start_ticks;
}

/* Until it is gone or the time is over; a pidfd says when. */
static bool
wait_gone(const struct supervised_child *child, int64_t wait_ms)
{
	struct pollfd slot = { .events = POLLIN };

	slot.fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (slot.fd == -1)
		return !supervised_lives(child);
	if (supervised_lives(child))
		(void)poll(&slot, 1, (int)wait_ms);
	close(slot.fd);
	return !supervised_lives(child);
}

int
supervised_stop(const struct supervised_child *child, int64_t grace_ms)
{
	/* Its group may be that of the shell it was started from. */
	pid_t whom = getpgid(child->pid) == child->pid ? -child->pid :
	    child->pid;

	if (!supervised_lives(child))
		return 0;
	(void)kill(whom, SIGTERM);
	/* A stopped one hears nothing before it goes on. */
	(void)kill(whom, SIGCONT);
	if (wait_gone(child, grace_ms))
		return 0;
	(void)kill(whom, SIGKILL);
	return wait_gone(child, KILL_WAIT_MS) ? 0 : -ETIMEDOUT;
}

static int
write_record(const char *directory, const char *name, pid_t pid)
{
	char path[4096], new[4104], boot[40];
	FILE *stream;
	int error = record_path(directory, name, path);

	if (error == 0)
		error = read_boot(boot);
	if (error != 0)
		return error;
	snprintf(new, sizeof(new), "%s.new", path);
	stream = fopen(new, "we");
	if (stream == NULL)
		return -errno;
	fprintf(stream, "%d %" PRIu64 " %" PRId64 " %s\n", (int)pid,
	    read_start(pid), clock_ns(CLOCK_BOOTTIME) / 1000000, boot);
	if (fflush(stream) != 0 || fsync(fileno(stream)) != 0)
		error = -errno;
	if (fclose(stream) != 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(new, path) != 0)
		error = -errno;
	return error;
}

static int
open_log(const char *log)
{
	struct stat status;
	char old[4096];

	if (stat(log, &status) == 0 && status.st_size > LOG_BYTES_MAX &&
	    (size_t)snprintf(old, sizeof(old), "%s.1", log) < sizeof(old))
		(void)rename(log, old);
	return open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The errno of what failed goes through the pipe, which exec closes. */
static void
become(const char *name, char *const words[], int log, int failed)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), error;
	sigset_t none;

	sigemptyset(&none);
	if (setsid() != -1 && null != -1 && dup2(null, 0) != -1 &&
	    dup2(log, 1) != -1 && dup2(log, 2) != -1 &&
	    sigprocmask(SIG_SETMASK, &none, NULL) == 0 &&
	    setenv(CHILD_BACKEND_ENVIRONMENT, name, 1) == 0)
		execvp(words[0], words);
	error = errno;
	if (write(failed, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(127);
}

static int
spawn(const char *name, char *const words[], int log, pid_t *pid)
{
	int failed[2], error = 0;

	if (pipe2(failed, O_CLOEXEC) != 0)
		return -errno;
	*pid = fork();
	if (*pid == 0)
		become(name, words, log, failed[1]);
	close(failed[1]);
	if (*pid == -1)
		error = errno;
	else if (read(failed[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(failed[0]);
	return -error;
}

int
supervised_start(const char *directory, const char *name,
    const char *command, const char *log)
{
	char *words[COMMAND_WORDS_MAX + 1];
	int fd, error = command_split(command, words);
	pid_t pid = 0;

	if (error < 0)
		return error;
	fd = open_log(log);
	error = fd == -1 ? -errno : spawn(name, words, fd, &pid);
	if (error == 0)
		error = write_record(directory, name, pid);
	if (fd != -1)
		close(fd);
	free(words[0]);
	return error;
}
