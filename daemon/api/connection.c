/*
 * One connection: requests in, answers out, one after the other.  What is
 * sent ahead waits, within bounds, and is looked at when its turn comes.
 *
 *	READING --whole request--> BUSY --answer--> WRITING --> READING
 *	   |                                           |
 *	   +--refused--> WRITING --last answer--> LINGERING --> CLOSED
 *
 * After the last answer the rest of what the peer sends is read and thrown
 * away for a moment: to close over unread bytes would take the answer from
 * the peer.
 */
#include <stdlib.h>
#include <string.h>

#include "api/server.h"

#define DISCARD_BYTES_MAX	((size_t)1 << 20)
#define HEAD_BYTES		512

/* What could not be written at once. */
struct output {
	uv_write_t		 write;
	struct connection	*connection;
	void			*body;
	size_t			 bytes;		/* counted in the api */
	char			 head[HEAD_BYTES];
};

static void	connection_run(struct connection *connection);
static void	on_timer(uv_timer_t *timer);

static void
arm(struct connection *connection, uint64_t ms)
{
	connection->resume = false;
	uv_timer_start(&connection->timer, on_timer, ms, 0);
}

static void
on_closed(uv_handle_t *handle)
{
	struct connection *connection = handle->data;

	if (--connection->handles > 0)
		return;
	free(connection->input);
	api_handle_closed(connection->api);
	free(connection);
}

void
connection_close(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	bool busy = connection->state == CONNECTION_BUSY;

	if (connection->state == CONNECTION_CLOSED)
		return;
	connection->state = CONNECTION_CLOSED;
	connection->exchange = NULL;
	uv_close((uv_handle_t *)&connection->pipe, on_closed);
	uv_close((uv_handle_t *)&connection->timer, on_closed);
	api_connection_gone(connection);
	if (exchange == NULL)
		return;
	exchange->connection = NULL;
	if (!busy)
		exchange_free(exchange);
	else if (exchange->hurry != NULL)
		exchange->hurry(exchange);
}

static void
on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct connection *connection = handle->data;
	size_t room = API_INPUT_BYTES_MAX - connection->input_bytes;

	(void)suggested;
	if (room > API_READ_BYTES)
		room = API_READ_BYTES;
	*buffer = uv_buf_init(connection->api->read, (unsigned int)room);
}

static void	on_read(uv_stream_t *stream, ssize_t count,
		    const uv_buf_t *buffer);

/* Read while there is room for it and somebody to send it. */
static void
watch(struct connection *connection)
{
	bool wanted = !connection->ended &&
	    connection->input_bytes < API_INPUT_BYTES_MAX;

	if (connection->state == CONNECTION_CLOSED ||
	    wanted == connection->reading)
		return;
	connection->reading = wanted;
	if (!wanted)
		uv_read_stop((uv_stream_t *)&connection->pipe);
	else if (uv_read_start((uv_stream_t *)&connection->pipe, on_allocate,
	    on_read) != 0)
		connection_close(connection);
}

static void
drop_input(struct connection *connection, size_t bytes)
{
	connection->input_bytes -= bytes;
	if (connection->input_bytes > 0) {
		memmove(connection->input, connection->input + bytes,
		    connection->input_bytes);
		return;
	}
	free(connection->input);
	connection->input = NULL;
	connection->input_room = 0;
}

static void
on_shut_down(uv_shutdown_t *shutdown, int status)
{
	(void)status;
	free(shutdown);
}

static void
linger(struct connection *connection)
{
	uv_shutdown_t *shutdown = malloc(sizeof(*shutdown));

	drop_input(connection, connection->input_bytes);
	if (shutdown == NULL || connection->ended ||
	    uv_shutdown(shutdown, (uv_stream_t *)&connection->pipe,
	    on_shut_down) != 0) {
		free(shutdown);
		connection_close(connection);
		return;
	}
	connection->state = CONNECTION_LINGERING;
	arm(connection, connection->api->limits.linger_ms);
	watch(connection);
}

static void
answered(struct connection *connection)
{
	if (connection->state == CONNECTION_CLOSED)
		return;
	if (!connection->keep ||
	    (connection->ended && connection->input_bytes == 0)) {
		linger(connection);
		return;
	}
	connection->state = CONNECTION_READING;
	arm(connection, connection->input_bytes > 0 ?
	    connection->api->limits.request_ms :
	    connection->api->limits.idle_ms);
	if (!connection->running)
		connection_run(connection);
}

static void
on_written(uv_write_t *write, int status)
{
	struct output *output = write->data;
	struct connection *connection = output->connection;

	connection->api->output_bytes -= output->bytes;
	free(output->body);
	free(output);
	if (status != 0)
		connection_close(connection);
	else
		answered(connection);
}

