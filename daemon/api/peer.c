#include <arpa/inet.h>
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/peer.h"

#define GROUPS_MAX	256

/* The groups that the peer had when it connected; no look-up is needed. */
static bool
is_member(int descriptor, const struct peer *peer, gid_t group)
{
	gid_t groups[GROUPS_MAX];
	socklen_t length = sizeof(groups);
	size_t i;

	if (group == (gid_t)-1)
		return false;
	if (peer->gid == group)
		return true;
	if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups,
	    &length) != 0)
		return false;
	for (i = 0; i < length / sizeof(groups[0]); i++)
		if (groups[i] == group)
			return true;
	return false;
}

/*
 * The local file alone: a directory service that hangs must not stop the
 * loop.
 */
void
peer_name(struct peer *peer)
{
	struct passwd entry, *found;
	char buffer[1024];
	FILE *file;

	if (peer->via != VIA_LOCAL || peer->name[0] != '\0')
		return;
	file = fopen("/etc/passwd", "re");
	snprintf(peer->name, sizeof(peer->name), "uid-%lu",
	    (unsigned long)peer->uid);
	if (file == NULL)
		return;
	while (fgetpwent_r(file, &entry, buffer, sizeof(buffer),
	    &found) == 0) {
		if (found->pw_uid != peer->uid)
			continue;
		snprintf(peer->name, sizeof(peer->name), "%.63s",
		    found->pw_name);
		break;
	}
	fclose(file);
}

int
peer_identify(struct peer *peer, int descriptor, gid_t group)
{
	struct ucred credentials;
	socklen_t length = sizeof(credentials);

	memset(peer, 0, sizeof(*peer));
	if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials,
	    &length) != 0)
		return -errno;
	peer->uid = credentials.uid;
	peer->gid = credentials.gid;
	peer->pid = credentials.pid;
	peer->via = VIA_LOCAL;
	snprintf(peer->origin, sizeof(peer->origin), "uid %lu",
	    (unsigned long)peer->uid);
	peer->role = ROLE_NONE;
	if (peer->uid == 0 || peer->uid == geteuid())
		peer->role = ROLE_ADMIN;
	else if (is_member(descriptor, peer, group))
		peer->role = ROLE_OPERATOR;
	return 0;
}

void
peer_of_address(struct peer *peer, const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

	memset(peer, 0, sizeof(*peer));
	peer->uid = (uid_t)-1;
	peer->gid = (gid_t)-1;
	peer->via = VIA_TOKEN;
	peer->role = ROLE_NONE;
	if (address->sa_family == AF_INET) {
		peer->address[10] = peer->address[11] = 0xff;
		memcpy(peer->address + 12, &v4->sin_addr, 4);
	} else {
		memcpy(peer->address, &v6->sin6_addr, PEER_ADDRESS_BYTES);
	}
	if (IN6_IS_ADDR_V4MAPPED((struct in6_addr *)peer->address))
		inet_ntop(AF_INET, peer->address + 12, peer->origin,
		    sizeof(peer->origin));
	else
		inet_ntop(AF_INET6, peer->address, peer->origin,
		    sizeof(peer->origin));
}
