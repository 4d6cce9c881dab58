#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server.h"

#define SCRIPTS_MAX	16
#define PEERS_MAX	64

struct script {
	char		 path[64];
	enum mock_manner manner;
	char		*bytes;
	size_t		 length;
	size_t		 asked;
};

struct peer {
	uv_tcp_t	 tcp;
	uv_timer_t	 timer;
	struct mock_server *mock;
	struct script	*waiting;	/* silent so far */
	struct script	*dripping;
	size_t		 dripped;
	char		 request[2048];
	size_t		 request_bytes;
	char		 buffer[2048];
	int		 open_handles;
};

struct mock_server {
	uv_loop_t	*loop;
	uv_tcp_t	 tcp;
	char		 url[64];
	int		 port;
	size_t		 connections;
	char		 posted[2048];
	char		 request[2048];
	struct script	 scripts[SCRIPTS_MAX];
	size_t		 script_count;
	struct peer	*peers[PEERS_MAX];
	bool		 closing;
	int		 open_handles;
};

struct sending {
	uv_write_t	 write;
	char		*bytes;
};

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
mock_release(struct mock_server *mock)
{
	size_t i;

	if (--mock->open_handles > 0)
		return;
	for (i = 0; i < mock->script_count; i++)
		free(mock->scripts[i].bytes);
	free(mock);
}

static void
on_peer_handle_closed(uv_handle_t *handle)
{
	struct peer *peer = handle->data;
	struct mock_server *mock = peer->mock;

	if (--peer->open_handles > 0)
		return;
	free(peer);
	mock_release(mock);
}

static void
peer_forget(struct peer *peer)
{
	size_t i;

	for (i = 0; i < PEERS_MAX; i++)
		if (peer->mock->peers[i] == peer)
			peer->mock->peers[i] = NULL;
}

static void
peer_close(struct peer *peer, bool reset)
{
	if (uv_is_closing((uv_handle_t *)&peer->tcp))
		return;
	peer_forget(peer);
	uv_close((uv_handle_t *)&peer->timer, on_peer_handle_closed);
	if (!reset || uv_tcp_close_reset(&peer->tcp,
	    on_peer_handle_closed) != 0)
		uv_close((uv_handle_t *)&peer->tcp, on_peer_handle_closed);
}

static void
on_sent(uv_write_t *write, int status)
{
	struct sending *sending = (struct sending *)write;

	(void)status;
	free(sending->bytes);
	free(sending);
}

static void	send_bytes(struct peer *peer, const char *bytes,
		    size_t length, uv_write_cb done);

static void
on_flooded(uv_write_t *write, int status)
{
	struct peer *peer = write->handle->data;
	struct script *script = peer->dripping;

	on_sent(write, status);
	if (status == 0 && !uv_is_closing((uv_handle_t *)&peer->tcp))
		send_bytes(peer, script->bytes, script->length, on_flooded);
}

static void
send_bytes(struct peer *peer, const char *bytes, size_t length,
    uv_write_cb done)
{
	struct sending *sending = malloc(sizeof(*sending));
	uv_buf_t buffer;

	sending->bytes = malloc(length + 1);
	memcpy(sending->bytes, bytes, length);
	buffer = uv_buf_init(sending->bytes, (unsigned int)length);
	if (uv_write(&sending->write, (uv_stream_t *)&peer->tcp, &buffer, 1,
	    done) != 0)
		on_sent(&sending->write, -1);
}

static void
on_drip(uv_timer_t *timer)
{
	struct peer *peer = timer->data;
	const struct script *script = peer->dripping;

	if (peer->dripped == script->length) {
		uv_timer_stop(timer);
		return;
	}
	send_bytes(peer, script->bytes + peer->dripped++, 1, on_sent);
}

static void
on_shutdown(uv_shutdown_t *request, int status)
{
	(void)status;
	peer_close(request->handle->data, false);
	free(request);
}

