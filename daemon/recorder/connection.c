#include "recorder/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES	65536u

struct answering {
	uv_write_t		request;
	struct recorder_answer	answer;
};

static void
pipe_closed(uv_handle_t *handle)
{
	struct connection *connection = handle->data;

	connection->calls->closed(connection->context, connection);
	free(connection->bytes);
	free(connection);
}

void
connection_close(struct connection *connection)
{
	if (connection->closing)
		return;
	connection->closing = true;
	uv_close((uv_handle_t *)&connection->pipe, pipe_closed);
}

static void
room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct connection *connection = handle->data;
	unsigned char *grown;

	(void)suggested;
	if (connection->room - connection->used < READ_BYTES) {
		grown = realloc(connection->bytes,
		    connection->used * 2 + READ_BYTES);
		if (grown == NULL) {
			*buffer = uv_buf_init(NULL, 0);
			return;
		}
		connection->bytes = grown;
		connection->room = connection->used * 2 + READ_BYTES;
	}
	*buffer = uv_buf_init((char *)connection->bytes + connection->used,
	    READ_BYTES);
}

/* A record is a multiple of eight bytes, so each begins where it must. */
static int
hand_out(struct connection *connection)
{
	const struct flight_record *record;
	size_t done = 0;
	int error;

	for (;;) {
		record = (const void *)(connection->bytes + done);
		error = flight_record_check(record, connection->used - done);
		if (error != 0)
			break;
		done += record->bytes;
		if (connection->may_feed || record->kind == RECORDER_FLUSH)
			connection->calls->record(connection->context,
			    connection, record);
	}
	memmove(connection->bytes, connection->bytes + done,
	    connection->used - done);
	connection->used -= done;
	if (done > 0)
		connection->calls->drained(connection->context, connection);
	return error == -EAGAIN ? 0 : error;
}

static void
came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct connection *connection = stream->data;

	(void)buffer;
	if (length > 0)
		connection->used += (size_t)length;
	if (length < 0 || (length > 0 && hand_out(connection) != 0))
		connection_close(connection);
}

/* What is recorded is the word of the core: of this user, or root. */
static bool
may_feed(const uv_pipe_t *pipe)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	uv_os_fd_t fd;

	return uv_fileno((const uv_handle_t *)pipe, &fd) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	    (peer.uid == 0 || peer.uid == geteuid());
}

struct connection *
connection_accept(uv_stream_t *server, const struct connection_calls *calls,
    void *context)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return NULL;
	connection->calls = calls;
	connection->context = context;
	uv_pipe_init(server->loop, &connection->pipe, 0);
	connection->pipe.data = connection;
	if (uv_accept(server, (uv_stream_t *)&connection->pipe) != 0 ||
	    uv_read_start((uv_stream_t *)&connection->pipe, room,
	    came) != 0) {
		connection_close(connection);
		return NULL;
	}
	connection->may_feed = may_feed(&connection->pipe);
	return connection;
}

static void
written(uv_write_t *request, int status)
{
	(void)status;
	free(request->data);
}

void
connection_answer(struct connection *connection,
    const struct recorder_answer *answer)
{
	struct answering *answering;
	uv_buf_t buffer;

	if (connection->closing)
		return;
	answering = malloc(sizeof(*answering));
	if (answering == NULL)
		return;
	answering->answer = *answer;
	answering->answer.magic = RECORDER_MAGIC;
	answering->request.data = answering;
	buffer = uv_buf_init((char *)&answering->answer,
	    sizeof(answering->answer));
	if (uv_write(&answering->request,
	    (uv_stream_t *)&connection->pipe, &buffer, 1, written) != 0)
		free(answering);
}
