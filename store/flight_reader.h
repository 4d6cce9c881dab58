/*
 * Reading the flight log, while it is written or long after: any moment of
 * it, and from there on record by record.
 *
 * A moment is found by the names of the files, the index at the end of a
 * complete file (or one pass over the heads of the records of the last
 * one), and by applying what follows the nearest KEY.  Damaged stretches
 * are skipped up to the next sound KEY, and counted.
 *
 * Several readers may read a log; each belongs to one thread.  Errors:
 * -ENOENT there is no log, or nothing in it as old as what is asked for;
 * -EBADMSG; -ENOMEM; -EACCES and others as the system gave them.
 */
#ifndef DROVER_STORE_FLIGHT_READER_H
#define DROVER_STORE_FLIGHT_READER_H

#include <stdint.h>

#include "store/flight_image.h"
#include "store/flight_record.h"

struct flight_reader;

int	flight_reader_open(struct flight_reader **reader,
	    const char *directory);
void	flight_reader_close(struct flight_reader *reader);

/* UNIX time of the first record; 0: there is none. */
int64_t	flight_reader_first(const struct flight_reader *reader);
/*
 * The image as it was at that time, that is after the last record of that
 * time or before; -ENOENT: the log begins later.
 */
int	flight_reader_seek(struct flight_reader *reader, int64_t wall_ns);
/*
 * Applies the next record.  Returns 1, or 0 at the end: what is written
 * later is found by asking again.
 */
int	flight_reader_next(struct flight_reader *reader);
/* The step of the record that was applied last. */
uint64_t flight_reader_step(const struct flight_reader *reader);
/* As of the last seek or next; it changes with the next one. */
const struct flight_image *flight_reader_image(
	    const struct flight_reader *reader);
/* Stretches that were skipped because they are damaged. */
uint64_t flight_reader_damaged(const struct flight_reader *reader);

#endif
