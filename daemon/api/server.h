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
#include "api/view.h"

#define API_READ_BYTES		((size_t)64 << 10)

enum connection_state {
	CONNECTION_READING,	/* between requests, or within one */
	CONNECTION_BUSY,	/* a handler has not answered yet */
	CONNECTION_WRITING,
	CONNECTION_LINGERING,	/* answered for the last time */
	CONNECTION_CLOSED
};

struct connection {
	uv_pipe_t		 pipe;
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
	struct request_scan	 scan;
	struct peer		 peer;
	enum connection_state	 state;
	bool			 keep;		/* after this answer */
	bool			 reading;	/* the loop watches it */
	bool			 running;	/* within connection_run() */
	bool			 ended;		/* the peer sends no more */
	bool			 counted;	/* among the connections */
	bool			 resume;	/* what the timer is for */
	int			 handles;
};

/* Connections of one user. */
struct api_user {
	uid_t		uid;
	unsigned int	connections;
};

struct api {
	uv_pipe_t		 listener;
	uv_timer_t		 poll;		/* while somebody waits */
	uv_loop_t		*loop;
	struct api_provider	 provider;
	struct api_limits	 limits;
	struct view		 view;
	struct connection	*connections;
	struct exchange		*waiters;	/* for events */
	struct api_user		*users;
	size_t			 user_count;
	size_t			 user_room;
	unsigned int		 connection_count;
	unsigned int		 refusal_count;
	size_t			 output_bytes;
	gid_t			 group;
	unsigned int		 handles;	/* not closed yet */
	bool			 stopping;
	char			 path[sizeof(
				    ((struct sockaddr_un *)0)->sun_path)];
	char			 read[API_READ_BYTES];
};

/* server.c: the last handle of one of the two is closed. */
void	api_handle_closed(struct api *api);
void	api_connection_gone(struct connection *connection);

/* connection.c: a connection for what the listener has. */
void	connection_open(struct api *api);
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
