/*
 * console-writer DIRECTORY: writes core.seg with the cluster of the console
 * tests, once a second, until it is told to stop.  SIGUSR1 adds an event,
 * SIGTERM closes the segment in order.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shm/writer.h"
#include "tests/unit/ui/fixture.h"

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void
put_shared_state(struct segment_writer *writer)
{
	struct drover_member_row member;
	struct drover_hold_row hold;
	struct drover_note_row note;
	struct drover_audit_row audit;
	uint32_t i;

	fixture_member(&member);
	segment_put(writer, DROVER_TABLE_MEMBER, 0, &member);
	for (i = 0; i < FIXTURE_HOLDS; i++) {
		fixture_hold(&hold, (int)i, now_ns());
		segment_put(writer, DROVER_TABLE_HOLD, i, &hold);
	}
	for (i = 0; i < FIXTURE_NOTES; i++) {
		fixture_note(&note, (int)i, now_ns());
		segment_put(writer, DROVER_TABLE_NOTE, i, &note);
	}
	for (i = 0; i < FIXTURE_AUDITS; i++) {
		fixture_audit(&audit, (int)i, now_ns());
		segment_put(writer, DROVER_TABLE_AUDIT, i, &audit);
	}
}

static void
put_all(struct segment_writer *writer, int round)
{
	struct drover_node_row node;
	struct drover_backend_row backend;
	struct drover_model_row model;
	struct drover_device_row device;
	struct drover_process_row process;
	uint32_t i;

	for (i = 0; i < FIXTURE_NODES; i++) {
		fixture_node(&node, (int)i, now_ns());
		node.cpu_busy += (round * 7 + (int)i) % 20;
		segment_put(writer, DROVER_TABLE_NODE, i, &node);
	}
	for (i = 0; i < FIXTURE_BACKENDS; i++) {
		fixture_backend(&backend, (int)i);
		segment_put(writer, DROVER_TABLE_BACKEND, i, &backend);
	}
	for (i = 0; i < FIXTURE_MODELS; i++) {
		fixture_model(&model, (int)i, now_ns());
		segment_put(writer, DROVER_TABLE_MODEL, i, &model);
	}
	for (i = 0; i < FIXTURE_DEVICES; i++) {
		fixture_device(&device, (int)i);
		segment_put(writer, DROVER_TABLE_DEVICE, i, &device);
	}
	for (i = 0; i < FIXTURE_PROCESSES; i++) {
		fixture_process(&process, (int)i, now_ns());
		segment_put(writer, DROVER_TABLE_PROCESS, i, &process);
	}
	put_shared_state(writer);
	segment_publish(writer);
}

static void
add_event(struct segment_writer *writer, int i)
{
	struct drover_event event;

	fixture_event(&event, i, now_ns());
	event.time_ns = now_ns();
	segment_event(writer, &event);
}

static void
serve(struct segment_writer *writer, const sigset_t *signals)
{
	const struct timespec second = {1, 0};
	int events = FIXTURE_EVENTS, round = 0, signal;

	for (;;) {
		put_all(writer, round++);
		signal = sigtimedwait(signals, NULL, &second);
		if (signal == SIGUSR1)
			add_event(writer, events++);
		else if (signal > 0)
			return;
	}
}

int
main(int argc, char **argv)
{
	static const uint32_t rows[DROVER_TABLES] = {16, 16, 64, 64, 64, 16,
		4, 16, 16, 16};
	struct segment_options options = {.pool_bytes =
	    segment_pool_bytes(&segment_core_schema, rows)};
	struct segment_writer *writer;
	char path[512];
	sigset_t signals;
	int error, i;

	if (argc != 2)
		return 2;
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	snprintf(path, sizeof(path), "%s/core.seg", argv[1]);
	error = segment_create(&writer, path, &segment_core_schema,
	    &options);
	if (error != 0) {
		fprintf(stderr, "console-writer: %s: %s\n", path,
		    strerror(-error));
		return 1;
	}
	for (i = 0; i < FIXTURE_EVENTS; i++)
		add_event(writer, i);
	serve(writer, &signals);
	segment_close(writer);
	return 0;
}
