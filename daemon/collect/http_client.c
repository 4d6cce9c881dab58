#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/http_client.h"
#include "collect/http_response.h"

#define ADDRESSES_MAX	8
#define READ_BYTES	((size_t)16 << 10)

/*
 * A lookup and a connection can outlive the interest in them; they then
 * have no client and free themselves when libuv lets go.
 */
struct http_lookup {
	uv_getaddrinfo_t	 request;
	struct http_client	*client;
};

struct http_connection {
	uv_tcp_t		 tcp;
	uv_connect_t		 connect;
	uv_write_t		 write;
	struct http_client	*client;
	bool			 used;		/* has carried an answer */
	char			 request[1792];	/* libuv reads it later */
	char			 buffer[READ_BYTES];
};

struct http_client {
	uv_loop_t		*loop;
	uv_timer_t		 timer;
	struct http_url		 url;
	struct http_events	 events;
	struct http_lookup	*lookup;
	struct http_connection	*connection;
	struct http_response	 response;
	struct sockaddr_storage	 addresses[ADDRESSES_MAX];
	size_t			 address_count;
	size_t			 address_next;
	char			 path[128];
	char			 body[HTTP_POST_BYTES_MAX]; /* "": GET */
	uint64_t		 started_ns;
	uint64_t		 attempt_until_ms; /* of one address */
	uint64_t		 late_at_ms;
	uint64_t		 patience_until_ms;
	enum http_phase		 phase;
	int			 start_error;
	bool			 busy;
	bool			 late_told;
	bool			 grace;
};

static void	connect_next(struct http_client *client, int error);
static void	client_begin(struct http_client *client);

static void
on_connection_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void
connection_drop(struct http_client *client)
{
	struct http_connection *connection = client->connection;

	if (connection == NULL)
		return;
	client->connection = NULL;
	connection->client = NULL;
	uv_close((uv_handle_t *)&connection->tcp, on_connection_closed);
}

static void
client_end(struct http_client *client, int error)
{
	struct http_response *response = &client->response;
	struct http_result result;

	uv_timer_stop(&client->timer);
	client->busy = false;
	client->start_error = 0;
	if (error != 0 || !response->keep)
		connection_drop(client);
	memset(&result, 0, sizeof(result));
	result.error = error;
	result.phase = client->phase;
	result.body = "";
	result.location = "";
	result.elapsed_ns = uv_hrtime() - client->started_ns;
	if (error == 0) {
		result.status = response->status;
		result.body_bytes = response->body_bytes;
		if (response->body_bytes > 0)
			result.body = response->body;
		result.location = response->location;
	}
	client->events.done(client->events.context, &result);
}

static uint64_t
earlier(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static void	on_timer(uv_timer_t *timer);

static void
client_arm(struct http_client *client)
{
	uint64_t at = client->patience_until_ms, now = uv_now(client->loop);

	if (!client->late_told)
		at = earlier(at, client->late_at_ms);
	if (client->phase == HTTP_PHASE_CONNECT)
		at = earlier(at, client->attempt_until_ms);
	uv_timer_start(&client->timer, on_timer, at > now ? at - now : 0, 0);
}

static void
on_timer(uv_timer_t *timer)
{
	struct http_client *client = timer->data;
	uint64_t now = uv_now(client->loop);

	if (client->start_error != 0) {
		client_end(client, client->start_error);
		return;
	}
	/*
	 * libuv runs timers before it polls: after a stall of this process
	 * the answer may already lie in the socket.  Poll once, then judge.
	 */
	if (!client->grace) {
		client->grace = true;
		uv_timer_start(timer, on_timer, 1, 0);
		return;
	}
	client->grace = false;
	if (client->phase != HTTP_PHASE_ANSWER) {
		if (client->phase == HTTP_PHASE_CONNECT &&
		    now < client->late_at_ms)
			connect_next(client, -ETIMEDOUT);
		else
			client_end(client, -ETIMEDOUT);
		return;
	}
	if (now >= client->patience_until_ms) {
		client_end(client, -ETIMEDOUT);
		return;
	}
	if (!client->late_told && now >= client->late_at_ms) {
		client->late_told = true;
		client_arm(client);
		if (client->events.late != NULL)
			client->events.late(client->events.context);
		return;
	}
	client_arm(client);
}

/* A failure before anything was under way is told from the loop. */
static void
client_fail_later(struct http_client *client, int error)
{
	client->start_error = error;
	uv_timer_start(&client->timer, on_timer, 0, 0);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct http_connection *connection = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(connection->buffer, sizeof(connection->buffer));
}

/*
 * A server may close a kept connection at any time, also while our request
 * is on its way; that says nothing about the server, so ask once more.
 */
static bool
was_stale(const struct http_client *client)
{
	return client->connection->used && client->response.received == 0;
}

static void
answer_broken(struct http_client *client, int error)
{
	if (was_stale(client)) {
		connection_drop(client);
		client_begin(client);
	} else
		client_end(client, error);
}

static void
on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
	struct http_connection *connection = stream->data;
	struct http_client *client = connection->client;
	int result;

	if (client == NULL || count == 0)
		return;
	if (!client->busy) {
		/* Closed, or talking without being asked. */
		connection_drop(client);
		return;
	}
	if (count > 0)
		result = http_response_feed(&client->response, buffer->base,
		    (size_t)count);
	else if (count == UV_EOF)
		result = http_response_finish(&client->response);
	else
		result = (int)count;
	if (result > 0) {
		connection->used = true;
		client_end(client, 0);
	} else if (result < 0 && count < 0)
		answer_broken(client, result);
	else if (result < 0)
		client_end(client, result);
}

