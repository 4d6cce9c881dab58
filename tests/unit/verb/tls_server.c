#include "tls_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/x509v3.h>

static const char answer[] = "HTTP/1.1 200 OK\r\n"
    "Content-Type: application/json\r\nContent-Length: 2\r\n"
    "Connection: close\r\n\r\n{}";

static void
serve(struct tls_server *server, int descriptor)
{
	SSL *ssl = SSL_new(server->context);
	size_t length = 0;
	int got = 0;

	SSL_set_fd(ssl, descriptor);
	if (SSL_accept(ssl) != 1)
		goto out;
	do {
		got = SSL_read(ssl, server->head + length,
		    (int)(sizeof(server->head) - 1 - length));
		length += got > 0 ? (size_t)got : 0;
		server->head[length] = '\0';
	} while (got > 0 && strstr(server->head, "\r\n\r\n") == NULL);
	if (got > 0 && !server->settings.mute)
		SSL_write(ssl, answer, sizeof(answer) - 1);
	SSL_shutdown(ssl);
out:
	SSL_free(ssl);
}

static void *
run(void *context)
{
	struct tls_server *server = context;
	int descriptor;

	while ((descriptor = accept(server->listener, NULL, NULL)) != -1) {
		if (server->settings.plain)
			(void)!write(descriptor, "220 mail\r\n", 10);
		else
			serve(server, descriptor);
		close(descriptor);
	}
	return NULL;
}

static X509 *
make_certificate(const struct tls_server_settings *settings, EVP_PKEY *key)
{
	X509 *made = X509_new();
	X509_NAME *subject = X509_get_subject_name(made);
	X509_EXTENSION *names;
	char text[128];

	X509_set_version(made, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
	X509_gmtime_adj(X509_getm_notBefore(made), settings->from_seconds);
	X509_gmtime_adj(X509_getm_notAfter(made), settings->until_seconds);
	X509_set_pubkey(made, key);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	    (const unsigned char *)"drover", -1, -1, 0);
	X509_set_issuer_name(made, subject);
	snprintf(text, sizeof(text), "DNS:%s", settings->name);
	names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, text);
	X509_add_ext(made, names, -1);
	X509_EXTENSION_free(names);
	X509_sign(made, key, EVP_sha256());
	return made;
}

static bool
set_context(struct tls_server *server)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = make_certificate(&server->settings, key);
	int file;
	FILE *stream;

	server->context = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(server->context, certificate);
	SSL_CTX_use_PrivateKey(server->context, key);
	if (server->settings.old)
		SSL_CTX_set_max_proto_version(server->context,
		    TLS1_1_VERSION);
	strcpy(server->ca, "/tmp/drover-ca-XXXXXX");
	file = mkstemp(server->ca);
	stream = file == -1 ? NULL : fdopen(file, "w");
	if (stream != NULL) {
		PEM_write_X509(stream, certificate);
		fclose(stream);
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
	return stream != NULL;
}

static bool
listen_anywhere(struct tls_server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);

	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listener == -1 ||
	    bind(server->listener, (struct sockaddr *)&address,
	    sizeof(address)) != 0 || listen(server->listener, 8) != 0 ||
	    getsockname(server->listener, (struct sockaddr *)&address,
	    &length) != 0)
		return false;
	server->port = ntohs(address.sin_port);
	return true;
}

bool
tls_server_start(struct tls_server *server,
    const struct tls_server_settings *settings)
{
	memset(server, 0, sizeof(*server));
	server->settings = *settings;
	signal(SIGPIPE, SIG_IGN);
	if (!listen_anywhere(server) || !set_context(server))
		return false;
	return pthread_create(&server->thread, NULL, run, server) == 0;
}

void
tls_server_stop(struct tls_server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	SSL_CTX_free(server->context);
	unlink(server->ca);
}
