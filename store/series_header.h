/*
 * The header of an RRD file of version 0003, as librrd has it on this
 * machine, and the copy of it that stands beside the file, in FILE.undo,
 * while a batch is written.
 */
#ifndef DROVER_STORE_SERIES_HEADER_H
#define DROVER_STORE_SERIES_HEADER_H

#include <stddef.h>
#include <time.h>

#include "store/series_file.h"

struct series_header {
	unsigned char	*bytes;		/* what of the file was read */
	size_t		 length;
	size_t		 bytes_used;	/* of the header */
	size_t		 source_count;
	size_t		 archive_count;
	time_t		 last;
};

/* -EUCLEAN: no RRD, or its length is not what its header says. */
int	series_header_read(const char *path, struct series_header *header);
void	series_header_free(struct series_header *header);
void	series_header_names(const struct series_header *header,
	    char (*names)[SERIES_NAME_BYTES]);

/* The copy is on disk when this returns. */
int	series_header_arm(const char *path, size_t header_bytes);
int	series_header_disarm(const char *path);
/*
 * Puts the copy back, where there is one: 1, else 0.  A copy that is not
 * whole was made before anything of the batch was written, and goes.
 */
int	series_header_undo(const char *path);

#endif
