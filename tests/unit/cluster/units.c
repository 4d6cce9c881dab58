/* Parts of the log by themselves: heads, time, the fail-stop disk. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cluster/disk.h"
#include "cluster/frame.h"
#include "cluster/office.h"
#include "tests/unit/suite.h"

static void
an_entry_is_read_as_it_was_written(void)
{
	struct consensus_entry entry = {
		.term = UINT64_C(1) << 40, .time_ms = -5,
		.wall_ms = INT64_C(1700000000000),
	}, read;
	unsigned char bytes[FRAME_BYTES + 8] = { 0 };

	frame_entry_write(&entry, bytes);
	CU_ASSERT_EQUAL_FATAL(frame_entry_read(bytes, sizeof(bytes), &read),
	    0);
	CU_ASSERT_EQUAL(read.term, entry.term);
	CU_ASSERT_EQUAL(read.time_ms, entry.time_ms);
	CU_ASSERT_EQUAL(read.wall_ms, entry.wall_ms);
	CU_ASSERT_PTR_EQUAL(read.bytes, bytes + FRAME_BYTES);
	CU_ASSERT_EQUAL(read.length, 8);
}

static void
what_is_no_entry_is_refused(void)
{
	struct consensus_entry entry = { .term = 1 }, read;
	struct frame_snapshot snapshot = { .index = 1 }, taken;
	unsigned char bytes[FRAME_BYTES];
	size_t i;

	frame_entry_write(&entry, bytes);
	for (i = 0; i < FRAME_BYTES; i++)
		CU_ASSERT_EQUAL(frame_entry_read(bytes, i, &read), -EBADMSG);
	for (i = 0; i < 8; i++) {
		frame_entry_write(&entry, bytes);
		bytes[i] ^= 1;
		CU_ASSERT_EQUAL(frame_entry_read(bytes, FRAME_BYTES, &read),
		    -EBADMSG);
	}
	frame_snapshot_write(&snapshot, bytes);
	CU_ASSERT_EQUAL(frame_entry_read(bytes, FRAME_BYTES, &read),
	    -EBADMSG);
	CU_ASSERT_EQUAL(frame_snapshot_read(bytes, FRAME_BYTES, &taken), 0);
}

static void
a_snapshot_of_another_length_is_refused(void)
{
	struct frame_snapshot snapshot = {
		.index = 9, .time_ms = 77, .length = 3,
	}, read;
	unsigned char bytes[FRAME_BYTES + 4] = { 0 };

	frame_snapshot_write(&snapshot, bytes);
	CU_ASSERT_EQUAL_FATAL(frame_snapshot_read(bytes, FRAME_BYTES + 3,
	    &read), 0);
	CU_ASSERT_EQUAL(read.index, 9);
	CU_ASSERT_EQUAL(read.time_ms, 77);
	CU_ASSERT_EQUAL(read.length, 3);
	CU_ASSERT_EQUAL(frame_snapshot_read(bytes, FRAME_BYTES + 2, &read),
	    -EBADMSG);
	CU_ASSERT_EQUAL(frame_snapshot_read(bytes, FRAME_BYTES + 4, &read),
	    -EBADMSG);
}

static void
time_stands_still_while_nobody_leads(void)
{
	struct office office = { .held = false };

	office_note(&office, false, 3, 500, 1000);
	CU_ASSERT_EQUAL(office_time_ms(&office, 500, 1000), 500);
	CU_ASSERT_EQUAL(office_time_ms(&office, 500, 9000), 500);
}

static void
a_leader_counts_from_what_was_applied(void)
{
	struct office office = { .held = false };

	office_note(&office, true, 3, 500, 1000);
	CU_ASSERT_EQUAL(office_time_ms(&office, 500, 1000), 500);
	CU_ASSERT_EQUAL(office_time_ms(&office, 500, 1250), 750);
	/* The same office: its beginning stays. */
	office_note(&office, true, 3, 750, 1300);
	CU_ASSERT_EQUAL(office_time_ms(&office, 750, 1400), 900);
	/* The next one begins anew. */
	office_note(&office, true, 4, 900, 2000);
	CU_ASSERT_EQUAL(office_time_ms(&office, 900, 2010), 910);
	office_note(&office, false, 5, 950, 2100);
	office_note(&office, true, 5, 950, 3000);
	CU_ASSERT_EQUAL(office_time_ms(&office, 950, 3001), 951);
}

