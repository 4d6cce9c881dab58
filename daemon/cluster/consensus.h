/*
 * The replicated log of a node: entries go in, every voter applies them in
 * the same order.  C-Raft (libraft) on libuv does the work; this room holds
 * it to what drover promises: what was acknowledged is never lost in
 * silence.  A single node is a cluster of one and runs the same code.
 *
 * Everything here belongs to the thread of the loop; callbacks come from
 * the loop.  Calls return 0 or a negative errno value.
 *
 * Directory.  DIRECTORY/lock is held while the log is open.  DIRECTORY/log
 * holds the log and its snapshots in the engine's form; it is made whole
 * under another name and then renamed, so it is never half made, and a
 * directory that has one is never bootstrapped again.  A log that has to
 * be given up is set aside by renaming DIRECTORY/log, and then the machine
 * starts from nothing too, or from an image with its applied index put to
 * 0: a log begins at index 1.
 *
 * Fail-stop.  After a failed write of term, vote or entries the engine is
 * not consistent with its disk any more.  watch.fatal says so and does not
 * return: it ends the process (exit status 70), the parent starts it again
 * and the log is read from the disk.  A full disk is milder: proposals are
 * refused with -ENOSPC while space for the next entries is not reserved,
 * and accepted again when there is some; reading goes on.
 *
 * Damage, as the engine meets it when it starts.  An entry that is torn or
 * does not match its checksum in the segment being written ends the log
 * there: the engine cannot tell a write cut off by a crash from a scribble
 * (the notice "non-zero trail").  A damaged last closed segment is renamed
 * to corrupt-TIME-NAME with all that follows it; damage further back, a
 * closed segment that is too short, or damage in both metadata files,
 * refuses the start.  An entry that was
 * acknowledged may be among what is cut off; therefore a log that ends
 * before what the machine has applied refuses to start (-ESTALE): new
 * entries would get indexes that the machine has passed.
 *
 * Address and transport.  One server has no peers and opens no port.  More
 * than one need a transport: the mutual TLS 1.3 one comes with membership
 * and goes in options.transport (raft/uv.h says what it has to do).
 */
#ifndef DROVER_CLUSTER_CONSENSUS_H
#define DROVER_CLUSTER_CONSENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSENSUS_EXIT_FATAL		70
#define CONSENSUS_COMMAND_BYTES_MAX	(1024 * 1024)
#define CONSENSUS_RESULT_BYTES		256
#define CONSENSUS_ADDRESS_BYTES		256

struct uv_loop_s;
struct raft_uv_transport;
struct consensus;

/* One line for the operator. */
struct consensus_text {
	char	text[512];
};

/*
 * The two clocks of the node.  boot counts while the machine sleeps
 * (CLOCK_BOOTTIME) and never steps; wall is for people.
 */
struct consensus_clock {
	void	*context;
	int64_t	(*boot_ms)(void *context);
	int64_t	(*wall_ms)(void *context);
};

struct consensus_options {
	const char	*directory;	/* exists, is written by us alone */
	uint64_t	 id;		/* not 0; never used for another log */
	const char	*address;	/* under which peers know us */
	bool		 bootstrap;	/* no log yet: a cluster of one */
	struct raft_uv_transport *transport;	/* NULL: no peers */
	struct consensus_clock clock;	/* functions NULL: the kernel's */
	/* 0 stands for the default, in brackets. */
	uint32_t	 election_timeout_ms;	/* [1000] */
	uint32_t	 heartbeat_ms;		/* [100] */
	/* Entries since the last snapshot that cause one [8192]. */
	uint32_t	 snapshot_threshold;
	/* Entries kept behind it, for voters that lag [4096]. */
	uint32_t	 snapshot_trailing;
	/* Disk reserved at a time, two ahead [8 MiB]; at most 16 MiB. */
	uint32_t	 segment_bytes;
	uint32_t	 disk_retry_ms;	/* when it is full [500] */
};

/* An entry as every voter applies it. */
struct consensus_entry {
	uint64_t	 index;
	uint64_t	 term;
	int64_t		 time_ms;	/* cluster time, never going back */
	int64_t		 wall_ms;	/* UNIX time of the proposer */
	const void	*bytes;		/* during the call; aligned to 8 */
	size_t		 length;
};

/* What apply answers to the proposer; not replicated. */
struct consensus_result {
	size_t		length;
	_Alignas(8) unsigned char bytes[CONSENSUS_RESULT_BYTES];
};

/*
 * The state machine.  It keeps the index of the last entry it applied
 * together with its state, in one transaction.  An error of apply, or of
 * restore after the start, is fatal; an error of snapshot is a notice, and
 * the snapshot is tried again after the next entry.
 */
struct consensus_machine {
	void	*context;
	/* The last index in its state; 0 when it is empty. */
	uint64_t (*applied)(void *context);
	/* Called once for each index above applied(), which it becomes. */
	int	(*apply)(void *context, const struct consensus_entry *entry,
		    struct consensus_result *result);
	/* The whole state; kept by the machine until release(). */
	int	(*snapshot)(void *context, const void **bytes,
		    size_t *length);
	void	(*release)(void *context, const void *bytes);
	/* Become this state, whose applied() is index. */
	int	(*restore)(void *context, const void *bytes, size_t length,
		    uint64_t index);
};

/* What the caller should hear unasked. */
struct consensus_watch {
	void	*context;
	/* Ends the process with CONSENSUS_EXIT_FATAL; does not return. */
	void	(*fatal)(void *context, const char *text);
	/* Something the operator should know; NULL: not asked for. */
	void	(*notice)(void *context, const char *text);
};

