#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/processes.h"

/* Fields of proc(5)'s stat, counted from the one after the name. */
enum { FIELD_UTIME = 12, FIELD_STIME = 13, FIELD_RSS = 22 };

int
process_stat_parse(const char *text, int64_t *ticks, int64_t *pages)
{
	const char *field;
	char *end;
	int index;

	/* The name stands in parentheses and may contain anything. */
	field = strrchr(text, ')');
	if (field == NULL || field[1] != ' ' || field[2] == '\0')
		return -EINVAL;
	field += 2;
	*ticks = 0;
	for (index = 1; index < FIELD_RSS; index++) {
		field = strchr(field, ' ');
		if (field == NULL)
			return -EINVAL;
		field++;
		if (index + 1 == FIELD_UTIME || index + 1 == FIELD_STIME) {
			*ticks += strtoll(field, &end, 10);
			if (end == field)
				return -EINVAL;
		}
	}
	*pages = strtoll(field, &end, 10);
	return end == field ? -EINVAL : 0;
}

int
processes_update(struct processes *processes,
    const struct child_status *status, struct child_status *before)
{
	struct process_cost *process;
	size_t i;

	memset(before, 0, sizeof(*before));
	for (i = 0; i < processes->count; i++)
		if (strcmp(processes->process[i].status.name,
		    status->name) == 0)
			break;
	if (i == PROCESSES_MAX)
		return -ENOSPC;
	process = &processes->process[i];
	if (i == processes->count) {
		processes->count++;
		memset(process, 0, sizeof(*process));
	} else {
		*before = process->status;
	}
	if (before->pid != status->pid || i + 1 == processes->count) {
		process->ticks = -1;
		process->cpu_percent = NAN;
		process->memory_bytes = NAN;
	}
	process->status = *status;
	return 0;
}

static int
read_stat(int32_t pid, char *text, size_t size)
{
	char path[32];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -errno;
	length = read(fd, text, size - 1);
	close(fd);
	if (length <= 0)
		return -ENOENT;
	text[length] = '\0';
	return 0;
}

static void
measure(struct process_cost *process, int64_t boottime_ns)
{
	int64_t pages, ticks;
	char text[1024];
	double seconds;

	if (process->status.pid <= 0 ||
	    read_stat(process->status.pid, text, sizeof(text)) != 0 ||
	    process_stat_parse(text, &ticks, &pages) != 0) {
		process->ticks = -1;
		process->cpu_percent = NAN;
		process->memory_bytes = NAN;
		return;
	}
	seconds = (double)(boottime_ns - process->at_ns) / 1e9;
	if (process->ticks >= 0 && seconds > 0)
		process->cpu_percent = (double)(ticks - process->ticks) *
		    100.0 / (double)sysconf(_SC_CLK_TCK) / seconds;
	process->ticks = ticks;
	process->at_ns = boottime_ns;
	process->memory_bytes = (double)pages * (double)sysconf(_SC_PAGESIZE);
}

void
processes_measure(struct processes *processes, int64_t boottime_ns)
{
	size_t i;

	for (i = 0; i < processes->count; i++)
		measure(&processes->process[i], boottime_ns);
}
