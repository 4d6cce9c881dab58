/*
 * What stands before the bytes of the caller in an entry and in a
 * snapshot.  Little endian; the checksums are the engine's (CRC-32 of each
 * batch of entries, LZ4 content checksum of a snapshot).
 *
 *	entry		0 magic 4 version 8 term 16 time_ms 24 wall_ms
 *	snapshot	0 magic 4 version 8 index 16 time_ms 24 length
 */
#ifndef DROVER_CLUSTER_FRAME_H
#define DROVER_CLUSTER_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "cluster/consensus.h"

#define FRAME_BYTES	32

struct frame_snapshot {
	uint64_t	 index;		/* applied() of the machine */
	int64_t		 time_ms;
	const void	*bytes;
	size_t		 length;
};

/* Term and times of entry; its bytes are not read. */
void	frame_entry_write(const struct consensus_entry *entry,
	    unsigned char head[FRAME_BYTES]);
/* All but the index; bytes point into frame.  -EBADMSG: is none. */
int	frame_entry_read(const void *frame, size_t length,
	    struct consensus_entry *entry);
void	frame_snapshot_write(const struct frame_snapshot *snapshot,
	    unsigned char head[FRAME_BYTES]);
int	frame_snapshot_read(const void *frame, size_t length,
	    struct frame_snapshot *snapshot);

#endif
