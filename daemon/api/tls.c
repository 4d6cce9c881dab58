#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "api/tls.h"

#define OUTPUT_BYTES	4096	/* grows from there */

struct tls {
	SSL		*ssl;
	const char	*input;		/* what was fed and is not read yet */
	size_t		 input_bytes;
	char		*output;
	size_t		 output_begin;	/* before it all was sent */
	size_t		 output_end;
	size_t		 output_room;
	char		 why[96];
};

/*
 * The two ends of a session: memory that this room owns, so that an idle
 * session holds none.
 */
static int
on_read(BIO *bio, char *bytes, size_t room, size_t *count)
{
	struct tls *tls = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	if (tls->input_bytes == 0) {
		BIO_set_retry_read(bio);
		return 0;
	}
	*count = room < tls->input_bytes ? room : tls->input_bytes;
	memcpy(bytes, tls->input, *count);
	tls->input += *count;
	tls->input_bytes -= *count;
	return 1;
}

static int
on_write(BIO *bio, const char *bytes, size_t count, size_t *written)
{
	struct tls *tls = BIO_get_data(bio);
	size_t needed = tls->output_end + count, room = tls->output_room;
	char *grown;

	BIO_clear_retry_flags(bio);
	while (room < needed)
		room = room == 0 ? OUTPUT_BYTES : 2 * room;
	if (room != tls->output_room) {
		grown = realloc(tls->output, room);
		if (grown == NULL)
			return 0;
		tls->output = grown;
		tls->output_room = room;
	}
	memcpy(tls->output + tls->output_end, bytes, count);
	tls->output_end = needed;
	*written = count;
	return 1;
}

static long
on_control(BIO *bio, int command, long number, void *pointer)
{
	(void)bio;
	(void)number;
	(void)pointer;
	return command == BIO_CTRL_FLUSH;
}

static int
on_create(BIO *bio)
{
	BIO_set_init(bio, 1);
	return 1;
}

/* Made once for the process. */
static const BIO_METHOD *
method(void)
{
	static BIO_METHOD *made;

	if (made != NULL)
		return made;
	made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
	    "drover");
	if (made == NULL)
		return NULL;
	BIO_meth_set_read_ex(made, on_read);
	BIO_meth_set_write_ex(made, on_write);
	BIO_meth_set_ctrl(made, on_control);
	BIO_meth_set_create(made, on_create);
	return made;
}

/* Why the last call into the library failed: the first cause of it. */
static const char *
reason(void)
{
	unsigned long error = ERR_peek_error();
	const char *text = ERR_SYSTEM_ERROR(error) ?
	    strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);

	return text != NULL ? text : "broken off";
}

static int
choose_protocol(SSL *ssl, const unsigned char **chosen,
    unsigned char *length, const unsigned char *offered,
    unsigned int offered_bytes, void *context)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *found;

	(void)ssl;
	(void)context;
	if (SSL_select_next_proto(&found, length, ours, sizeof(ours) - 1,
	    offered, offered_bytes) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

/* A key under a pass phrase cannot be read: nobody is there to ask. */
static int
no_phrase(char *phrase, int size, int writing, void *context)
{
	(void)phrase;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

static bool
configure(SSL_CTX *context)
{
	SSL_CTX_set_default_passwd_cb(context, no_phrase);
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
	/* An idle session gives its buffers back. */
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
	    SSL_CTX_set_num_tickets(context, 0) == 1;
}

SSL_CTX *
tls_context(const char *certificate, const char *key,
    char detail[TLS_DETAIL_BYTES])
{
	SSL_CTX *context;
	const char *what = "TLS";

	ERR_clear_error();
	context = SSL_CTX_new(TLS_server_method());
	if (context == NULL || !configure(context))
		goto fail;
	what = certificate;
	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		goto fail;
	what = key;
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1)
		goto fail;
	return context;
fail:
	snprintf(detail, TLS_DETAIL_BYTES, "%.150s: %.90s", what, reason());
	ERR_clear_error();
	SSL_CTX_free(context);
	return NULL;
}

struct tls *
tls_new(SSL_CTX *context)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	const BIO_METHOD *ends = method();
	BIO *bio;

	if (tls == NULL || ends == NULL)
		goto fail;
	tls->ssl = SSL_new(context);
	bio = tls->ssl == NULL ? NULL : BIO_new(ends);
	if (bio == NULL)
		goto fail;
	BIO_set_data(bio, tls);
	SSL_set_bio(tls->ssl, bio, bio);
	SSL_set_accept_state(tls->ssl);
	return tls;
fail:
	ERR_clear_error();
	tls_free(tls);
	return NULL;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	free(tls->output);
	free(tls);
}

void
tls_feed(struct tls *tls, const void *bytes, size_t count)
{
	assert(tls->input_bytes == 0);
	tls->input = bytes;
	tls->input_bytes = count;
}

/* What is left of the input is of no use after the last of a session. */
static int
give_up(struct tls *tls, int error)
{
	if (error == -EPROTO)
		snprintf(tls->why, sizeof(tls->why), "%s", reason());
	ERR_clear_error();
	tls->input_bytes = 0;
	return error;
}

ssize_t
tls_read(struct tls *tls, void *bytes, size_t room)
{
	size_t count;

	ERR_clear_error();
	if (SSL_read_ex(tls->ssl, bytes, room, &count) == 1)
		return (ssize_t)count;
	switch (SSL_get_error(tls->ssl, 0)) {
	case SSL_ERROR_WANT_READ:
		return 0;
	case SSL_ERROR_ZERO_RETURN:
		return give_up(tls, -EPIPE);
	default:
		return give_up(tls, -EPROTO);
	}
}

int
tls_write(struct tls *tls, const void *bytes, size_t count)
{
	size_t written;

	ERR_clear_error();
	/* The end that it goes to takes all of it, or fails. */
	if (SSL_write_ex(tls->ssl, bytes, count, &written) == 1)
		return 0;
	return give_up(tls, -EPROTO);
}

void
tls_end(struct tls *tls)
{
	ERR_clear_error();
	tls->input_bytes = 0;
	(void)SSL_shutdown(tls->ssl);
	ERR_clear_error();
}

bool
tls_is_ready(const struct tls *tls)
{
	return SSL_is_init_finished(tls->ssl);
}

const char *
tls_why(const struct tls *tls)
{
	return tls->why;
}

size_t
tls_output(const struct tls *tls, const char **bytes)
{
	*bytes = tls->output == NULL ? NULL :
	    tls->output + tls->output_begin;
	return tls->output_end - tls->output_begin;
}

void
tls_output_sent(struct tls *tls, size_t count)
{
	tls->output_begin += count;
	assert(tls->output_begin <= tls->output_end);
	if (tls->output_begin < tls->output_end)
		return;
	free(tls->output);
	tls->output = NULL;
	tls->output_begin = tls->output_end = tls->output_room = 0;
}

char *
tls_output_take(struct tls *tls, size_t *length)
{
	char *taken = tls->output;

	*length = tls->output_end - tls->output_begin;
	if (*length == 0)
		return NULL;
	memmove(taken, taken + tls->output_begin, *length);
	tls->output = NULL;
	tls->output_begin = tls->output_end = tls->output_room = 0;
	return taken;
}
