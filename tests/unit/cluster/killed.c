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

#include "tests/unit/killing.h"
#include "tests/unit/suite.h"

#define KILLS		25
#define CALLS		25
/* Stops, two a call: of a start, and with work and snapshots after it. */
#define STOPS_OF_START	600
#define STOPS		4000
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

/* Run it; traced, it stops at once and then at every system call. */
static pid_t
run_proposer(int *reports, bool traced)
{
	int ends[2];
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	child = fork();
	CU_ASSERT_FATAL(child != -1);
	if (child == 0) {
		close(ends[0]);
		report_pipe = ends[1];
		if (traced)
			killing_offer();
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

/* What came of one life of the proposer, against those before it. */
struct history {
	uint64_t	sure;		/* acknowledged, or found */
	uint64_t	starts;
};

static void
judge(struct history *history, int reports)
{
	struct report started, acknowledged;

	read_reports(reports, &started, &acknowledged);
	if (started.count == UINT64_MAX)
		return;
	history->starts++;
	/* All that was acknowledged, and nothing else. */
	CU_ASSERT_TRUE(started.count >= history->sure);
	CU_ASSERT_EQUAL(started.chain,
	    server_chain(started.count, COMMAND_BYTES));
	history->sure = acknowledged.count > started.count ?
	    acknowledged.count : started.count;
}

static void
make_small_steps(void)
{
	unsigned int seed = (unsigned int)time(NULL);

	srand(seed);
	printf("seed %u, ", seed);
	server_make(&server);
	server.options.segment_bytes = 64 * 1024;
	server.options.snapshot_threshold = 50;
	server.options.snapshot_trailing = 20;
	server.options.disk_retry_ms = 20;
}

static void
end_history(const struct history *history, int kills)
{
	printf("%d kills, %llu starts, %llu entries ", kills,
	    (unsigned long long)history->starts,
	    (unsigned long long)history->sure);
	CU_ASSERT_TRUE(history->sure > 0 && history->starts > 0);
	server_remove(&server);
}

static void
nothing_acknowledged_is_lost(void)
{
	struct history history = { 0, 0 };
	int kills = killing_count(KILLS), i, reports;
	pid_t child;

	make_small_steps();
	for (i = 0; i < kills; i++) {
		child = run_proposer(&reports, false);
		kill_somewhere(child, reports, i);
		judge(&history, reports);
	}
	end_history(&history, kills);
}

static void
nothing_is_lost_at_any_system_call(void)
{
	struct history history = { 0, 0 };
	struct killing killing = { .points = KILLING_AT_STOPS };
	int kills = killing_count(CALLS), i, reports;
	enum killing_end end;
	pid_t child;

	make_small_steps();
	for (i = 0; i < kills; i++) {
		child = run_proposer(&reports, true);
		killing.at = 1 + rand() %
		    (i % 2 == 0 ? STOPS : STOPS_OF_START);
		end = killing_follow(child, &killing);
		if (end == KILLING_UNTRACED) {
			printf("SKIP: no tracing here ");
			history.sure = history.starts = 1;
			break;
		}
		/* It does not end by itself. */
		CU_ASSERT_EQUAL(end, KILLING_KILLED);
		judge(&history, reports);
	}
	end_history(&history, i);
}

static const struct suite_test tests[] = {
	{ "nothing acknowledged is lost", nothing_acknowledged_is_lost },
	{ "nothing is lost at any system call",
	    nothing_is_lost_at_any_system_call },
};

SUITE_MAIN("cluster killed", tests)
