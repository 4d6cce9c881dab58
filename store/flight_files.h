/*
 * The files of a flight log, by their names: SEQUENCE-FIRST.flight, both
 * numbers in decimal, FIRST in milliseconds of UNIX time.
 */
#ifndef DROVER_STORE_FLIGHT_FILES_H
#define DROVER_STORE_FLIGHT_FILES_H

#include <stddef.h>
#include <stdint.h>

#define FLIGHT_NAME_BYTES	48

struct flight_file {
	uint64_t	sequence;
	int64_t		first_ms;
	uint64_t	bytes;
};

struct flight_files {
	struct flight_file	*files;		/* by sequence */
	size_t			 count;
};

/* -ENOENT: there is no such directory. */
int	flight_files_list(struct flight_files *files, const char *directory);
void	flight_files_free(struct flight_files *files);
/* name has FLIGHT_NAME_BYTES. */
void	flight_file_name(const struct flight_file *file, char *name);

#endif
