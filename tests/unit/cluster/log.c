/* A cluster of one on a real disk. */
#include "tests/unit/cluster/server.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/suite.h"

static struct server server;

static void
a_proposal_is_applied_and_answered(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server_propose(&server, 1, 200), 0);
	/* Answered from the loop, not before. */
	CU_ASSERT_EQUAL(server.answered, 0);
	CU_ASSERT_TRUE(server_await(&server, server_all_answered));
	CU_ASSERT_EQUAL(server.status, 0);
	CU_ASSERT_EQUAL(server.ledger.state.count, 1);
	CU_ASSERT_EQUAL(server.index, server.ledger.state.index);
	CU_ASSERT_EQUAL(server.chain, server_chain(1, 200));
	server_close(&server);
	CU_ASSERT_TRUE(server.closed);
	CU_ASSERT_STRING_EQUAL(server.fatal, "");
	server_remove(&server);
}

static void
a_restart_applies_the_log_again(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 100, 64);
	server_close(&server);
	server_forget(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.state.count, 100);
	CU_ASSERT_EQUAL(server.ledger.state.chain, server_chain(100, 64));
	server_fill(&server, 1, 64);
	CU_ASSERT_EQUAL(server.ledger.state.chain, server_chain(101, 64));
	server_close(&server);
	server_remove(&server);
}

static void
a_machine_that_kept_its_state_is_not_given_it_again(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 100, 64);
	server_close(&server);
	server.ledger.applies = 0;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.applies, 0);
	server_fill(&server, 1, 64);
	CU_ASSERT_EQUAL(server.ledger.applies, 1);
	CU_ASSERT_EQUAL(server.ledger.state.chain, server_chain(101, 64));
	server_close(&server);
	server_remove(&server);
}

static bool
snapshot_released(struct server *waiting)
{
	return waiting->ledger.releases > 0 &&
	    waiting->ledger.releases == waiting->ledger.snapshots;
}

static void
make_snapshots(uint32_t rounds)
{
	uint32_t i;

	server.options.snapshot_threshold = 64;
	server.options.snapshot_trailing = 16;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	for (i = 0; i < rounds; i++) {
		server_fill(&server, 100, 64);
		CU_ASSERT_TRUE(server_await(&server, snapshot_released));
	}
}

static void
an_empty_machine_is_restored_from_the_snapshot(void)
{
	struct consensus_status status;

	server_make(&server);
	make_snapshots(5);
	consensus_status(server.consensus, &status);
	CU_ASSERT_TRUE(status.snapshot_index > 400);
	server_close(&server);
	server_forget(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.restores, 1);
	CU_ASSERT_TRUE(server.ledger.applies < 200);
	CU_ASSERT_EQUAL(server.ledger.state.count, 500);
	CU_ASSERT_EQUAL(server.ledger.state.chain, server_chain(500, 64));
	server_close(&server);
	server_remove(&server);
}

static void
a_machine_newer_than_the_snapshot_is_left_alone(void)
{
	server_make(&server);
	make_snapshots(3);
	server_close(&server);
	server.ledger.applies = 0;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.restores, 0);
	CU_ASSERT_EQUAL(server.ledger.applies, 0);
	CU_ASSERT_EQUAL(server.ledger.state.chain, server_chain(300, 64));
	server_close(&server);
	server_remove(&server);
}

static bool
noticed(struct server *waiting)
{
	return waiting->notice[0] != '\0';
}

static void
a_failed_snapshot_is_a_notice(void)
{
	server_make(&server);
	server.options.snapshot_threshold = 64;
	server.ledger.snapshot_error = -EIO;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 100, 64);
	CU_ASSERT_TRUE(server_await(&server, noticed));
	CU_ASSERT_STRING_EQUAL(server.notice,
	    "cannot take a snapshot: Input/output error");
	server.ledger.snapshot_error = 0;
	server_fill(&server, 1, 64);
	CU_ASSERT_TRUE(server_await(&server, snapshot_released));
	CU_ASSERT_STRING_EQUAL(server.fatal, "");
	server_close(&server);
	server_remove(&server);
}

