#include "tests/unit/store/moments.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shm/schema.h"
#include "store/flight_codec.h"

/* Also where no test of CUnit runs: in a child, in a benchmark. */
static void
must(bool good)
{
	if (!good)
		abort();
}

/* splitmix64, Steele, Lea and Flood, OOPSLA 2014. */
uint64_t
moments_draw(struct moments *moments)
{
	uint64_t word = moments->seed += UINT64_C(0x9e3779b97f4a7c15);

	word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
	return word ^ word >> 31;
}

void
moments_begin(struct moments *moments, uint64_t seed, uint32_t nodes,
    int64_t interval_ns)
{
	size_t bytes = segment_schema_bytes(&segment_core_schema);
	void *schema = calloc(1, bytes);

	memset(moments, 0, sizeof(*moments));
	must(schema != NULL);
	segment_schema_store(&segment_core_schema, schema);
	must(flight_image_init(&moments->before, schema,
	    bytes) == 0);
	must(flight_image_init(&moments->now, schema,
	    bytes) == 0);
	free(schema);
	moments->seed = seed;
	moments->nodes = nodes;
	moments->interval_ns = interval_ns;
	moments->now.moment.instance = moments_draw(moments) | 1;
	moments->now.moment.wall_ns = MOMENTS_START_NS;
}

void
moments_end(struct moments *moments)
{
	flight_image_free(&moments->before);
	flight_image_free(&moments->now);
	free(moments->bits.bytes);
}

void
moments_restart(struct moments *moments)
{
	moments->now.moment.instance = moments_draw(moments) | 1;
	moments->now.moment.version = 0;
	moments->step = 0;
}

/* Mostly what a percentage, a count or a size does; sometimes anything. */
static double
drift(struct moments *moments, double value)
{
	uint64_t kind = moments_draw(moments) % 64, word;

	if (moments->mild && (kind == 0 || kind == 3))
		kind = 5;
	if (kind == 0) {
		word = moments_draw(moments);
		memcpy(&value, &word, sizeof(value));
		return value;
	}
	if (kind == 1)
		return NAN;
	if (kind == 2)
		return -0.0;
	if (kind == 3)
		return moments_draw(moments) % 2 == 0 ? INFINITY : 5e-324;
	if (kind < 8 || !isfinite(value) || fabs(value) > 1e12)
		return (double)(moments_draw(moments) % 10000) / 100;
	if (kind < 40)
		return value;
	return round((value + (double)(moments_draw(moments) % 200) / 100 -
	    1) * 100) / 100;
}

static void
change_node(struct moments *moments, struct drover_node_row *row)
{
	double *metric = &row->cpu_busy;
	size_t i, count = (size_t)(&row->sample_cost - metric) + 1;

	for (i = 0; i < count; i++)
		metric[i] = drift(moments, metric[i]);
	row->sampled = moments->now.moment.wall_ns;
	if (moments_draw(moments) % 50 == 0)
		row->state = (uint8_t)(moments_draw(moments) % 3);
	if (moments_draw(moments) % 50 == 0)
		snprintf(row->drain_reason, sizeof(row->drain_reason),
		    "reason %u", (unsigned int)moments_draw(moments) % 100);
}

static void
change_nodes(struct moments *moments)
{
	struct flight_table *table =
	    &moments->now.tables[DROVER_TABLE_NODE];
	struct drover_node_row *row;
	uint32_t slot;

	must(flight_table_reserve(table, moments->nodes) == 0);
	table->used = moments->nodes;
	for (slot = 0; slot < table->used; slot++) {
		row = (void *)flight_row(table, slot);
		if (row->header.generation == 0 &&
		    (slot == 0 || moments->step == 1 ||
		    moments_draw(moments) % 8 == 0)) {
			memset(row, 0, sizeof(*row));
			row->header.generation = (uint32_t)moments->step;
			snprintf(row->name, sizeof(row->name), "n%02u",
			    slot);
		}
		if (row->header.generation != 0)
			change_node(moments, row);
		if (slot > 0 && moments->nodes < 100 &&
		    moments_draw(moments) % 64 == 0)
			memset(row, 0, sizeof(*row));
	}
}

/* One disk of the first node. */
static void
change_device(struct moments *moments)
{
	struct flight_table *table =
	    &moments->now.tables[DROVER_TABLE_DEVICE];
	struct drover_device_row *row;
	double *metric;
	size_t i;

	must(flight_table_reserve(table, 1) == 0);
	row = (void *)flight_row(table, 0);
	if (table->used == 0) {
		row->header.generation = 1;
		strcpy(row->name, "disk/sda");
		strcpy(row->node, "n00");
		metric = &row->busy;
		for (i = 0; &metric[i] <= &row->lost; i++)
			metric[i] = NAN;
		row->busy = row->in = row->in_errors = 0;
	}
	table->used = 1;
	row->busy = drift(moments, row->busy);
	row->in = drift(moments, row->in);
	row->in_errors += (double)(moments_draw(moments) % 5);
	if (moments_draw(moments) % 100 == 0)
		row->in_errors = 0;
}

static size_t
make_events(struct moments *moments, struct drover_event *events)
{
	size_t count = moments_draw(moments) % 4 == 0, i;

	for (i = 0; i < count; i++) {
		memset(&events[i], 0, sizeof(events[i]));
		events[i].time_ns = moments->now.moment.wall_ns;
		events[i].severity = (enum drover_severity)
		    (moments_draw(moments) % 3);
		strcpy(events[i].node, "n00");
		strcpy(events[i].kind, "backend.down");
		snprintf(events[i].text, sizeof(events[i].text),
		    "event of step %u", (unsigned int)moments->step);
	}
	return count;
}

static void
remember(struct moments *moments)
{
	struct flight_table *from, *to;
	uint32_t i;

	for (i = 0; i < moments->now.table_count; i++) {
		from = &moments->now.tables[i];
		to = &moments->before.tables[i];
		must(flight_table_reserve(to, from->used) == 0);
		if (from->used > 0)
			memcpy(to->rows, from->rows,
			    (size_t)from->used * from->row_bytes);
		to->used = from->used;
	}
}

struct flight_record *
moments_next(struct moments *moments)
{
	struct flight_record *record;
	struct drover_event events[1];
	bool first, changed;
	size_t count, i;

	first = ++moments->step == 1;
	moments->now.moment.version++;
	moments->now.moment.wall_ns += moments->interval_ns;
	remember(moments);
	change_nodes(moments);
	change_device(moments);
	count = make_events(moments, events);
	for (i = 0; i < count; i++)
		flight_image_event(&moments->now, &events[i]);
	if (first)
		return flight_record_key(&moments->now, moments->step,
		    &moments->bits);
	moments->bits.used = 0;
	must(flight_encode(&moments->before, &moments->now,
	    events, count, &moments->bits, &changed) == 0);
	record = flight_record_make(FLIGHT_STEP, &moments->now.moment,
	    moments->step, moments->bits.bytes, moments->bits.used);
	must(record != NULL);
	return record;
}

int
moments_append(struct moments *moments, struct flight_log *log)
{
	struct flight_record *record = moments_next(moments);
	int error = moments->step != 1 ? 0 : flight_log_schema(log,
	    moments->now.schema, moments->now.schema_bytes);

	if (error == 0)
		error = flight_log_append(log, record);
	free(record);
	return error;
}
