/*
 * The file of a segment on the writer's side: made beside its name, locked,
 * put in its place; the one that stood there taken over.
 *
 * Who holds an open-file-description write lock on byte 0 is the writer.
 * Such a lock ends with the process however it ends, stays while the
 * process is stopped, and knows nothing of process ids and namespaces.
 */
#ifndef DROVER_SHM_FILE_H
#define DROVER_SHM_FILE_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

struct segment_file {
	void	*map;
	size_t	 bytes;
	int	 descriptor;
	char	 temporary[PATH_MAX];	/* "" once it is in place */
};

/*
 * A file of zeros, with all its room on the file system, mapped and locked.
 * -EBUSY when a live writer holds path.  Errors are negative errno values.
 */
int	segment_file_make(struct segment_file *file, const char *path,
	    size_t bytes, mode_t mode);
/* Put it at path, telling readers of the former file. */
int	segment_file_place(struct segment_file *file, const char *path);
/* Unmap and unlock; a file not yet in place is removed. */
void	segment_file_release(struct segment_file *file);

/* Whether a writer holds the file; descriptor may be read-only. */
int	segment_file_locked(int descriptor);

#endif