/* What is left after done bytes went out goes out when the peer reads. */
static void
write_rest(struct connection *connection, const char *head,
    size_t head_bytes, void *body, size_t body_bytes, size_t done)
{
	struct output *output = malloc(sizeof(*output));
	size_t over = done > head_bytes ? done - head_bytes : 0;
	size_t left = done < head_bytes ? head_bytes - done : 0;
	uv_buf_t buffers[2];

	if (output == NULL) {
		free(body);
		connection_close(connection);
		return;
	}
	memcpy(output->head, head + head_bytes - left, left);
	output->connection = connection;
	output->body = body;
	output->bytes = body_bytes;
	output->write.data = output;
	buffers[0] = uv_buf_init(output->head, (unsigned int)left);
	buffers[1] = uv_buf_init(body_bytes > over ? (char *)body + over :
	    NULL, (unsigned int)(body_bytes - over));
	connection->state = CONNECTION_WRITING;
	connection->api->output_bytes += body_bytes;
	arm(connection, connection->api->limits.reply_ms);
	if (uv_write(&output->write, (uv_stream_t *)&connection->pipe,
	    buffers, 2, on_written) == 0)
		return;
	connection->api->output_bytes -= body_bytes;
	free(body);
	free(output);
	connection_close(connection);
}

void
connection_answer(struct connection *connection, const char *head,
    size_t head_bytes, void *body, size_t body_bytes)
{
	uv_buf_t buffers[2] = {
		uv_buf_init((char *)head, (unsigned int)head_bytes),
		uv_buf_init(body, (unsigned int)body_bytes),
	};
	int done;

	done = uv_try_write((uv_stream_t *)&connection->pipe, buffers,
	    body_bytes > 0 ? 2 : 1);
	if (done < 0 && done != UV_EAGAIN) {
		free(body);
		connection_close(connection);
		return;
	}
	if (done > 0 && (size_t)done == head_bytes + body_bytes) {
		free(body);
		answered(connection);
		return;
	}
	write_rest(connection, head, head_bytes, body, body_bytes,
	    done > 0 ? (size_t)done : 0);
}

void
connection_refuse(struct connection *connection, enum reply reply,
    const char *detail)
{
	char head[HEAD_BYTES], *body;
	size_t length = 0, bytes;

	connection->keep = false;
	exchange_free(connection->exchange);
	connection->exchange = NULL;
	body = exchange_body(reply, detail, NULL, NULL, &length);
	bytes = exchange_head(head, sizeof(head), reply, "application/json",
	    length, "", false);
	connection_answer(connection, head, bytes, body, length);
}

/* Asks the peer for the body that it holds back. */
static void
tell_continue(struct connection *connection)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	uv_buf_t buffer = uv_buf_init((char *)text, sizeof(text) - 1);

	/* It has sent a head only, so there is room for these bytes. */
	if (uv_try_write((uv_stream_t *)&connection->pipe, &buffer, 1) !=
	    (int)sizeof(text) - 1)
		connection_close(connection);
}

/* 0: the head is not whole, or the connection was refused. */
static int
take_head(struct connection *connection)
{
	struct request_refusal refusal = { .detail = "" };
	struct exchange *exchange;
	long length;

	length = request_scan(&connection->scan, connection->input,
	    connection->input_bytes, &refusal);
	if (length < 0)
		connection_refuse(connection, refusal.reply, refusal.detail);
	if (length <= 0)
		return 0;
	exchange = calloc(1, sizeof(*exchange));
	if (exchange == NULL) {
		connection_refuse(connection, REPLY_INTERNAL, "no memory");
		return 0;
	}
	connection->exchange = exchange;
	connection->head_bytes = (size_t)length;
	if (request_read(&exchange->request, connection->input,
	    (size_t)length, &refusal) != 0) {
		connection_refuse(connection, refusal.reply, refusal.detail);
		return 0;
	}
	if (exchange->request.expects && exchange->request.body_bytes > 0 &&
	    connection->input_bytes == connection->head_bytes)
		tell_continue(connection);
	return connection->state == CONNECTION_READING;
}

/* 0: more of the body is needed. */
static int
take_body(struct connection *connection)
{
	struct request *request = &connection->exchange->request;
	size_t whole = connection->head_bytes + request->body_bytes;

	if (connection->input_bytes < whole)
		return 0;
	if (request->body_bytes > 0) {
		request->body = malloc(request->body_bytes + 1);
		if (request->body == NULL) {
			connection_refuse(connection, REPLY_INTERNAL,
			    "no memory");
			return 0;
		}
		memcpy(request->body, connection->input +
		    connection->head_bytes, request->body_bytes);
		request->body[request->body_bytes] = '\0';
	}
	drop_input(connection, whole);
	connection->head_bytes = 0;
	memset(&connection->scan, 0, sizeof(connection->scan));
	return 1;
}

static void
serve(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	const char *detail;
	enum reply reply;

	connection->state = CONNECTION_BUSY;
	uv_timer_stop(&connection->timer);
	exchange->api = connection->api;
	exchange->connection = connection;
	exchange->peer = connection->peer;
	reply = route_find(&exchange->request, &exchange->match, &detail);
	if (reply == REPLY_OK &&
	    connection->peer.role < exchange->match.route->role) {
		reply = REPLY_ROLE;
		detail = role_name((int)exchange->match.route->role);
	}
	if (reply != REPLY_OK)
		exchange_refuse(exchange, reply, detail);
	else
		exchange->match.route->handle(exchange);
}

