/*
 * The series: what every metric was, in RRD files, one of the node and one
 * of each of its devices and backends.
 *
 *	DIRECTORY/NODE/node.rrd
 *	DIRECTORY/NODE/disk-sda.rrd, backend-ollama.rrd ...
 *
 * Steps come in from the flight log, or on their way to it; rows go out in
 * batches, which are staggered so that not all files are written at once.
 * What a batch has not reached yet is in the flight log, and comes from
 * there after a restart: see series_since().
 *
 * One process, one thread.  Errors of single files are told through
 * complain and tried again with the next batch; nothing else fails.
 */
#ifndef DROVER_STORE_SERIES_H
#define DROVER_STORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/flight_image.h"

struct series_set;

struct series_options {
	const char	*directory;
	const char	*node;		/* the one that is recorded in full */
	bool		 devices;	/* and its devices and backends */
	unsigned int	 batch;		/* rows; 0: 60 */
	/* UNIX time; NULL: the clock.  Rows of the future are not written. */
	int64_t		(*now_ns)(void *context);
	/* error 0: it goes on after one. */
	void		(*complain)(void *context, int error,
			    const char *file, const char *what);
	void		*context;
};

/* Makes the directory.  The strings of options are copied. */
int	series_open(struct series_set **set,
	    const struct series_options *options);
/*
 * Writes what is whole, and lets go.  A file that is not there yet is not
 * made now: an end is not to take long, and its rows are in the flight log.
 */
void	series_close(struct series_set *set);

/* The next step; samples that were taken in are left out. */
void	series_take(struct series_set *set,
	    const struct flight_image *image);
/* Every row that is whole, of one node or, NULL, of all. */
int	series_flush(struct series_set *set, const char *node);

/*
 * From when on steps are to be taken in again after a restart: UNIX time;
 * 0: from the first that there is.
 */
int64_t	series_since(struct series_set *set);
/* Rows that were written by this process. */
uint64_t series_rows(const struct series_set *set);

#endif
