/*
 * TLS 1.3 of one connection as bytes alone: what came is fed in and read
 * as plain text, plain text is written, and what is to be sent is taken
 * out.  Nothing here knows a socket or waits.
 *
 * No tickets and no resumption: each connection proves itself, and a
 * certificate that was replaced is not used on.  ALPN, where the peer asks
 * for it, is http/1.1 alone.
 */
#ifndef DROVER_API_TLS_H
#define DROVER_API_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <openssl/types.h>

/* Plain text of one record. */
#define TLS_RECORD_BYTES	16384
/* What the peer can make us send while it reads nothing itself. */
#define TLS_CONTROL_BYTES_MAX	8192

#define TLS_DETAIL_BYTES	256

struct tls;

/*
 * Certificate and key from files in PEM; they must belong together.  The
 * sessions that use a context keep it alive: free it with SSL_CTX_free()
 * at any time.  NULL: detail says which file and why.
 */
SSL_CTX	*tls_context(const char *certificate, const char *key,
	    char detail[TLS_DETAIL_BYTES]);

/* NULL: no memory. */
struct tls *tls_new(SSL_CTX *context);
void	tls_free(struct tls *tls);

/*
 * What came, to be read by tls_read() until that returns 0 or less; the
 * bytes must stay until then.
 */
void	tls_feed(struct tls *tls, const void *bytes, size_t count);
/*
 * Plain text: how much; 0: more must come; -EPIPE: the peer has said that
 * it sends no more; -EPROTO: it broke the protocol, see tls_why().  room
 * should be TLS_RECORD_BYTES.  May leave something to be sent.
 */
ssize_t	tls_read(struct tls *tls, void *bytes, size_t room);
/* 0, -ENOMEM or -EPROTO. */
int	tls_write(struct tls *tls, const void *bytes, size_t count);
/* Says that nothing more is sent. */
void	tls_end(struct tls *tls);

/* The handshake is done: both may send. */
bool	tls_is_ready(const struct tls *tls);
/* One line, for the log. */
const char *tls_why(const struct tls *tls);

/* What is to be sent; valid until the next call. */
size_t	tls_output(const struct tls *tls, const char **bytes);
/* So much of it was sent. */
void	tls_output_sent(struct tls *tls, size_t count);
/* The rest of it becomes the caller's, to be freed; NULL: there is none. */
char	*tls_output_take(struct tls *tls, size_t *length);

#endif
