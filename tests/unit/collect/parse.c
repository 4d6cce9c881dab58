/* The parsers of the host collector, each on text made for it. */
#include <sys/mman.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/cgroup.h"
#include "collect/disk.h"
#include "collect/memory.h"
#include "collect/nic.h"
#include "collect/pressure.h"
#include "collect/processor.h"
#include "collect/protocol.h"
#include "collect/sensor.h"
#include "mutation.h"
#include "../suite.h"
#include "../../fuzz/fuzz.h"

#define ROUNDS_PER_SEED	4000

static struct text
text_of(const char *string)
{
	return (struct text){string, string + strlen(string)};
}

static double
number_of(const char *string)
{
	struct text text = text_of(string);

	return text_number(&text);
}

static void
test_numbers(void)
{
	struct text text = text_of("7 99999999999999999999999 8 x9 10\n");

	CU_ASSERT_EQUAL(number_of("12\n"), 12);
	CU_ASSERT_EQUAL(number_of("  12 kB\n"), 12);
	CU_ASSERT_EQUAL(number_of("9999999999999999999\n"), 1e19);
	CU_ASSERT(isnan(number_of("12")));
	CU_ASSERT(isnan(number_of("12x\n")));
	CU_ASSERT(isnan(number_of("-12\n")));
	CU_ASSERT(isnan(number_of("18446744073709551616\n")));
	CU_ASSERT(isnan(number_of("")));
	CU_ASSERT(isnan(number_of("\n")));
	/* What is no number takes the place of one. */
	CU_ASSERT_EQUAL(text_number(&text), 7);
	CU_ASSERT(isnan(text_number(&text)));
	CU_ASSERT_EQUAL(text_number(&text), 8);
	CU_ASSERT(isnan(text_number(&text)));
	CU_ASSERT_EQUAL(text_number(&text), 10);
}

static void
test_signed_and_decimal(void)
{
	struct text text = text_of("-12 - -x 5\n");
	struct text decimals = text_of("0.25 1..2 3 .5 4.\n");

	CU_ASSERT_EQUAL(text_signed(&text), -12);
	CU_ASSERT(isnan(text_signed(&text)));
	CU_ASSERT(isnan(text_signed(&text)));
	CU_ASSERT_EQUAL(text_decimal(&decimals), 0.25);
	CU_ASSERT(isnan(text_decimal(&decimals)));
	CU_ASSERT_EQUAL(text_decimal(&decimals), 3);
	CU_ASSERT(isnan(text_decimal(&decimals)));
	CU_ASSERT_EQUAL(text_decimal(&decimals), 4);
}

/* Cut at any byte, a value is whole or unknown, never a shorter one. */
static void
test_truncated(void)
{
	static const char meminfo[] = "MemTotal:        1000 kB\n"
	    "MemFree:          200 kB\nMemAvailable:     600 kB\n";
	double node[NODE_METRICS], value;
	struct text text;
	size_t length, i;

	for (length = 0; length < sizeof(meminfo); length++) {
		for (i = 0; i < NODE_METRICS; i++)
			node[i] = NAN;
		text = (struct text){meminfo, meminfo + length};
		meminfo_parse(text, node);
		value = node[NODE_METRIC_memory_total];
		CU_ASSERT(isnan(value) || value == 1000 * 1024);
		value = node[NODE_METRIC_memory_available];
		CU_ASSERT(isnan(value) || value == 600 * 1024);
		value = node[NODE_METRIC_memory_used];
		CU_ASSERT(isnan(value) || value == 40);
	}
	CU_ASSERT_EQUAL(node[NODE_METRIC_memory_used], 40);
}

static void
test_impossible_memory(void)
{
	double node[NODE_METRICS];
	size_t i;

	for (i = 0; i < NODE_METRICS; i++)
		node[i] = NAN;
	meminfo_parse(text_of("MemTotal: 0 kB\nMemAvailable: 0 kB\n"), node);
	CU_ASSERT(isnan(node[NODE_METRIC_memory_used]));
	meminfo_parse(text_of("MemTotal: 5 kB\nMemAvailable: 6 kB\n"), node);
	CU_ASSERT(isnan(node[NODE_METRIC_memory_used]));
}

