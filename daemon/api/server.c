#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "api/server.h"

#define BACKLOG			1024
/* Open files that are left for everything else in the process. */
#define FILES_BESIDE		256

const struct api_limits api_limits_usual = {
	.request_ms = API_REQUEST_MS,
	.idle_ms = API_IDLE_MS,
	.reply_ms = API_REPLY_MS,
	.linger_ms = API_LINGER_MS,
	.connections = API_CONNECTIONS,
	.connections_uid = API_CONNECTIONS_UID,
	.handshake_ms = API_HANDSHAKE_MS,
	.connections_remote = API_CONNECTIONS_REMOTE,
	.connections_address = API_CONNECTIONS_ADDRESS,
	.handshakes = API_HANDSHAKES,
	.guess_wait_ms = API_GUESS_WAIT_MS,
	.output_bytes = API_OUTPUT_BYTES,
};

static void
api_free(struct api *api)
{
	view_close(&api->view);
	SSL_CTX_free(api->tls);
	free(api->origins);
	free(api);
}

void
api_handle_closed(struct api *api)
{
	if (--api->handles == 0)
		api_free(api);
}

static void
on_closed(uv_handle_t *handle)
{
	api_handle_closed(handle->data);
}

void
api_connection_gone(struct connection *connection)
{
	struct api *api = connection->api;

	if (connection->previous != NULL)
		connection->previous->next = connection->next;
	else
		api->connections = connection->next;
	if (connection->next != NULL)
		connection->next->previous = connection->previous;
	if (connection->refused)
		api->refusal_count--;
	if (connection->state == CONNECTION_GREETING)
		api->handshakes--;
	if (connection->counted)
		admit_gone(connection);
}

static void
on_connection(uv_stream_t *listener, int status)
{
	if (status == 0)
		connection_open(listener->data, listener);
}

/* As many connections as there can be files. */
static void
raise_files(struct api_limits *limits)
{
	struct rlimit files;
	rlim_t wanted = limits->connections + FILES_BESIDE;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	if (files.rlim_cur < wanted) {
		files.rlim_cur = files.rlim_max < wanted ? files.rlim_max :
		    wanted;
		(void)setrlimit(RLIMIT_NOFILE, &files);
		(void)getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur < wanted)
		limits->connections = files.rlim_cur > 2 * FILES_BESIDE ?
		    (unsigned int)files.rlim_cur - FILES_BESIDE :
		    (unsigned int)files.rlim_cur / 2;
	if (limits->connections_uid > limits->connections)
		limits->connections_uid = limits->connections;
}

/*
 * Under another name first, so that nobody finds a socket there whose mode
 * is not set yet, or that does not listen.
 */
static int
bind_socket(struct api *api, mode_t mode, int *descriptor)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error = 0, length;

	length = snprintf(address.sun_path, sizeof(address.sun_path),
	    "%s.new", api->path);
	if (length < 0 || (size_t)length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	*descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (*descriptor == -1)
		return -errno;
	(void)unlink(address.sun_path);
	/* The mode of the socket bounds that of its file. */
	if (fchmod(*descriptor, mode) != 0 ||
	    bind(*descriptor, (struct sockaddr *)&address,
	    sizeof(address)) != 0 ||
	    chmod(address.sun_path, mode) != 0 ||
	    listen(*descriptor, BACKLOG) != 0 ||
	    rename(address.sun_path, api->path) != 0)
		error = -errno;
	if (error != 0) {
		(void)unlink(address.sun_path);
		close(*descriptor);
	}
	return error;
}

static int
listen_at(struct api *api, const char *directory)
{
	struct stat status;
	int descriptor, error, length;
	mode_t mode;

	length = snprintf(api->path, sizeof(api->path), "%s/%s", directory,
	    API_SOCKET_NAME);
	if (length < 0 || (size_t)length >= sizeof(api->path))
		return -ENAMETOOLONG;
	if (stat(directory, &status) != 0)
		return -errno;
	mode = (status.st_mode & S_IXGRP) != 0 ? 0660 : 0600;
	error = bind_socket(api, mode, &descriptor);
	if (error != 0)
		return error;
	api->group = (gid_t)-1;
	if (mode == 0660 && stat(api->path, &status) == 0)
		api->group = status.st_gid;
	error = uv_pipe_open(&api->listener, descriptor);
	if (error != 0)
		close(descriptor);
	else
		error = uv_listen((uv_stream_t *)&api->listener, BACKLOG,
		    on_connection);
	return error;
}

static void
close_handles(struct api *api)
{
	uv_close((uv_handle_t *)&api->listener, on_closed);
	api_deafen(api);
	uv_close((uv_handle_t *)&api->poll, on_closed);
}

int
api_start(struct api **api, const struct api_options *options)
{
	struct api *made = calloc(1, sizeof(*made));
	int error;

	*api = NULL;
	if (made == NULL)
		return -ENOMEM;
	made->loop = options->loop;
	made->provider = options->provider;
	made->limits = options->limits != NULL ? *options->limits :
	    api_limits_usual;
	raise_files(&made->limits);
	error = view_init(&made->view, options->directory, API_SEGMENT_NAME);
	if (error != 0) {
		free(made);
		return error;
	}
	uv_pipe_init(made->loop, &made->listener, 0);
	uv_timer_init(made->loop, &made->poll);
	made->listener.data = made->poll.data = made;
	made->handles = 2;
	error = listen_at(made, options->directory);
	if (error == 0)
		*api = made;
	else
		close_handles(made);
	return error;
}

void
api_stop(struct api *api)
{
	struct connection *connection, *next;

	if (api == NULL)
		return;
	api->stopping = true;
	(void)unlink(api->path);
	for (connection = api->connections; connection != NULL;
	    connection = next) {
		next = connection->next;
		connection_close(connection);
	}
	close_handles(api);
}
