/*
 * One connection: requests in, answers out, one after the other.  What is
 * sent ahead waits, within bounds, and is looked at when its turn comes.
 *
 *	GREETING (TLS)
 *	   |
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

#include "api/caller.h"
#include "api/server.h"

#define DISCARD_BYTES_MAX	((size_t)1 << 20)
#define HEAD_BYTES		512

static void	connection_run(struct connection *connection);
static void	on_timer(uv_timer_t *timer);

static void
arm(struct connection *connection, uint64_t ms)
{
	connection->resume = false;
	uv_timer_start(&connection->timer, on_timer, ms, 0);
}

static struct connection *
connection_of(struct stream *stream)
{
	return (struct connection *)stream;
}

static void
handle_closed(struct connection *connection)
{
	if (--connection->handles > 0)
		return;
	free(connection->input);
	api_handle_closed(connection->api);
	free(connection);
}

static void
on_timer_closed(uv_handle_t *timer)
{
	handle_closed(timer->data);
}

/* An answer that was on its way counts until its memory is gone. */
static void
on_closed(struct stream *stream)
{
	struct connection *connection = connection_of(stream);

	connection->api->output_bytes -= connection->output_bytes;
	handle_closed(connection);
}

void
connection_close(struct connection *connection)
{
	struct exchange *exchange = connection->exchange;
	bool busy = connection->state == CONNECTION_BUSY;

	if (connection->state == CONNECTION_CLOSED)
		return;
	api_connection_gone(connection);
	connection->state = CONNECTION_CLOSED;
	connection->exchange = NULL;
	stream_close(&connection->stream);
	uv_close((uv_handle_t *)&connection->timer, on_timer_closed);
	if (exchange == NULL)
		return;
	exchange->connection = NULL;
	if (!busy)
		exchange_free(exchange);
	else if (exchange->hurry != NULL)
		exchange->hurry(exchange);
}