static void
connection_run(struct connection *connection)
{
	unsigned int served = 0;

	connection->running = true;
	while (connection->state == CONNECTION_READING &&
	    connection->input_bytes > 0) {
		if (served++ == API_REQUESTS_A_TURN) {
			/* At 0 ms libuv would come back before it polls. */
			arm(connection, 1);
			connection->resume = true;
			break;
		}
		if (connection->exchange == NULL && !take_head(connection))
			break;
		if (!take_body(connection))
			break;
		serve(connection);
	}
	connection->running = false;
	watch(connection);
}

static void
on_timer(uv_timer_t *timer)
{
	struct connection *connection = timer->data;

	if (connection->resume) {
		arm(connection, connection->api->limits.request_ms);
		connection_run(connection);
	} else if (connection->state == CONNECTION_READING &&
	    connection->input_bytes > 0)
		connection_refuse(connection, REPLY_TOO_SLOW, "");
	else
		connection_close(connection);
}

/*
 * The peer has sent all it wants to; it may still read.  Whoever waits
 * for something to happen is told that now.
 */
static void
on_end(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;

	connection->ended = true;
	connection->reading = false;
	uv_read_stop((uv_stream_t *)&connection->pipe);
	if (connection->state == CONNECTION_READING ||
	    connection->state == CONNECTION_LINGERING)
		connection_close(connection);
	else if (connection->state == CONNECTION_BUSY &&
	    exchange->hurry != NULL)
		exchange->hurry(exchange);
}

static int
take_input(struct connection *connection, const char *bytes, size_t count)
{
	size_t needed = connection->input_bytes + count;
	size_t room = connection->input_room;
	char *more;

	while (room < needed)
		room = room == 0 ? 1024 : room * 2;
	if (room != connection->input_room) {
		more = realloc(connection->input, room);
		if (more == NULL)
			return -1;
		connection->input = more;
		connection->input_room = room;
	}
	memcpy(connection->input + connection->input_bytes, bytes, count);
	connection->input_bytes = needed;
	return 0;
}

static void
on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
	struct connection *connection = stream->data;
	bool first = connection->input_bytes == 0;

	if (count == 0)
		return;
	if (count == UV_EOF) {
		on_end(connection);
		return;
	}
	if (connection->state == CONNECTION_LINGERING && count > 0) {
		connection->discarded += (size_t)count;
		if (connection->discarded <= DISCARD_BYTES_MAX)
			return;
		count = UV_ENOBUFS;
	}
	if (count < 0 || take_input(connection, buffer->base,
	    (size_t)count) != 0) {
		connection_close(connection);
		return;
	}
	if (connection->state == CONNECTION_READING && first)
		arm(connection, connection->api->limits.request_ms);
	if (connection->state == CONNECTION_READING && !connection->resume)
		connection_run(connection);
	else
		watch(connection);
}

static unsigned int *
user_connections(struct api *api, uid_t uid)
{
	struct api_user *more;
	size_t i, room;

	for (i = 0; i < api->user_count; i++)
		if (api->users[i].uid == uid)
			return &api->users[i].connections;
	if (api->user_count == api->user_room) {
		room = api->user_room * 2 + 4;
		more = realloc(api->users, room * sizeof(*more));
		if (more == NULL)
			return NULL;
		api->users = more;
		api->user_room = room;
	}
	api->users[api->user_count] = (struct api_user){ .uid = uid };
	return &api->users[api->user_count++].connections;
}

/* Whether it fits into the bounds; it is counted then. */
static bool
admit(struct connection *connection)
{
	struct api *api = connection->api;
	unsigned int *of_user;

	of_user = user_connections(api, connection->peer.uid);
	if (of_user == NULL || *of_user >= api->limits.connections_uid ||
	    api->connection_count >= api->limits.connections)
		return false;
	(*of_user)++;
	api->connection_count++;
	connection->counted = true;
	return true;
}

static int
identify(struct connection *connection)
{
	uv_os_fd_t descriptor;

	if (uv_accept((uv_stream_t *)&connection->api->listener,
	    (uv_stream_t *)&connection->pipe) != 0 ||
	    uv_fileno((uv_handle_t *)&connection->pipe, &descriptor) != 0)
		return -1;
	return peer_identify(&connection->peer, descriptor,
	    connection->api->group);
}

void
connection_open(struct api *api)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return;
	connection->api = api;
	uv_pipe_init(api->loop, &connection->pipe, 0);
	uv_timer_init(api->loop, &connection->timer);
	connection->pipe.data = connection->timer.data = connection;
	connection->handles = 2;
	connection->next = api->connections;
	if (connection->next != NULL)
		connection->next->previous = connection;
	api->connections = connection;
	api->handles++;
	if (identify(connection) != 0) {
		connection_close(connection);
		return;
	}
	if (admit(connection)) {
		arm(connection, api->limits.idle_ms);
		watch(connection);
		return;
	}
	/* Told so, as long as that costs little. */
	if (++api->refusal_count > API_REFUSALS_MAX)
		connection_close(connection);
	else
		connection_refuse(connection, REPLY_TOO_MANY_CONNECTIONS, "");
}
