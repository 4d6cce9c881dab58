/*
 * Counting the clients of servers: real sockets on the loopback.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../suite.h"
#include "collect/clients.h"
#include "collect/socket_diag.h"

#define MANY		2000
#define SERVERS		40
#define BACKLOG		64

static struct sockaddr_storage
address_of(const char *text, int port)
{
	struct sockaddr_storage address = { 0 };
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address;
	struct sockaddr_in *four = (struct sockaddr_in *)&address;

	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		return address;
	}
	CU_ASSERT_EQUAL_FATAL(inet_pton(AF_INET6, text, &six->sin6_addr), 1);
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	return address;
}

static socklen_t
bytes_of(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET ? sizeof(struct sockaddr_in) :
	    sizeof(struct sockaddr_in6);
}

static int
port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t bytes = sizeof(address);
	struct socket_end end;

	CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&address,
	    &bytes), 0);
	CU_ASSERT_TRUE_FATAL(socket_end_of(&end, &address));
	return end.port;
}

static int
bound_socket(const char *text, int port)
{
	struct sockaddr_storage address = address_of(text, port);
	int fd, one = 1;

	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_TRUE_FATAL(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* All addresses and one of them at once. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&address,
	    bytes_of(&address)), 0);
	return fd;
}

static int
server_at(const char *text, int port)
{
	int fd = bound_socket(text, port);

	CU_ASSERT_EQUAL_FATAL(listen(fd, BACKLOG), 0);
	return fd;
}

static void
connect_socket(int fd, const char *text, int port)
{
	struct sockaddr_storage address = address_of(text, port);

	CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address,
	    bytes_of(&address)), 0);
}

static int
client_of(const char *text, int port)
{
	int fd = socket(strchr(text, ':') != NULL ? AF_INET6 : AF_INET,
	    SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	connect_socket(fd, text, port);
	return fd;
}

/* A connection and its end at the server. */
static void
pair_of(int server, const char *text, int port, int pair[2])
{
	pair[0] = client_of(text, port);
	pair[1] = accept(server, NULL, NULL);
	CU_ASSERT_TRUE_FATAL(pair[1] >= 0);
}

static void
pair_close(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

static struct clients *clients;

static double
counted(const char *text, int port, int own)
{
	struct sockaddr_storage address = address_of(text, port);
	struct client_count count = { &address, 1, { own, -1 }, 0, 0, 0 };

	clients_count(clients, &count, 1);
	return count.connections;
}

/* The end of a connection may be under way for a moment. */
static bool
becomes(double wanted, const char *text, int port)
{
	int tries;

	for (tries = 0; tries < 20000; tries++) {
		if (counted(text, port, -1) == wanted)
			return true;
		usleep(1000);
	}
	return false;
}

static void
open_clients(void)
{
	CU_ASSERT_EQUAL_FATAL(clients_open(&clients), 0);
}

static void
each_client_counts_until_it_is_gone(void)
{
	int server, port, pairs[5][2], i;

	open_clients();
	server = server_at("127.0.0.1", 0);
	port = port_of(server);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 0);
	for (i = 0; i < 5; i++) {
		pair_of(server, "127.0.0.1", port, pairs[i]);
		CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), i + 1);
	}
	for (i = 0; i < 5; i++) {
		close(pairs[i][0]);
		CU_ASSERT_TRUE(becomes(4 - i, "127.0.0.1", port));
		close(pairs[i][1]);
	}
	close(server);
	clients_close(clients);
}

static void
a_client_that_waits_to_be_accepted_counts(void)
{
	int server, port, client;

	open_clients();
	server = server_at("127.0.0.1", 0);
	port = port_of(server);
	client = client_of("127.0.0.1", port);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 1);
	close(client);
	close(server);
	clients_close(clients);
}

static void
a_half_closed_connection_does_not_count(void)
{
	int server, port, pair[2];

	open_clients();
	server = server_at("127.0.0.1", 0);
	port = port_of(server);
	pair_of(server, "127.0.0.1", port, pair);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 1);
	shutdown(pair[0], SHUT_WR);
	CU_ASSERT_TRUE(becomes(0, "127.0.0.1", port));
	pair_close(pair);
	close(server);
	clients_close(clients);
}

