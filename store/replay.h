/*
 * Any past moment as a segment image, which every reader of segments takes.
 */
#ifndef DROVER_STORE_REPLAY_H
#define DROVER_STORE_REPLAY_H

#include <stddef.h>
#include <stdint.h>

/* What was found of the flight log. */
struct replay_found {
	int64_t	wall_ns;	/* of the image */
	int64_t	first_ns;	/* of the log, where there is no image */
};

/*
 * The directory of the flight log that belongs to the segment, by the link
 * that the recorder puts beside it.  -ENAMETOOLONG.
 */
int	replay_directory(const char *segment_path, char *directory,
	    size_t size);
/*
 * The image as of wall_ns, to be freed with free().  -ENOENT with
 * found->first_ns 0: there is no flight log; else it begins later.
 */
int	replay_image(const char *directory, int64_t wall_ns, void **bytes,
	    size_t *length, struct replay_found *found);

#endif
