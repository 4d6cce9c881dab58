#include "collect/work.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/holder.h"

struct process {
	int		pid;
	int		parent;
	uint32_t	uid;
	uint64_t	ticks;
};

struct processes {
	struct process	*list;
	size_t		 count;
	size_t		 room;
};

/* Fields of proc(5) stat; the name may hold any character. */
static bool
read_stat(const char *pid, struct process *process)
{
	char path[64], text[1024], *rest;
	uint64_t user, system;
	struct stat status;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = fstat(fd, &status) == 0 ?
	    read(fd, text, sizeof(text) - 1) : -1;
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	rest = strrchr(text, ')');
	if (rest == NULL || sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u "
	    "%*u %*u %*u %*u %" SCNu64 " %" SCNu64, &process->parent, &user,
	    &system) != 3)
		return false;
	process->pid = atoi(pid);
	process->uid = status.st_uid;
	process->ticks = user + system;
	return true;
}

static bool
add(struct processes *processes, const struct process *process)
{
	struct process *more;
	size_t room;

	if (processes->count == processes->room) {
		room = processes->room * 2 + 256;
		more = realloc(processes->list, room * sizeof(*more));
		if (more == NULL)
			return false;
		processes->list = more;
		processes->room = room;
	}
	processes->list[processes->count++] = *process;
	return true;
}

static int
compare(const void *one, const void *other)
{
	const struct process *a = one, *b = other;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

static void
read_all(struct processes *processes)
{
	DIR *directory = opendir("/proc");
	struct process process;
	struct dirent *entry;

	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_stat(entry->d_name, &process) &&
		    !add(processes, &process))
			break;
	closedir(directory);
	if (processes->count > 0)
		qsort(processes->list, processes->count,
		    sizeof(*processes->list), compare);
}

/* Is it the one of that number, or did that start it, at some remove? */
static bool
descends(const struct processes *processes, const struct process *process,
    int pid)
{
	struct process wanted = *process;
	size_t steps;

	for (steps = 0; process != NULL && steps < processes->count;
	    steps++) {
		if (process->pid == pid)
			return true;
		wanted.pid = process->parent;
		process = bsearch(&wanted, processes->list, processes->count,
		    sizeof(wanted), compare);
	}
	return false;
}

static uint64_t
sum(const struct processes *processes, int pid, uint32_t uid)
{
	const struct process *process;
	uint64_t ticks = 0;
	size_t i;

	for (i = 0; i < processes->count; i++) {
		process = &processes->list[i];
		if (pid != 0 ? descends(processes, process, pid) :
		    process->uid == uid)
			ticks += process->ticks;
	}
	return ticks;
}

double
work_measure(struct work *work, uint64_t inode, uint32_t uid, int64_t now_ns)
{
	struct processes processes = { NULL, 0, 0 };
	struct work before = *work;
	double percent = NAN;

	read_all(&processes);
	if (work->inode != inode || work->at_ns == 0)
		work->pid = holder_of_socket(inode);
	work->inode = inode;
	work->at_ns = 0;
	if (inode != 0 && (work->pid != 0 || uid != 0)) {
		work->ticks = sum(&processes, work->pid, uid);
		work->at_ns = now_ns;
	}
	free(processes.list);
	/* Less than before: one of them has ended. */
	if (work->at_ns != 0 && before.at_ns != 0 && before.inode == inode &&
	    before.pid == work->pid && now_ns > before.at_ns &&
	    work->ticks >= before.ticks)
		percent = 100e9 * (double)(work->ticks - before.ticks) /
		    (double)sysconf(_SC_CLK_TCK) /
		    (double)(now_ns - before.at_ns);
	return percent;
}