enum consensus_role {
	CONSENSUS_STOPPED,
	CONSENSUS_VOTER,	/* or standby; follows a leader or waits */
	CONSENSUS_CANDIDATE,
	CONSENSUS_LEADER
};

struct consensus_status {
	enum consensus_role role;
	uint32_t	voters;		/* in the configuration */
	uint32_t	servers;	/* voters and standbys */
	uint64_t	term;
	uint64_t	commit_index;
	uint64_t	applied_index;	/* includes entries of the engine */
	uint64_t	last_index;
	uint64_t	snapshot_index;
	/* What the machine had applied then; with 0 it gives nothing back. */
	uint64_t	snapshot_applied;
	uint64_t	leader_id;	/* 0: none known */
	char		leader_address[CONSENSUS_ADDRESS_BYTES];
	int64_t		time_ms;	/* cluster time of the last entry */
	uint32_t	outstanding;	/* proposals not answered */
	uint32_t	reserved_kib;	/* disk reserved for entries */
	bool		starved;	/* reserving more fails: disk full */
	/* Writes of entries to the disk of this node. */
	uint64_t	appends;
	uint32_t	append_last_us;
	uint32_t	append_mean_us;	/* of about the last 16 */
	uint32_t	append_longest_us;
};

/*
 * How a proposal ended: 0 with index, term and result, or -ECONNABORTED
 * (leadership lost) or -ECANCELED (closing).  After an error the entry may
 * still be applied: ask again with the same request id.
 */
struct consensus_outcome {
	int		 status;
	uint64_t	 index;
	uint64_t	 term;
	const struct consensus_result *result;	/* NULL after an error */
};

typedef void	consensus_done(void *context,
		    const struct consensus_outcome *outcome);
typedef void	consensus_finished(void *context, int status);
typedef void	consensus_closed(void *context);

/*
 * Take the directory, make the log where there is none and bootstrap is
 * set, read the metadata.  -EBUSY: the directory is in use; -ENOENT: there
 * is no log and none is to be made; -ESTALE: there is no log, but the
 * machine has applied entries; -EUCLEAN: the metadata is damaged; -ENOSPC:
 * no room to make a log.  options, machine and watch are copied.
 */
int	consensus_open(struct uv_loop_s *loop,
	    const struct consensus_options *options,
	    const struct consensus_machine *machine,
	    const struct consensus_watch *watch,
	    struct consensus **consensus, struct consensus_text *complaint);
/*
 * Read the log, restore the snapshot where the machine is older than it,
 * apply what is known to be committed.  A cluster of one is the leader and
 * up to date when this returns.  -ESTALE: the log ends before what the
 * machine has applied; -EUCLEAN: the log is damaged or another server's;
 * -EIO: the disk.  After an error only consensus_close() may be called.
 */
int	consensus_start(struct consensus *consensus,
	    struct consensus_text *complaint);
/*
 * Answers everything outstanding with -ECANCELED and frees; closed is
 * called from the loop when nothing is left in it.
 */
void	consensus_close(struct consensus *consensus,
	    consensus_closed *closed, void *context);

/*
 * Give up the log of a directory that no process has open (-EBUSY): it
 * gets the name in aside, DIRECTORY/log.ENDING.N.  0 also when there is
 * none; aside is "" then.
 */
int	consensus_set_aside(const char *directory, const char *ending,
	    char *aside, size_t size, struct consensus_text *complaint);

/*
 * Propose an entry; the bytes are copied, length is a multiple of 8.  done
 * is called exactly once when 0 was returned, and from the loop.  Nothing
 * happened after an error: -EINVAL (length), -EMSGSIZE, -EREMOTE (another
 * node leads: status names it; or none does), -ENOSPC (the disk is full),
 * -EBUSY (more at once than there is disk reserved for: a moment later),
 * -ENOMEM, -ESHUTDOWN (closing, not started, or failed).
 */
int	consensus_propose(struct consensus *consensus, const void *bytes,
	    size_t length, consensus_done *done, void *context);
/*
 * done when everything acknowledged before this call, by any leader, is
 * applied here: what is read in done is not stale.  Costs an entry, but
 * for the only voter, which calls done at once, before this returns.
 * Errors as of consensus_propose().
 */
int	consensus_barrier(struct consensus *consensus,
	    consensus_finished *done, void *context);
/*
 * Hand leadership to another voter, before this one ends or is drained.
 * done: 0 when another leads, -EAGAIN when this one still does.  The only
 * voter has nobody to hand it to: done with 0 at once, before this returns.
 * -EREMOTE: does not lead; -EALREADY: a transfer is on its way.
 */
int	consensus_transfer(struct consensus *consensus,
	    consensus_finished *done, void *context);

/*
 * Take a snapshot once so many entries were applied since the last one,
 * from the next entry on; 0: as consensus_open() was told.
 */
void	consensus_set_snapshot_threshold(struct consensus *consensus,
	    uint32_t entries);
void	consensus_status(struct consensus *consensus,
	    struct consensus_status *status);
/*
 * Cluster time: of the last applied entry, and for a leader the time on
 * CLOCK_BOOTTIME since it took office on top of what was applied then.  It
 * stands still while nobody leads.  What a proposal is stamped with.
 */
int64_t	consensus_time_ms(struct consensus *consensus);
/* Bytes on disk of log and snapshots; reads the directory. */
int	consensus_log_bytes(struct consensus *consensus, uint64_t *bytes);

#endif
