/*
 * The directory of a log:
 *
 *	lock		held (flock) while the log is open
 *	log/		the engine's files: segments, snapshots, metadata
 *	log.new/	a log being made, until it is whole
 *	reserve		64 KiB to start with when the disk is full
 */
#ifndef DROVER_CLUSTER_LOG_DIRECTORY_H
#define DROVER_CLUSTER_LOG_DIRECTORY_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "cluster/consensus.h"

struct log_directory {
	char	path[PATH_MAX];		/* of the engine's files */
	char	reserve[PATH_MAX];
	int	lock;
};

/* -EBUSY: another process has it.  Does not look at the log. */
int	log_directory_open(const char *path, struct log_directory *directory,
	    struct consensus_text *complaint);
void	log_directory_close(struct log_directory *directory);
bool	log_directory_has_log(const struct log_directory *directory);
/*
 * Make a log that holds one entry: the configuration of a cluster with
 * this one voter.  All or nothing, also under kill -9 and power loss.
 */
int	log_directory_bootstrap(const struct log_directory *directory,
	    uint64_t id, const char *address,
	    struct consensus_text *complaint);
/*
 * Lengthen the segments being written, before the engine reads them: where
 * what a damaged head announces does not fit into the file, C-Raft 0.22.1
 * frees it twice.  The zeros take no space, and the engine cuts them off.
 */
void	log_directory_lengthen_segments(
	    const struct log_directory *directory);
/*
 * The engine writes a little when it starts.  Give up the reserve for
 * that, and make it again; without room for it there is none.
 */
void	log_directory_spend_reserve(const struct log_directory *directory);
void	log_directory_make_reserve(const struct log_directory *directory);
/* Bytes that the log takes on disk. */
int	log_directory_bytes(const struct log_directory *directory,
	    uint64_t *bytes);
/* Files that the engine set aside as damaged; -1 on errors. */
int	log_directory_corrupt_files(const struct log_directory *directory);

#endif