static void
time_never_goes_back(void)
{
	struct office office = { .held = false };

	office_note(&office, true, 3, 500, 1000);
	/* Entries of the leader before came in late. */
	CU_ASSERT_EQUAL(office_time_ms(&office, 800, 1100), 800);
	CU_ASSERT_EQUAL(office_time_ms(&office, 800, 1101), 801);
	CU_ASSERT_EQUAL(office_time_ms(&office, 801, 1200), 900);
}

/* An engine's disk whose every write ends as told. */
static int next_error;
static struct raft_io_append *waiting;
static char failed[512], noticed[512];
static uint64_t machine_index;

static int
set_term(struct raft_io *io, raft_term term)
{
	(void)io;
	(void)term;
	return next_error;
}

static int
set_vote(struct raft_io *io, raft_id id)
{
	(void)io;
	(void)id;
	return next_error;
}

static int
append(struct raft_io *io, struct raft_io_append *request,
    const struct raft_entry entries[], unsigned int count,
    raft_io_append_cb done)
{
	(void)io;
	(void)entries;
	(void)count;
	request->cb = done;
	waiting = request;
	return next_error;
}

static int
load(struct raft_io *io, raft_term *term, raft_id *vote,
    struct raft_snapshot **snapshot, raft_index *start,
    struct raft_entry *entries[], size_t *count)
{
	(void)io;
	*term = 1;
	*vote = 0;
	*snapshot = NULL;
	*start = 11;
	*entries = NULL;
	*count = 0;
	return next_error;
}

static void
keep_failure(void *context, const char *text)
{
	(void)context;
	snprintf(failed, sizeof(failed), "%s", text);
}

static void
keep_notice(void *context, const char *text)
{
	(void)context;
	snprintf(noticed, sizeof(noticed), "%s", text);
}

static uint64_t
give_index(void *context)
{
	(void)context;
	return machine_index;
}

static uv_loop_t loop;
static struct raft_uv_transport transport = { .version = 1 };

static void
make_disk(struct disk *disk)
{
	*disk = (struct disk) {
		.fail = keep_failure, .notice = keep_notice,
		.applied = give_index,
	};
	CU_ASSERT_EQUAL_FATAL(raft_uv_init(&disk->io, &loop, "/nowhere",
	    &transport), 0);
	disk->io.set_term = set_term;
	disk->io.set_vote = set_vote;
	disk->io.append = append;
	disk->io.load = load;
	disk_wrap(disk);
	failed[0] = noticed[0] = '\0';
	next_error = 0;
	machine_index = 0;
}

static void
a_failed_write_of_term_or_vote_is_fatal(void)
{
	struct disk disk;

	make_disk(&disk);
	CU_ASSERT_EQUAL(disk.io.set_term(&disk.io, 5), 0);
	CU_ASSERT_EQUAL(disk.io.set_vote(&disk.io, 1), 0);
	CU_ASSERT_STRING_EQUAL(failed, "");
	next_error = RAFT_IOERR;
	CU_ASSERT_EQUAL(disk.io.set_term(&disk.io, 5), RAFT_IOERR);
	CU_ASSERT_PTR_NOT_NULL(strstr(failed, "cannot write the term"));
	CU_ASSERT_EQUAL(disk.io.set_vote(&disk.io, 1), RAFT_IOERR);
	CU_ASSERT_PTR_NOT_NULL(strstr(failed, "cannot write the vote"));
	raft_uv_close(&disk.io);
}

static int append_status = -1;

static void
appended(struct raft_io_append *request, int status)
{
	CU_ASSERT_PTR_EQUAL(request->data, &append_status);
	append_status = status;
}

