/*
 * One request and its answer.  A handler answers exactly once with one of
 * the calls below, before it returns or later from the loop; the exchange
 * is gone then.
 *
 * A handler that answers later sets hurry: it is called, at most once,
 * when the caller waits no longer (it closed its side, or the server
 * ends), and must answer at once.  Without it the answer may come when it
 * will, and is dropped when nobody is there to take it.
 *
 * Every answer in JSON has "reply": {number, name, text, detail}.
 */
#ifndef DROVER_API_EXCHANGE_H
#define DROVER_API_EXCHANGE_H

#include <stddef.h>

#include <jansson.h>

#include "api/peer.h"
#include "api/request.h"
#include "api/route.h"
#include "api/text.h"

struct api;
struct connection;

struct exchange {
	struct api		*api;
	struct connection	*connection;	/* NULL: the caller is gone */
	struct peer		 peer;
	struct request		 request;
	struct route_match	 match;
	void			(*hurry)(struct exchange *exchange);
	void			*context;	/* the handler's */
};

/* body (taken, may be NULL) is an object that gets "reply". */
void	exchange_reply(struct exchange *exchange, enum reply reply,
	    json_t *body);
/* The same with a line of detail. */
void	exchange_reply_detail(struct exchange *exchange, enum reply reply,
	    const char *detail, json_t *body);
/*
 * The same with more members as text, each with a comma in front; it is
 * the caller's.
 */
void	exchange_reply_text(struct exchange *exchange, enum reply reply,
	    json_t *body, const struct text *more);
/* A refusal; detail is one line, "" if none. */
void	exchange_refuse(struct exchange *exchange, enum reply reply,
	    const char *detail);
/* bytes are taken, and freed with free(). */
void	exchange_reply_bytes(struct exchange *exchange, const char *type,
	    void *bytes, size_t length);

#endif