static void
on_written(uv_write_t *write, int status)
{
	struct http_connection *connection = write->data;
	struct http_client *client = connection->client;

	if (client == NULL || status == 0 || !client->busy)
		return;
	/* What the server still managed to say is read first. */
	if (status == -EPIPE || status == -ECONNRESET)
		return;
	answer_broken(client, status);
}

static void
send_request(struct http_client *client)
{
	struct http_connection *connection = client->connection;
	uv_buf_t buffer;
	char content[80] = "";
	int error, length;

	client->phase = HTTP_PHASE_ANSWER;
	http_response_reset(&client->response);
	if (client->body[0] != '\0')
		snprintf(content, sizeof(content), "Content-Type: "
		    "application/json\r\nContent-Length: %zu\r\n",
		    strlen(client->body));
	length = snprintf(connection->request, sizeof(connection->request),
	    "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: drover/"
	    DROVER_VERSION "\r\nAccept: */*\r\n%s\r\n%s",
	    client->body[0] == '\0' ? "GET" : "POST", client->path,
	    client->url.authority, content, client->body);
	assert(length > 0 && (size_t)length < sizeof(connection->request));
	buffer = uv_buf_init(connection->request, (unsigned int)length);
	connection->write.data = connection;
	error = uv_write(&connection->write,
	    (uv_stream_t *)&connection->tcp, &buffer, 1, on_written);
	if (error != 0)
		client_fail_later(client, error);
	else
		client_arm(client);
}

static void
on_connected(uv_connect_t *request, int status)
{
	struct http_connection *connection = request->data;
	struct http_client *client = connection->client;
	int error = status;

	if (client == NULL)
		return;
	if (error == 0)
		error = uv_read_start((uv_stream_t *)&connection->tcp,
		    on_alloc, on_read);
	if (error != 0) {
		connect_next(client, error);
		return;
	}
	client->grace = false;
	uv_tcp_nodelay(&connection->tcp, 1);
	send_request(client);
}

static int
connect_to(struct http_client *client, const struct sockaddr *address)
{
	struct http_connection *connection = malloc(sizeof(*connection));
	int error;

	if (connection == NULL)
		return -ENOMEM;
	connection->client = client;
	connection->used = false;
	connection->tcp.data = connection;
	connection->connect.data = connection;
	error = uv_tcp_init(client->loop, &connection->tcp);
	if (error != 0) {
		free(connection);
		return error;
	}
	client->connection = connection;
	error = uv_tcp_connect(&connection->connect, &connection->tcp,
	    address, on_connected);
	if (error != 0)
		connection_drop(client);
	return error;
}

/* The time left until late is shared by the addresses left. */
static void
connect_next(struct http_client *client, int error)
{
	uint64_t now = uv_now(client->loop), left;
	const struct sockaddr_storage *address;

	connection_drop(client);
	client->grace = false;
	while (client->address_next < client->address_count) {
		left = client->late_at_ms > now ? client->late_at_ms - now : 0;
		client->attempt_until_ms = now + left /
		    (client->address_count - client->address_next);
		address = &client->addresses[client->address_next++];
		error = connect_to(client, (const struct sockaddr *)address);
		if (error == 0) {
			client_arm(client);
			return;
		}
	}
	client_fail_later(client, error);
}

static void
connect_first(struct http_client *client)
{
	client->phase = HTTP_PHASE_CONNECT;
	client->address_next = 0;
	connect_next(client, -EADDRNOTAVAIL);
}

static void
take_addresses(struct http_client *client, const struct addrinfo *list)
{
	client->address_count = 0;
	for (; list != NULL && client->address_count < ADDRESSES_MAX;
	    list = list->ai_next)
		if (list->ai_addrlen <= sizeof(client->addresses[0]))
			memcpy(&client->addresses[client->address_count++],
			    list->ai_addr, list->ai_addrlen);
}

