/*
 * Inside the room: the listener, its connections, and what they share.
 */
#ifndef DROVER_API_SERVER_H
#define DROVER_API_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>
#include <uv.h>

#include "api/api.h"
#include "api/exchange.h"
#include "api/peer.h"
#include "api/request.h"
#include "api/stream.h"
#include "api/view.h"

enum connection_state {
	CONNECTION_GREETING,	/* TLS is not ready yet */
	CONNECTION_READING,	/* between requests, or within one */
	CONNECTION_BUSY,	/* a handler has not answered yet */
	CONNECTION_WRITING,
	CONNECTION_LINGERING,	/* answered for the last time */
	CONNECTION_CLOSED
};

struct connection {
	struct stream		 stream;	/* the first member */
	uv_timer_t		 timer;
	struct api		*api;
	struct connection	*next;
	struct connection	*previous;
	struct exchange		*exchange;	/* from its head on */
	char			*input;		/* NULL when there is none */
	size_t			 input_bytes;
	size_t			 input_room;
	size_t			 head_bytes;	/* 0: not whole yet */
	size_t			 discarded;
	size_t			 output_bytes;	/* counted in the api */
	struct request_scan	 scan;
	struct peer		 peer;
	enum connection_state	 state;
	bool			 keep;		/* after this answer */
	bool			 running;	/* within connection_run() */
	bool			 ended;		/* the peer sends no more */
	bool			 counted;	/* among the connections */
	bool			 refused;	/* among the refusals */
	bool			 resume;	/* what the timer is for */
	int			 handles;
};

/* Who has connections: a local user, or an address. */
struct api_origin {
	uid_t		uid;
	unsigned char	address[PEER_ADDRESS_BYTES];
	unsigned int	connections;
	unsigned int	guesses;	/* since guess_ms */
	uint64_t	guess_ms;	/* of the loop */
};

struct api {
	uv_pipe_t		 listener;
	uv_tcp_t		*remote;	/* where it listens for TLS */
	uv_timer_t		 poll;		/* while somebody waits */
	SSL_CTX			*tls;		/* NULL: no TLS */
	uv_loop_t		*loop;
	struct api_provider	 provider;
	struct api_limits	 limits;
	struct view		 view;
	struct connection	*connections;
	struct exchange		*waiters;	/* for events */
	struct api_origin	*origins;
	size_t			 origin_count;
	size_t			 origin_room;
	unsigned int		 connection_count;
	unsigned int		 remote_count;	/* of those, over TLS */
	unsigned int		 handshakes;	/* of those, not done */
	unsigned int		 refusal_count;
	size_t			 output_bytes;
	gid_t			 group;
	unsigned int		 handles;	/* not closed yet */
	bool			 stopping;
	char			 path[sizeof(
				    ((struct sockaddr_un *)0)->sun_path)];
	struct stream_scratch	 scratch;
};

/* server.c: the last handle of one of the two is closed. */
void	api_handle_closed(struct api *api);
void	api_connection_gone(struct connection *connection);

/* admit.c: whether it fits into the bounds; it is counted then. */
bool	admit(struct connection *connection);
/* One that was counted is gone. */
void	admit_gone(struct connection *connection);
/*
 * A credential that is not valid came from there: whether its answer has
 * to wait.
 */
bool	admit_guess(struct api *api, const struct peer *peer);

/* connection.c: a connection for what that listener has. */
void	connection_open(struct api *api, uv_stream_t *listener);
void	connection_close(struct connection *connection);
/*
 * Sends an answer: head and, unless it is NULL, body, which is taken.
 * Both are whole; keep says whether the connection goes on.
 */
void	connection_answer(struct connection *connection, const char *head,
	    size_t head_bytes, void *body, size_t body_bytes);
/* Refuses what came, and closes. */
void	connection_refuse(struct connection *connection, enum reply reply,
	    const char *detail);

/*
 * exchange.c: the body of an answer, malloc()ed, NULL: no memory; body is
 * taken, more may be NULL.
 */
char	*exchange_body(enum reply reply, const char *detail, json_t *body,
	    const struct text *more, size_t *length);
/* The head of an answer; returns its length. */
size_t	exchange_head(char *head, size_t size, enum reply reply,
	    const char *type, size_t length, const char *allow, bool keep);
void	exchange_free(struct exchange *exchange);

#endif
