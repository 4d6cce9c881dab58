/*
 * The bytes of one connection on its loop, plain or through TLS; whoever
 * uses it sees plain text alone.  What is called may close the stream, and
 * is never called again then, but for closed().
 */
#ifndef DROVER_API_STREAM_H
#define DROVER_API_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "api/tls.h"

#define STREAM_READ_BYTES	((size_t)64 << 10)
/* Cipher text that is made before the peer took what came before it. */
#define STREAM_AHEAD_BYTES	((size_t)64 << 10)
#define STREAM_HEAD_BYTES	512

struct stream;

struct stream_events {
	/* TLS: the handshake is done. */
	void	(*ready)(struct stream *stream);
	/*
	 * Bytes of the peer, which are gone once something is sent.  After
	 * stream_finish() only their number means anything.
	 */
	void	(*came)(struct stream *stream, const char *bytes,
		    size_t count);
	/* The peer sends no more; it may still read. */
	void	(*ended)(struct stream *stream);
	/* What stream_send() had left is sent. */
	void	(*sent)(struct stream *stream);
	/* It is of no more use, and is to be closed.  why is one line. */
	void	(*failed)(struct stream *stream, const char *why);
	/* The last call: the memory of the stream may go. */
	void	(*closed)(struct stream *stream);
};

/* Shared by all streams of a loop. */
struct stream_scratch {
	char	read[STREAM_READ_BYTES];
	char	plain[TLS_RECORD_BYTES];
};

struct stream {
	union {
		uv_handle_t	handle;
		uv_stream_t	stream;
		uv_pipe_t	pipe;
		uv_tcp_t	tcp;
	}				 uv;
	const struct stream_events	*events;
	struct stream_scratch		*scratch;
	struct tls			*tls;		/* NULL: plain */
	struct stream_output		*output;	/* through TLS */
	size_t				 room;		/* 0: do not read */
	bool				 reading;
	bool				 ready;
	bool				 writing;	/* cipher text */
	bool				 finished;
	bool				 failed;
};

/* type: UV_NAMED_PIPE or UV_TCP.  From here on it must be closed. */
void	stream_init(struct stream *stream, uv_loop_t *loop,
	    uv_handle_type type, const struct stream_events *events,
	    struct stream_scratch *scratch);
/* What comes is TLS: an accepted stream, before it is watched. */
int	stream_secure(struct stream *stream, SSL_CTX *context);
/*
 * At most about so many bytes may come before the next call: through TLS
 * one record more.  0: none.
 */
int	stream_watch(struct stream *stream, size_t room);
/*
 * Sends head, of at most STREAM_HEAD_BYTES, and body, which is taken and
 * may be NULL.  1: all of it is on its way; 0: the rest goes when the peer
 * reads, then sent() is called, and until then nothing else can be sent;
 * negative: it cannot be sent.
 */
int	stream_send(struct stream *stream, const char *head,
	    size_t head_bytes, void *body, size_t body_bytes);
/* A few bytes for which there must be room. */
int	stream_say(struct stream *stream, const char *bytes, size_t count);
/* Nothing more is sent; what comes is still read. */
int	stream_finish(struct stream *stream);
void	stream_close(struct stream *stream);

#endif
