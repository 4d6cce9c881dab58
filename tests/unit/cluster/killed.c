/*
 * kill -9 again and again, while entries are proposed, applied, written
 * into snapshots and read back: what was acknowledged is there afterwards.
 *
 * The machine keeps nothing, so that every start has to find everything in
 * the log.  Segments and snapshot intervals are small, so that kills fall
 * into all of what the engine does.  DROVER_KILLS=N for more of them.
 */
#include "tests/unit/cluster/server.h"

#include <sys/wait.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/suite.h"

#define KILLS		40
#define OUTSTANDING	16
#define COMMAND_BYTES	200

/* What the proposer says over its pipe. */
struct report {
	enum {
		REPORT_STARTED,		/* with the state that it found */
		REPORT_ACKNOWLEDGED	/* and by then all before it */
	} kind;
	uint64_t	count;
	uint64_t	chain;
};

static struct server server;
static int report_pipe = -1;

static void
report(int kind, uint64_t count, uint64_t chain)
{
	struct report line = { .count = count, .chain = chain };

	line.kind = kind;
	if (write(report_pipe, &line, sizeof(line)) != sizeof(line))
		_exit(3);
}

static void
propose_for_ever(void)
{
	uint32_t known;

	if (server_start(&server) != 0) {
		fprintf(stderr, "%s\n", server.complaint.text);
		_exit(2);
	}
	report(REPORT_STARTED, server.ledger.state.count,
	    server.ledger.state.chain);
	for (;;) {
		known = server.acknowledged;
		while (server.sent - server.answered < OUTSTANDING &&
		    server_propose(&server, server.ledger.state.count +
		    server.sent - server.answered + 1, COMMAND_BYTES) == 0)
			continue;
		uv_run(&server.loop, UV_RUN_ONCE);
		if (server.fatal[0] != '\0')
			_exit(CONSENSUS_EXIT_FATAL);
		if (server.acknowledged > known)
			report(REPORT_ACKNOWLEDGED,
			    server.ledger.state.count, server.chain);
	}
}

static pid_t
run_proposer(int *reports)
{
	int ends[2];
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	child = fork();
	CU_ASSERT_FATAL(child != -1);
	if (child == 0) {
		close(ends[0]);
		report_pipe = ends[1];
		propose_for_ever();
	}
	close(ends[1]);
	*reports = ends[0];
	return child;
}

/* The last report of each kind before the pipe ends. */
static void
read_reports(int reports, struct report *started,
    struct report *acknowledged)
{
	struct report line;

	started->count = UINT64_MAX;
	acknowledged->count = 0;
	while (read(reports, &line, sizeof(line)) == sizeof(line))
		*(line.kind == REPORT_STARTED ? started : acknowledged) =
		    line;
	close(reports);
}

static void
wait_until_started_or(int reports, int ms)
{
	struct pollfd waiting = { .fd = reports, .events = POLLIN };

	(void)poll(&waiting, 1, ms);
}

/* Kill it at some point, from the first instant of its start on. */
static void
kill_somewhere(pid_t child, int reports, int number)
{
	struct timespec delay = { .tv_nsec = rand() % 20000000 };
	int status;

	/* One in four dies in its start, the others at work. */
	if (number % 4 != 0)
		wait_until_started_or(reports, 10000);
	nanosleep(&delay, NULL);
	kill(child, SIGKILL);
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	/* It did not end by itself. */
	CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void
nothing_acknowledged_is_lost(void)
{
	const char *more = getenv("DROVER_KILLS");
	int kills = more != NULL ? atoi(more) : KILLS, i, reports;
	struct report started, acknowledged;
	unsigned int seed = (unsigned int)time(NULL);
	uint64_t sure = 0, starts = 0;
	pid_t child;

	srand(seed);
	server_make(&server);
	server.options.segment_bytes = 64 * 1024;
	server.options.snapshot_threshold = 50;
	server.options.snapshot_trailing = 20;
	server.options.disk_retry_ms = 20;
	for (i = 0; i < kills; i++) {
		child = run_proposer(&reports);
		kill_somewhere(child, reports, i);
		read_reports(reports, &started, &acknowledged);
		if (started.count == UINT64_MAX)
			continue;
		starts++;
		/* All that was acknowledged, and nothing else. */
		CU_ASSERT_TRUE(started.count >= sure);
		CU_ASSERT_EQUAL(started.chain,
		    server_chain(started.count, COMMAND_BYTES));
		sure = acknowledged.count > started.count ?
		    acknowledged.count : started.count;
	}
	printf("%d kills, %llu starts, %llu entries ", kills,
	    (unsigned long long)starts, (unsigned long long)sure);
	CU_ASSERT_TRUE(sure > 0 && starts > 0);
	server_remove(&server);
}

static const struct suite_test tests[] = {
	{ "nothing acknowledged is lost", nothing_acknowledged_is_lost },
};

SUITE_MAIN("cluster killed", tests)
