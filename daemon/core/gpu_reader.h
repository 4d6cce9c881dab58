/*
 * The GPUs as the gpu process shows them in gpu.seg, read as samples.
 */
#ifndef DROVER_CORE_GPU_READER_H
#define DROVER_CORE_GPU_READER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include <drover/segment.h>

#include "collect/sample.h"

#define GPUS_MAX	32

struct gpu_reader {
	struct drover_segment	*segment;
	struct drover_binding	 binding;
	struct drover_event_cursor cursor;
	struct sample_device	 gpus[GPUS_MAX];
	size_t			 count;
	char			 path[PATH_MAX];
};

void	gpu_reader_init(struct gpu_reader *reader, const char *path);
void	gpu_reader_close(struct gpu_reader *reader);

/*
 * Brings reader->gpus up to date.  While the gpu process does not live the
 * GPUs that were known stay, with every value NaN: an old value is none.
 */
void	gpu_reader_sample(struct gpu_reader *reader);
/*
 * The next event of the gpu process, from the oldest that its segment has:
 * true with an event, false when there is none now.
 */
bool	gpu_reader_event(struct gpu_reader *reader,
	    struct drover_event *event);

#endif