static void
a_failed_append_is_fatal_and_others_are_measured(void)
{
	struct raft_io_append request = { .data = &append_status };
	struct raft_entry entry = { .term = 1 };
	struct disk disk;

	make_disk(&disk);
	CU_ASSERT_EQUAL(disk.io.append(&disk.io, &request, &entry, 1,
	    appended), 0);
	waiting->cb(waiting, 0);
	CU_ASSERT_EQUAL(append_status, 0);
	CU_ASSERT_EQUAL(disk.appends, 1);
	CU_ASSERT_EQUAL(disk.append_mean_us, disk.append_last_us);
	next_error = RAFT_TOOBIG;
	CU_ASSERT_EQUAL(disk.io.append(&disk.io, &request, &entry, 1,
	    appended), RAFT_TOOBIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(failed, "cannot write entries"));
	raft_uv_close(&disk.io);
}

static void
a_log_that_ends_before_the_machine_is_not_loaded(void)
{
	struct raft_snapshot *snapshot;
	struct raft_entry *entries;
	raft_index start;
	struct disk disk;
	raft_term term;
	raft_id vote;
	size_t count;

	make_disk(&disk);
	machine_index = 10;
	CU_ASSERT_EQUAL(disk.io.load(&disk.io, &term, &vote, &snapshot,
	    &start, &entries, &count), 0);
	CU_ASSERT_FALSE(disk.behind);
	machine_index = 11;
	CU_ASSERT_EQUAL(disk.io.load(&disk.io, &term, &vote, &snapshot,
	    &start, &entries, &count), RAFT_CORRUPT);
	CU_ASSERT_TRUE(disk.behind);
	CU_ASSERT_STRING_EQUAL(disk.io.errmsg, "the log ends at entry 10, "
	    "but entry 11 was applied: entries are lost");
	raft_uv_close(&disk.io);
}

static void
trace(struct disk *disk, const char *message)
{
	struct raft_tracer_info info = {
		.version = 1, .diagnostic = { .message = message },
	};

	disk->tracer.emit(&disk->tracer, RAFT_TRACER_DIAGNOSTIC, &info);
}

static void
the_trace_of_a_failed_write_is_fatal(void)
{
	struct disk disk;

	make_disk(&disk);
	trace(&disk, "retry failed write (no space left)");
	CU_ASSERT_PTR_NOT_NULL(strstr(failed, "no space left"));
	raft_uv_close(&disk.io);
}

static void
a_full_disk_is_said_once_and_its_end_too(void)
{
	struct disk disk;

	make_disk(&disk);
	trace(&disk, "retry creating segment open-3");
	CU_ASSERT_PTR_NOT_NULL(strstr(noticed, "no room on disk"));
	CU_ASSERT_TRUE(disk.starved);
	noticed[0] = '\0';
	trace(&disk, "retry creating segment open-3");
	CU_ASSERT_STRING_EQUAL(noticed, "");
	trace(&disk, "completed creation of open-3");
	CU_ASSERT_PTR_NOT_NULL(strstr(noticed, "there is room"));
	CU_ASSERT_FALSE(disk.starved);
	noticed[0] = '\0';
	trace(&disk, "completed creation of open-4");
	CU_ASSERT_STRING_EQUAL(noticed, "");
	CU_ASSERT_STRING_EQUAL(failed, "");
	raft_uv_close(&disk.io);
}

static const struct suite_test tests[] = {
	{ "an entry is read as it was written",
	    an_entry_is_read_as_it_was_written },
	{ "what is no entry is refused", what_is_no_entry_is_refused },
	{ "a snapshot of another length is refused",
	    a_snapshot_of_another_length_is_refused },
	{ "time stands still while nobody leads",
	    time_stands_still_while_nobody_leads },
	{ "a leader counts from what was applied",
	    a_leader_counts_from_what_was_applied },
	{ "time never goes back", time_never_goes_back },
	{ "a failed write of term or vote is fatal",
	    a_failed_write_of_term_or_vote_is_fatal },
	{ "a failed append is fatal and others are measured",
	    a_failed_append_is_fatal_and_others_are_measured },
	{ "a log that ends before the machine is not loaded",
	    a_log_that_ends_before_the_machine_is_not_loaded },
	{ "the trace of a failed write is fatal",
	    the_trace_of_a_failed_write_is_fatal },
	{ "a full disk is said once and its end too",
	    a_full_disk_is_said_once_and_its_end_too },
};

SUITE_MAIN("cluster units", tests)
