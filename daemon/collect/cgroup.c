/* The control group this process is in. */
#include "collect/cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct source closed = {.fd = -1};

static void
pressure_set(struct pressure_file *file, enum node_metric some)
{
	file->source = closed;
	file->before.some = file->before.full = NAN;
	file->some = some;
	file->full = NODE_METRICS;
}

void
cgroup_open(struct cgroup *cgroup, const char *root)
{
	memset(cgroup, 0, sizeof(*cgroup));
	cgroup->root = strdup(root);
	cgroup->usage = cgroup->events = cgroup->failures = closed;
	pressure_set(&cgroup->cpu_pressure, NODE_METRIC_cgroup_psi_cpu);
	pressure_set(&cgroup->memory_pressure,
	    NODE_METRIC_cgroup_psi_memory);
	pressure_set(&cgroup->io_pressure, NODE_METRIC_cgroup_psi_io);
}

static void
close_sources(struct cgroup *cgroup)
{
	source_close(&cgroup->usage);
	source_close(&cgroup->events);
	source_close(&cgroup->failures);
	source_close(&cgroup->cpu_pressure.source);
	source_close(&cgroup->memory_pressure.source);
	source_close(&cgroup->io_pressure.source);
}

void
cgroup_close(struct cgroup *cgroup)
{
	close_sources(cgroup);
	free(cgroup->membership);
	free(cgroup->root);
	cgroup->membership = cgroup->root = NULL;
	cgroup->membership_length = 0;
}

/* Is controller one of the words of a list such as "cpu,cpuacct"? */
static bool
has_controller(struct text list, const char *controller)
{
	size_t length = strlen(controller);
	struct text word = list;

	while (word.at < list.end) {
		word.end = memchr(word.at, ',', (size_t)(list.end - word.at));
		if (word.end == NULL)
			word.end = list.end;
		if (text_is(word, controller, length))
			return true;
		word.at = word.end + 1;
	}
	return false;
}

/* A line is "ID:CONTROLLERS:PATH"; version 2 is "0::PATH". */
struct text
cgroup_path(struct text membership, const char *controller)
{
	struct text line, list, path = {membership.end, membership.end};
	const char *colon;

	while (text_line(&membership, &line)) {
		if (line.end[-1] != '\n')
			break;
		line.end--;
		colon = memchr(line.at, ':', text_length(line));
		if (colon == NULL)
			continue;
		list.at = colon + 1;
		colon = memchr(list.at, ':', (size_t)(line.end - list.at));
		if (colon == NULL)
			continue;
		list.end = colon;
		path.at = colon + 1;
		path.end = line.end;
		if (controller == NULL ? text_length(list) == 0 :
		    has_controller(list, controller))
			return path;
	}
	path.at = path.end;
	return path;
}

static bool
exists(const char *root, const char *mount, struct text path,
    const char *file)
{
	char name[4096];

	return snprintf(name, sizeof(name), "%s/sys/fs/cgroup%s%.*s/%s", root,
	    mount, (int)text_length(path), path.at, file) <
	    (int)sizeof(name) && access(name, F_OK) == 0;
}

static void
open_file(struct source *source, const char *root, const char *mount,
    struct text path, const char *file)
{
	source_open(source, "%s/sys/fs/cgroup%s%.*s/%s", root, mount,
	    (int)text_length(path), path.at, file);
}

static void
open_pressure(struct cgroup *cgroup, const char *mount, struct text path)
{
	open_file(&cgroup->cpu_pressure.source, cgroup->root, mount, path,
	    "cpu.pressure");
	open_file(&cgroup->memory_pressure.source, cgroup->root, mount, path,
	    "memory.pressure");
	open_file(&cgroup->io_pressure.source, cgroup->root, mount, path,
	    "io.pressure");
}

/*
 * In a container without a control group namespace the path is that of
 * the host while the mount shows the container's group as its root.
 */
static struct text
visible_path(const struct cgroup *cgroup, const char *mount,
    struct text path, const char *file)
{
	struct text top = {path.end, path.end};

	return exists(cgroup->root, mount, path, file) ? path : top;
}