static void
peer_end(struct peer *peer)
{
	uv_shutdown_t *request = malloc(sizeof(*request));

	if (uv_shutdown(request, (uv_stream_t *)&peer->tcp, on_shutdown) != 0)
		free(request);
}

static void
perform(struct peer *peer, struct script *script)
{
	peer->waiting = NULL;
	peer->dripping = script;
	switch (script->manner) {
	case MOCK_ANSWER:
		send_bytes(peer, script->bytes, script->length, on_sent);
		break;
	case MOCK_CLOSE:
		send_bytes(peer, script->bytes, script->length, on_sent);
		peer_end(peer);
		break;
	case MOCK_RESET:
		uv_try_write((uv_stream_t *)&peer->tcp, &(uv_buf_t){
		    script->bytes, script->length }, 1);
		peer_close(peer, true);
		break;
	case MOCK_SILENT:
		peer->waiting = script;
		break;
	case MOCK_DRIP:
		peer->dripped = 0;
		uv_timer_start(&peer->timer, on_drip, 0, 5);
		break;
	case MOCK_FLOOD:
		send_bytes(peer, script->bytes, script->length, on_flooded);
		break;
	}
}

static struct script *
find_script(struct mock_server *mock, const char *path)
{
	size_t i;

	for (i = 0; i < mock->script_count; i++)
		if (strcmp(mock->scripts[i].path, path) == 0)
			return &mock->scripts[i];
	require(mock->script_count < SCRIPTS_MAX);
	snprintf(mock->scripts[i].path, sizeof(mock->scripts[i].path), "%s",
	    path);
	mock->script_count++;
	mock_json(mock, path, 404, "not found");
	return &mock->scripts[i];
}

static void
on_request(struct peer *peer)
{
	char path[64];

	memcpy(peer->mock->request, peer->request, sizeof(peer->request));
	if (strncmp(peer->request, "POST ", 5) == 0)
		memcpy(peer->mock->posted, peer->request,
		    sizeof(peer->request));
	peer->request_bytes = 0;
	if (sscanf(peer->request, "GET %63s HTTP/1.1\r\n", path) == 1 ||
	    sscanf(peer->request, "POST %63s HTTP/1.1\r\n", path) == 1) {
		find_script(peer->mock, path)->asked++;
		perform(peer, find_script(peer->mock, path));
	} else
		peer_close(peer, false);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct peer *peer = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(peer->buffer, sizeof(peer->buffer));
}

static bool
is_whole(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *content = strstr(request, "Content-Length: ");

	return end != NULL && (content == NULL || content > end ||
	    strlen(end + 4) >= strtoul(content + 16, NULL, 10));
}

static void
on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
	struct peer *peer = stream->data;
	size_t room = sizeof(peer->request) - 1 - peer->request_bytes;

	if (count < 0) {
		peer_close(peer, false);
		return;
	}
	require((size_t)count <= room);
	memcpy(peer->request + peer->request_bytes, buffer->base,
	    (size_t)count);
	peer->request_bytes += (size_t)count;
	peer->request[peer->request_bytes] = '\0';
	if (is_whole(peer->request))
		on_request(peer);
}

static void
on_connection(uv_stream_t *server, int status)
{
	struct mock_server *mock = server->data;
	struct peer *peer = calloc(1, sizeof(*peer));
	size_t i = 0;

	require(status == 0 && peer != NULL);
	while (mock->peers[i] != NULL)
		require(++i < PEERS_MAX);
	mock->peers[i] = peer;
	mock->connections++;
	mock->open_handles++;
	peer->mock = mock;
	peer->open_handles = 2;
	peer->tcp.data = peer;
	peer->timer.data = peer;
	uv_tcp_init(mock->loop, &peer->tcp);
	uv_timer_init(mock->loop, &peer->timer);
	uv_accept(server, (uv_stream_t *)&peer->tcp);
	uv_read_start((uv_stream_t *)&peer->tcp, on_alloc, on_read);
}

