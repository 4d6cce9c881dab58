/* One droverd of sorts on 127.0.0.1, in a thread: TLS or what is none. */
#ifndef DROVER_TESTS_TLS_SERVER_H
#define DROVER_TESTS_TLS_SERVER_H

#include <pthread.h>
#include <stdbool.h>

#include <openssl/ssl.h>

struct tls_server_settings {
	const char	*name;		/* of the certificate */
	long		 from_seconds;	/* it is valid, from now on */
	long		 until_seconds;
	bool		 plain;		/* speaks no TLS */
	bool		 old;		/* TLS 1.1 at most */
	bool		 mute;		/* closes after the request */
};

struct tls_server {
	struct tls_server_settings settings;
	pthread_t	 thread;
	SSL_CTX		*context;
	int		 listener;
	int		 port;
	char		 ca[64];	/* file of its certificate */
	char		 head[4096];	/* of the last request */
};

/* False: nothing runs, and nothing is to be stopped. */
bool	tls_server_start(struct tls_server *server,
	    const struct tls_server_settings *settings);
void	tls_server_stop(struct tls_server *server);

#endif
