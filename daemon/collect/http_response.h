/*
 * One HTTP/1.1 answer, put together from the bytes of a connection in
 * pieces of any size (RFC 9112; llhttp does the parsing), within bounds.
 */
#ifndef DROVER_COLLECT_HTTP_RESPONSE_H
#define DROVER_COLLECT_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include <llhttp.h>

#define HTTP_HEADER_BYTES_MAX	((size_t)16 << 10)
#define HTTP_BODY_BYTES_MAX	((size_t)2 << 20)

struct http_response {
	llhttp_t	 parser;
	char		*body;		/* NUL after body_bytes; or NULL */
	size_t		 body_bytes;
	size_t		 body_room;
	size_t		 header_bytes;
	char		 field[16];	/* name of the header being read */
	size_t		 field_bytes;
	char		 location[128];	/* of a redirect, as sent */
	size_t		 location_bytes;
	size_t		 received;	/* bytes fed since the reset */
	int		 status;
	int		 error;
	bool		 complete;
	bool		 keep;		/* connection may carry another */
};

void	http_response_init(struct http_response *response);
/* Ready for the next answer; a body that grew large is given back. */
void	http_response_reset(struct http_response *response);
void	http_response_free(struct http_response *response);

/*
 * 1 when the answer is complete, 0 when more is wanted, otherwise
 * -EBADMSG (this is not HTTP), -EMSGSIZE (over the bounds above) or
 * -ENOMEM.  Interim (1xx) answers are passed over.
 */
int	http_response_feed(struct http_response *response, const char *data,
	    size_t length);
/* The connection ended: 1 when that completes the answer, or -EPIPE. */
int	http_response_finish(struct http_response *response);

#endif