static void
ipv6_counts_as_well(void)
{
	int server, port, pair[2];

	open_clients();
	server = server_at("::1", 0);
	port = port_of(server);
	CU_ASSERT_EQUAL(counted("::1", port, -1), 0);
	pair_of(server, "::1", port, pair);
	CU_ASSERT_EQUAL(counted("::1", port, -1), 1);
	pair_close(pair);
	close(server);
	clients_close(clients);
}

/* As most servers do: one socket for IPv6 and IPv4. */
static void
a_server_on_all_addresses_has_the_clients_of_all_of_them(void)
{
	int server, port, six[2], four[2], other[2];

	open_clients();
	server = server_at("::", 0);
	port = port_of(server);
	pair_of(server, "::1", port, six);
	pair_of(server, "127.0.0.1", port, four);
	pair_of(server, "127.0.0.5", port, other);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 3);
	CU_ASSERT_EQUAL(counted("::1", port, -1), 3);
	CU_ASSERT_EQUAL(counted("::ffff:127.0.0.9", port, -1), 3);
	pair_close(six);
	pair_close(four);
	pair_close(other);
	close(server);
	clients_close(clients);
}

/* A proxy before a server, say. */
static void
another_server_on_the_same_port_has_its_own_clients(void)
{
	int every, one, port, to_one[2], to_every[2][2];

	open_clients();
	every = server_at("0.0.0.0", 0);
	port = port_of(every);
	one = server_at("127.0.0.1", port);
	pair_of(one, "127.0.0.1", port, to_one);
	pair_of(every, "127.0.0.3", port, to_every[0]);
	pair_of(every, "127.0.0.4", port, to_every[1]);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 1);
	CU_ASSERT_EQUAL(counted("127.0.0.5", port, -1), 2);
	CU_ASSERT_EQUAL(counted("::1", port, -1), 0);
	pair_close(to_one);
	pair_close(to_every[0]);
	pair_close(to_every[1]);
	close(every);
	close(one);
	clients_close(clients);
}

static void
another_port_does_not_count(void)
{
	int server, other, pair[2];

	open_clients();
	server = server_at("127.0.0.1", 0);
	other = server_at("127.0.0.1", 0);
	pair_of(other, "127.0.0.1", port_of(other), pair);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port_of(server), -1), 0);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port_of(other), -1), 1);
	pair_close(pair);
	close(server);
	close(other);
	clients_close(clients);
}

static void
our_own_connection_does_not_count(void)
{
	int server, port, own[2], pair[2];

	open_clients();
	server = server_at("127.0.0.1", 0);
	port = port_of(server);
	pair_of(server, "127.0.0.1", port, own);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, own[0]), 0);
	pair_of(server, "127.0.0.1", port, pair);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, own[0]), 1);
	pair_close(pair);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, own[0]), 0);
	pair_close(own);
	close(server);
	clients_close(clients);
}

/* Two watches of one server: the connection of each is ours. */
static void
the_own_connections_of_all_are_left_out_from_each(void)
{
	struct sockaddr_storage address;
	struct client_count counts[2];
	int server, own[2][2];

	open_clients();
	server = server_at("127.0.0.1", 0);
	address = address_of("127.0.0.1", port_of(server));
	pair_of(server, "127.0.0.1", port_of(server), own[0]);
	pair_of(server, "127.0.0.1", port_of(server), own[1]);
	counts[0] = (struct client_count){ &address, 1,
	    { own[0][0], -1 }, 0, 0, 0 };
	counts[1] = (struct client_count){ &address, 1,
	    { own[1][0], -1 }, 0, 0, 0 };
	clients_count(clients, counts, 2);
	CU_ASSERT_EQUAL(counts[0].connections, 0);
	CU_ASSERT_EQUAL(counts[1].connections, 0);
	pair_close(own[0]);
	pair_close(own[1]);
	close(server);
	clients_close(clients);
}