static void
test_cpu_lines(void)
{
	struct processor_counts counts;

	processor_parse(text_of("cpu  1 2 3 4\ncpu0 1 2 3 4\nctxt 9\n"),
	    &counts);
	CU_ASSERT_EQUAL(counts.idle, 4);
	CU_ASSERT(isnan(counts.iowait));
	CU_ASSERT_EQUAL(counts.cpus, 1);
	CU_ASSERT_EQUAL(counts.context_switches, 9);
	CU_ASSERT(isnan(counts.blocked));
	processor_parse(text_of(""), &counts);
	CU_ASSERT(isnan(counts.cpus));
}

static void
test_pressure(void)
{
	struct pressure_totals totals;

	pressure_parse(text_of("some avg10=0.00 avg60=0.00 avg300=0.00 "
	    "total=123\n"), &totals);
	CU_ASSERT_EQUAL(totals.some, 123);
	CU_ASSERT(isnan(totals.full));
	pressure_parse(text_of("full avg10=0.00 total=5\n"), &totals);
	CU_ASSERT(isnan(totals.full));
}

static void
test_columns_by_name(void)
{
	double value[PROTOCOL_COLUMNS];
	struct protocol protocol;

	protocol_open_snmp(&protocol, "/nonexistent");
	protocol_parse(&protocol, text_of("Ip: A\nIp: 1\n"
	    "Tcp: RetransSegs X OutSegs\nTcp: 1 -2 3\n"), value);
	CU_ASSERT_EQUAL(value[0], 3);
	CU_ASSERT_EQUAL(value[1], 1);
	/* Another order, then a column less, then no values. */
	protocol_parse(&protocol, text_of(
	    "Tcp: OutSegs RetransSegs\nTcp: 10 20\n"), value);
	CU_ASSERT_EQUAL(value[0], 10);
	CU_ASSERT_EQUAL(value[1], 20);
	protocol_parse(&protocol, text_of("Tcp: OutSegs\nTcp: 10 20\n"),
	    value);
	CU_ASSERT_EQUAL(value[0], 10);
	CU_ASSERT(isnan(value[1]));
	protocol_parse(&protocol, text_of("Tcp: OutSegs RetransSegs\n"
	    "Udp: 10 20\n"), value);
	CU_ASSERT(isnan(value[0]));
	protocol_parse(&protocol, text_of("Tcp: OutSegs RetransSegs\n"
	    "Tcp: 10\n"), value);
	CU_ASSERT_EQUAL(value[0], 10);
	CU_ASSERT(isnan(value[1]));
	protocol_close(&protocol);
}

static void
test_interface_names(void)
{
	struct nic_counts counts;
	char name[16];

	CU_ASSERT(nic_parse(text_of("  eth0:1 2 3 4 5 6 7 8 9 10 11 12 0\n"),
	    name, &counts));
	CU_ASSERT_STRING_EQUAL(name, "eth0");
	CU_ASSERT_EQUAL(counts.in, 1);
	CU_ASSERT_EQUAL(counts.out_drops, 12);
	CU_ASSERT(!nic_parse(text_of(" face |bytes packets\n"), name,
	    &counts));
	CU_ASSERT(nic_parse(text_of("a-name-that-is-too-long: 1\n"), name,
	    &counts));
	CU_ASSERT_STRING_EQUAL(name, "");
}

static void
test_control_group_path(void)
{
	static const char hybrid[] = "10:cpu,cpuacct:/a\n9:memory:/b:c\n"
	    "1:name=systemd:/d\n0::/e\n";
	struct text path;

	path = cgroup_path(text_of(hybrid), "memory");
	CU_ASSERT(TEXT_IS(path, "/b:c"));
	path = cgroup_path(text_of(hybrid), "cpuacct");
	CU_ASSERT(TEXT_IS(path, "/a"));
	path = cgroup_path(text_of(hybrid), NULL);
	CU_ASSERT(TEXT_IS(path, "/e"));
	path = cgroup_path(text_of(hybrid), "mem");
	CU_ASSERT(TEXT_IS(path, ""));
	path = cgroup_path(text_of("0::/cut"), NULL);
	CU_ASSERT(TEXT_IS(path, ""));
}

