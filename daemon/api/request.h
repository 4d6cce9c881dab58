/*
 * One HTTP/1.1 request, held to the letter: RFC 9112, and no more of it
 * than the management API needs.  llhttp parses; what it leaves open is
 * refused here: bare CR or LF, folded lines, no Host or several, more
 * than one Content-Length, any Transfer-Encoding, targets that are not a
 * path, bytes that have no place in a head.  What two parsers could read
 * in two ways is never read at all.
 *
 * Pure; nothing here knows a socket.
 */
#ifndef DROVER_API_REQUEST_H
#define DROVER_API_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "api/limits.h"
#include "rules/reply.h"

enum request_method {
	REQUEST_GET,
	REQUEST_HEAD,
	REQUEST_POST,
	REQUEST_PUT,
	REQUEST_DELETE
};

/* Zeroed where a head begins. */
struct request_scan {
	size_t		at;		/* bytes seen */
	size_t		line;		/* where this line begins */
	unsigned int	lines;		/* before this one */
};

struct request {
	enum request_method	 method;
	char			 path[API_REQUEST_LINE_BYTES_MAX];
	const char		*query;		/* in path; "" if none */
	char			*body;		/* the caller's to free */
	size_t			 body_bytes;
	char			 token[API_TOKEN_BYTES_MAX]; /* "" if none */
	bool			 json;		/* the type of the body */
	bool			 keep;		/* the connection */
	bool			 expects;	/* 100-continue */
};

/* Why a request is refused: reply, and one line of detail. */
struct request_refusal {
	enum reply	 reply;
	const char	*detail;	/* a constant, "" if none */
};

/*
 * Looks at the bytes from scan->at on.  Returns the length of the head
 * with the empty line that ends it, 0 when more is needed, or -1 with a
 * refusal.
 */
long	request_scan(struct request_scan *scan, const char *bytes,
	    size_t length, struct request_refusal *refusal);
/*
 * Reads a head that request_scan() found whole; body stays NULL, and
 * body_bytes says how many bytes of it follow.  0, or -1 with a refusal.
 */
int	request_read(struct request *request, const char *head,
	    size_t length, struct request_refusal *refusal);

const char *request_method_name(enum request_method method);

/*
 * Decodes %XX of text into value, NUL-terminated.  -EINVAL: not a sound
 * encoding, or a control character; -ENAMETOOLONG.
 */
int	request_decode(const char *text, size_t length, char *value,
	    size_t size);

#endif
