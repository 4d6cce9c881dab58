/*
 * A small disk that fills up and gets room again: a tmpfs of 6 MB in a
 * mount namespace of our own.  Exit 77 where neither root nor a user
 * namespace gives us one.
 */
#include "tests/unit/cluster/server.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/suite.h"

#define ENTRY_BYTES	8192

static struct server server;
static char ballast[128];

/* Take all that is left of the disk. */
static void
fill_disk(void)
{
	static const char block[4096] = { 1 };
	int file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0600);

	CU_ASSERT_FATAL(file != -1);
	while (write(file, block, sizeof(block)) > 0)
		continue;
	CU_ASSERT_EQUAL(errno, ENOSPC);
	close(file);
}

static void
make_small_server(void)
{
	server_make(&server);
	CU_ASSERT_EQUAL_FATAL(mount("drover-test", server.directory, "tmpfs",
	    0, "size=6m"), 0);
	snprintf(ballast, sizeof(ballast), "%s/ballast", server.directory);
	server.options.segment_bytes = 512 * 1024;
	server.options.disk_retry_ms = 20;
}

static void
remove_small_server(void)
{
	CU_ASSERT_EQUAL(umount(server.directory), 0);
	server_remove(&server);
}

/* Until it says that the disk is full; what it took is acknowledged. */
static int
propose_until_full(void)
{
	struct consensus_status status;
	int error = 0, i;

	for (i = 0; i < 4000 && error != -ENOSPC; i++) {
		error = server_propose(&server, server.ledger.state.count +
		    server.sent - server.answered + 1, ENTRY_BYTES);
		if (error != 0 && error != -ENOSPC && error != -EBUSY)
			break;
		uv_run(&server.loop, UV_RUN_ONCE);
	}
	consensus_status(server.consensus, &status);
	CU_ASSERT_TRUE(status.starved);
	return error;
}

static bool
takes_again(struct server *waiting)
{
	return server_propose(waiting, waiting->ledger.state.count +
	    waiting->sent - waiting->answered + 1, ENTRY_BYTES) == 0;
}

static void
count_status(void *context, int status)
{
	*(int *)context += status == 0 ? 1 : 100;
}

static void
a_full_disk_refuses_and_takes_again(void)
{
	uint64_t count;
	int reads = 0;

	make_small_server();
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 3, ENTRY_BYTES);
	fill_disk();
	CU_ASSERT_EQUAL(propose_until_full(), -ENOSPC);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.notice, "no room on disk"));
	CU_ASSERT_TRUE(server_await(&server, server_all_answered));
	CU_ASSERT_EQUAL(server.acknowledged, server.sent);
	count = server.ledger.state.count;
	CU_ASSERT_TRUE(count > 3);
	/* Reading goes on. */
	CU_ASSERT_EQUAL(consensus_barrier(server.consensus, count_status,
	    &reads), 0);
	CU_ASSERT_EQUAL(reads, 1);
	CU_ASSERT_EQUAL(unlink(ballast), 0);
	CU_ASSERT_TRUE(server_await(&server, takes_again));
	CU_ASSERT_TRUE(server_await(&server, server_all_answered));
	CU_ASSERT_PTR_NOT_NULL(strstr(server.notice, "there is room"));
	CU_ASSERT_TRUE(server.ledger.state.count > count);
	CU_ASSERT_EQUAL(server.chain,
	    server_chain(server.ledger.state.count, ENTRY_BYTES));
	CU_ASSERT_STRING_EQUAL(server.fatal, "");
	server_close(&server);
	remove_small_server();
}

static void
what_was_taken_on_a_full_disk_is_there_after_a_restart(void)
{
	uint64_t count;

	make_small_server();
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	fill_disk();
	CU_ASSERT_EQUAL(propose_until_full(), -ENOSPC);
	CU_ASSERT_TRUE(server_await(&server, server_all_answered));
	count = server.ledger.state.count;
	server_close(&server);
	fill_disk();
	server_forget(&server);
	/* It starts on the full disk, reads, and refuses entries. */
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.state.count, count);
	CU_ASSERT_EQUAL(propose_until_full(), -ENOSPC);
	CU_ASSERT_EQUAL(unlink(ballast), 0);
	/* The engine by itself would not try for room again. */
	CU_ASSERT_TRUE(server_await(&server, takes_again));
	CU_ASSERT_TRUE(server_await(&server, server_all_answered));
	CU_ASSERT_EQUAL(server.chain,
	    server_chain(server.ledger.state.count, ENTRY_BYTES));
	CU_ASSERT_STRING_EQUAL(server.fatal, "");
	server_close(&server);
	remove_small_server();
}

static bool
snapshot_taken(struct server *waiting)
{
	return waiting->ledger.releases > 0;
}

static bool
noticed(struct server *waiting)
{
	return waiting->notice[0] != '\0';
}

static void
a_snapshot_waits_for_room(void)
{
	make_small_server();
	server.options.snapshot_threshold = 30;
	server.options.snapshot_trailing = 10;
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 20, ENTRY_BYTES);
	fill_disk();
	server_fill(&server, 11, ENTRY_BYTES);
	CU_ASSERT_TRUE(server_await(&server, noticed));
	CU_ASSERT_PTR_NOT_NULL(strstr(server.notice,
	    "cannot write a snapshot"));
	CU_ASSERT_EQUAL(unlink(ballast), 0);
	CU_ASSERT_TRUE(server_await(&server, snapshot_taken));
	server_close(&server);
	server_forget(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_EQUAL(server.ledger.restores, 1);
	CU_ASSERT_EQUAL(server.ledger.state.chain,
	    server_chain(31, ENTRY_BYTES));
	server_close(&server);
	remove_small_server();
}

static void
a_log_that_cannot_be_made_is_made_later(void)
{
	make_small_server();
	fill_disk();
	CU_ASSERT_EQUAL(server_open(&server), -ENOSPC);
	CU_ASSERT_STRING_NOT_EQUAL(server.complaint.text, "");
	CU_ASSERT_EQUAL(unlink(ballast), 0);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	server_fill(&server, 1, ENTRY_BYTES);
	server_close(&server);
	remove_small_server();
}

static const struct suite_test tests[] = {
	{ "a full disk refuses and takes again",
	    a_full_disk_refuses_and_takes_again },
	{ "what was taken on a full disk is there after a restart",
	    what_was_taken_on_a_full_disk_is_there_after_a_restart },
	{ "a snapshot waits for room", a_snapshot_waits_for_room },
	{ "a log that cannot be made is made later",
	    a_log_that_cannot_be_made_is_made_later },
};

/* Mounts of ours, that nobody else sees and that end with us. */
static bool
can_mount(void)
{
	char probe[] = "/tmp/drover-mount-XXXXXX";
	bool can;

	if (unshare(CLONE_NEWNS) != 0 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return false;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mkdtemp(probe) == NULL)
		return false;
	can = mount("drover-test", probe, "tmpfs", 0, "size=1m") == 0;
	if (can)
		umount(probe);
	rmdir(probe);
	return can;
}

int
main(int argc, char **argv)
{
	if (!can_mount()) {
		puts("SKIP: no mount namespace for a small disk");
		return 77;
	}
	return suite_run("cluster full disk", tests,
	    sizeof(tests) / sizeof(tests[0]), argc, argv);
}
