/*
 * One RRD file, as rrdtool(1) reads it, that a crash cannot bend.
 *
 * librrd writes the header of a file in place, without a sum and without a
 * sync: after a kill in the middle one file in five has an archive that is
 * shifted by a row, and reads as if nothing were wrong.  So each batch of
 * rows is put between two marks: the header as it was is on disk, beside
 * the file, before the batch begins, and goes when the batch is.  A file
 * that is found with its mark gets the old header back; the rows since then
 * are written again, from the flight log.
 *
 * One process writes, from one thread.  Errors are negative errno values;
 * -EUCLEAN: the file is no RRD that this library wrote; -EREMOTEIO: librrd
 * complained, see series_file_complaint().
 */
#ifndef DROVER_STORE_SERIES_FILE_H
#define DROVER_STORE_SERIES_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define SERIES_NAME_BYTES	20	/* of a data source, with its NUL */
#define SERIES_SOURCES_MAX	256

enum series_kind {
	SERIES_NODE,
	SERIES_OTHER,
	SERIES_DEVICE,
	SERIES_KINDS
};

struct series_file {
	char		 path[PATH_MAX];
	enum series_kind kind;
	char		 names[SERIES_SOURCES_MAX][SERIES_NAME_BYTES];
	size_t		 count;		/* of data sources, spare ones too */
	time_t		 last;		/* of its last row */
	size_t		 header_bytes;
};

struct series_row {
	time_t		 time;		/* a multiple of the step */
	const double	*values;	/* by data source; NaN: unknown */
};

/* Seconds of a row of the finest kind that is fed. */
unsigned int series_step_s(enum series_kind kind);

/*
 * Opens the file, taking back a batch that was not finished, or makes it
 * with these data sources, as if its last row were of the time start.
 * *undone, not NULL, says whether there was one to take back.
 */
int	series_file_open(struct series_file *file, const char *path,
	    enum series_kind kind, const char *const *names, size_t count,
	    time_t start, bool *undone);
/* The place of a data source; -ENOENT. */
int	series_file_find(const struct series_file *file, const char *name);
/*
 * Gives the name to a spare data source, or makes a new one; what was
 * recorded stays.  Returns its place.
 */
int	series_file_add(struct series_file *file, const char *name);
/* The rows, in order; those up to the last one there are left out. */
int	series_file_update(struct series_file *file,
	    const struct series_row *rows, size_t count);
/* What librrd said last; one line. */
const char *series_file_complaint(void);

#endif
