/* The replicated log: opening, starting, closing, and what it says. */
#include "cluster/consensus.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cluster/consensus_internal.h"

#define ELECTION_TIMEOUT_MS	1000
#define HEARTBEAT_MS		100
#define SNAPSHOT_THRESHOLD	8192
/*
 * A voter that is behind by less gets entries, not a snapshot.  C-Raft
 * 0.22.1 crashes when a snapshot arrives while the voter is taking one.
 */
#define SNAPSHOT_TRAILING	4096
#define SEGMENT_BYTES		(8 * 1024 * 1024)
#define DISK_RETRY_MS		500
/* An entry of the greatest length must fit into what is reserved. */
#define THRESHOLD_BYTES		(CONSENSUS_COMMAND_BYTES_MAX + 65536)

static int64_t
kernel_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
kernel_boot_ms(void *context)
{
	(void)context;
	return kernel_ms(CLOCK_BOOTTIME);
}

static int64_t
kernel_wall_ms(void *context)
{
	(void)context;
	return kernel_ms(CLOCK_REALTIME);
}

static uint32_t
value_or(uint32_t value, uint32_t otherwise)
{
	return value != 0 ? value : otherwise;
}

static int
complain(struct consensus_text *complaint, const char *what, int error)
{
	snprintf(complaint->text, sizeof(complaint->text), "%s", what);
	return error;
}

/* Nothing that the engine does can be believed from here on. */
static void
fail(void *context, const char *text)
{
	struct consensus *consensus = context;

	if (consensus->failure[0] == '\0')
		snprintf(consensus->failure, sizeof(consensus->failure),
		    "%s", text);
	/* consensus_start() returns it instead. */
	if (consensus->phase == PHASE_STARTED ||
	    consensus->phase == PHASE_CLOSING)
		consensus->watch.fatal(consensus->watch.context,
		    consensus->failure);
}

static void
notice(void *context, const char *text)
{
	struct consensus *consensus = context;

	if (consensus->watch.notice != NULL)
		consensus->watch.notice(consensus->watch.context, text);
}

static uint64_t
applied(void *context)
{
	struct consensus *consensus = context;
	struct consensus_machine *machine = &consensus->replica.machine;

	return machine->applied(machine->context);
}

/* Look whether office was taken or lost. */
static void
note_office(struct consensus *consensus)
{
	struct consensus_clock *clock = &consensus->clock;

	office_note(&consensus->office, consensus_leads(consensus),
	    raft_current_term(&consensus->raft), consensus->replica.time_ms,
	    clock->boot_ms(clock->context));
}

static void
probed(struct raft_barrier *request, int status)
{
	(void)request;
	(void)status;
}

/*
 * The engine reserves two segments when it starts; where the disk was full
 * it tries again only for an entry, which for want of space is not taken.
 * So give it one to wait for.
 */
static void
probe_disk(struct consensus *consensus)
{
	struct raft *raft = &consensus->raft;

	if (consensus->probe.cb != NULL || consensus->disk.appends > 0 ||
	    consensus->disk.io.capacity >= consensus->threshold_kib ||
	    consensus->phase != PHASE_STARTED || !consensus_leads(consensus))
		return;
	raft_set_capacity_threshold(raft, 0);
	if (raft_barrier(raft, &consensus->probe, probed) != 0)
		consensus->probe.cb = NULL;
	raft_set_capacity_threshold(raft, consensus->threshold_kib);
}

static void
tick(void *context)
{
	struct consensus *consensus = context;

	note_office(consensus);
	probe_disk(consensus);
}

static int
check_options(const struct consensus_options *options,
    struct consensus_text *complaint)
{
	if (options->directory == NULL || options->address == NULL ||
	    strlen(options->address) >= CONSENSUS_ADDRESS_BYTES)
		return complain(complaint,
		    "a log needs a directory and an address", -EINVAL);
	if (options->id == 0)
		return complain(complaint, "a server has an id above 0",
		    -EINVAL);
	return 0;
}

/* There is a log when this returns 0. */
static int
have_log(struct consensus *consensus,
    const struct consensus_options *options,
    struct consensus_text *complaint)
{
	uint64_t index;

	if (log_directory_has_log(&consensus->directory))
		return 0;
	index = applied(consensus);
	if (index > 0) {
		snprintf(complaint->text, sizeof(complaint->text),
		    "%.300s: there is no log, but entry %" PRIu64
		    " was applied", options->directory, index);
		return -ESTALE;
	}
	if (!options->bootstrap) {
		snprintf(complaint->text, sizeof(complaint->text),
		    "%.300s: there is no log", options->directory);
		return -ENOENT;
	}
	return log_directory_bootstrap(&consensus->directory, options->id,
	    options->address, complaint);
}