/* A port of a client is free for a connection to another server. */
static void
a_client_with_the_port_of_our_own_connection_counts(void)
{
	struct sockaddr_storage addresses[2];
	struct client_count counts[2];
	int server, other, own, client;

	open_clients();
	server = server_at("127.0.0.1", 0);
	other = server_at("127.0.0.1", 0);
	own = bound_socket("127.0.0.1", 0);
	client = bound_socket("127.0.0.1", port_of(own));
	connect_socket(own, "127.0.0.1", port_of(server));
	connect_socket(client, "127.0.0.1", port_of(other));
	addresses[0] = address_of("127.0.0.1", port_of(server));
	addresses[1] = address_of("127.0.0.1", port_of(other));
	counts[0] = (struct client_count){ &addresses[0], 1,
	    { own, -1 }, 0, 0, 0 };
	counts[1] = (struct client_count){ &addresses[1], 1,
	    { -1, -1 }, 0, 0, 0 };
	clients_count(clients, counts, 2);
	CU_ASSERT_EQUAL(counts[0].connections, 0);
	CU_ASSERT_EQUAL(counts[1].connections, 1);
	close(own);
	close(client);
	close(server);
	close(other);
	clients_close(clients);
}

/*
 * As where packets are turned to a container: we are connected, and there
 * is no other end of it at the port of the server.
 */
static void
a_server_that_is_not_where_we_are_connected_to_is_not_known(void)
{
	int server, other, own[2];

	open_clients();
	server = server_at("127.0.0.1", 0);
	other = server_at("127.0.0.1", 0);
	pair_of(other, "127.0.0.1", port_of(other), own);
	CU_ASSERT_TRUE(isnan(counted("127.0.0.1", port_of(server), own[0])));
	/* An end that is gone is no sign of that. */
	close(own[1]);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port_of(server), own[0]), 0);
	close(own[0]);
	close(server);
	close(other);
	clients_close(clients);
}

static void
a_server_on_another_machine_is_not_known(void)
{
	struct sockaddr_storage addresses[2];
	struct client_count count = { addresses, 2, { -1, -1 }, 0, 0,
	    0 };

	open_clients();
	CU_ASSERT_TRUE(isnan(counted("192.0.2.1", 11434, -1)));
	CU_ASSERT_TRUE(isnan(counted("2001:db8::1", 11434, -1)));
	addresses[0] = address_of("127.0.0.1", 11434);
	addresses[1] = address_of("192.0.2.1", 11434);
	clients_count(clients, &count, 1);
	CU_ASSERT_TRUE(isnan(count.connections));
	count.address_count = 0;
	clients_count(clients, &count, 1);
	CU_ASSERT_TRUE(isnan(count.connections));
	clients_close(clients);
}

/* It no longer listens and serves those it has to their end. */
static void
a_server_that_ends_in_order_still_has_its_clients(void)
{
	int server, port, pair[2];

	open_clients();
	server = server_at("0.0.0.0", 0);
	port = port_of(server);
	pair_of(server, "127.0.0.4", port, pair);
	close(server);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 1);
	pair_close(pair);
	CU_ASSERT_TRUE(becomes(0, "127.0.0.1", port));
	clients_close(clients);
}

static void
many_servers_are_told_apart(void)
{
	struct sockaddr_storage addresses[SERVERS];
	struct client_count counts[SERVERS];
	int servers[SERVERS], pairs[SERVERS][3][2], i, j;

	open_clients();
	for (i = 0; i < SERVERS; i++) {
		servers[i] = server_at("127.0.0.1", 0);
		addresses[i] = address_of("127.0.0.1", port_of(servers[i]));
		counts[i] = (struct client_count){ &addresses[i], 1,
	    { -1, -1 }, 0, 0, 0 };
		for (j = 0; j < i % 4; j++)
			pair_of(servers[i], "127.0.0.1", port_of(servers[i]),
			    pairs[i][j]);
	}
	clients_count(clients, counts, SERVERS);
	for (i = 0; i < SERVERS; i++) {
		CU_ASSERT_EQUAL(counts[i].connections, i % 4);
		for (j = 0; j < i % 4; j++)
			pair_close(pairs[i][j]);
		close(servers[i]);
	}
	clients_close(clients);
}

