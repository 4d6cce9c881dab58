/*
 * Requests to the management API over the UNIX socket of a droverd.
 * Every call returns 0, or the exit status after one line to stderr that
 * says what is wrong and what to do.
 */
#ifndef DROVER_CTL_CLIENT_H
#define DROVER_CTL_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <curl/curl.h>

#define CLIENT_PATH_BYTES	4096
#define CLIENT_BODY_BYTES_MAX	((size_t)64 << 20)

struct client {
	CURL		*handle;
	uint32_t	 timeout_ms;
	bool		 quiet;		/* say nothing of what is wrong */
	char		 path[CLIENT_PATH_BYTES];	/* of the socket */
};

struct answer {
	long	 status;	/* of HTTP */
	char	 type[64];	/* "application/json" */
	char	*body;		/* NUL-terminated */
	size_t	 length;
};

struct client_request {
	const char	*method;
	const char	*target;
	const char	*body;		/* JSON; NULL: there is none */
	uint32_t	 wait_ms;	/* beyond the timeout of the client */
	FILE		*sink;		/* takes the body of a status 200; NULL:
					   the answer has it */
};

/* directory NULL: where a droverd is looked for. */
int	client_open(struct client *client, const char *directory,
	    uint32_t timeout_ms);
void	client_close(struct client *client);

/* The answer is released by the caller, whatever was returned. */
int	client_ask(struct client *client,
	    const struct client_request *request, struct answer *answer);
void	answer_release(struct answer *answer);

#endif
