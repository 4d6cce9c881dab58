/*
 * The entries of a directory of /sys, in natural order (sda, sdb; eth2,
 * eth10), so that devices keep their place from scan to scan.
 */
#ifndef DROVER_COLLECT_DIRECTORY_H
#define DROVER_COLLECT_DIRECTORY_H

#include <dirent.h>
#include <stddef.h>

struct directory {
	struct dirent	**entries;
	size_t		  count;
};

/* Hidden entries are left out; a missing directory is an empty one. */
void	directory_read(struct directory *directory, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
void	directory_free(struct directory *directory);

#endif