static void
an_old_log_is_dropped_behind_snapshots(void)
{
	uint64_t before, after;
	int i;

	server_make(&server);
	server.options.segment_bytes = 256 * 1024;
	server.options.snapshot_threshold = 64;
	server.options.snapshot_trailing = 16;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	for (i = 0; i < 10; i++)
		server_fill(&server, 10, 8192);
	CU_ASSERT_EQUAL(consensus_log_bytes(server.consensus, &before), 0);
	for (i = 0; i < 40; i++)
		server_fill(&server, 10, 8192);
	CU_ASSERT_TRUE(server_await(&server, snapshot_released));
	CU_ASSERT_EQUAL(consensus_log_bytes(server.consensus, &after), 0);
	/* 3.2 MB were written since. */
	CU_ASSERT_TRUE(before > 0 && after < before + 1600 * 1024);
	server_close(&server);
	server_remove(&server);
}

static void
big_entries_are_taken_up_to_the_limit(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 1, CONSENSUS_COMMAND_BYTES_MAX);
	server_fill(&server, 1, CONSENSUS_COMMAND_BYTES_MAX);
	server_fill(&server, 1, CONSENSUS_COMMAND_BYTES_MAX);
	CU_ASSERT_EQUAL(server_propose(&server, 1,
	    CONSENSUS_COMMAND_BYTES_MAX + 8), -EMSGSIZE);
	CU_ASSERT_EQUAL(server_propose(&server, 1, 0), -EINVAL);
	CU_ASSERT_EQUAL(server_propose(&server, 1, 12), -EINVAL);
	server_close(&server);
	server_forget(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.state.chain,
	    server_chain(3, CONSENSUS_COMMAND_BYTES_MAX));
	server_close(&server);
	server_remove(&server);
}

static void
many_outstanding_are_applied_in_order(void)
{
	struct consensus_status status;
	uint64_t i;

	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	for (i = 1; i <= 3000; i++)
		CU_ASSERT_EQUAL_FATAL(server_propose(&server, i, 64), 0);
	consensus_status(server.consensus, &status);
	CU_ASSERT_EQUAL(status.outstanding, 3000);
	CU_ASSERT_TRUE(server_await(&server, server_all_answered));
	CU_ASSERT_EQUAL(server.acknowledged, 3000);
	CU_ASSERT_EQUAL(server.chain, server_chain(3000, 64));
	CU_ASSERT_EQUAL(server.index, server.ledger.state.index);
	consensus_status(server.consensus, &status);
	CU_ASSERT_EQUAL(status.outstanding, 0);
	server_close(&server);
	server_remove(&server);
}

static void
closing_cancels_what_is_outstanding(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server_propose(&server, 1, 64), 0);
	CU_ASSERT_EQUAL(server_propose(&server, 2, 64), 0);
	server_close(&server);
	CU_ASSERT_EQUAL(server.answered, 2);
	CU_ASSERT_EQUAL(server.acknowledged, 0);
	CU_ASSERT_EQUAL(server.status, -ECANCELED);
	server_remove(&server);
}

static void
nothing_is_taken_before_the_start(void)
{
	struct consensus_status status;

	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_open(&server), 0);
	CU_ASSERT_EQUAL(server_propose(&server, 1, 64), -ESHUTDOWN);
	consensus_status(server.consensus, &status);
	CU_ASSERT_EQUAL(status.role, CONSENSUS_STOPPED);
	server_close(&server);
	server_remove(&server);
}

static void
a_log_is_open_only_once(void)
{
	static struct server second;

	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	second = server;
	memset(&second.ledger, 0, sizeof(second.ledger));
	CU_ASSERT_EQUAL(server_open(&second), -EBUSY);
	CU_ASSERT_PTR_NOT_NULL(strstr(second.complaint.text,
	    "another process has this log open"));
	server_close(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&second), 0);
	server_close(&second);
	server_remove(&server);
}

