/*
 * Commands of 200 B through the log of a cluster of one: one after the
 * other, and 64 outstanding.  Peers in the same run, turn by turn:
 *
 *	disk	the same bytes appended to a file in the same directory
 *		and fdatasync()ed, one command each time
 *	etcd	a single etcd on the loopback, values of the same size
 *		through its JSON gateway over connections kept open, 1 or
 *		64 (its price includes HTTP, as who uses it has to pay it);
 *		left out, and said on stderr, where there is no etcd
 *
 * The ratio of a time is value/peer, of a throughput peer/value: smaller
 * is better in both.  Arguments: [--smoke] [DIRECTORY], default TMPDIR.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "cluster/consensus.h"
#include "etcd.h"
#include "samples.h"

#define COMMAND_BYTES	200
#define OUTSTANDING	64
#define TURNS		10

static uv_loop_t loop;
static struct consensus *consensus;
static char directory[256];
static unsigned char command[COMMAND_BYTES];
static uint64_t index_applied;
static uint32_t answered;
static bool closed;
static struct samples one, disk, etcd;
static double throughput_ops, disk_ops, etcd_ops;

static void
die(const char *what)
{
	fprintf(stderr, "bench-consensus: %s\n", what);
	exit(1);
}

/* The machine: counts. */
static uint64_t
machine_applied(void *context)
{
	(void)context;
	return index_applied;
}

static int
machine_apply(void *context, const struct consensus_entry *entry,
    struct consensus_result *result)
{
	(void)context;
	(void)result;
	index_applied = entry->index;
	return 0;
}

static int
machine_snapshot(void *context, const void **bytes, size_t *length)
{
	(void)context;
	*bytes = &index_applied;
	*length = sizeof(index_applied);
	return 0;
}

static void
machine_release(void *context, const void *bytes)
{
	(void)context;
	(void)bytes;
}

static int
machine_restore(void *context, const void *bytes, size_t length,
    uint64_t index)
{
	(void)context;
	(void)bytes;
	(void)length;
	index_applied = index;
	return 0;
}

static void
fatal(void *context, const char *text)
{
	(void)context;
	die(text);
}

static void
open_log(void)
{
	struct consensus_machine machine = {
		.applied = machine_applied, .apply = machine_apply,
		.snapshot = machine_snapshot, .release = machine_release,
		.restore = machine_restore,
	};
	struct consensus_watch watch = { .fatal = fatal };
	struct consensus_options options = {
		.directory = directory, .id = 1, .address = "127.0.0.1:1",
		.bootstrap = true,
	};
	struct consensus_text complaint;

	if (uv_loop_init(&loop) != 0 ||
	    consensus_open(&loop, &options, &machine, &watch, &consensus,
	    &complaint) != 0 || consensus_start(consensus, &complaint) != 0)
		die(complaint.text);
}

static void
log_closed(void *context)
{
	(void)context;
	closed = true;
}

static void
done(void *context, const struct consensus_outcome *outcome)
{
	(void)context;
	if (outcome->status != 0)
		die("an entry was not taken");
	answered++;
}

static void
propose(void)
{
	if (consensus_propose(consensus, command, sizeof(command), done,
	    NULL) != 0)
		die("cannot propose");
}

static void
one_after_the_other(uint32_t count)
{
	double start;

	while (count-- > 0) {
		start = samples_now_us();
		answered = 0;
		propose();
		while (answered == 0)
			uv_run(&loop, UV_RUN_ONCE);
		samples_keep(&one, samples_now_us() - start);
	}
}

/* Commands a second. */
static double
many_at_a_time(uint32_t count)
{
	double start = samples_now_us();
	uint32_t sent = 0;

	answered = 0;
	while (answered < count) {
		while (sent < count && sent - answered < OUTSTANDING) {
			propose();
			sent++;
		}
		uv_run(&loop, UV_RUN_ONCE);
	}
	return count / (samples_now_us() - start) * 1e6;
}

