/*
 * Who is connected to the model servers of this machine: the server's ends
 * of established TCP connections, those of drover itself left out.
 *
 * A connection belongs to the server whose listening socket would take it
 * now: the one bound to its local address, else the one bound to every
 * address.  So a proxy on another address of this machine with the same
 * port is not mistaken for the server behind it.  Where nothing listens
 * any more, as with a server that ends in an orderly way, those that are
 * left are still counted.
 *
 * A connection that the client has half closed is not counted.
 */
#ifndef DROVER_COLLECT_CLIENTS_H
#define DROVER_COLLECT_CLIENTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* One that asks how it is, and one for canaries. */
#define CLIENTS_OWN	2

struct client_count {
	/* What the URL of the server names; all of it, or nothing is
	 * known. */
	const struct sockaddr_storage *addresses;
	size_t	 address_count;
	/* Drover's connections to it; -1: none. */
	int	 own[CLIENTS_OWN];
	/*
	 * Filled.  NaN: the server is on another machine, or behind an
	 * address of this one in another network namespace (drover's own
	 * connection has no other end here), or the kernel does not say.
	 */
	double	 connections;
	/* Filled, of the socket that it listens on; 0: not found. */
	uint64_t listener_inode;
	uint32_t listener_uid;
};

struct clients;

/* Belongs to one thread, like what it counts.  0 or -ENOMEM. */
int	clients_open(struct clients **clients);
void	clients_close(struct clients *clients);

/*
 * Counts for each of them; the own connections of all are left out from
 * each.  Does not wait, and costs the same for one server and for several.
 */
void	clients_count(struct clients *clients, struct client_count *counts,
	    size_t count);

#endif
