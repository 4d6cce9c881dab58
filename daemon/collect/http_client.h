/*
 * An HTTP/1.1 client for one server on a libuv loop: GET, and POST of a
 * short text of JSON, one request at a time over a connection that is kept
 * and made again when it is gone.  Nothing here blocks: names are looked up
 * on libuv's thread pool, one lookup at a time.
 *
 * All calls belong to the loop's thread.  Time is the loop's (monotonic),
 * so a jump of the wall clock means nothing here.  The process must ignore
 * SIGPIPE, since libuv writes without MSG_NOSIGNAL.
 */
#ifndef DROVER_COLLECT_HTTP_CLIENT_H
#define DROVER_COLLECT_HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "collect/http_url.h"

#define HTTP_POST_BYTES_MAX	1024

enum http_phase {
	HTTP_PHASE_RESOLVE,	/* looking up the name */
	HTTP_PHASE_CONNECT,
	HTTP_PHASE_ANSWER	/* connected */
};

/*
 * error is 0, or a libuv error (negative errno or UV_EAI_*): -ETIMEDOUT;
 * -EPIPE: the connection ended before the answer did; -EBADMSG: not HTTP;
 * -EMSGSIZE: over the bounds of http_response.h.  The rest is set when
 * error is 0 and valid until the callback returns or asks again.
 */
struct http_result {
	int		 error;
	enum http_phase	 phase;		/* where it ended */
	int		 status;
	const char	*body;		/* NUL after body_bytes, never NULL */
	size_t		 body_bytes;
	const char	*location;	/* of a redirect, "" if none */
	uint64_t	 elapsed_ns;
};

struct http_events {
	/* The request is over; the client may be asked again or closed. */
	void	(*done)(void *context, const struct http_result *result);
	/* Connected, and no whole answer within late_ms; it is waited for
	 * until patience_ms.  May be NULL. */
	void	(*late)(void *context);
	void	*context;
};

struct http_client;

int	http_client_open(struct http_client **client, uv_loop_t *loop,
	    const struct http_url *url, const struct http_events *events);
/* No callback comes any more; memory goes when the handles are closed. */
void	http_client_close(struct http_client *client);

/*
 * Ask for path.  A connection must stand within late_ms, and the answer be
 * whole within patience_ms of now.  Callbacks never come from within this
 * call.  -EBUSY: a request is under way.
 */
int	http_client_get(struct http_client *client, const char *path,
	    uint64_t late_ms, uint64_t patience_ms);

/* Likewise, with a body of JSON; -EINVAL: over HTTP_POST_BYTES_MAX. */
int	http_client_post(struct http_client *client, const char *path,
	    const char *body, uint64_t late_ms, uint64_t patience_ms);

/*
 * The addresses of the server as they were found last, until the loop
 * runs again; 0: not known yet.
 */
size_t	http_client_addresses(const struct http_client *client,
	    const struct sockaddr_storage **addresses);
/* The socket of its connection, to look at; -1: none. */
int	http_client_socket(const struct http_client *client);

#endif
