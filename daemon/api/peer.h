/*
 * Who is at the other end of a UNIX socket, by the credentials that the
 * kernel keeps of it, and what that caller may do:
 *
 *	root, and the user of this process	admin
 *	members of the group of the socket	operator
 *	anybody else				nothing
 *
 * The group counts only where the socket is open to it.
 */
#ifndef DROVER_API_PEER_H
#define DROVER_API_PEER_H

#include <sys/types.h>

#include "rules/entry.h"
#include "rules/reply.h"

struct peer {
	uid_t		uid;
	gid_t		gid;
	pid_t		pid;
	enum role	role;
	enum entry_via	via;
	char		name[65];	/* after peer_name() */
	char		origin[65];	/* "uid 1000", or an address */
};

/* group: the one of the socket, or (gid_t)-1 when it is not open to it. */
int	peer_identify(struct peer *peer, int descriptor, gid_t group);
/* Fills in the name of the operator: the user's, or "uid-N". */
void	peer_name(struct peer *peer);

#endif
