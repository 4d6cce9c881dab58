/* The door of the API for other hosts: TLS over TCP. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "api/certificate.h"
#include "api/server.h"

#define BACKLOG		256
#define LISTEN_BYTES	128

/* "ADDRESS:PORT" or "[ADDRESS]:PORT", as the configuration checks it. */
static int
parse(const char *listen, struct sockaddr_storage *address)
{
	char host[LISTEN_BYTES], *colon;
	int port;

	if (strlen(listen) >= sizeof(host))
		return -EINVAL;
	strcpy(host, listen);
	colon = strrchr(host, ':');
	if (colon == NULL)
		return -EINVAL;
	*colon = '\0';
	port = atoi(colon + 1);
	if (host[0] != '[')
		return uv_ip4_addr(host, port, (struct sockaddr_in *)address);
	if (colon[-1] != ']')
		return -EINVAL;
	colon[-1] = '\0';
	return uv_ip6_addr(host + 1, port, (struct sockaddr_in6 *)address);
}

static void
on_connection(uv_stream_t *listener, int status)
{
	if (status == 0)
		connection_open(listener->data, listener);
}

static void
on_closed(uv_handle_t *handle)
{
	struct api *api = handle->data;

	free(handle);
	api_handle_closed(api);
}

/* The descriptor is closed at once, the handle by the loop. */
void
api_deafen(struct api *api)
{
	if (api->remote == NULL)
		return;
	uv_close((uv_handle_t *)api->remote, on_closed);
	api->remote = NULL;
}

static int
listen_at(struct api *api, const struct sockaddr_storage *address)
{
	int error;

	api->remote = malloc(sizeof(*api->remote));
	if (api->remote == NULL)
		return -ENOMEM;
	uv_tcp_init(api->loop, api->remote);
	api->remote->data = api;
	api->handles++;
	error = uv_tcp_bind(api->remote, (const struct sockaddr *)address, 0);
	if (error == 0)
		error = uv_listen((uv_stream_t *)api->remote, BACKLOG,
		    on_connection);
	if (error != 0)
		api_deafen(api);
	return error;
}

/* The former one first: both may want the same port. */
static int
move_to(struct api *api, const struct sockaddr_storage *address)
{
	struct sockaddr_storage former;
	int length = sizeof(former), error;
	bool listened = api->remote != NULL &&
	    uv_tcp_getsockname(api->remote, (struct sockaddr *)&former,
	    &length) == 0;

	api_deafen(api);
	error = listen_at(api, address);
	if (error != 0 && listened)
		(void)listen_at(api, &former);
	return error;
}

int
api_listen(struct api *api, const struct api_remote *remote,
    char detail[TLS_DETAIL_BYTES])
{
	struct sockaddr_storage address;
	int error = api_certificate(api, remote, detail);

	if (error != 0)
		return error;
	error = parse(remote->listen, &address);
	if (error == 0)
		error = move_to(api, &address);
	if (error != 0)
		snprintf(detail, TLS_DETAIL_BYTES, "api.listen: %.100s: %s",
		    remote->listen, strerror(-error));
	return error;
}

/* Those that are connected keep the one that they were greeted with. */
int
api_certificate(struct api *api, const struct api_remote *remote,
    char detail[TLS_DETAIL_BYTES])
{
	char certificate[CERTIFICATE_PATH_BYTES];
	char key[CERTIFICATE_PATH_BYTES];
	SSL_CTX *context;
	int error = 0;

	if (remote->certificate[0] == '\0') {
		error = certificate_own(remote->directory, remote->names,
		    certificate, key, detail);
	} else {
		snprintf(certificate, sizeof(certificate), "%s",
		    remote->certificate);
		snprintf(key, sizeof(key), "%s", remote->key);
	}
	if (error != 0)
		return error;
	context = tls_context(certificate, key, detail);
	if (context == NULL)
		return -EINVAL;
	SSL_CTX_free(api->tls);
	api->tls = context;
	return 0;
}
