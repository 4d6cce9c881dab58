/*
 * Who is at the other end.  Of a UNIX socket, by the credentials that the
 * kernel keeps of it, and what that caller may do:
 *
 *	root, and the user of this process	admin
 *	members of the group of the socket	operator, or what their
 *						account says
 *	anybody else				nothing
 *
 * The group counts only where the socket is open to it.  Of a connection
 * over TLS no more is known than its address, until a request brings a
 * token: caller.h.
 */
#ifndef DROVER_API_PEER_H
#define DROVER_API_PEER_H

#include <sys/types.h>

#include <netinet/in.h>

#include "rules/entry.h"
#include "rules/reply.h"

#define PEER_ADDRESS_BYTES	16

struct peer {
	uid_t		uid;		/* -1: not known */
	gid_t		gid;
	pid_t		pid;
	enum role	role;
	enum entry_via	via;
	/* IPv6, of IPv4 as it is mapped; zeros: a UNIX socket. */
	unsigned char	address[PEER_ADDRESS_BYTES];
	char		name[65];	/* after peer_name() */
	char		origin[65];	/* "uid 1000", or an address */
};

/* group: the one of the socket, or (gid_t)-1 when it is not open to it. */
int	peer_identify(struct peer *peer, int descriptor, gid_t group);
/* Who comes from there, so far without a role. */
void	peer_of_address(struct peer *peer, const struct sockaddr *address);
/* Fills in the name of a local user, or "uid-N", where there is none yet. */
void	peer_name(struct peer *peer);

#endif