static double
append_to_file(int file, uint32_t count)
{
	double begin = samples_now_us(), start;
	uint32_t i;

	for (i = 0; i < count; i++) {
		start = samples_now_us();
		if (write(file, command, sizeof(command)) !=
		    sizeof(command) || fdatasync(file) != 0)
			die("cannot append to a file");
		samples_keep(&disk, samples_now_us() - start);
	}
	return count / (samples_now_us() - begin) * 1e6;
}

static void
put_in_etcd(struct etcd *server, uint32_t count)
{
	double start;

	while (count-- > 0) {
		start = samples_now_us();
		if (!etcd_put(server))
			die("etcd does not answer");
		samples_keep(&etcd, samples_now_us() - start);
	}
}

static void
print(const char *name, double value, const char *unit, double peer,
    bool speed)
{
	if (peer > 0)
		printf("{\"name\":\"%s\",\"value\":%.5g,\"unit\":\"%s\","
		    "\"peer\":%.5g,\"ratio\":%.3g}\n", name, value, unit,
		    peer, speed ? peer / value : value / peer);
	else
		printf("{\"name\":\"%s\",\"value\":%.5g,\"unit\":\"%s\","
		    "\"peer\":null,\"ratio\":null}\n", name, value, unit);
}

static void
print_all(void)
{
	double p50 = samples_percentile(&one, 0.5);
	double p99 = samples_percentile(&one, 0.99);

	print("consensus_p50_disk", p50, "us", samples_percentile(&disk, 0.5),
	    false);
	print("consensus_p99_disk", p99, "us", samples_percentile(&disk, 0.99),
	    false);
	print("consensus_64_outstanding_disk", throughput_ops, "1/s",
	    disk_ops, true);
	if (etcd.count == 0)
		return;
	print("consensus_p50_etcd", p50, "us", samples_percentile(&etcd, 0.5),
	    false);
	print("consensus_p99_etcd", p99, "us", samples_percentile(&etcd, 0.99),
	    false);
	print("consensus_64_outstanding_etcd", throughput_ops, "1/s",
	    etcd_ops, true);
}

static void
measure(uint32_t turns, uint32_t count, struct etcd *server)
{
	char path[300];
	uint32_t i;
	int file;

	snprintf(path, sizeof(path), "%s/file", directory);
	file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file == -1)
		die("cannot make a file");
	for (i = 0; i < turns; i++) {
		one_after_the_other(count);
		disk_ops += append_to_file(file, count) / turns;
		throughput_ops += many_at_a_time(count * 10) / turns;
		if (server == NULL)
			continue;
		put_in_etcd(server, count);
		etcd_ops += etcd_put_many(count * 5, OUTSTANDING) / turns;
	}
	close(file);
}

static void
remove_directory(void)
{
	char line[300];

	snprintf(line, sizeof(line), "rm -rf -- '%s'", directory);
	if (system(line) != 0)
		fprintf(stderr, "%s is left\n", directory);
}

int
main(int argc, char **argv)
{
	bool smoke = argc > 1 && strcmp(argv[1], "--smoke") == 0;
	const char *where = argc > 1 + smoke ? argv[1 + smoke] :
	    getenv("TMPDIR");
	struct etcd server;
	bool compared;

	snprintf(directory, sizeof(directory), "%.200s/drover-bench-XXXXXX",
	    where != NULL ? where : "/tmp");
	if (mkdtemp(directory) == NULL)
		die("cannot make a directory");
	compared = etcd_start(&server, directory);
	if (!compared)
		fprintf(stderr, "no etcd: not compared with it\n");
	open_log();
	measure(smoke ? 2 : TURNS, smoke ? 20 : 200,
	    compared ? &server : NULL);
	consensus_close(consensus, log_closed, NULL);
	while (!closed)
		uv_run(&loop, UV_RUN_ONCE);
	uv_loop_close(&loop);
	etcd_stop(&server);
	remove_directory();
	print_all();
	return 0;
}
