/*
 * Requests to the management API of a droverd: over its UNIX socket, or
 * over TLS with a token.  One request at a time; a client belongs to one
 * thread.
 *
 * Who may wait calls client_ask().  Who may not calls client_begin(), then
 * client_step() whenever a descriptor of client_descriptors() is ready or
 * its time is up, until that returns something else than -EINPROGRESS.
 *
 * A fault is told by its kind and one line in client->complaint, which
 * says what is wrong and what to do.
 */
#ifndef DROVER_VERB_CLIENT_H
#define DROVER_VERB_CLIENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <curl/curl.h>

#define CLIENT_PATH_BYTES	4096
#define CLIENT_COMPLAINT_BYTES	(CLIENT_PATH_BYTES + 512)
#define CLIENT_BODY_BYTES_MAX	((size_t)64 << 20)
#define CLIENT_DESCRIPTORS_MAX	8
#define CLIENT_TOKEN_BYTES	512
#define CLIENT_PORT_USUAL	"8443"

enum client_fault {
	CLIENT_FINE,
	CLIENT_FAILED,		/* memory, mostly */
	CLIENT_MISUSED,		/* an address or a file is of no use */
	CLIENT_NOBODY,		/* nobody is there to ask */
	CLIENT_FORBIDDEN,	/* the socket or the token, to this user */
	CLIENT_UNTRUSTED,	/* the certificate */
	CLIENT_LATE,		/* no answer in time */
	CLIENT_GARBLED,		/* not that of a droverd, or cut off */
	CLIENT_OUTPUT		/* the sink took no more */
};

/* Where to ask, and as whom; see place.h for reading it. */
struct client_place {
	const char	*directory;	/* of the socket; NULL: looked for */
	const char	*connect;	/* HOST[:PORT]; NULL: the socket */
	const char	*ca;		/* file; NULL: those of the system */
	const char	*token_file;	/* NULL: $DROVER_TOKEN_FILE, or none */
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

struct client {
	CURL			*handle;
	CURLM			*multi;
	struct curl_slist	*headers;
	struct answer		*answer;	/* of the request under way */
	FILE			*sink;
	int			 error;	/* of our own, 0 or negative */
	uint32_t		 timeout_ms;
	/*
	 * Whoever is asked may have got the last request, whatever became
	 * of its answer.
	 */
	bool			 sent;
	bool			 busy;		/* a request is under way */
	char			 name[CLIENT_PATH_BYTES];	/* of the
						   socket, or host:port */
	char			 base[512];	/* of URLs; "": the socket */
	char			 ca[CLIENT_PATH_BYTES];
	char			 token[CLIENT_TOKEN_BYTES];
	char			 token_file[CLIENT_PATH_BYTES];
	char			 detail[CURL_ERROR_SIZE];
	char			 complaint[CLIENT_COMPLAINT_BYTES];
};

/* Nobody is asked yet.  To be closed, whatever was returned. */
enum client_fault client_open(struct client *client,
	    const struct client_place *place, uint32_t timeout_ms);
void	client_close(struct client *client);

/*
 * Asks and waits.  The answer is released by the caller, whatever was
 * returned.
 */
enum client_fault client_ask(struct client *client,
	    const struct client_request *request, struct answer *answer);
void	answer_release(struct answer *answer);

/*
 * answer must stay until the end, the strings of request until this
 * returns.
 */
enum client_fault client_begin(struct client *client,
	    const struct client_request *request, struct answer *answer);
/* -EINPROGRESS, or an enum client_fault: it is over. */
int	client_step(struct client *client);
/*
 * What to wait for: the number of descriptors, with their events for
 * poll(2), and at most how long, -1 for ever.
 */
size_t	client_descriptors(struct client *client,
	    struct pollfd descriptors[CLIENT_DESCRIPTORS_MAX],
	    int *timeout_ms);
/* Forget it; what was sent is done all the same. */
void	client_cancel(struct client *client);

#endif