static void
open_version_2(struct cgroup *cgroup, const char *mount, struct text path)
{
	path = visible_path(cgroup, mount, path, "cgroup.procs");
	open_pressure(cgroup, mount, path);
	if (!exists(cgroup->root, mount, path, "memory.current"))
		return;
	open_file(&cgroup->usage, cgroup->root, mount, path,
	    "memory.current");
	open_file(&cgroup->events, cgroup->root, mount, path,
	    "memory.events");
}

static void
open_version_1(struct cgroup *cgroup, struct text path)
{
	const char *mount = "/memory";

	path = visible_path(cgroup, mount, path, "memory.usage_in_bytes");
	open_file(&cgroup->usage, cgroup->root, mount, path,
	    "memory.usage_in_bytes");
	open_file(&cgroup->events, cgroup->root, mount, path,
	    "memory.oom_control");
	open_file(&cgroup->failures, cgroup->root, mount, path,
	    "memory.failcnt");
}

static void
open_sources(struct cgroup *cgroup, struct text membership)
{
	struct text path = cgroup_path(membership, NULL);
	struct text none = {membership.end, membership.end};
	struct text memory = cgroup_path(membership, "memory");

	if (text_length(path) > 0)
		open_version_2(cgroup, exists(cgroup->root, "/unified", none,
		    "cgroup.controllers") ? "/unified" : "", path);
	if (text_length(memory) > 0 && cgroup->usage.fd < 0)
		open_version_1(cgroup, memory);
}

static void
retry_sources(struct cgroup *cgroup)
{
	source_retry(&cgroup->usage);
	source_retry(&cgroup->events);
	source_retry(&cgroup->failures);
	source_retry(&cgroup->cpu_pressure.source);
	source_retry(&cgroup->memory_pressure.source);
	source_retry(&cgroup->io_pressure.source);
}

void
cgroup_rescan(struct cgroup *cgroup, struct source_buffer *buffer)
{
	struct text text;
	char *copy;

	if (cgroup->root == NULL)
		return;
	text = source_read_once(buffer, "%s/proc/self/cgroup", cgroup->root);
	if (cgroup->membership != NULL &&
	    text_is(text, cgroup->membership, cgroup->membership_length)) {
		retry_sources(cgroup);
		return;
	}
	copy = malloc(text_length(text) + 1);
	if (copy == NULL)
		return;
	memcpy(copy, text.at, text_length(text));
	free(cgroup->membership);
	cgroup->membership = copy;
	cgroup->membership_length = text_length(text);
	close_sources(cgroup);
	open_sources(cgroup, text);
}

void
cgroup_events_parse(struct text text, struct cgroup_events *events)
{
	struct text line, word;

	events->high = events->max = events->oom = events->oom_kill = NAN;
	while (text_line(&text, &line)) {
		word = text_word(&line);
		if (TEXT_IS(word, "high"))
			events->high = text_number(&line);
		else if (TEXT_IS(word, "max"))
			events->max = text_number(&line);
		else if (TEXT_IS(word, "oom"))
			events->oom = text_number(&line);
		else if (TEXT_IS(word, "oom_kill"))
			events->oom_kill = text_number(&line);
	}
}

void
cgroup_sample(struct cgroup *cgroup, struct collect_round *round)
{
	double *node = round->sample->node;
	struct cgroup_events events;
	struct text text;

	text = source_read(&cgroup->usage, round->buffer);
	node[NODE_METRIC_cgroup_memory] = text_number(&text);
	cgroup_events_parse(source_read(&cgroup->events, round->buffer),
	    &events);
	text = source_read(&cgroup->failures, round->buffer);
	if (cgroup->failures.fd >= 0)
		events.max = text_number(&text);
	node[NODE_METRIC_cgroup_memory_high] = events.high;
	node[NODE_METRIC_cgroup_memory_max] = events.max;
	node[NODE_METRIC_cgroup_oom] = events.oom;
	node[NODE_METRIC_cgroup_oom_kill] = events.oom_kill;
	pressure_file_sample(&cgroup->cpu_pressure, round);
	pressure_file_sample(&cgroup->memory_pressure, round);
	pressure_file_sample(&cgroup->io_pressure, round);
}