static void
a_log_is_made_only_when_asked_for(void)
{
	server_make(&server);
	server.options.bootstrap = false;
	CU_ASSERT_EQUAL(server_open(&server), -ENOENT);
	server.options.bootstrap = true;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_close(&server);
	server.options.bootstrap = false;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_close(&server);
	server_remove(&server);
}

static void
write_half(const char *name)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/log.new/%s", server.directory,
	    name);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("half of it", file);
	fclose(file);
}

static void
a_log_that_was_not_finished_is_made_anew(void)
{
	char path[128];

	server_make(&server);
	snprintf(path, sizeof(path), "%s/log.new", server.directory);
	CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
	write_half("metadata1");
	/* With which the engine finds out what the file system can do. */
	write_half(".probe");
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 3, 64);
	server_close(&server);
	server_remove(&server);
}

static void
a_missing_log_of_a_used_machine_is_refused(void)
{
	server_make(&server);
	server.ledger.state.index = 17;
	CU_ASSERT_EQUAL(server_open(&server), -ESTALE);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text,
	    "there is no log, but entry 17 was applied"));
	server_remove(&server);
}

static void
a_log_behind_its_machine_is_refused(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 10, 64);
	server_close(&server);
	server.ledger.state.index++;
	CU_ASSERT_EQUAL(server_start(&server), -ESTALE);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text,
	    "the log ends at entry 11, but entry 12 was applied"));
	server.ledger.state.index--;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_close(&server);
	server_remove(&server);
}

static void
a_log_of_another_server_is_refused(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_close(&server);
	server.options.id = 2;
	CU_ASSERT_EQUAL(server_start(&server), -EUCLEAN);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text,
	    "belongs to server 1, not 2"));
	server_remove(&server);
}

static void
an_apply_that_fails_is_fatal(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 1, 64);
	server.ledger.apply_error = -EIO;
	CU_ASSERT_EQUAL(server_propose(&server, 2, 64), 0);
	while (server.fatal[0] == '\0')
		uv_run(&server.loop, UV_RUN_ONCE);
	CU_ASSERT_STRING_EQUAL(server.fatal,
	    "cannot apply entry 3: Input/output error");
	CU_ASSERT_EQUAL(server.answered, 1);
	CU_ASSERT_EQUAL(server_propose(&server, 3, 64), -ESHUTDOWN);
	server_close(&server);
	/* The machine has been mended: the entry is still there. */
	server.ledger.apply_error = 0;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.state.chain, server_chain(2, 64));
	server_close(&server);
	server_remove(&server);
}

static void
an_apply_that_fails_at_the_start_refuses_it(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 5, 64);
	server_close(&server);
	server_forget(&server);
	server.ledger.apply_error = -EIO;
	CU_ASSERT_EQUAL(server_start(&server), -EIO);
	CU_ASSERT_STRING_EQUAL(server.complaint.text,
	    "cannot apply entry 2: Input/output error");
	CU_ASSERT_STRING_EQUAL(server.fatal, "");
	server_remove(&server);
}

static void
count_status(void *context, int status)
{
	int *count = context;

	*count += status == 0 ? 1 : 100;
}

static void
the_only_voter_leads_and_reads_without_an_entry(void)
{
	struct consensus_status status;
	uint64_t last;
	int done = 0;

	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 3, 64);
	consensus_status(server.consensus, &status);
	CU_ASSERT_EQUAL(status.role, CONSENSUS_LEADER);
	CU_ASSERT_EQUAL(status.voters, 1);
	CU_ASSERT_EQUAL(status.servers, 1);
	CU_ASSERT_EQUAL(status.leader_id, 1);
	CU_ASSERT_STRING_EQUAL(status.leader_address, "127.0.0.1:1");
	CU_ASSERT_EQUAL(status.commit_index, 4);
	CU_ASSERT_EQUAL(status.applied_index, 4);
	CU_ASSERT_EQUAL(status.appends > 0, true);
	CU_ASSERT_TRUE(status.append_longest_us >= status.append_last_us);
	CU_ASSERT_TRUE(status.reserved_kib > 0);
	last = status.last_index;
	CU_ASSERT_EQUAL(consensus_barrier(server.consensus, count_status,
	    &done), 0);
	CU_ASSERT_EQUAL(consensus_transfer(server.consensus, count_status,
	    &done), 0);
	CU_ASSERT_EQUAL(done, 2);
	consensus_status(server.consensus, &status);
	CU_ASSERT_EQUAL(status.last_index, last);
	CU_ASSERT_EQUAL(status.role, CONSENSUS_LEADER);
	server_close(&server);
	server_remove(&server);
}