/* Read while there is room for it and somebody to send it. */
static void
watch(struct connection *connection)
{
	size_t room = 0;

	if (connection->state == CONNECTION_CLOSED)
		return;
	if (!connection->ended &&
	    connection->input_bytes < API_INPUT_BYTES_MAX)
		room = API_INPUT_BYTES_MAX - connection->input_bytes;
	if (stream_watch(&connection->stream, room) != 0)
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
linger(struct connection *connection)
{
	drop_input(connection, connection->input_bytes);
	if (connection->ended || stream_finish(&connection->stream) != 0) {
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
on_sent(struct stream *stream)
{
	struct connection *connection = connection_of(stream);

	connection->api->output_bytes -= connection->output_bytes;
	connection->output_bytes = 0;
	answered(connection);
}

void
connection_answer(struct connection *connection, const char *head,
    size_t head_bytes, void *body, size_t body_bytes)
{
	int sent = stream_send(&connection->stream, head, head_bytes, body,
	    body_bytes);

	if (sent < 0) {
		connection_close(connection);
	} else if (sent > 0) {
		answered(connection);
	} else {
		connection->state = CONNECTION_WRITING;
		connection->output_bytes = body_bytes;
		connection->api->output_bytes += body_bytes;
		arm(connection, connection->api->limits.reply_ms);
	}
}

void
connection_refuse(struct connection *connection, enum reply reply,
    const char *detail)
{
	char head[STREAM_HEAD_BYTES], *body;
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

	/* It has sent a head only, so there is room for these bytes. */
	if (stream_say(&connection->stream, text, sizeof(text) - 1) != 0)
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

/* Who is local is known; what the state says of that user comes first. */
static void
identify_local(struct exchange *exchange, const struct model *model)
{
	struct connection *connection = exchange->connection;

	if (model == NULL || connection->peer.role != ROLE_OPERATOR)
		return;
	peer_name(&connection->peer);
	exchange->peer = connection->peer;
	caller_of_group(model, &exchange->peer);
}

/* detail gets a line.  REPLY_OK: exchange->peer is who asks. */
static enum reply
identify(struct exchange *exchange, const char **detail)
{
	const struct api_provider *provider = &exchange->api->provider;
	const char *token = exchange->request.token;
	const struct model *model = NULL;
	enum reply why = REPLY_STARTING;

	exchange->peer = exchange->connection->peer;
	*detail = "";
	if (exchange->match.route->role == ROLE_NONE && token[0] == '\0')
		return REPLY_OK;
	if (provider->model != NULL)
		model = provider->model(provider->context, &why, detail);
	if (exchange->peer.via == VIA_LOCAL && token[0] == '\0') {
		*detail = "";
		identify_local(exchange, model);
		return REPLY_OK;
	}
	if (model == NULL)
		return token[0] == '\0' ? REPLY_NO_CREDENTIALS : why;
	return caller_of_token(model, provider->time_ms(provider->context),
	    token, &exchange->peer);
}

static void
refuse_guess(struct exchange *exchange)
{
	exchange_refuse(exchange, REPLY_BAD_CREDENTIALS, "");
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
	reply = route_find(&exchange->request, &exchange->match, &detail);
	if (reply == REPLY_OK)
		reply = identify(exchange, &detail);
	if (reply == REPLY_BAD_CREDENTIALS &&
	    admit_guess(connection->api, &connection->peer)) {
		exchange->hurry = refuse_guess;
		arm(connection, connection->api->limits.guess_wait_ms);
		return;
	}
	if (reply == REPLY_OK &&
	    exchange->peer.role < exchange->match.route->role) {
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
	} else if (connection->state == CONNECTION_BUSY) {
		/* A guess: no other answer has a time to wait. */
		connection->exchange->hurry(connection->exchange);
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
on_ended(struct stream *stream)
{
	struct connection *connection = connection_of(stream);
	struct exchange *exchange = connection->exchange;

	/* Over TLS it is said twice, by TLS and by TCP. */
	if (connection->ended)
		return;
	connection->ended = true;
	watch(connection);
	if (connection->state == CONNECTION_GREETING ||
	    connection->state == CONNECTION_READING ||
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
on_came(struct stream *stream, const char *bytes, size_t count)
{
	struct connection *connection = connection_of(stream);
	bool first = connection->input_bytes == 0;

	if (connection->state == CONNECTION_LINGERING) {
		connection->discarded += count;
		if (connection->discarded > DISCARD_BYTES_MAX)
			connection_close(connection);
		return;
	}
	if (take_input(connection, bytes, count) != 0) {
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

static void
on_ready(struct stream *stream)
{
	struct connection *connection = connection_of(stream);

	connection->api->handshakes--;
	connection->state = CONNECTION_READING;
	arm(connection, connection->api->limits.idle_ms);
}

static void
on_failed(struct stream *stream, const char *why)
{
	(void)why;
	connection_close(connection_of(stream));
}

static const struct stream_events events = {
	.ready = on_ready,
	.came = on_came,
	.ended = on_ended,
	.sent = on_sent,
	.failed = on_failed,
	.closed = on_closed,
};

static int
accept_from(struct connection *connection, uv_stream_t *listener)
{
	uv_stream_t *stream = &connection->stream.uv.stream;
	struct sockaddr_storage address;
	int length = sizeof(address);
	uv_os_fd_t descriptor;

	if (uv_accept(listener, stream) != 0 ||
	    uv_fileno((uv_handle_t *)stream, &descriptor) != 0)
		return -1;
	if (listener->type == UV_NAMED_PIPE)
		return peer_identify(&connection->peer, descriptor,
		    connection->api->group);
	if (uv_tcp_getpeername(&connection->stream.uv.tcp,
	    (struct sockaddr *)&address, &length) != 0)
		return -1;
	peer_of_address(&connection->peer, (struct sockaddr *)&address);
	uv_tcp_nodelay(&connection->stream.uv.tcp, 1);
	return 0;
}

static struct connection *
connection_new(struct api *api, uv_handle_type type)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return NULL;
	connection->api = api;
	connection->state = CONNECTION_READING;
	stream_init(&connection->stream, api->loop, type, &events,
	    &api->scratch);
	uv_timer_init(api->loop, &connection->timer);
	connection->timer.data = connection;
	connection->handles = 2;
	connection->next = api->connections;
	if (connection->next != NULL)
		connection->next->previous = connection;
	api->connections = connection;
	api->handles++;
	return connection;
}

/* Nobody can be told why before TLS is ready. */
static void
greet(struct connection *connection)
{
	struct api *api = connection->api;

	if (!admit(connection) ||
	    stream_secure(&connection->stream, api->tls) != 0) {
		connection_close(connection);
		return;
	}
	api->handshakes++;
	connection->state = CONNECTION_GREETING;
	arm(connection, api->limits.handshake_ms);
	watch(connection);
}

void
connection_open(struct api *api, uv_stream_t *listener)
{
	struct connection *connection = connection_new(api, listener->type);

	if (connection == NULL)
		return;
	if (accept_from(connection, listener) != 0) {
		connection_close(connection);
	} else if (listener->type == UV_TCP) {
		greet(connection);
	} else if (admit(connection)) {
		arm(connection, api->limits.idle_ms);
		watch(connection);
	} else if (api->refusal_count >= API_REFUSALS_MAX) {
		connection_close(connection);
	} else {
		/* Told so, as long as that costs little. */
		connection->refused = true;
		api->refusal_count++;
		connection_refuse(connection, REPLY_TOO_MANY_CONNECTIONS, "");
	}
}
