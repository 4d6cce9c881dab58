/*
 * A client over TLS that never blocks, of the fixture's loop, and a place
 * for the fixture to listen at.
 */
#ifndef DROVER_TESTS_API_TLS_CLIENT_H
#define DROVER_TESTS_API_TLS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include "fixture.h"

struct tls_client {
	SSL_CTX	*context;
	SSL	*ssl;
	int	 descriptor;
	char	*text;		/* what came, NUL-terminated */
	size_t	 length;
	size_t	 room;
	bool	 ended;		/* orderly, or not */
	bool	 orderly;
};

/* Makes the fixture listen at 127.0.0.1; returns the port. */
int	tls_listen(struct fixture *fixture);
/* Loads the certificate again. */
int	tls_renew(struct fixture *fixture);
/* Removes the files that the certificate was made as. */
void	tls_forget(const struct fixture *fixture);

/* A connection to the port without TLS, that never blocks. */
int	tls_dial(int port);
/*
 * Connects; the handshake goes on with each tls_heard().  The file is what
 * it trusts; NULL: anything.
 */
void	tls_open(struct tls_client *client, int port, const char *ca);
void	tls_close(struct tls_client *client);
bool	tls_ready(struct tls_client *client);
/* Wants the handshake to be done. */
void	tls_say(struct tls_client *client, const char *text);
/* Reads what is there; how often text was said so far. */
size_t	tls_heard(struct tls_client *client, const char *text);
bool	tls_ended(struct tls_client *client);

#endif
