#include "core/effector_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MS	1000

struct writing {
	uv_write_t	request;
	char		line[EFFECTOR_LINE_MAX];
};

static void
pipe_closed(uv_handle_t *handle)
{
	free(handle);
}

static void
drop(struct effector_link *link)
{
	if (link->pipe != NULL)
		uv_close((uv_handle_t *)link->pipe, pipe_closed);
	link->pipe = NULL;
	link->up = false;
	link->lines.length = 0;
}

static void
room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	static char bytes[EFFECTOR_LINE_MAX];

	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void
heard(void *context, const struct effector_message *message)
{
	struct effector_link *link = context;

	link->heard(link->context, message);
}

static void
came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct effector_link *link = stream->data;

	if ((uv_pipe_t *)stream != link->pipe)
		return;
	if (length < 0 || effector_lines_add(&link->lines, buffer->base,
	    (size_t)length, heard, link) != 0)
		drop(link);
}

static void
connected(uv_connect_t *request, int status)
{
	struct effector_link *link = request->data;

	if (request->handle != (uv_stream_t *)link->pipe)
		return;
	if (status != 0) {
		drop(link);
		return;
	}
	link->up = true;
	uv_read_start((uv_stream_t *)link->pipe, room, came);
}

static void
retry_fired(uv_timer_t *timer)
{
	struct effector_link *link = timer->data;

	if (link->pipe != NULL || link->stopping)
		return;
	link->pipe = malloc(sizeof(*link->pipe));
	if (link->pipe == NULL)
		return;
	uv_pipe_init(link->loop, link->pipe, 0);
	link->pipe->data = link;
	link->connecting.data = link;
	uv_pipe_connect(&link->connecting, link->pipe, link->path,
	    connected);
}

void
effector_link_start(struct effector_link *link, uv_loop_t *loop,
    const char *runtime_directory, effector_link_heard *heard_it,
    void *context)
{
	memset(link, 0, sizeof(*link));
	link->loop = loop;
	link->heard = heard_it;
	link->context = context;
	snprintf(link->path, sizeof(link->path), "%.4000s/%s",
	    runtime_directory, EFFECTOR_SOCKET);
	uv_timer_init(loop, &link->retry);
	link->retry.data = link;
	uv_timer_start(&link->retry, retry_fired, 0, RETRY_MS);
}

void
effector_link_stop(struct effector_link *link)
{
	if (link->loop == NULL || link->stopping)
		return;
	link->stopping = true;
	drop(link);
	uv_close((uv_handle_t *)&link->retry, NULL);
}

static void
written(uv_write_t *request, int status)
{
	(void)status;
	free(request->data);
}

void
effector_link_send(struct effector_link *link,
    const struct effector_message *message)
{
	struct writing *writing;
	uv_buf_t buffer;
	int length;

	if (!link->up)
		return;
	writing = malloc(sizeof(*writing));
	if (writing == NULL)
		return;
	writing->request.data = writing;
	length = effector_message_write(message, writing->line,
	    sizeof(writing->line));
	buffer = uv_buf_init(writing->line, length < 0 ? 0 :
	    (unsigned int)length);
	if (length < 0 || uv_write(&writing->request,
	    (uv_stream_t *)link->pipe, &buffer, 1, written) != 0)
		free(writing);
}