static void
find_port(struct mock_server *mock, const char *address)
{
	struct sockaddr_storage bound;
	int length = sizeof(bound);

	uv_tcp_getsockname(&mock->tcp, (struct sockaddr *)&bound, &length);
	mock->port = ntohs(bound.ss_family == AF_INET ?
	    ((struct sockaddr_in *)&bound)->sin_port :
	    ((struct sockaddr_in6 *)&bound)->sin6_port);
	snprintf(mock->url, sizeof(mock->url), strchr(address, ':') != NULL ?
	    "http://[%s]:%d" : "http://%s:%d", address, mock->port);
}

static void
on_server_closed(uv_handle_t *handle)
{
	mock_release(handle->data);
}

struct mock_server *
mock_open(uv_loop_t *loop, const char *address, int port)
{
	struct mock_server *mock = calloc(1, sizeof(*mock));
	struct sockaddr_storage bind_to;

	/* As the process of a watch must. */
	signal(SIGPIPE, SIG_IGN);
	memset(&bind_to, 0, sizeof(bind_to));
	mock->loop = loop;
	mock->open_handles = 1;
	mock->tcp.data = mock;
	uv_tcp_init(loop, &mock->tcp);
	if (uv_ip4_addr(address, port, (struct sockaddr_in *)&bind_to) != 0)
		uv_ip6_addr(address, port, (struct sockaddr_in6 *)&bind_to);
	if (uv_tcp_bind(&mock->tcp, (struct sockaddr *)&bind_to, 0) != 0 ||
	    uv_listen((uv_stream_t *)&mock->tcp, 16, on_connection) != 0) {
		uv_close((uv_handle_t *)&mock->tcp, on_server_closed);
		return NULL;
	}
	find_port(mock, address);
	return mock;
}

void
mock_drop(struct mock_server *mock)
{
	size_t i;

	for (i = 0; i < PEERS_MAX; i++)
		if (mock->peers[i] != NULL)
			peer_close(mock->peers[i], false);
}

void
mock_close(struct mock_server *mock)
{
	mock_drop(mock);
	uv_close((uv_handle_t *)&mock->tcp, on_server_closed);
}

const char *
mock_url(const struct mock_server *mock)
{
	return mock->url;
}

int
mock_port(const struct mock_server *mock)
{
	return mock->port;
}

void
mock_script(struct mock_server *mock, const char *path,
    enum mock_manner manner, const char *bytes, size_t length)
{
	struct script *script = find_script(mock, path);
	size_t i;

	free(script->bytes);
	script->bytes = malloc(length + 1);
	memcpy(script->bytes, bytes, length);
	script->length = length;
	script->manner = manner;
	for (i = 0; i < PEERS_MAX; i++)
		if (mock->peers[i] != NULL &&
		    mock->peers[i]->waiting == script)
			perform(mock->peers[i], script);
}

void
mock_json(struct mock_server *mock, const char *path, int status,
    const char *body)
{
	size_t size = strlen(body) + 256;
	char *bytes = malloc(size);

	snprintf(bytes, size, "HTTP/1.1 %d Text\r\nContent-Type: "
	    "application/json\r\nContent-Length: %zu\r\n\r\n%s", status,
	    strlen(body), body);
	mock_script(mock, path, MOCK_ANSWER, bytes, strlen(bytes));
	free(bytes);
}

size_t
mock_asked(const struct mock_server *mock, const char *path)
{
	size_t i;

	for (i = 0; i < mock->script_count; i++)
		if (strcmp(mock->scripts[i].path, path) == 0)
			return mock->scripts[i].asked;
	return 0;
}

size_t
mock_connections(const struct mock_server *mock)
{
	return mock->connections;
}

const char *
mock_request(const struct mock_server *mock)
{
	return mock->request;
}

const char *
mock_posted(const struct mock_server *mock)
{
	return mock->posted;
}