static void
test_temperatures(void)
{
	CU_ASSERT_EQUAL(temperature_parse(text_of("41850\n")), 41.85);
	CU_ASSERT_EQUAL(temperature_parse(text_of("-5000\n")), -5);
	CU_ASSERT(isnan(temperature_parse(text_of("-273000\n"))));
	CU_ASSERT(isnan(temperature_parse(text_of("65535000\n"))));
	CU_ASSERT(isnan(temperature_parse(text_of(""))));
}

/* A text that ends where the next page cannot be read. */
struct edge {
	char	*pages;
	size_t	 size;
};

static void
edge_run(const struct edge *edge, const char *bytes, size_t length)
{
	char *at = edge->pages + edge->size - length;

	memcpy(at, bytes, length);
	LLVMFuzzerTestOneInput((const uint8_t *)at, length);
}

static void
mutate_seed(const struct edge *edge, struct mutation *mutation,
    const char *seed, size_t length)
{
	static char bytes[32768];
	size_t mutated = length;
	int i;

	memcpy(bytes, seed, length);
	for (i = 0; i < ROUNDS_PER_SEED; i++) {
		mutated = mutation_apply(mutation, bytes, mutated,
		    sizeof(bytes));
		edge_run(edge, bytes, mutated);
		if (mutation_below(mutation, 4) == 0) {
			memcpy(bytes, seed, length);
			mutated = length;
		}
	}
}

static size_t
read_seed(const char *name, char *seed, size_t size)
{
	char path[4096];
	FILE *file;
	size_t length;

	snprintf(path, sizeof(path), "%s/%s", COLLECT_SEEDS, name);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	length = fread(seed, 1, size, file);
	fclose(file);
	return length;
}

/*
 * An overrun faults here even without a sanitizer; numbers that make no
 * sense abort in the fuzzer's function.
 */
static void
test_mutations(void)
{
	static char seed[16384];
	struct mutation mutation = {1};
	struct edge edge = {NULL, 32768};
	struct dirent **entries;
	size_t length;
	int count, i, run = 0;

	edge.pages = mmap(NULL, edge.size + 4096 * 16, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CU_ASSERT_FATAL(edge.pages != MAP_FAILED);
	CU_ASSERT_EQUAL_FATAL(mprotect(edge.pages, edge.size,
	    PROT_READ | PROT_WRITE), 0);
	count = scandir(COLLECT_SEEDS, &entries, NULL, alphasort);
	for (i = 0; i < count; i++) {
		length = read_seed(entries[i]->d_name, seed, sizeof(seed));
		if (length > 0) {
			mutate_seed(&edge, &mutation, seed, length);
			run++;
		}
		free(entries[i]);
	}
	free(entries);
	munmap(edge.pages, edge.size + 4096 * 16);
	CU_ASSERT(run >= 10);
}

static const struct suite_test tests[] = {
	{"a number cut off, too large or mixed is unknown", test_numbers},
	{"signed numbers and decimals", test_signed_and_decimal},
	{"a text cut anywhere gives whole values or none", test_truncated},
	{"more memory available than there is is unknown",
	    test_impossible_memory},
	{"a short cpu line leaves the rest unknown", test_cpu_lines},
	{"pressure takes the total of the right line", test_pressure},
	{"TCP counters are found by the names of their columns",
	    test_columns_by_name},
	{"an interface name that does not fit is left out",
	    test_interface_names},
	{"the control group of each version is found",
	    test_control_group_path},
	{"a temperature that cannot be is unknown", test_temperatures},
	{"no mutation of a text is read beyond its end", test_mutations},
};

SUITE_MAIN("collect parse", tests)
