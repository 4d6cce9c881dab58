#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CUnit/CUnit.h>
#include <openssl/err.h>

#include "tls_client.h"

static struct api_remote
remote_of(const struct fixture *fixture, const char *listen)
{
	return (struct api_remote){ .listen = listen, .certificate = "",
		.key = "", .directory = fixture->directory,
		.names = "one one.example.org 192.0.2.7" };
}

/* A port that was free a moment ago. */
static int
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_EQUAL_FATAL(bind(descriptor, (struct sockaddr *)&address,
	    sizeof(address)), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(descriptor,
	    (struct sockaddr *)&address, &length), 0);
	close(descriptor);
	return ntohs(address.sin_port);
}

int
tls_listen(struct fixture *fixture)
{
	char listen[32], detail[TLS_DETAIL_BYTES] = "";
	struct api_remote remote = remote_of(fixture, listen);
	int port = free_port();

	snprintf(listen, sizeof(listen), "127.0.0.1:%d", port);
	if (api_listen(fixture->api, &remote, detail) != 0)
		printf("\n%s\n", detail);
	CU_ASSERT_STRING_EQUAL_FATAL(detail, "");
	return port;
}

int
tls_renew(struct fixture *fixture)
{
	char detail[TLS_DETAIL_BYTES];
	struct api_remote remote = remote_of(fixture, "");

	return api_certificate(fixture->api, &remote, detail);
}

void
tls_forget(const struct fixture *fixture)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/api.crt", fixture->directory);
	CU_ASSERT_EQUAL(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/api.key", fixture->directory);
	CU_ASSERT_EQUAL(unlink(path), 0);
}

int
tls_dial(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_EQUAL_FATAL(connect(descriptor,
	    (struct sockaddr *)&address, sizeof(address)), 0);
	fcntl(descriptor, F_SETFL, O_NONBLOCK);
	return descriptor;
}

void
tls_open(struct tls_client *client, int port, const char *ca)
{
	memset(client, 0, sizeof(*client));
	client->descriptor = tls_dial(port);
	client->context = SSL_CTX_new(TLS_client_method());
	if (ca != NULL) {
		CU_ASSERT_EQUAL(SSL_CTX_load_verify_file(client->context,
		    ca), 1);
		SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
	}
	client->ssl = SSL_new(client->context);
	SSL_set_fd(client->ssl, client->descriptor);
	SSL_set_connect_state(client->ssl);
}

void
tls_close(struct tls_client *client)
{
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	close(client->descriptor);
	free(client->text);
}

static void
tls_take(struct tls_client *client)
{
	int got, error;

	do {
		if (client->room - client->length < 20000) {
			client->room = client->room * 2 + 65536;
			client->text = realloc(client->text, client->room);
			CU_ASSERT_PTR_NOT_NULL_FATAL(client->text);
		}
		ERR_clear_error();
		got = SSL_read(client->ssl, client->text + client->length,
		    (int)(client->room - client->length - 1));
		error = SSL_get_error(client->ssl, got);
		if (got > 0)
			client->length += (size_t)got;
		client->text[client->length] = '\0';
	} while (got > 0);
	if (error == SSL_ERROR_ZERO_RETURN)
		client->orderly = client->ended = true;
	else if (error != SSL_ERROR_WANT_READ &&
	    error != SSL_ERROR_WANT_WRITE)
		client->ended = true;
}

bool
tls_ready(struct tls_client *client)
{
	tls_take(client);
	return SSL_is_init_finished(client->ssl);
}

void
tls_say(struct tls_client *client, const char *text)
{
	CU_ASSERT_EQUAL(SSL_write(client->ssl, text, (int)strlen(text)),
	    (int)strlen(text));
}

size_t
tls_heard(struct tls_client *client, const char *text)
{
	size_t count = 0;
	const char *at;

	tls_take(client);
	for (at = client->text; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

bool
tls_ended(struct tls_client *client)
{
	tls_take(client);
	return client->ended;
}
