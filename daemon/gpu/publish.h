/*
 * gpu.seg: the rows of the GPUs and of the gpu process itself.
 */
#ifndef DROVER_GPU_PUBLISH_H
#define DROVER_GPU_PUBLISH_H

#include "gpu/worker.h"
#include "shm/writer.h"

struct publisher {
	struct segment_writer	*writer;
	char			 node[64];
	char			 process[24];
	int64_t			 started_ns;	/* UNIX time */
	struct worker_report	 shown;		/* what readers see */
};

/* path: of gpu.seg.  Errors are those of segment_create(). */
int	publisher_open(struct publisher *publisher, const char *path,
	    const char *node);
void	publisher_close(struct publisher *publisher);

/* Show a sample; Xid and losses since the last one become events. */
int	publisher_show(struct publisher *publisher,
	    const struct worker_report *report);
/* No call comes back: values become NaN, the process HUNG with message. */
int	publisher_hung(struct publisher *publisher, const char *message);
/* Nothing new, and alive. */
void	publisher_heartbeat(struct publisher *publisher);

#endif
