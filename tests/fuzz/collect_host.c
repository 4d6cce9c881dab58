/*
 * Every parser of the host collector on one text.  Whatever the text, a
 * parser stays inside it and gives numbers that make sense or NaN; the
 * protocol parser remembers the line of names, so it is asked twice.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/cgroup.h"
#include "collect/disk.h"
#include "collect/memory.h"
#include "collect/nic.h"
#include "collect/pressure.h"
#include "collect/processor.h"
#include "collect/protocol.h"
#include "collect/sensor.h"

#include "fuzz.h"

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_number(double value)
{
	check(isnan(value) || (value >= 0 && isfinite(value)));
}

static void
check_counts(const double *values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		check_number(values[i]);
}
#define CHECK_COUNTS(structure)						\
	check_counts((const double *)&(structure),			\
	    sizeof(structure) / sizeof(double))

static void
parse_processor(struct text text)
{
	struct processor_counts counts;
	double load[3];

	processor_parse(text, &counts);
	CHECK_COUNTS(counts);
	loadavg_parse(text, load);
	check_counts(load, 3);
}

static void
parse_memory(struct text text)
{
	double node[NODE_METRICS], used;
	size_t i;

	for (i = 0; i < NODE_METRICS; i++)
		node[i] = NAN;
	meminfo_parse(text, node);
	used = node[NODE_METRIC_memory_used];
	check(isnan(used) || (used >= 0 && used <= 100));
	vmstat_parse(text, node);
	check_counts(node, NODE_METRICS);
}

static void
parse_pressure(struct text text)
{
	struct pressure_totals totals;

	pressure_parse(text, &totals);
	CHECK_COUNTS(totals);
}

static void
parse_cgroup(struct text text)
{
	static const char *const controllers[] = {NULL, "memory", ""};
	struct cgroup_events events;
	struct text path;
	size_t i;

	cgroup_events_parse(text, &events);
	CHECK_COUNTS(events);
	for (i = 0; i < 3; i++) {
		path = cgroup_path(text, controllers[i]);
		check(path.at >= text.at && path.at <= path.end &&
		    path.end <= text.end);
	}
}

static void
parse_devices(struct text text)
{
	struct disk_counts disk;
	struct nic_counts nic;
	struct text line;
	char name[16];
	double value;

	disk_parse(text, &disk);
	CHECK_COUNTS(disk);
	value = operstate_parse(text);
	check(isnan(value) || value == 0 || value == 1);
	value = temperature_parse(text);
	check(isnan(value) || (value >= -60 && value <= 200));
	while (text_line(&text, &line)) {
		if (!nic_parse(line, name, &nic))
			continue;
		check(memchr(name, '\0', sizeof(name)) != NULL);
		CHECK_COUNTS(nic);
	}
}

static void
parse_protocol(struct text text)
{
	double first[PROTOCOL_COLUMNS], again[PROTOCOL_COLUMNS];
	struct protocol protocol;

	protocol_open_snmp(&protocol, "/nonexistent");
	protocol_parse(&protocol, text, first);
	protocol_parse(&protocol, text, again);
	check_counts(first, PROTOCOL_COLUMNS);
	check(memcmp(first, again, sizeof(first)) == 0);
	protocol_close(&protocol);
	protocol_open_netstat(&protocol, "/nonexistent");
	protocol_parse(&protocol, text, first);
	check_counts(first, PROTOCOL_COLUMNS);
	protocol_close(&protocol);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *at = (const char *)bytes;
	struct text text = {at, at + length};

	parse_processor(text);
	parse_memory(text);
	parse_pressure(text);
	parse_cgroup(text);
	parse_devices(text);
	parse_protocol(text);
	return 0;
}
