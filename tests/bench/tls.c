/*
 * What an answer of the API over TLS costs its caller, on a connection that
 * is kept and on a new one each time, against a process that does no more
 * than speak TLS with the same certificate and write the same bytes, in the
 * same run.  One JSON object a line.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "api/api.h"
#include "core/publish.h"
#include "shm/clock.h"

#define ROUNDS		7
#define ANSWER_BYTES	4096
#define REQUEST		"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"

static char directory[64];
static SSL_CTX *context;

static void
require(int condition, const char *what)
{
	if (condition)
		return;
	perror(what);
	exit(1);
}

static void
path_of(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", directory, name);
}

/* A socket that listens at a free port. */
static int
listen_anywhere(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	require(bind(listener, (struct sockaddr *)&address,
	    sizeof(address)) == 0 && listen(listener, 64) == 0 &&
	    getsockname(listener, (struct sockaddr *)&address,
	    &length) == 0, "listen");
	*port = ntohs(address.sin_port);
	return listener;
}

/* The API, until it is killed. */
static void
serve_api(int port, int ready)
{
	struct config_errors errors = { 0 };
	struct api_options options = { .directory = directory };
	char listen[32], detail[TLS_DETAIL_BYTES], path[96];
	struct api_remote remote = { .listen = listen, .certificate = "",
		.key = "", .directory = directory, .names = "bench" };
	struct publisher publisher;
	struct config *config;
	struct api *api;
	uv_loop_t loop;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	path_of(path, sizeof(path), API_SEGMENT_NAME);
	require(publisher_open(&publisher, path, "bench") == 0 &&
	    publisher_commit(&publisher) == 0, path);
	publisher_heartbeat(&publisher);
	require(config_load(&config, NULL, &errors) == 0, "configuration");
	uv_loop_init(&loop);
	options.loop = &loop;
	snprintf(listen, sizeof(listen), "127.0.0.1:%d", port);
	require(api_start(&api, &options) == 0 &&
	    api_listen(api, &remote, detail) == 0, "api");
	require(write(ready, "", 1) == 1, "ready");
	uv_run(&loop, UV_RUN_DEFAULT);
}

static void
echo(SSL *ssl, const char *answer, size_t length)
{
	char request[512];

	while (SSL_read(ssl, request, sizeof(request)) > 0)
		if (SSL_write(ssl, answer, (int)length) <= 0)
			return;
}

/* The peer: one connection at a time, until it is killed. */
static void
serve_echo(int listener, const char *answer, size_t length)
{
	char path[96];
	SSL_CTX *server = SSL_CTX_new(TLS_server_method());
	int descriptor, yes = 1;
	SSL *ssl;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	path_of(path, sizeof(path), "api.crt");
	require(SSL_CTX_use_certificate_chain_file(server, path) == 1, path);
	path_of(path, sizeof(path), "api.key");
	require(SSL_CTX_use_PrivateKey_file(server, path,
	    SSL_FILETYPE_PEM) == 1, path);
	SSL_CTX_set_num_tickets(server, 0);
	for (;;) {
		descriptor = accept(listener, NULL, NULL);
		setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes,
		    sizeof(yes));
		ssl = SSL_new(server);
		SSL_set_fd(ssl, descriptor);
		if (SSL_accept(ssl) == 1)
			echo(ssl, answer, length);
		SSL_free(ssl);
		close(descriptor);
	}
}

static SSL *
dial(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int yes = 1, descriptor = socket(AF_INET,
	    SOCK_STREAM | SOCK_CLOEXEC, 0);
	SSL *ssl = SSL_new(context);

	setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	require(connect(descriptor, (struct sockaddr *)&address,
	    sizeof(address)) == 0, "connect");
	SSL_set_fd(ssl, descriptor);
	require(SSL_connect(ssl) == 1, "handshake");
	return ssl;
}

static void
hang_up(SSL *ssl)
{
	int descriptor = SSL_get_fd(ssl);

	SSL_shutdown(ssl);
	SSL_free(ssl);
	close(descriptor);
}

/* The whole answer, which one record holds; its length. */
static size_t
ask(SSL *ssl, char answer[ANSWER_BYTES])
{
	int got;

	require(SSL_write(ssl, REQUEST, sizeof(REQUEST) - 1) > 0, "write");
	got = SSL_read(ssl, answer, ANSWER_BYTES);
	require(got > 0, "answer");
	return (size_t)got;
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Microseconds an answer, the median of rounds. */
static double
measure(int port, int count, int kept)
{
	char answer[ANSWER_BYTES];
	double took[ROUNDS];
	int64_t begun_ns;
	int round, i;
	SSL *ssl = NULL;

	for (round = 0; round < ROUNDS; round++) {
		if (kept)
			ssl = dial(port);
		begun_ns = clock_ns(CLOCK_MONOTONIC);
		for (i = 0; i < count; i++) {
			if (!kept)
				ssl = dial(port);
			(void)ask(ssl, answer);
			if (!kept)
				hang_up(ssl);
		}
		took[round] = (double)(clock_ns(CLOCK_MONOTONIC) -
		    begun_ns) / 1000 / count;
		if (kept)
			hang_up(ssl);
	}
	qsort(took, ROUNDS, sizeof(took[0]), compare);
	return took[ROUNDS / 2];
}

static void
report(const char *name, int ours, int bare, int count, int kept)
{
	double value = measure(ours, count, kept);
	double peer = measure(bare, count, kept);

	printf("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"us\", "
	    "\"peer\": \"the same bytes over bare TLS\", "
	    "\"ratio\": %.2f}\n", name, value, value / peer);
	fflush(stdout);
}

static void
clean(void)
{
	static const char *const names[] = { API_SOCKET_NAME,
		API_SEGMENT_NAME, "api.crt", "api.key" };
	char path[96];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_of(path, sizeof(path), names[i]);
		unlink(path);
	}
	rmdir(directory);
}

int
main(int argc, char **argv)
{
	int count = argc > 1 && strcmp(argv[1], "--smoke") == 0 ? 5 : 1000;
	char byte, answer[ANSWER_BYTES];
	int ready[2], listener, port, bare;
	pid_t api, peer;
	size_t length;
	SSL *ssl;

	signal(SIGPIPE, SIG_IGN);
	strcpy(directory, "/tmp/drover-bench-XXXXXX");
	require(mkdtemp(directory) != NULL && pipe(ready) == 0, "directory");
	/* The API binds it itself: free a moment ago. */
	close(listen_anywhere(&port));
	api = fork();
	if (api == 0)
		serve_api(port, ready[1]);
	close(ready[1]);
	require(read(ready[0], &byte, 1) == 1, "server");
	context = SSL_CTX_new(TLS_client_method());
	ssl = dial(port);
	length = ask(ssl, answer);
	hang_up(ssl);
	listener = listen_anywhere(&bare);
	peer = fork();
	if (peer == 0)
		serve_echo(listener, answer, length);
	report("api-tls/health", port, bare, count, 1);
	report("api-tls/health-new-connection", port, bare, count / 10 + 1,
	    0);
	kill(api, SIGKILL);
	kill(peer, SIGKILL);
	waitpid(api, NULL, 0);
	waitpid(peer, NULL, 0);
	SSL_CTX_free(context);
	clean();
	return 0;
}
