#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "etcd.h"

#define ETCD_PORT	23791

static void
die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static pid_t
run(const char *directory)
{
	char data[300], listen[64];
	pid_t child = fork();

	if (child != 0)
		return child;
	snprintf(data, sizeof(data), "%s/etcd", directory);
	snprintf(listen, sizeof(listen), "http://127.0.0.1:%d", ETCD_PORT);
	if (freopen("/dev/null", "w", stderr) == NULL ||
	    freopen("/dev/null", "w", stdout) == NULL)
		_exit(127);
	execlp("etcd", "etcd", "--data-dir", data,
	    "--listen-client-urls", listen, "--advertise-client-urls", listen,
	    "--listen-peer-urls", "http://127.0.0.1:23792",
	    "--initial-advertise-peer-urls", "http://127.0.0.1:23792",
	    "--initial-cluster", "default=http://127.0.0.1:23792",
	    (char *)NULL);
	_exit(127);
}

static int
dial(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(ETCD_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int yes = 1, peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (connect(peer, (struct sockaddr *)&address,
	    sizeof(address)) == 0)
		return peer;
	close(peer);
	return -1;
}

static bool
put_send(int peer)
{
	static char value[4 * ((ETCD_VALUE_BYTES + 2) / 3) + 1];
	char request[1024], body[512];
	int length;

	memset(value, 'A', sizeof(value) - 1);
	length = snprintf(body, sizeof(body),
	    "{\"key\":\"YmVuY2g=\",\"value\":\"%s\"}", value);
	length = snprintf(request, sizeof(request),
	    "POST /v3/kv/put HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	    length, body);
	return write(peer, request, (size_t)length) == length;
}

/* Whether the answer is 200; it is one small object. */
static bool
put_receive(int peer)
{
	char answer[4096];
	size_t all = 0;
	ssize_t got;

	do {
		got = read(peer, answer + all, sizeof(answer) - 1 - all);
		if (got <= 0)
			return false;
		all += (size_t)got;
		answer[all] = '\0';
	} while (strstr(answer, "\r\n\r\n") == NULL ||
	    strstr(answer, "}}") == NULL);
	return strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

static bool
put(int peer)
{
	return put_send(peer) && put_receive(peer);
}

/* A connection to an etcd that answers, or -1. */
static int
await(pid_t child)
{
	struct timespec pause = { .tv_nsec = 50000000 };
	int tries, peer;

	for (tries = 0; tries < 200; tries++) {
		if (waitpid(child, NULL, WNOHANG) == child)
			return -1;
		peer = dial();
		if (peer != -1) {
			if (put(peer))
				return peer;
			close(peer);
		}
		nanosleep(&pause, NULL);
	}
	return -1;
}

/* Commands a second, over as many connections as there are outstanding. */
double
etcd_put_many(uint32_t count, int outstanding)
{
	struct pollfd peers[ETCD_OUTSTANDING_MAX];
	uint32_t sent = 0, received = 0;
	struct timespec begin, end;
	double took;
	int i;

	for (i = 0; i < outstanding; i++) {
		peers[i].fd = dial();
		peers[i].events = POLLIN;
		if (peers[i].fd == -1)
			die("etcd takes no connection");
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < outstanding && sent < count; i++, sent++)
		put_send(peers[i].fd);
	while (received < count) {
		poll(peers, (nfds_t)outstanding, -1);
		for (i = 0; i < outstanding; i++) {
			if ((peers[i].revents & POLLIN) == 0)
				continue;
			if (!put_receive(peers[i].fd))
				die("etcd does not answer");
			received++;
			if (sent < count && put_send(peers[i].fd))
				sent++;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	took = (double)(end.tv_sec - begin.tv_sec) +
	    (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	for (i = 0; i < outstanding; i++)
		close(peers[i].fd);
	return count / took;
}

bool
etcd_start(struct etcd *server, const char *directory)
{
	server->child = run(directory);
	server->peer = await(server->child);
	return server->peer != -1;
}

bool
etcd_put(struct etcd *server)
{
	return put(server->peer);
}

void
etcd_stop(struct etcd *server)
{
	if (server->peer != -1)
		close(server->peer);
	kill(server->child, SIGTERM);
	waitpid(server->child, NULL, 0);
}
