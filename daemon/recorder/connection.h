/*
 * Who is connected to the recorder: the core, and tools that ask for a
 * flush.  Bytes come in, whole sound records go out.
 */
#ifndef DROVER_RECORDER_CONNECTION_H
#define DROVER_RECORDER_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "recorder/message.h"
#include "store/flight_record.h"

struct connection;

struct connection_calls {
	/* A record came; what it points to is gone afterwards. */
	void	(*record)(void *context, struct connection *connection,
		    const struct flight_record *record);
	/* All that had come was handed out. */
	void	(*drained)(void *context, struct connection *connection);
	void	(*closed)(void *context, struct connection *connection);
};

struct connection {
	uv_pipe_t			 pipe;
	const struct connection_calls	*calls;
	void				*context;
	unsigned char			*bytes;
	size_t				 used;
	size_t				 room;
	bool				 may_feed;	/* as the core does */
	bool				 closing;
};

/* The next one that waits at the server; NULL: none can be had. */
struct connection *connection_accept(uv_stream_t *server,
	    const struct connection_calls *calls, void *context);
void	connection_answer(struct connection *connection,
	    const struct recorder_answer *answer);
void	connection_close(struct connection *connection);

#endif
