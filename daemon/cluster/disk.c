/* Fail-stop around the engine's disk. */
#include "cluster/disk.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Static_assert(offsetof(struct disk, io) == 0, "an io leads to its disk");

/* One write of entries, measured. */
struct append {
	struct raft_io_append	 inner;
	struct raft_io_append	*outer;
	struct disk		*disk;
	int64_t			 started_us;
};

static struct disk *
disk_of(struct raft_io *io)
{
	return (struct disk *)io;
}

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int
stop_if(struct disk *disk, int error, const char *what)
{
	char text[RAFT_ERRMSG_BUF_SIZE + 64];

	if (error == 0)
		return 0;
	snprintf(text, sizeof(text), "cannot write %s: %s", what,
	    disk->io.errmsg[0] != '\0' ? disk->io.errmsg :
	    raft_strerror(error));
	disk->fail(disk->context, text);
	return error;
}

static int
set_term(struct raft_io *io, raft_term term)
{
	struct disk *disk = disk_of(io);

	return stop_if(disk, disk->engine.set_term(io, term), "the term");
}

static int
set_vote(struct raft_io *io, raft_id id)
{
	struct disk *disk = disk_of(io);

	return stop_if(disk, disk->engine.set_vote(io, id), "the vote");
}

static void
measure(struct disk *disk, int64_t us)
{
	disk->append_last_us = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	if (disk->append_last_us > disk->append_longest_us)
		disk->append_longest_us = disk->append_last_us;
	if (disk->appends++ == 0)
		disk->append_mean_us = disk->append_last_us;
	else
		disk->append_mean_us = (uint32_t)(
		    ((uint64_t)disk->append_mean_us * 15 +
		    disk->append_last_us) / 16);
}

static void
append_done(struct raft_io_append *inner, int status)
{
	struct append *append = inner->data;
	struct raft_io_append *outer = append->outer;

	if (status == 0)
		measure(append->disk, now_us() - append->started_us);
	free(append);
	outer->cb(outer, status);
}

static int
append(struct raft_io *io, struct raft_io_append *outer,
    const struct raft_entry entries[], unsigned int count,
    raft_io_append_cb done)
{
	struct disk *disk = disk_of(io);
	struct append *measured;
	int error;

	measured = malloc(sizeof(*measured));
	if (measured == NULL)
		return stop_if(disk, RAFT_NOMEM, "entries");
	measured->inner.data = measured;
	measured->outer = outer;
	measured->disk = disk;
	measured->started_us = now_us();
	outer->cb = done;
	error = disk->engine.append(io, &measured->inner, entries, count,
	    append_done);
	if (error != 0)
		free(measured);
	return stop_if(disk, error, "entries");
}

/* Entries that were read together share one allocation, the batch. */
static void
release_loaded(struct raft_snapshot *snapshot, struct raft_entry *entries,
    size_t count)
{
	void *batch = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (entries[i].batch == batch)
			continue;
		batch = entries[i].batch;
		raft_free(batch);
	}
	raft_free(entries);
	if (snapshot == NULL)
		return;
	raft_configuration_close(&snapshot->configuration);
	for (i = 0; i < snapshot->n_bufs; i++)
		raft_free(snapshot->bufs[i].base);
	raft_free(snapshot->bufs);
	raft_free(snapshot);
}

static int
load(struct raft_io *io, raft_term *term, raft_id *voted_for,
    struct raft_snapshot **snapshot, raft_index *start_index,
    struct raft_entry *entries[], size_t *count)
{
	struct disk *disk = disk_of(io);
	uint64_t applied;
	int error;

	error = disk->engine.load(io, term, voted_for, snapshot, start_index,
	    entries, count);
	/* A file that ends too early: reading it again gives no more. */
	if (error == RAFT_IOERR && strstr(io->errmsg, "short read") != NULL)
		return RAFT_CORRUPT;
	if (error != 0)
		return error;
	disk->loaded_index = *start_index + *count - 1;
	applied = disk->applied(disk->context);
	if (applied <= disk->loaded_index)
		return 0;
	disk->behind = true;
	snprintf(io->errmsg, sizeof(io->errmsg),
	    "the log ends at entry %" PRIu64 ", but entry %" PRIu64
	    " was applied: entries are lost", disk->loaded_index, applied);
	release_loaded(*snapshot, *entries, *count);
	*snapshot = NULL;
	*entries = NULL;
	*count = 0;
	return RAFT_CORRUPT;
}

static int
snapshot_put(struct raft_io *io, unsigned int trailing,
    struct raft_io_snapshot_put *request,
    const struct raft_snapshot *snapshot, raft_io_snapshot_put_cb done)
{
	struct disk *disk = disk_of(io);

	disk->snapshot_starved = false;
	return disk->engine.snapshot_put(io, trailing, request, snapshot,
	    done);
}

static void
tick(struct raft_io *io)
{
	struct disk *disk = disk_of(io);

	disk->tick(disk->context);
	disk->engine_tick(io);
}

static int
start(struct raft_io *io, unsigned int ms, raft_io_tick_cb engine_tick,
    raft_io_recv_cb receive)
{
	struct disk *disk = disk_of(io);

	disk->engine_tick = engine_tick;
	return disk->engine.start(io, ms, tick, receive);
}

static void
trace(struct disk *disk, const char *message)
{
	char text[RAFT_ERRMSG_BUF_SIZE + 64];

	if (strstr(message, "retry failed write") != NULL) {
		snprintf(text, sizeof(text), "cannot write entries: %s",
		    message);
		disk->fail(disk->context, text);
	} else if (strstr(message, "retry creating segment") != NULL) {
		if (!disk->starved)
			disk->notice(disk->context, "no room on disk for "
			    "more of the log, trying again");
		disk->starved = true;
	} else if (strstr(message, "completed creation of") != NULL) {
		if (disk->starved)
			disk->notice(disk->context, "there is room on disk "
			    "for the log again");
		disk->starved = false;
	} else if (strstr(message, "retry snapshot write") != NULL) {
		if (!disk->snapshot_starved)
			disk->notice(disk->context, "cannot write a snapshot "
			    "of the log, trying again");
		disk->snapshot_starved = true;
	} else if (strstr(message, "non-zero trail") != NULL ||
	    strstr(message, "skip invalid snapshot") != NULL) {
		snprintf(text, sizeof(text), "the log: %s", message);
		disk->notice(disk->context, text);
	}
}

static void
trace_emit(struct raft_tracer *tracer, int type, const void *info)
{
	const struct raft_tracer_info *line = info;

	if (type == RAFT_TRACER_DIAGNOSTIC)
		trace(tracer->impl, line->diagnostic.message);
}

void
disk_wrap(struct disk *disk)
{
	struct raft_io *io = &disk->io;

	disk->engine = *io;
	io->set_term = set_term;
	io->set_vote = set_vote;
	io->append = append;
	io->load = load;
	io->snapshot_put = snapshot_put;
	io->start = start;
	disk->tracer = (struct raft_tracer) {
		.impl = disk,
		.version = 2,
		.emit = trace_emit,
	};
	raft_uv_set_tracer(io, &disk->tracer);
}
