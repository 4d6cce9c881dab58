/*
 * Small files that must outlive a crash: they are there whole, or as they
 * were before.  Everything returns 0 or a negative errno.
 */
#ifndef DROVER_STORE_DURABLE_H
#define DROVER_STORE_DURABLE_H

#include <stddef.h>
#include <sys/types.h>

struct durable_piece {
	const void	*bytes;
	size_t		 length;
};

/*
 * The pieces, one after the other, become the file at path, in the place of
 * one that is there.  Beside it path.new is used.
 */
int	durable_write(const char *path, mode_t mode,
	    const struct durable_piece *pieces, size_t count);
/* A name stands on disk when the directory that it is in does. */
int	durable_sync_name(const char *path);
/*
 * PATH.ENDING.N, the first such name that is free; aside has PATH_MAX
 * bytes.  -EEXIST: a thousand are taken.
 */
int	durable_aside_name(const char *path, const char *ending, char *aside);
/* Gives the file that name, so that nothing set aside before is lost. */
int	durable_set_aside(const char *path, const char *ending, char *aside);

#endif