static int64_t boot_ms;

static int64_t
read_boot(void *context)
{
	(void)context;
	return boot_ms;
}

static int64_t
read_wall(void *context)
{
	(void)context;
	return 1700000000000 + boot_ms;
}

static void
cluster_time_goes_on_over_restarts(void)
{
	server_make(&server);
	server.options.clock.boot_ms = read_boot;
	server.options.clock.wall_ms = read_wall;
	server.options.snapshot_threshold = 64;
	boot_ms = 50000;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(consensus_time_ms(server.consensus), 0);
	boot_ms += 700;
	server_fill(&server, 1, 64);
	CU_ASSERT_EQUAL(server.ledger.state.time_ms, 700);
	CU_ASSERT_EQUAL(server.ledger.state.wall_ms, 1700000050700);
	server_close(&server);
	/* A reboot: the clock begins again, the time does not. */
	boot_ms = 10;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(consensus_time_ms(server.consensus), 700);
	boot_ms += 5;
	server_fill(&server, 100, 64);
	CU_ASSERT_EQUAL(server.ledger.state.time_ms, 705);
	CU_ASSERT_TRUE(server_await(&server, snapshot_released));
	server_close(&server);
	/* From a snapshot as well. */
	server_forget(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.restores, 1);
	CU_ASSERT_EQUAL(consensus_time_ms(server.consensus), 705);
	server_close(&server);
	server_remove(&server);
}

static const struct suite_test tests[] = {
	{ "a proposal is applied and answered",
	    a_proposal_is_applied_and_answered },
	{ "a restart applies the log again",
	    a_restart_applies_the_log_again },
	{ "a machine that kept its state is not given it again",
	    a_machine_that_kept_its_state_is_not_given_it_again },
	{ "an empty machine is restored from the snapshot",
	    an_empty_machine_is_restored_from_the_snapshot },
	{ "a machine newer than the snapshot is left alone",
	    a_machine_newer_than_the_snapshot_is_left_alone },
	{ "a failed snapshot is a notice", a_failed_snapshot_is_a_notice },
	{ "an old log is dropped behind snapshots",
	    an_old_log_is_dropped_behind_snapshots },
	{ "big entries are taken up to the limit",
	    big_entries_are_taken_up_to_the_limit },
	{ "many outstanding are applied in order",
	    many_outstanding_are_applied_in_order },
	{ "closing cancels what is outstanding",
	    closing_cancels_what_is_outstanding },
	{ "nothing is taken before the start",
	    nothing_is_taken_before_the_start },
	{ "a log is open only once", a_log_is_open_only_once },
	{ "a log is made only when asked for",
	    a_log_is_made_only_when_asked_for },
	{ "a log that was not finished is made anew",
	    a_log_that_was_not_finished_is_made_anew },
	{ "a missing log of a used machine is refused",
	    a_missing_log_of_a_used_machine_is_refused },
	{ "a log behind its machine is refused",
	    a_log_behind_its_machine_is_refused },
	{ "a log of another server is refused",
	    a_log_of_another_server_is_refused },
	{ "an apply that fails is fatal", an_apply_that_fails_is_fatal },
	{ "an apply that fails at the start refuses it",
	    an_apply_that_fails_at_the_start_refuses_it },
	{ "the only voter leads and reads without an entry",
	    the_only_voter_leads_and_reads_without_an_entry },
	{ "cluster time goes on over restarts",
	    cluster_time_goes_on_over_restarts },
};

SUITE_MAIN("cluster log", tests)
