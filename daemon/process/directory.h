/*
 * The two directories of a droverd.  The runtime directory holds segments
 * and sockets, which end with the boot; the state directory holds what
 * must outlive it.
 *
 *	runtime	the option or configuration, $DROVER_RUNTIME_DIRECTORY,
 *		$XDG_RUNTIME_DIR/drover, /tmp/drover-UID;
 *		as a service /run/drover
 *	state	the option or configuration, $XDG_STATE_HOME/drover,
 *		$HOME/.local/state/drover; as a service /var/lib/drover
 *
 * A directory is used only when nobody but its owner can put files into
 * it: a segment that another user could replace would be no witness.
 *
 * All calls return 0 or a negative errno value, with one line for the
 * operator in complaint.
 */
#ifndef DROVER_PROCESS_DIRECTORY_H
#define DROVER_PROCESS_DIRECTORY_H

#include <stdbool.h>
#include <sys/types.h>

#define DIRECTORY_PATH_BYTES		1024
#define DIRECTORY_COMPLAINT_BYTES	1280

struct directory_complaint {
	char	text[DIRECTORY_COMPLAINT_BYTES];
};

/* Who shall own a directory, and with what mode. */
struct directory_owner {
	uid_t	uid;
	gid_t	gid;
	mode_t	mode;		/* 0700 of a user, 0750 of a service */
};

/* wanted: the option or configuration, NULL or "" when there is none. */
int	directory_runtime(const char *wanted, bool service, char *path,
	    struct directory_complaint *complaint);
int	directory_state(const char *wanted, bool service, char *path,
	    struct directory_complaint *complaint);

/*
 * Make path where it is missing, with its parents, and check it: a
 * directory, not a symbolic link in a place where others can write,
 * owned by owner, not writable by others.  root hands a directory over to
 * the owner when it made it.
 */
int	directory_make(const char *path, const struct directory_owner *owner,
	    struct directory_complaint *complaint);

/*
 * Become the only droverd on the directory, until the descriptor *lock is
 * closed or the process ends.  -EBUSY: another one is, and the complaint
 * names it.  The file droverd.pid holds the process id.
 */
int	directory_lock(const char *path, int *lock,
	    struct directory_complaint *complaint);

#endif
