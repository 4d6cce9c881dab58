/*
 * The flight log: a directory of files with records of all that was shown,
 * in the order in which it was.  This is the side that writes; see
 * flight_reader.h for the other.
 *
 * One process writes, from one thread.  What flight_log_sync() returned 0
 * for survives a crash of the machine.  Errors are negative errno values;
 * after -ENOSPC, -EROFS or -EIO of an append nothing of the record is in
 * the log, and the next one begins with a KEY.
 */
#ifndef DROVER_STORE_FLIGHT_LOG_H
#define DROVER_STORE_FLIGHT_LOG_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/flight_image.h"
#include "store/flight_record.h"

struct flight_limits {
	uint64_t	bytes;		/* of all files; 0: no limit */
	int64_t		age_ns;		/* of the newest record; 0: none */
	uint64_t	file_bytes;	/* of one; 0: 16 MiB */
	int64_t		file_ns;	/* what one spans; 0: an hour */
	int64_t		key_ns;		/* between KEYs; 0: ten minutes */
	mode_t		mode;		/* of the files; 0: 0640 */
};

/* What was found damaged at the end of the log. */
struct flight_damage {
	char		file[NAME_MAX + 1];	/* "": nothing was */
	uint64_t	lost_bytes;
	int64_t		last_good_ns;	/* UNIX time, 0: none in the file */
};

struct flight_log;

/*
 * Makes the directory where it is missing; cuts a damaged tail off the
 * newest file at the last good record, and says so.
 */
int	flight_log_open(struct flight_log **log, const char *directory,
	    const struct flight_limits *limits,
	    struct flight_damage *damage);
void	flight_log_close(struct flight_log *log);
void	flight_log_limit(struct flight_log *log,
	    const struct flight_limits *limits);

/*
 * Appends a KEY or STEP and applies it to the image of the log.  A STEP
 * that does not follow the last record, by instance and step, is -ESTALE,
 * and so is one without a KEY before it.  The log makes KEYs of its own
 * where a file begins and where one is due.
 */
int	flight_log_append(struct flight_log *log,
	    const struct flight_record *record);
/* The schema of what is appended from here on. */
int	flight_log_schema(struct flight_log *log, const void *schema,
	    size_t schema_bytes);
int	flight_log_sync(struct flight_log *log);

/* The image after the last record; NULL where there is none. */
const struct flight_image *flight_log_image(const struct flight_log *log);
/* Of the last record: its step; 0 when none follows on. */
uint64_t flight_log_step(const struct flight_log *log);

#endif