static void
on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
	struct http_lookup *lookup = request->data;
	struct http_client *client = lookup->client;

	if (client != NULL) {
		client->lookup = NULL;
		if (status == 0)
			take_addresses(client, list);
	}
	uv_freeaddrinfo(list);
	free(lookup);
	if (client == NULL || !client->busy)
		return;
	client->grace = false;
	if (status == 0)
		connect_first(client);
	else
		client_end(client, status);
}

static int
resolve(struct http_client *client)
{
	struct addrinfo hints;
	int error;

	/* The last lookup may still be hanging: a dead name server must
	 * not fill the thread pool. */
	if (client->lookup != NULL)
		return 0;
	client->lookup = malloc(sizeof(*client->lookup));
	if (client->lookup == NULL)
		return -ENOMEM;
	client->lookup->client = client;
	client->lookup->request.data = client->lookup;
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	error = uv_getaddrinfo(client->loop, &client->lookup->request,
	    on_resolved, client->url.host, client->url.port, &hints);
	if (error != 0) {
		free(client->lookup);
		client->lookup = NULL;
	}
	return error;
}

/* A numeric address needs no thread. */
static bool
take_numeric(struct http_client *client)
{
	struct sockaddr_storage address;
	int port = atoi(client->url.port);

	memset(&address, 0, sizeof(address));
	if (uv_ip4_addr(client->url.host, port,
	    (struct sockaddr_in *)&address) != 0 &&
	    uv_ip6_addr(client->url.host, port,
	    (struct sockaddr_in6 *)&address) != 0)
		return false;
	client->addresses[0] = address;
	client->address_count = 1;
	return true;
}

static void
client_begin(struct http_client *client)
{
	int error;

	if (client->connection != NULL) {
		send_request(client);
		return;
	}
	client->phase = HTTP_PHASE_RESOLVE;
	if (take_numeric(client)) {
		connect_first(client);
		return;
	}
	error = resolve(client);
	if (error != 0)
		client_fail_later(client, error);
	else
		client_arm(client);
}

int
http_client_post(struct http_client *client, const char *path,
    const char *body, uint64_t late_ms, uint64_t patience_ms)
{
	if (client->busy)
		return -EBUSY;
	if (strlen(path) >= sizeof(client->path) ||
	    strlen(body) >= sizeof(client->body))
		return -EINVAL;
	snprintf(client->path, sizeof(client->path), "%s", path);
	snprintf(client->body, sizeof(client->body), "%s", body);
	uv_update_time(client->loop);
	client->busy = true;
	client->late_told = late_ms >= patience_ms;
	client->grace = false;
	client->start_error = 0;
	client->started_ns = uv_hrtime();
	client->late_at_ms = uv_now(client->loop) + late_ms;
	client->patience_until_ms = uv_now(client->loop) + patience_ms;
	client_begin(client);
	return 0;
}

int
http_client_get(struct http_client *client, const char *path,
    uint64_t late_ms, uint64_t patience_ms)
{
	return http_client_post(client, path, "", late_ms, patience_ms);
}

int
http_client_open(struct http_client **client, uv_loop_t *loop,
    const struct http_url *url, const struct http_events *events)
{
	struct http_client *made = calloc(1, sizeof(*made));
	int error;

	*client = NULL;
	if (made == NULL)
		return -ENOMEM;
	error = uv_timer_init(loop, &made->timer);
	if (error != 0) {
		free(made);
		return error;
	}
	made->loop = loop;
	made->timer.data = made;
	made->url = *url;
	made->events = *events;
	http_response_init(&made->response);
	*client = made;
	return 0;
}

static void
on_client_closed(uv_handle_t *handle)
{
	struct http_client *client = handle->data;

	http_response_free(&client->response);
	free(client);
}

void
http_client_close(struct http_client *client)
{
	connection_drop(client);
	if (client->lookup != NULL) {
		client->lookup->client = NULL;
		uv_cancel((uv_req_t *)&client->lookup->request);
	}
	client->busy = false;
	uv_close((uv_handle_t *)&client->timer, on_client_closed);
}

size_t
http_client_addresses(const struct http_client *client,
    const struct sockaddr_storage **addresses)
{
	*addresses = client->addresses;
	return client->address_count;
}

int
http_client_socket(const struct http_client *client)
{
	uv_os_fd_t fd;

	if (client->connection == NULL || uv_fileno(
	    (const uv_handle_t *)&client->connection->tcp, &fd) != 0)
		return -1;
	return fd;
}
