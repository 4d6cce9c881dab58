/*
 * What an answer of the API costs its caller, over one kept connection,
 * against a process that does no more than read the same request and
 * write the same bytes back, in the same run.  One JSON object a line.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/api.h"
#include "core/publish.h"
#include "shm/clock.h"

#define ROUNDS		7
#define NODES		200
#define ANSWER_BYTES	((size_t)4 << 20)

static char directory[64];

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

static void
write_nodes(struct publisher *publisher)
{
	struct table_image *image;
	struct drover_node_row row;
	char path[96];
	int i;

	path_of(path, sizeof(path), API_SEGMENT_NAME);
	require(publisher_open(publisher, path, "node-0") == 0, path);
	image = publisher_table(publisher, DROVER_TABLE_NODE);
	table_image_begin(image);
	for (i = 0; i < NODES; i++) {
		memset(&row, 0, sizeof(row));
		snprintf(row.name, sizeof(row.name), "node-%d", i);
		row.cpu_busy = i / 3.0;
		require(table_image_name(image, row.name, &row, NULL) == 0,
		    "row");
	}
	table_image_end(image, NULL, NULL);
	require(publisher_commit(publisher) == 0, "commit");
	publisher_heartbeat(publisher);
}

/* Runs until it is killed. */
static void
serve(int ready)
{
	struct config_errors errors = { 0 };
	struct api_options options = { .directory = directory };
	struct publisher publisher;
	struct config *config;
	struct api *api;
	uv_loop_t loop;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	write_nodes(&publisher);
	require(config_load(&config, NULL, &errors) == 0, "configuration");
	uv_loop_init(&loop);
	options.loop = &loop;
	require(api_start(&api, &options) == 0, "api");
	require(write(ready, "", 1) == 1, "ready");
	uv_run(&loop, UV_RUN_DEFAULT);
}

static void
read_exactly(int descriptor, char *bytes, size_t length)
{
	ssize_t got;

	while (length > 0) {
		got = read(descriptor, bytes, length);
		if (got <= 0)
			_exit(1);
		bytes += got;
		length -= (size_t)got;
	}
}

static void
write_exactly(int descriptor, const char *bytes, size_t length)
{
	ssize_t sent;

	while (length > 0) {
		sent = write(descriptor, bytes, length);
		if (sent <= 0)
			_exit(1);
		bytes += sent;
		length -= (size_t)sent;
	}
}

/* The same bytes, by a process that looks at none of them. */
static int
echo_start(size_t request, const char *answer, size_t length)
{
	char bytes[512];
	int pair[2];

	require(request <= sizeof(bytes), "request");
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0,
	    "socketpair");
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pair[0]);
		for (;;) {
			read_exactly(pair[1], bytes, request);
			write_exactly(pair[1], answer, length);
		}
	}
	close(pair[1]);
	return pair[0];
}

static int
api_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s",
	    directory, API_SOCKET_NAME);
	require(connect(descriptor, (struct sockaddr *)&address,
	    sizeof(address)) == 0, "connect");
	return descriptor;
}

/* The whole answer to one request; its length. */
static size_t
ask(int descriptor, const char *request, char *answer, size_t size)
{
	const char *body;
	size_t length = 0, whole = 0;
	ssize_t got;

	write_exactly(descriptor, request, strlen(request));
	while (whole == 0 || length < whole) {
		got = read(descriptor, answer + length, size - length - 1);
		require(got > 0, "answer");
		length += (size_t)got;
		answer[length] = '\0';
		body = strstr(answer, "\r\n\r\n");
		if (whole == 0 && body != NULL)
			whole = (size_t)(body + 4 - answer) + strtoull(
			    strstr(answer, "Content-Length: ") + 16, NULL,
			    10);
	}
	return length;
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Microseconds for one question and its answer, the median of rounds. */
static double
measure(int descriptor, const char *request, int count)
{
	static char answer[ANSWER_BYTES];
	double took[ROUNDS];
	int64_t begun_ns;
	int round, i;

	for (round = 0; round < ROUNDS; round++) {
		begun_ns = clock_ns(CLOCK_MONOTONIC);
		for (i = 0; i < count; i++)
			(void)ask(descriptor, request, answer,
			    sizeof(answer));
		took[round] = (double)(clock_ns(CLOCK_MONOTONIC) -
		    begun_ns) / 1000 / count;
	}
	qsort(took, ROUNDS, sizeof(took[0]), compare);
	return took[ROUNDS / 2];
}

static void
report(const char *name, const char *path, int count)
{
	static char answer[ANSWER_BYTES];
	char request[256];
	double ours, bare;
	size_t length;
	int api, echo;

	snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
	api = api_connect();
	length = ask(api, request, answer, sizeof(answer));
	echo = echo_start(strlen(request), answer, length);
	bare = measure(echo, request, count);
	ours = measure(api, request, count);
	close(api);
	close(echo);
	printf("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"us\", "
	    "\"peer\": \"the same %zu bytes from a bare socket\", "
	    "\"ratio\": %.2f}\n", name, ours, length, ours / bare);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	int count = argc > 1 && strcmp(argv[1], "--smoke") == 0 ? 5 : 2000;
	char path[96], byte;
	int ready[2];
	pid_t server;

	signal(SIGPIPE, SIG_IGN);
	strcpy(directory, "/tmp/drover-bench-XXXXXX");
	require(mkdtemp(directory) != NULL, "directory");
	require(pipe(ready) == 0, "pipe");
	server = fork();
	if (server == 0)
		serve(ready[1]);
	close(ready[1]);
	require(read(ready[0], &byte, 1) == 1, "server");
	report("api/health", "/api/v1/health", count);
	report("api/node", "/api/v1/nodes/node-7", count);
	report("api/nodes-200", "/api/v1/nodes", count / 50 + 1);
	report("api/image", "/api/v1/image", count / 50 + 1);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	path_of(path, sizeof(path), API_SOCKET_NAME);
	unlink(path);
	path_of(path, sizeof(path), API_SEGMENT_NAME);
	unlink(path);
	rmdir(directory);
	return 0;
}
