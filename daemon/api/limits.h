/*
 * The bounds of everything that a caller of the management API can make
 * large, many or slow.  drover-api(7) tells them to its readers.
 */
#ifndef DROVER_API_LIMITS_H
#define DROVER_API_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#define API_REQUEST_LINE_BYTES_MAX	2048
#define API_HEAD_BYTES_MAX		8192	/* request line included */
#define API_HEADERS_MAX			64
#define API_BODY_BYTES_MAX		65536
#define API_TOKEN_BYTES_MAX		128	/* NUL included */
/* Of what came after the request that is being answered. */
#define API_INPUT_BYTES_MAX	(API_HEAD_BYTES_MAX + API_BODY_BYTES_MAX)
/* Requests of one connection answered before the loop goes on. */
#define API_REQUESTS_A_TURN		8
#define API_EVENTS_MAX			1000	/* in one answer */
#define API_EVENTS_USUAL		100
#define API_AUDIT_MAX			1000	/* rows in one answer */
#define API_AUDIT_USUAL			100
#define API_WAIT_SECONDS_MAX		60
/* Connections above the bound that are told so at one time. */
#define API_REFUSALS_MAX		64

#define API_REQUEST_MS		10000
#define API_IDLE_MS		75000
#define API_REPLY_MS		30000
#define API_LINGER_MS		1000
#define API_CONNECTIONS		8192
#define API_CONNECTIONS_UID	6144
#define API_OUTPUT_BYTES	((size_t)256 << 20)

/* Over TLS, beside those of the UNIX socket. */
#define API_HANDSHAKE_MS	3000
#define API_CONNECTIONS_REMOTE	1024
#define API_CONNECTIONS_ADDRESS	128
#define API_HANDSHAKES		256	/* under way at one time */
/* Tokens that are not valid, from one address within the span, are told so
   at once; those that follow have to wait. */
#define API_GUESSES		5
#define API_GUESS_SPAN_MS	60000
#define API_GUESS_WAIT_MS	1000
/* Addresses without a connection that are kept in mind for it. */
#define API_GUESSERS		1024

/* Those that tests shorten; the usual ones are the constants above. */
struct api_limits {
	uint64_t	request_ms;	/* from its first byte to its last */
	uint64_t	idle_ms;	/* between two requests */
	uint64_t	reply_ms;	/* to take an answer */
	uint64_t	linger_ms;	/* to close after the last answer */
	unsigned int	connections;	/* no more than open files allow */
	unsigned int	connections_uid; /* of one user */
	uint64_t	handshake_ms;
	unsigned int	connections_remote;
	unsigned int	connections_address;
	unsigned int	handshakes;
	uint64_t	guess_wait_ms;
	size_t		output_bytes;	/* answers that wait to be taken */
};

extern const struct api_limits api_limits_usual;	/* server.c */

#endif
