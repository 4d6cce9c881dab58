#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/segment.h>

#include "core/publish.h"

/*
 * Room for a first segment of one machine; it doubles when that is not
 * enough, so a small node does not pay for a large cluster.
 */
static const uint32_t rows_first[DROVER_TABLES] = {
	[DROVER_TABLE_NODE] = 16,
	[DROVER_TABLE_METRIC] = 192,
	[DROVER_TABLE_DEVICE] = 64,
	[DROVER_TABLE_BACKEND] = 16,
	[DROVER_TABLE_MODEL] = 128,
	[DROVER_TABLE_PROCESS] = 32,
	[DROVER_TABLE_MEMBER] = 4,
	[DROVER_TABLE_HOLD] = 16,
	[DROVER_TABLE_NOTE] = 16,
	[DROVER_TABLE_AUDIT] = 32,
};

static size_t
pool_bytes(const struct publisher *publisher)
{
	uint32_t rows[DROVER_TABLES];
	uint32_t count, table;

	for (table = 0; table < DROVER_TABLES; table++) {
		count = table_image_count(&publisher->tables[table]);
		rows[table] = rows_first[table];
		while (rows[table] < count + count / 2)
			rows[table] *= 2;
	}
	return segment_pool_bytes(&segment_core_schema, rows) <<
	    publisher->doublings;
}

static void
carry_events(struct publisher *publisher,
    const struct drover_segment *former)
{
	struct drover_event_cursor cursor = { 0 };
	struct drover_event event;

	while (drover_event_next(former, &cursor, &event) == 1) {
		if (event.time_ns > publisher->carried_ns)
			publisher->carried_ns = event.time_ns;
		segment_event(publisher->writer, &event);
	}
}

/*
 * The events of the segment that stood here go into the new one: what a
 * crashed core had told is still told.
 */
static int
make_segment(struct publisher *publisher)
{
	struct segment_options options = { 0 };
	struct drover_segment *former;
	int error;

	if (drover_segment_attach(&former, publisher->path) != 0)
		former = NULL;
	options.pool_bytes = pool_bytes(publisher);
	error = segment_create(&publisher->writer, publisher->path,
	    &segment_core_schema, &options);
	if (error == 0 && former != NULL)
		carry_events(publisher, former);
	drover_segment_detach(former);
	return error;
}

static int
name_metric(struct table_image *image, enum drover_metric_scope scope,
    enum drover_semantics semantics, unsigned int key, const char *name,
    const char *unit, const char *title, const char *help)
{
	struct drover_metric_row row;
	char id[64];

	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "%s", name);
	snprintf(row.unit, sizeof(row.unit), "%s", unit);
	snprintf(row.title, sizeof(row.title), "%s", title);
	snprintf(row.help, sizeof(row.help), "%s", help);
	row.scope = (uint8_t)scope;
	row.semantics = (uint8_t)semantics;
	row.key = (uint8_t)key;
	snprintf(id, sizeof(id), "%d/%s", (int)scope, name);
	return table_image_name(image, id, &row, NULL);
}

