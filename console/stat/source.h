/*
 * Where droverstat reads from: a live segment, which it copies as one
 * consistent image for each print, or an image file.  Whatever is printed
 * comes out of an image, so a file reads exactly as the segment did.
 */
#ifndef DROVER_STAT_SOURCE_H
#define DROVER_STAT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include <drover/segment.h>

#include "options.h"

struct source {
	char			 path[4096];
	struct drover_segment	*live;		/* NULL for an image file */
	struct drover_segment	*image;		/* what is printed */
	void			*bytes;		/* of the image */
	size_t			 length;
	size_t			 room;
	struct drover_segment_info info;
	enum drover_liveness	 liveness;
	int64_t			 time_ns;	/* of the copy, wall, UNIX */
	int64_t			 moment_ns;	/* of the past, or 0 */
	double			 silent_seconds; /* since the last heartbeat,
						    NaN when not known */
};

/*
 * 0, or the exit status after one line to stderr.  source_capture() must
 * follow before anything is printed.
 */
int	source_open(struct source *source, const struct options *options);
int	source_capture(struct source *source);
/* Has another segment taken the place of this one?  Then change to it. */
bool	source_renew(struct source *source);
void	source_close(struct source *source);

/* The exit status that tells the state of the writer. */
int	source_status(const struct source *source);
/* Store the image in the file, or with "-" on standard output. */
int	source_save(const struct source *source, const char *path);

#endif
