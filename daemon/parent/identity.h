/*
 * The user that the processes of a service run as.
 */
#ifndef DROVER_PARENT_IDENTITY_H
#define DROVER_PARENT_IDENTITY_H

#include <sys/types.h>

#define IDENTITY_GROUPS_MAX	64

struct identity {
	uid_t	uid;
	gid_t	gid;
	int	group_count;
	gid_t	groups[IDENTITY_GROUPS_MAX];	/* gid among them */
};

/* -ENOENT: no such user; -E2BIG: it is in too many groups. */
int	identity_find(struct identity *identity, const char *user);
/*
 * Become it for good, from root; async-signal-safe.  The death signal is
 * cleared by this and has to be asked for afterwards.
 */
int	identity_assume(const struct identity *identity);

#endif