/* Beyond what one look can ask for nothing is known, and nothing breaks. */
static void
more_servers_than_one_look_takes_are_not_known(void)
{
	static struct sockaddr_storage addresses[SOCKET_DIAG_PORTS_MAX + 1];
	static struct client_count counts[SOCKET_DIAG_PORTS_MAX + 1];
	int i;

	open_clients();
	for (i = 0; i <= SOCKET_DIAG_PORTS_MAX; i++) {
		addresses[i] = address_of("127.0.0.1", 20000 + i);
		counts[i] = (struct client_count){ &addresses[i], 1,
	    { -1, -1 }, 0, 0, 0 };
	}
	clients_count(clients, counts, SOCKET_DIAG_PORTS_MAX + 1);
	for (i = 0; i < SOCKET_DIAG_PORTS_MAX; i++)
		CU_ASSERT_FALSE(isnan(counts[i].connections));
	CU_ASSERT_TRUE(isnan(counts[i].connections));
	clients_close(clients);
}

static void
two_thousand_connections_are_counted(void)
{
	static int pairs[MANY][2];
	struct rlimit files;
	int server, port, i;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_NOFILE, &files), 0);
	open_clients();
	server = server_at("127.0.0.1", 0);
	port = port_of(server);
	for (i = 0; i < MANY; i++)
		pair_of(server, "127.0.0.1", port, pairs[i]);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), MANY);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, pairs[7][0]), MANY - 1);
	for (i = 0; i < MANY; i++)
		pair_close(pairs[i]);
	close(server);
	clients_close(clients);
}

/* Its descriptors are closed behind its back; the next look has new ones. */
static void
a_kernel_that_does_not_answer_is_not_known_until_it_does(void)
{
	int server, port, first;

	open_clients();
	server = server_at("127.0.0.1", 0);
	port = port_of(server);
	first = dup(server);
	close(first);
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 0);
	/* It took the lowest free descriptor for its own. */
	CU_ASSERT_TRUE_FATAL(dup2(server, first) == first);
	CU_ASSERT_TRUE(isnan(counted("127.0.0.1", port, -1)));
	CU_ASSERT_EQUAL(counted("127.0.0.1", port, -1), 0);
	close(server);
	clients_close(clients);
}

static const struct suite_test tests[] = {
	{ "each client counts until it is gone",
	    each_client_counts_until_it_is_gone },
	{ "a client that waits to be accepted counts",
	    a_client_that_waits_to_be_accepted_counts },
	{ "a half closed connection does not count",
	    a_half_closed_connection_does_not_count },
	{ "IPv6 counts as well", ipv6_counts_as_well },
	{ "a server on all addresses has the clients of all of them",
	    a_server_on_all_addresses_has_the_clients_of_all_of_them },
	{ "another server on the same port has its own clients",
	    another_server_on_the_same_port_has_its_own_clients },
	{ "another port does not count", another_port_does_not_count },
	{ "our own connection does not count",
	    our_own_connection_does_not_count },
	{ "the own connections of all are left out from each",
	    the_own_connections_of_all_are_left_out_from_each },
	{ "a client with the port of our own connection counts",
	    a_client_with_the_port_of_our_own_connection_counts },
	{ "a server that is not where we are connected to is not known",
	    a_server_that_is_not_where_we_are_connected_to_is_not_known },
	{ "a server on another machine is not known",
	    a_server_on_another_machine_is_not_known },
	{ "a server that ends in order still has its clients",
	    a_server_that_ends_in_order_still_has_its_clients },
	{ "many servers are told apart", many_servers_are_told_apart },
	{ "more servers than one look takes are not known",
	    more_servers_than_one_look_takes_are_not_known },
	{ "2000 connections are counted",
	    two_thousand_connections_are_counted },
	{ "a kernel that does not answer is not known until it does",
	    a_kernel_that_does_not_answer_is_not_known_until_it_does },
};

SUITE_MAIN("clients", tests)