static void
set_options(struct consensus *consensus,
    const struct consensus_options *options)
{
	uint32_t segment = value_or(options->segment_bytes, SEGMENT_BYTES);
	struct raft *raft = &consensus->raft;

	raft_uv_set_segment_size(&consensus->disk.io, segment);
	consensus->threshold_kib = (uint16_t)((segment < THRESHOLD_BYTES ?
	    segment : THRESHOLD_BYTES) / 1024);
	raft_set_capacity_threshold(raft, consensus->threshold_kib);
	raft_set_election_timeout(raft, value_or(options->election_timeout_ms,
	    ELECTION_TIMEOUT_MS));
	raft_set_heartbeat_timeout(raft, value_or(options->heartbeat_ms,
	    HEARTBEAT_MS));
	consensus->snapshot_threshold = value_or(
	    options->snapshot_threshold, SNAPSHOT_THRESHOLD);
	raft_set_snapshot_threshold(raft, consensus->snapshot_threshold);
	raft_set_snapshot_trailing(raft,
	    value_or(options->snapshot_trailing, SNAPSHOT_TRAILING));
	raft_set_pre_vote(raft, true);
}

static int
errno_of(int raft_error)
{
	switch (raft_error) {
	case RAFT_NOMEM:
		return -ENOMEM;
	case RAFT_NOSPACE:
		return -ENOSPC;
	case RAFT_CORRUPT:
	case RAFT_MALFORMED:
		return -EUCLEAN;
	default:
		return -EIO;
	}
}

/* The engine over its disk over the directory. */
static int
make_engine(struct consensus *consensus, struct uv_loop_s *loop,
    const struct consensus_options *options,
    struct consensus_text *complaint)
{
	struct raft_uv_transport *transport = options->transport;
	struct disk *disk = &consensus->disk;
	struct raft_io *io = &disk->io;
	int error;

	if (transport == NULL) {
		transport = &consensus->solitary;
		solitary_init(transport);
	}
	if (raft_uv_init(io, loop, consensus->directory.path, transport) != 0)
		return complain(complaint, io->errmsg, -EIO);
	raft_uv_set_disk_retry(io, value_or(options->disk_retry_ms,
	    DISK_RETRY_MS));
	disk_wrap(disk);
	replica_init(&consensus->replica);
	log_directory_spend_reserve(&consensus->directory);
	error = raft_init(&consensus->raft, io, &consensus->replica.fsm,
	    options->id, options->address);
	log_directory_make_reserve(&consensus->directory);
	if (error != 0) {
		complain(complaint, consensus->raft.errmsg, 0);
		raft_uv_close(io);
		return errno_of(error);
	}
	set_options(consensus, options);
	return 0;
}

static struct consensus *
make_consensus(const struct consensus_options *options,
    const struct consensus_machine *machine,
    const struct consensus_watch *watch)
{
	struct consensus *consensus;

	consensus = calloc(1, sizeof(*consensus));
	if (consensus == NULL)
		return NULL;
	consensus->watch = *watch;
	consensus->clock = options->clock;
	if (consensus->clock.boot_ms == NULL)
		consensus->clock.boot_ms = kernel_boot_ms;
	if (consensus->clock.wall_ms == NULL)
		consensus->clock.wall_ms = kernel_wall_ms;
	consensus->replica.machine = *machine;
	consensus->replica.raft = &consensus->raft;
	consensus->replica.context = consensus;
	consensus->replica.slot = consensus_slot;
	consensus->replica.fail = fail;
	consensus->replica.notice = notice;
	consensus->disk.context = consensus;
	consensus->disk.fail = fail;
	consensus->disk.notice = notice;
	consensus->disk.applied = applied;
	consensus->disk.tick = tick;
	consensus->directory.lock = -1;
	TAILQ_INIT(&consensus->proposals);
	return consensus;
}

int
consensus_open(struct uv_loop_s *loop,
    const struct consensus_options *options,
    const struct consensus_machine *machine,
    const struct consensus_watch *watch, struct consensus **result,
    struct consensus_text *complaint)
{
	struct consensus *consensus;
	int error;

	complaint->text[0] = '\0';
	error = check_options(options, complaint);
	if (error != 0)
		return error;
	consensus = make_consensus(options, machine, watch);
	if (consensus == NULL)
		return complain(complaint, strerror(ENOMEM), -ENOMEM);
	error = log_directory_open(options->directory, &consensus->directory,
	    complaint);
	if (error == 0)
		error = have_log(consensus, options, complaint);
	if (error == 0)
		error = make_engine(consensus, loop, options, complaint);
	if (error != 0) {
		log_directory_close(&consensus->directory);
		free(consensus);
		return error;
	}
	*result = consensus;
	return 0;
}

static void
notice_corrupt_files(struct consensus *consensus, int before)
{
	int files = log_directory_corrupt_files(&consensus->directory);
	char text[128];

	if (before < 0 || files <= before)
		return;
	snprintf(text, sizeof(text), "the log: %d damaged file%s set aside "
	    "(corrupt-*); it ends at entry %" PRIu64 " now", files - before,
	    files - before == 1 ? " was" : "s were",
	    consensus->disk.loaded_index);
	notice(consensus, text);
}