static int
name_metrics(struct table_image *image)
{
	static const struct metric {
		const char		*name, *unit, *title, *help;
		enum drover_metric_scope scope;
		enum drover_semantics	 semantics;
		unsigned int		 key;
	} metrics[] = {
#define METRIC_OF(scope, name, unit, semantics, key, title, help)	\
	{ #name, #unit, title, help, DROVER_METRIC_SCOPE_##scope,	\
	    DROVER_SEMANTICS_##semantics, key },
#define METRIC(name, unit, semantics, key, title, help)			\
	METRIC_OF(NODE, name, unit, semantics, key, title, help)
#include <drover/tables/metrics_node.def>
#undef METRIC
#define METRIC(name, unit, semantics, key, title, help)			\
	METRIC_OF(DEVICE, name, unit, semantics, key, title, help)
#include <drover/tables/metrics_device.def>
#undef METRIC
#define METRIC(name, unit, semantics, key, title, help)			\
	METRIC_OF(BACKEND, name, unit, semantics, key, title, help)
#include <drover/tables/metrics_backend.def>
#undef METRIC
#undef METRIC_OF
	};
	size_t i;
	int error;

	error = 0;
	table_image_begin(image);
	for (i = 0; error == 0 &&
	    i < sizeof(metrics) / sizeof(metrics[0]); i++)
		error = name_metric(image, metrics[i].scope,
		    metrics[i].semantics, metrics[i].key, metrics[i].name,
		    metrics[i].unit, metrics[i].title, metrics[i].help);
	table_image_end(image, NULL, NULL);
	return error;
}

int
publisher_open(struct publisher *publisher, const char *path,
    const char *node)
{
	uint32_t table;
	int error;

	memset(publisher, 0, sizeof(*publisher));
	snprintf(publisher->path, sizeof(publisher->path), "%s", path);
	snprintf(publisher->node, sizeof(publisher->node), "%s", node);
	for (table = 0; table < DROVER_TABLES; table++)
		table_image_init(&publisher->tables[table], table,
		    &segment_core_schema.tables[table]);
	error = name_metrics(&publisher->tables[DROVER_TABLE_METRIC]);
	if (error == 0)
		error = make_segment(publisher);
	if (error != 0)
		publisher_close(publisher);
	return error;
}

void
publisher_close(struct publisher *publisher)
{
	uint32_t table;

	segment_close(publisher->writer);
	publisher->writer = NULL;
	for (table = 0; table < DROVER_TABLES; table++)
		table_image_free(&publisher->tables[table]);
}

struct table_image *
publisher_table(struct publisher *publisher, enum drover_core_table table)
{
	return &publisher->tables[table];
}

static int
write_tables(struct publisher *publisher)
{
	uint32_t table;
	int error;

	for (table = 0; table < DROVER_TABLES; table++) {
		error = table_image_write(&publisher->tables[table],
		    publisher->writer);
		if (error != 0) {
			segment_abandon(publisher->writer);
			return error;
		}
	}
	return segment_publish(publisher->writer);
}

static int
replace_segment(struct publisher *publisher)
{
	segment_close(publisher->writer);
	publisher->writer = NULL;
	publisher->doublings++;
	return make_segment(publisher);
}

int
publisher_commit(struct publisher *publisher)
{
	int error;

	error = publisher->writer == NULL ? -ENOSPC :
	    write_tables(publisher);
	if (error != -ENOSPC)
		return error;
	error = replace_segment(publisher);
	return error != 0 ? error : write_tables(publisher);
}

void
publisher_heartbeat(struct publisher *publisher)
{
	if (publisher->writer != NULL)
		segment_heartbeat(publisher->writer);
}

void
publisher_event(struct publisher *publisher, enum event_id id,
    const char *object, const char *text, int64_t wall_ns)
{
	const struct event_kind *kind = event_kind(id);
	struct drover_event event;

	if (publisher->writer == NULL)
		return;
	memset(&event, 0, sizeof(event));
	event.time_ns = wall_ns;
	event.severity = kind->severity;
	snprintf(event.node, sizeof(event.node), "%s", publisher->node);
	snprintf(event.kind, sizeof(event.kind), "%s", kind->kind);
	snprintf(event.object, sizeof(event.object), "%s", object);
	snprintf(event.text, sizeof(event.text), "%s", text);
	segment_event(publisher->writer, &event);
}

bool
publisher_relay(struct publisher *publisher,
    const struct drover_event *event)
{
	struct drover_event relayed = *event;

	if (publisher->writer == NULL ||
	    event->time_ns <= publisher->carried_ns)
		return false;
	snprintf(relayed.node, sizeof(relayed.node), "%s", publisher->node);
	segment_event(publisher->writer, &relayed);
	return true;
}
