#include "collect/clients.h"

#include <netinet/tcp.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/socket_diag.h"

/* Of one server; http_client looks up no more. */
#define ADDRESSES_MAX	8
#define NOBODY		SIZE_MAX
#define STATE(name)	(1U << TCP_##name)

/* A connection of drover itself. */
struct own {
	struct socket_end	local;
	struct socket_end	remote;
	bool			known;		/* the two are */
	bool			met;		/* its other end was seen */
};

/* One server while it is counted for. */
struct server {
	struct socket_end	address[ADDRESSES_MAX];
	size_t			listener[ADDRESSES_MAX];
	size_t			address_count;
	struct own		own[CLIENTS_OWN];
	bool			here;
	size_t			connections;
};

struct clients {
	struct socket_diag	 diag;
	struct server		*servers;
	size_t			 server_count;
	size_t			 server_room;
	struct socket_seen	*listeners;
	size_t			 listener_count;
	size_t			 listener_room;
	int			 error;
};

int
clients_open(struct clients **clients)
{
	struct clients *made = calloc(1, sizeof(*made));
	int error;

	*clients = NULL;
	if (made == NULL)
		return -ENOMEM;
	error = socket_diag_open(&made->diag);
	if (error != 0) {
		free(made);
		return error;
	}
	*clients = made;
	return 0;
}

void
clients_close(struct clients *clients)
{
	if (clients == NULL)
		return;
	socket_diag_close(&clients->diag);
	free(clients->servers);
	free(clients->listeners);
	free(clients);
}

/* While a connection is made it has no other end. */
static bool
find_own(struct own *own, int fd)
{
	struct sockaddr_storage local = { 0 }, remote = { 0 };
	socklen_t local_bytes = sizeof(local), remote_bytes = sizeof(remote);

	return fd >= 0 &&
	    getsockname(fd, (struct sockaddr *)&local, &local_bytes) == 0 &&
	    getpeername(fd, (struct sockaddr *)&remote,
	    &remote_bytes) == 0 &&
	    socket_end_of(&own->local, &local) &&
	    socket_end_of(&own->remote, &remote);
}

static void
server_prepare(struct server *server, struct socket_diag *diag,
    const struct client_count *count)
{
	size_t i;

	memset(server, 0, sizeof(*server));
	for (i = 0; i < CLIENTS_OWN; i++)
		server->own[i].known = find_own(&server->own[i],
		    count->own[i]);
	server->here = count->address_count > 0 &&
	    count->address_count <= ADDRESSES_MAX;
	for (i = 0; server->here && i < count->address_count; i++) {
		server->here = socket_end_of(&server->address[i],
		    &count->addresses[i]) &&
		    socket_diag_is_here(diag, &count->addresses[i]);
		server->listener[i] = NOBODY;
		server->address_count++;
	}
}

static int
prepare(struct clients *clients, const struct client_count *counts,
    size_t count)
{
	struct server *servers;
	size_t i;

	if (count > clients->server_room) {
		servers = realloc(clients->servers,
		    count * sizeof(*servers));
		if (servers == NULL)
			return -ENOMEM;
		clients->servers = servers;
		clients->server_room = count;
	}
	for (i = 0; i < count; i++)
		server_prepare(&clients->servers[i], &clients->diag,
		    &counts[i]);
	clients->server_count = count;
	clients->listener_count = 0;
	clients->error = 0;
	return 0;
}

static bool
has_port(const uint16_t *ports, size_t count, uint16_t port)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* The ports of a server are all the same; each port once. */
static size_t
find_ports(struct clients *clients, uint16_t *ports)
{
	struct server *server;
	size_t i, count = 0;

	for (i = 0; i < clients->server_count; i++) {
		server = &clients->servers[i];
		if (!server->here ||
		    has_port(ports, count, server->address[0].port))
			continue;
		if (count == SOCKET_DIAG_PORTS_MAX)
			server->here = false;
		else
			ports[count++] = server->address[0].port;
	}
	return count;
}

static void
take_listener(void *context, const struct socket_seen *seen)
{
	struct clients *clients = context;
	struct socket_seen *listeners;
	size_t room;

	if (clients->listener_count == clients->listener_room) {
		room = clients->listener_room * 2 + 16;
		listeners = realloc(clients->listeners,
		    room * sizeof(*listeners));
		if (listeners == NULL) {
			clients->error = -ENOMEM;
			return;
		}
		clients->listeners = listeners;
		clients->listener_room = room;
	}
	clients->listeners[clients->listener_count++] = *seen;
}