static int
start_error(struct consensus *consensus, int raft_error,
    struct consensus_text *complaint)
{
	consensus->phase = PHASE_FAILED;
	if (consensus->failure[0] != '\0')
		return complain(complaint, consensus->failure, -EIO);
	complain(complaint, consensus->raft.errmsg, 0);
	if (consensus->disk.behind)
		return -ESTALE;
	return errno_of(raft_error);
}

int
consensus_start(struct consensus *consensus,
    struct consensus_text *complaint)
{
	struct raft *raft = &consensus->raft;
	int corrupt, error;

	complaint->text[0] = '\0';
	assert(consensus->phase == PHASE_OPEN);
	corrupt = log_directory_corrupt_files(&consensus->directory);
	log_directory_lengthen_segments(&consensus->directory);
	error = raft_start(raft);
	notice_corrupt_files(consensus, corrupt);
	/* The engine does not return every error of its start. */
	if (error != 0 || consensus->failure[0] != '\0')
		return start_error(consensus, error, complaint);
	if (raft->configuration.n > 0 && raft_role(raft) == -1) {
		consensus->phase = PHASE_FAILED;
		snprintf(complaint->text, sizeof(complaint->text),
		    "%.300s: this log belongs to server %llu, not %llu",
		    consensus->directory.path,
		    raft->configuration.servers[0].id, raft->id);
		return -EUCLEAN;
	}
	consensus->phase = PHASE_STARTED;
	tick(consensus);
	return 0;
}

static void
engine_closed(struct raft *raft)
{
	struct consensus *consensus = raft->data;
	consensus_closed *closed = consensus->closed;
	void *context = consensus->closed_context;

	raft_uv_close(&consensus->disk.io);
	assert(TAILQ_EMPTY(&consensus->proposals));
	log_directory_close(&consensus->directory);
	free(consensus);
	if (closed != NULL)
		closed(context);
}

void
consensus_close(struct consensus *consensus, consensus_closed *closed,
    void *context)
{
	assert(consensus->phase != PHASE_CLOSING);
	consensus->phase = PHASE_CLOSING;
	consensus->closed = closed;
	consensus->closed_context = context;
	consensus->raft.data = consensus;
	raft_close(&consensus->raft, engine_closed);
}

static enum consensus_role
role_of(struct consensus *consensus)
{
	switch (raft_state(&consensus->raft)) {
	case RAFT_FOLLOWER:
		return CONSENSUS_VOTER;
	case RAFT_CANDIDATE:
		return CONSENSUS_CANDIDATE;
	case RAFT_LEADER:
		return CONSENSUS_LEADER;
	default:
		return CONSENSUS_STOPPED;
	}
}

uint32_t
consensus_voters(const struct consensus *consensus)
{
	const struct raft_configuration *configuration =
	    &consensus->raft.configuration;
	uint32_t voters = 0;
	unsigned int i;

	for (i = 0; i < configuration->n; i++)
		voters += configuration->servers[i].role == RAFT_VOTER;
	return voters;
}

static void
disk_status(const struct disk *disk, struct consensus_status *status)
{
	status->reserved_kib = disk->io.capacity;
	status->starved = disk->starved;
	status->appends = disk->appends;
	status->append_last_us = disk->append_last_us;
	status->append_mean_us = disk->append_mean_us;
	status->append_longest_us = disk->append_longest_us;
}

void
consensus_set_snapshot_threshold(struct consensus *consensus,
    uint32_t entries)
{
	raft_set_snapshot_threshold(&consensus->raft,
	    value_or(entries, consensus->snapshot_threshold));
}

void
consensus_status(struct consensus *consensus,
    struct consensus_status *status)
{
	struct raft *raft = &consensus->raft;
	const char *address = NULL;
	raft_id leader = 0;

	*status = (struct consensus_status) { .role = CONSENSUS_STOPPED };
	if (consensus->phase != PHASE_STARTED)
		return;
	raft_leader(raft, &leader, &address);
	status->role = role_of(consensus);
	status->voters = consensus_voters(consensus);
	status->servers = raft->configuration.n;
	status->term = raft_current_term(raft);
	status->commit_index = raft_commit_index(raft);
	status->applied_index = raft_last_applied(raft);
	status->last_index = raft_last_index(raft);
	status->snapshot_index = consensus->replica.snapshot_index;
	status->snapshot_applied = consensus->replica.snapshot_applied;
	status->leader_id = leader;
	snprintf(status->leader_address, sizeof(status->leader_address),
	    "%s", address != NULL ? address : "");
	status->time_ms = consensus->replica.time_ms;
	status->outstanding = consensus->outstanding;
	disk_status(&consensus->disk, status);
}

int64_t
consensus_time_ms(struct consensus *consensus)
{
	struct consensus_clock *clock = &consensus->clock;

	if (consensus->phase == PHASE_STARTED)
		note_office(consensus);
	return office_time_ms(&consensus->office, consensus->replica.time_ms,
	    clock->boot_ms(clock->context));
}

int
consensus_log_bytes(struct consensus *consensus, uint64_t *bytes)
{
	return log_directory_bytes(&consensus->directory, bytes);
}
