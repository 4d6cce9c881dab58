/*
 * A kept descriptor of a file of /proc or /sys, and the buffer that all
 * sources of one collector are read into.
 */
#ifndef DROVER_COLLECT_SOURCE_H
#define DROVER_COLLECT_SOURCE_H

#include <stddef.h>

#include "collect/text.h"

/* What is longer than this is read up to here. */
#define SOURCE_BYTES_MAX	(1024 * 1024)

struct source_buffer {
	char	*bytes;
	size_t	 size;
	size_t	 page_size;
};

struct source {
	int	 fd;		/* -1: not there at present */
	char	*path;
};

/* 0 or -ENOMEM. */
int	source_buffer_open(struct source_buffer *buffer);
void	source_buffer_close(struct source_buffer *buffer);

/*
 * Open what the format names.  A missing file is no error: it is looked
 * for again by source_retry().  Without memory the source stays closed.
 */
void	source_open(struct source *source, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
/* Open the file again if it is not open; true if it is open now. */
bool	source_retry(struct source *source);
void	source_close(struct source *source);

/*
 * Read the file from its start into the buffer.  The text is valid until
 * the next read; it is empty when the file cannot be read, which also
 * closes it until source_retry().
 */
struct text source_read(struct source *source, struct source_buffer *buffer);

/* Open, read and close a file that is wanted but once. */
struct text source_read_once(struct source_buffer *buffer,
	    const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