/* Several may listen on one address: the first stands for all of them. */
static size_t
find_listener(const struct clients *clients, const struct socket_end *end)
{
	size_t i, found = NOBODY;
	int fits, best = 0;

	for (i = 0; i < clients->listener_count; i++) {
		fits = socket_end_fit(&clients->listeners[i].local, end);
		if (fits <= best)
			continue;
		best = fits;
		found = i;
	}
	return found;
}

static void
find_listeners(struct clients *clients)
{
	struct server *server;
	size_t i, j;

	for (i = 0; i < clients->server_count; i++) {
		server = &clients->servers[i];
		for (j = 0; j < server->address_count; j++)
			server->listener[j] = find_listener(clients,
			    &server->address[j]);
	}
}

static bool
is_own(struct clients *clients, const struct socket_seen *seen)
{
	struct own *own;
	size_t i;

	for (i = 0; i < clients->server_count * CLIENTS_OWN; i++) {
		own = &clients->servers[i / CLIENTS_OWN].own[i % CLIENTS_OWN];
		if (!own->known ||
		    !socket_end_is(&own->local, &seen->remote) ||
		    !socket_end_is(&own->remote, &seen->local))
			continue;
		own->met = true;
		return true;
	}
	return false;
}

static bool
is_to(const struct server *server, const struct socket_end *end,
    size_t listener)
{
	size_t i;

	if (!server->here || server->address[0].port != end->port)
		return false;
	for (i = 0; i < server->address_count; i++)
		if (server->listener[i] == listener)
			return true;
	return false;
}

static void
take_connection(void *context, const struct socket_seen *seen)
{
	struct clients *clients = context;
	size_t i, listener;

	if (is_own(clients, seen) || seen->state != TCP_ESTABLISHED)
		return;
	listener = find_listener(clients, &seen->local);
	for (i = 0; i < clients->server_count; i++)
		if (is_to(&clients->servers[i], &seen->local, listener))
			clients->servers[i].connections++;
}

/*
 * A full queue of the server leaves its end of our connection in SYN_RECV,
 * where nothing is counted, but which shows that it is here.
 */
static int
dump(struct clients *clients)
{
	uint16_t ports[SOCKET_DIAG_PORTS_MAX];
	size_t count = find_ports(clients, ports);
	int error;

	if (count == 0)
		return 0;
	error = socket_diag_dump(&clients->diag, STATE(LISTEN), ports, count,
	    take_listener, clients);
	if (error == 0)
		error = clients->error;
	if (error != 0)
		return error;
	find_listeners(clients);
	return socket_diag_dump(&clients->diag,
	    STATE(ESTABLISHED) | STATE(SYN_RECV), ports, count,
	    take_connection, clients);
}

static bool
is_established(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t length = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
	    info.tcpi_state == TCP_ESTABLISHED;
}

/* After the look, so that an end that is gone is no riddle. */
static bool
is_elsewhere(const struct server *server, const struct client_count *count)
{
	size_t i;

	for (i = 0; i < CLIENTS_OWN; i++)
		if (server->own[i].known && !server->own[i].met &&
		    is_established(count->own[i]))
			return true;
	return false;
}

static void
tell(const struct clients *clients, const struct server *server,
    struct client_count *count)
{
	const struct socket_seen *listener;
	size_t i;

	count->connections = (double)server->connections;
	for (i = 0; i < server->address_count; i++) {
		if (server->listener[i] == NOBODY)
			continue;
		listener = &clients->listeners[server->listener[i]];
		count->listener_inode = listener->inode;
		count->listener_uid = listener->uid;
		return;
	}
}

void
clients_count(struct clients *clients, struct client_count *counts,
    size_t count)
{
	const struct server *server;
	size_t i;
	int error;

	error = prepare(clients, counts, count);
	if (error == 0)
		error = dump(clients);
	for (i = 0; i < count; i++) {
		counts[i].connections = NAN;
		counts[i].listener_inode = 0;
		counts[i].listener_uid = 0;
		server = error == 0 ? &clients->servers[i] : NULL;
		if (server != NULL && server->here &&
		    !is_elsewhere(server, &counts[i]))
			tell(clients, server, &counts[i]);
	}
}
