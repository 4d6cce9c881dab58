/*
 * stat-writer FILE: a writer of core.seg for the tests of droverstat, with
 * values that the tests know.  It takes commands on standard input, a line
 * each, and answers "ok" to each when it is done:
 *
 *	event TEXT	append an event
 *	flood COUNT	append so many events
 *	tick		publish the node again with cpu_busy one larger
 *	close		mark the segment closed and end
 */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/segment.h>

#include "shm/writer.h"

#define HEARTBEAT_MS	200

static struct drover_node_row node;

static void
fail(const char *what, int error)
{
	fprintf(stderr, "stat-writer: %s: %s\n", what, strerror(-error));
	exit(1);
}

/* All reals of a row from offset on absent. */
#define ABSENT(row, first)						\
	absent(&(row)->first, (char *)((row) + 1))

static void
absent(double *value, const char *end)
{
	for (; (char *)value < end; value++)
		*value = NAN;
}

static void
put_node(struct segment_writer *writer)
{
	int error;

	ABSENT(&node, cpu_busy);
	strcpy(node.name, "n01");
	strcpy(node.address, "127.0.0.1");
	strcpy(node.system, "Linux \"test\" \\ 6.1");
	node.sampled = 1763683200000000000;
	node.state = DROVER_NODE_STATE_UP;
	node.severity = DROVER_SEVERITY_MINOR;
	node.cpu_busy = 12.5;
	node.load1 = 0.25;
	node.memory_total = 64.0 * 1024 * 1024 * 1024;
	node.memory_available = 1536;
	node.context_switches = 123456789012.0;
	node.sample_cost = 250;
	error = segment_put(writer, DROVER_TABLE_NODE, 0, &node);
	if (error != 0)
		fail("node", error);
}

static void
put_device(struct segment_writer *writer, uint32_t slot, const char *name,
    const char *label, double busy)
{
	struct drover_device_row device;
	int error;

	memset(&device, 0, sizeof(device));
	ABSENT(&device, busy);
	snprintf(device.name, sizeof(device.name), "%s", name);
	snprintf(device.label, sizeof(device.label), "%s", label);
	strcpy(device.node, "n01");
	device.kind = DROVER_DEVICE_KIND_DISK;
	device.busy = busy;
	error = segment_put(writer, DROVER_TABLE_DEVICE, slot, &device);
	if (error != 0)
		fail("device", error);
}

/* A name that would clear the screen, and bytes that are not UTF-8. */
static void
put_model(struct segment_writer *writer)
{
	struct drover_model_row model;
	int error;

	memset(&model, 0, sizeof(model));
	strcpy(model.name, "evil\x1b[2J\n\xff\"\\");
	strcpy(model.backend, "ollama");
	strcpy(model.node, "n01");
	model.state = DROVER_MODEL_STATE_LOADED;
	model.size = 3e9;
	model.memory = model.memory_gpu = model.context = NAN;
	error = segment_put(writer, DROVER_TABLE_MODEL, 0, &model);
	if (error != 0)
		fail("model", error);
}

static void
append(struct segment_writer *writer, const char *text)
{
	struct drover_event event = { 0 };

	event.time_ns = 1763683201000000000;
	event.severity = DROVER_SEVERITY_MAJOR;
	strcpy(event.node, "n01");
	strcpy(event.kind, "disk.full");
	strcpy(event.object, "filesystem/models");
	snprintf(event.text, sizeof(event.text), "%s", text);
	segment_event(writer, &event);
}

static void
publish(struct segment_writer *writer)
{
	int error = segment_publish(writer);

	if (error != 0)
		fail("publish", error);
}

static int
obey(struct segment_writer *writer, char *command)
{
	long count;

	command[strcspn(command, "\n")] = '\0';
	if (strncmp(command, "event ", 6) == 0) {
		append(writer, command + 6);
	} else if (strncmp(command, "flood ", 6) == 0) {
		for (count = atol(command + 6); count > 0; count--)
			append(writer, "flood");
	} else if (strcmp(command, "tick") == 0) {
		node.cpu_busy += 1;
		if (segment_put(writer, DROVER_TABLE_NODE, 0, &node) != 0)
			fail("tick", 0);
		publish(writer);
	} else if (strcmp(command, "close") == 0) {
		segment_close(writer);
		return 1;
	} else {
		fprintf(stderr, "stat-writer: %s: no such command\n",
		    command);
		exit(2);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static const uint32_t rows[] = { 4, 8, 8, 8, 8, 8 };
	struct pollfd input = { .fd = 0, .events = POLLIN };
	struct segment_options options = { .event_slots = 64 };
	struct segment_writer *writer;
	char command[256];
	int done = 0, error;

	if (argc != 2)
		return 2;
	setvbuf(stdin, NULL, _IONBF, 0);
	options.pool_bytes = segment_pool_bytes(&segment_core_schema, rows);
	error = segment_create(&writer, argv[1], &segment_core_schema,
	    &options);
	if (error != 0)
		fail(argv[1], error);
	put_node(writer);
	put_device(writer, 0, "disk/sdb", "\xe6\xbc\xa2\xe5\xad\x97", 10);
	put_device(writer, 1, "disk/sda", "plain", NAN);
	put_device(writer, 3, "disk/sdc", "plain", 99);
	put_model(writer);
	append(writer, "first");
	publish(writer);
	puts("ready");
	fflush(stdout);
	while (!done) {
		if (poll(&input, 1, HEARTBEAT_MS) == 0) {
			segment_heartbeat(writer);
			continue;
		}
		if (fgets(command, sizeof(command), stdin) == NULL)
			break;
		done = obey(writer, command);
		puts("ok");
		fflush(stdout);
	}
	return 0;
}
