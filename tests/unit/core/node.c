/* A node for tests. */
#include "tests/unit/core/node.h"

#include <sys/stat.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_MS	10000
#define INTERVAL_MS	1000

static void
emit(void *context, enum event_id id, const char *object, const char *text)
{
	struct node *node = context;
	struct node_event *event = &node->events[node->event_count];

	if (node->event_count == NODE_EVENTS_MAX)
		return;
	node->event_count++;
	event->id = id;
	snprintf(event->object, sizeof(event->object), "%s", object);
	snprintf(event->text, sizeof(event->text), "%s", text);
}

void
node_make(struct node *node)
{
	*node = (struct node){ .directory = "/tmp/drover-core-XXXXXX",
		.shared = &node->own };
	if (mkdtemp(node->directory) == NULL)
		abort();
}

static int
remove_one(const char *path, const struct stat *status, int kind,
    struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

void
node_remove(struct node *node)
{
	nftw(node->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
node_file(const struct node *node, const char *name)
{
	static char names[4][256];
	static unsigned int next;
	char *result = names[next++ % 4];

	snprintf(result, sizeof(names[0]), "%s/%s", node->directory, name);
	return result;
}

bool
node_has(const struct node *node, const char *name)
{
	return access(node_file(node, name), F_OK) == 0;
}

void
node_write(const struct node *node, const char *name, const char *line)
{
	FILE *file = fopen(node_file(node, name), "we");

	if (file == NULL || fprintf(file, "%s\n", line) < 0 ||
	    fclose(file) != 0)
		abort();
}

const char *
node_line(const struct node *node, const char *name)
{
	static char line[512];
	FILE *file = fopen(node_file(node, name), "re");

	line[0] = '\0';
	if (file == NULL)
		return line;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

void
node_copy(struct node *node, const char *directory)
{
	char command[256];

	node_remove(node);
	snprintf(command, sizeof(command), "cp -a %s %s", directory,
	    node->directory);
	if (system(command) != 0)
		abort();
}

static void
changed(void *context)
{
	struct node *node = context;

	node->changed++;
}

static bool
is_known(struct node *node)
{
	return node->shared->phase != SHARED_OPENING;
}

void
node_start(struct node *node)
{
	struct shared_options options = {
		.loop = &node->loop,
		.directory = node->directory,
		.node = "n1",
		.sink = &node->sink,
		.changed = changed,
		.context = node,
		.snapshot_threshold = node->snapshot_threshold,
	};

	node->event_count = node->changed = 0;
	node->sink = (struct event_sink){ emit, node };
	if (uv_loop_init(&node->loop) != 0 ||
	    uv_timer_init(&node->loop, &node->deadline) != 0)
		abort();
	node->deadline.data = node;
	duties_init(&node->duties, node->shared, "n1", "192.0.2.1");
	if (shared_start(node->shared, &options) != 0)
		abort();
	shared_open(node->shared);
	if (!node_await(node, is_known))
		abort();
}

void
node_stop(struct node *node)
{
	shared_stop(node->shared);
	uv_close((uv_handle_t *)&node->deadline, NULL);
	uv_run(&node->loop, UV_RUN_DEFAULT);
	/* Nothing of ours may be left in it. */
	if (uv_loop_close(&node->loop) != 0)
		abort();
	shared_free(node->shared);
}

bool
node_is_ready(struct node *node)
{
	return shared_model(node->shared, NULL, NULL) != NULL;
}

static void
too_late(uv_timer_t *timer)
{
	struct node *node = timer->data;

	node->late = true;
}

bool
node_await(struct node *node, bool (*done)(struct node *))
{
	node->late = false;
	uv_timer_start(&node->deadline, too_late, DEADLINE_MS, 0);
	while (!node->late && !done(node))
		uv_run(&node->loop, UV_RUN_ONCE);
	uv_timer_stop(&node->deadline);
	return done(node);
}

static bool
is_idle(struct node *node)
{
	return !node->duties.busy;
}

void
node_settle(struct node *node, double in_flight)
{
	uint64_t proposals;
	int quiet = 0;

	/* A drain is looked at more than once before something is said. */
	while (quiet < 4) {
		proposals = node->duties.proposals;
		node->now_ms += INTERVAL_MS;
		shared_watch(node->shared);
		duties_tick(&node->duties, in_flight, node->now_ms,
		    INTERVAL_MS);
		if (!node_await(node, is_idle))
			abort();
		quiet = node->duties.proposals == proposals ? quiet + 1 : 0;
	}
}

bool
node_saw(const struct node *node, enum event_id id)
{
	size_t i;

	for (i = 0; i < node->event_count; i++)
		if (node->events[i].id == id)
			return true;
	return false;
}

void
node_begin(struct entry *entry, enum entry_kind kind, const char *request)
{
	memset(entry, 0, sizeof(*entry));
	entry->kind = (uint16_t)kind;
	entry->request = request;
	entry->caller = (struct entry_caller){ .name = "alice",
		.origin = "uid 1000", .role = ROLE_ADMIN, .via = VIA_LOCAL };
}

static void
answered(void *context, const struct rules_result *result)
{
	struct node *node = context;

	node->result = *result;
	node->answered = true;
}

static bool
is_answered(struct node *node)
{
	return node->answered;
}

int
node_do(struct node *node, struct entry *entry)
{
	node->answered = false;
	shared_propose(node->shared, entry, answered, node);
	if (!node_await(node, is_answered))
		abort();
	return node->result.reply;
}

int
node_note(struct node *node, const char *text, const char *request)
{
	struct entry entry;

	node_begin(&entry, ENTRY_NOTE_PUT, request);
	(void)entry_add_target(&entry, "n1");
	(void)entry_add_text(&entry, ARGUMENT_TEXT, text);
	return node_do(node, &entry);
}

int
node_drain(struct node *node, int64_t deadline_ms)
{
	struct entry entry;
	char request[24];

	snprintf(request, sizeof(request), "drain-%lld",
	    (long long)shared_applied(node->shared));
	node_begin(&entry, ENTRY_NODE_DRAIN, request);
	(void)entry_add_target(&entry, "n1");
	(void)entry_add_text(&entry, ARGUMENT_REASON, "new memory");
	if (deadline_ms > 0)
		(void)entry_add_number(&entry, ARGUMENT_DEADLINE_MS,
		    deadline_ms);
	entry.measured_index = shared_applied(node->shared);
	entry.measured_ms = shared_time_ms(node->shared);
	return node_do(node, &entry);
}

const struct row_node *
node_self(struct node *node)
{
	return model_node(node->shared->model, "n1");
}
