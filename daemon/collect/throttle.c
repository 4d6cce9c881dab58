/* Thermal throttle events. */
#include "collect/throttle.h"

#include <stdlib.h>
#include <string.h>

#include "collect/directory.h"

void
throttle_close(struct throttle *throttle)
{
	size_t i;

	for (i = 0; i < throttle->count; i++)
		source_close(&throttle->counters[i].source);
	free(throttle->counters);
	throttle->counters = NULL;
	throttle->count = throttle->cpus = 0;
}

static bool
is_cpu(const char *name)
{
	return strncmp(name, "cpu", 3) == 0 && text_is_digit(name[3]);
}

static double
topology(const char *root, const char *cpu, const char *file,
    struct source_buffer *buffer)
{
	struct text text;

	text = source_read_once(buffer,
	    "%s/sys/devices/system/cpu/%s/topology/%s", root, cpu, file);
	return text_number(&text);
}

static bool
is_counted(const struct throttle *throttle, double package, double core)
{
	const struct throttle_counter *counter;
	size_t i;

	for (i = 0; i < throttle->count; i++) {
		counter = &throttle->counters[i];
		if (counter->package == package && (counter->core == core ||
		    (isnan(core) && isnan(counter->core))))
			return true;
	}
	return false;
}

static void
add(struct throttle *throttle, const char *root, const char *cpu,
    double package, double core)
{
	struct throttle_counter *counter;

	if (is_counted(throttle, package, core))
		return;
	counter = &throttle->counters[throttle->count];
	counter->package = package;
	counter->core = core;
	source_open(&counter->source,
	    "%s/sys/devices/system/cpu/%s/thermal_throttle/%s", root, cpu,
	    isnan(core) ? "package_throttle_count" : "core_throttle_count");
	if (counter->source.fd >= 0)
		throttle->count++;
	else
		source_close(&counter->source);
}

static bool
all_open(const struct throttle *throttle)
{
	size_t i;

	for (i = 0; i < throttle->count; i++) {
		if (throttle->counters[i].source.fd < 0)
			return false;
	}
	return true;
}

void
throttle_scan(struct throttle *throttle, const char *root,
    struct source_buffer *buffer)
{
	struct directory directory;
	double package, core;
	const char *cpu;
	size_t i;

	directory_read(&directory, "%s/sys/devices/system/cpu", root);
	if (directory.count == throttle->cpus && all_open(throttle)) {
		directory_free(&directory);
		return;
	}
	throttle_close(throttle);
	throttle->cpus = directory.count;
	throttle->counters = calloc(directory.count * 2 + 1,
	    sizeof(*throttle->counters));
	for (i = 0; throttle->counters != NULL && i < directory.count; i++) {
		cpu = directory.entries[i]->d_name;
		if (!is_cpu(cpu))
			continue;
		package = topology(root, cpu, "physical_package_id", buffer);
		core = topology(root, cpu, "core_id", buffer);
		if (isnan(package) || isnan(core))
			continue;
		add(throttle, root, cpu, package, core);
		add(throttle, root, cpu, package, NAN);
	}
	directory_free(&directory);
}

void
throttle_read(struct throttle *throttle, struct source_buffer *buffer,
    double *cores, double *packages)
{
	struct throttle_counter *counter;
	struct text text;
	double *sum;
	size_t i;

	*cores = *packages = NAN;
	for (i = 0; i < throttle->count; i++) {
		counter = &throttle->counters[i];
		sum = isnan(counter->core) ? packages : cores;
		*sum = 0;
	}
	for (i = 0; i < throttle->count; i++) {
		counter = &throttle->counters[i];
		sum = isnan(counter->core) ? packages : cores;
		text = source_read(&counter->source, buffer);
		*sum += text_number(&text);
	}
}
