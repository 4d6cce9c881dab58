#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/stream.h"

/* What stream_send() could not hand on at once. */
struct stream_output {
	uv_write_t	 write;
	struct stream	*stream;
	char		*body;
	size_t		 body_bytes;
	size_t		 head_bytes;
	size_t		 done;		/* of both, made cipher text */
	char		 head[STREAM_HEAD_BYTES];
};

/* Cipher text that the peer was not ready for. */
struct cipher {
	uv_write_t	 write;
	struct stream	*stream;
	char		*bytes;
};

static int	pump(struct stream *stream);

static bool
is_closing(const struct stream *stream)
{
	return uv_is_closing(&stream->uv.handle);
}

static void
fail(struct stream *stream, const char *why)
{
	if (stream->failed || is_closing(stream))
		return;
	stream->failed = true;
	stream->events->failed(stream, why);
}

static void
output_free(struct stream_output *output)
{
	if (output != NULL)
		free(output->body);
	free(output);
}

void
stream_init(struct stream *stream, uv_loop_t *loop, uv_handle_type type,
    const struct stream_events *events, struct stream_scratch *scratch)
{
	memset(stream, 0, sizeof(*stream));
	if (type == UV_TCP)
		uv_tcp_init(loop, &stream->uv.tcp);
	else
		uv_pipe_init(loop, &stream->uv.pipe, 0);
	stream->uv.handle.data = stream;
	stream->events = events;
	stream->scratch = scratch;
}

int
stream_secure(struct stream *stream, SSL_CTX *context)
{
	stream->tls = tls_new(context);
	return stream->tls == NULL ? -ENOMEM : 0;
}

static void
on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct stream *stream = handle->data;
	size_t room = stream->room < STREAM_READ_BYTES ? stream->room :
	    STREAM_READ_BYTES;

	(void)suggested;
	*buffer = uv_buf_init(stream->scratch->read, (unsigned int)room);
}

/* What a peer can make us say while it reads nothing has an end. */
static bool
control_is_bounded(struct stream *stream)
{
	const char *bytes;

	return !stream->writing ||
	    tls_output(stream->tls, &bytes) <= TLS_CONTROL_BYTES_MAX;
}

static void
decrypt(struct stream *stream, const char *bytes, size_t count)
{
	struct stream_scratch *scratch = stream->scratch;
	ssize_t got;

	tls_feed(stream->tls, bytes, count);
	do {
		got = tls_read(stream->tls, scratch->plain,
		    sizeof(scratch->plain));
		if (!stream->ready && tls_is_ready(stream->tls)) {
			stream->ready = true;
			stream->events->ready(stream);
		}
		if (got > 0 && !is_closing(stream))
			stream->events->came(stream, scratch->plain,
			    (size_t)got);
	} while (got > 0 && !is_closing(stream) && !stream->finished);
	if (is_closing(stream))
		return;
	/* Of the handshake, or an alert: also where the session has failed. */
	if (pump(stream) < 0 || !control_is_bounded(stream))
		fail(stream, "what it is sent does not get through");
	else if (got == -EPIPE)
		stream->events->ended(stream);
	else if (got < 0)
		fail(stream, tls_why(stream->tls));
}

static void
on_read(uv_stream_t *handle, ssize_t count, const uv_buf_t *buffer)
{
	struct stream *stream = handle->data;

	if (count == UV_EOF)
		stream->events->ended(stream);
	else if (count < 0)
		fail(stream, uv_strerror((int)count));
	else if (count > 0 && stream->tls != NULL && !stream->finished)
		decrypt(stream, buffer->base, (size_t)count);
	else if (count > 0)
		stream->events->came(stream, buffer->base, (size_t)count);
}

int
stream_watch(struct stream *stream, size_t room)
{
	bool wanted = room > 0;

	stream->room = room;
	if (wanted == stream->reading)
		return 0;
	stream->reading = wanted;
	return wanted ? uv_read_start(&stream->uv.stream, on_allocate,
	    on_read) : uv_read_stop(&stream->uv.stream);
}

/* True, once: all of the output has gone out. */
static bool
is_sent(struct stream *stream)
{
	struct stream_output *output = stream->output;
	const char *bytes;

	if (output == NULL || stream->writing ||
	    output->done < output->head_bytes + output->body_bytes ||
	    tls_output(stream->tls, &bytes) > 0)
		return false;
	output_free(output);
	stream->output = NULL;
	return true;
}

static void
on_cipher_written(uv_write_t *write, int status)
{
	struct cipher *cipher = write->data;
	struct stream *stream = cipher->stream;

	free(cipher->bytes);
	free(cipher);
	stream->writing = false;
	if (is_closing(stream))
		return;
	if (status != 0 || pump(stream) != 0)
		fail(stream, "what it is sent does not get through");
	else if (is_sent(stream))
		stream->events->sent(stream);
}

/* What is left goes when the peer reads. */
static int
write_cipher(struct stream *stream)
{
	struct cipher *cipher = malloc(sizeof(*cipher));
	size_t length;
	uv_buf_t buffer;
	int error;

	if (cipher == NULL)
		return -ENOMEM;
	cipher->stream = stream;
	cipher->bytes = tls_output_take(stream->tls, &length);
	cipher->write.data = cipher;
	buffer = uv_buf_init(cipher->bytes, (unsigned int)length);
	error = uv_write(&cipher->write, &stream->uv.stream, &buffer, 1,
	    on_cipher_written);
	if (error != 0) {
		free(cipher->bytes);
		free(cipher);
		return error;
	}
	stream->writing = true;
	return 0;
}

/* Hands on what there is of cipher text. */
static int
flush(struct stream *stream)
{
	const char *bytes;
	size_t length = tls_output(stream->tls, &bytes);
	uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned int)length);
	int done;

	if (length == 0 || stream->writing)
		return 0;
	done = uv_try_write(&stream->uv.stream, &buffer, 1);
	if (done < 0 && done != UV_EAGAIN)
		return done;
	if (done > 0)
		tls_output_sent(stream->tls, (size_t)done);
	return done == (int)length ? 0 : write_cipher(stream);
}

/* The next record: the head, where it is left, with what fits behind it. */
static int
encrypt(struct stream *stream)
{
	struct stream_output *output = stream->output;
	char *plain = stream->scratch->plain;
	size_t head = 0, at, body;

	if (output->done < output->head_bytes) {
		head = output->head_bytes - output->done;
		memcpy(plain, output->head + output->done, head);
	}
	at = output->done + head - output->head_bytes;
	body = output->body_bytes - at;
	if (body > TLS_RECORD_BYTES - head)
		body = TLS_RECORD_BYTES - head;
	if (head > 0 && body > 0)
		memcpy(plain + head, output->body + at, body);
	else if (head == 0)
		plain = output->body + at;
	output->done += head + body;
	return tls_write(stream->tls, plain, head + body);
}

static int
pump(struct stream *stream)
{
	struct stream_output *output = stream->output;
	const char *bytes;
	size_t whole;
	int error = 0;

	whole = output == NULL ? 0 : output->head_bytes + output->body_bytes;
	while (error == 0 && !stream->writing) {
		while (error == 0 && output != NULL && output->done < whole &&
		    tls_output(stream->tls, &bytes) < STREAM_AHEAD_BYTES)
			error = encrypt(stream);
		if (tls_output(stream->tls, &bytes) == 0)
			break;
		if (error == 0)
			error = flush(stream);
	}
	return error;
}

static struct stream_output *
output_new(struct stream *stream, const char *head, size_t head_bytes,
    void *body, size_t body_bytes)
{
	struct stream_output *output = malloc(sizeof(*output));

	if (output == NULL) {
		free(body);
		return NULL;
	}
	output->stream = stream;
	output->write.data = output;
	memcpy(output->head, head, head_bytes);
	output->head_bytes = head_bytes;
	output->body = body;
	output->body_bytes = body_bytes;
	output->done = 0;
	return output;
}

static int
send_secure(struct stream *stream, const char *head, size_t head_bytes,
    void *body, size_t body_bytes)
{
	int error;

	stream->output = output_new(stream, head, head_bytes, body,
	    body_bytes);
	if (stream->output == NULL)
		return -ENOMEM;
	error = pump(stream);
	if (error != 0)
		return error;
	return is_sent(stream) ? 1 : 0;
}

static void
on_written(uv_write_t *write, int status)
{
	struct stream_output *output = write->data;
	struct stream *stream = output->stream;

	output_free(output);
	if (is_closing(stream))
		return;
	if (status != 0)
		fail(stream, uv_strerror(status));
	else
		stream->events->sent(stream);
}

/* What is left after done bytes went out. */
static int
write_rest(struct stream *stream, struct stream_output *output, size_t done)
{
	size_t over = done > output->head_bytes ? done - output->head_bytes :
	    0;
	size_t left = done < output->head_bytes ? output->head_bytes - done :
	    0;
	uv_buf_t buffers[2];
	int error;

	buffers[0] = uv_buf_init(output->head + output->head_bytes - left,
	    (unsigned int)left);
	buffers[1] = uv_buf_init(output->body_bytes > over ?
	    output->body + over : NULL,
	    (unsigned int)(output->body_bytes - over));
	error = uv_write(&output->write, &stream->uv.stream, buffers, 2,
	    on_written);
	if (error != 0)
		output_free(output);
	return error;
}

int
stream_send(struct stream *stream, const char *head, size_t head_bytes,
    void *body, size_t body_bytes)
{
	uv_buf_t buffers[2] = {
		uv_buf_init((char *)head, (unsigned int)head_bytes),
		uv_buf_init(body, (unsigned int)body_bytes),
	};
	struct stream_output *output;
	int done;

	assert(head_bytes <= STREAM_HEAD_BYTES && stream->output == NULL);
	if (stream->tls != NULL)
		return send_secure(stream, head, head_bytes, body, body_bytes);
	done = uv_try_write(&stream->uv.stream, buffers,
	    body_bytes > 0 ? 2 : 1);
	if ((done < 0 && done != UV_EAGAIN) ||
	    (done > 0 && (size_t)done == head_bytes + body_bytes)) {
		free(body);
		return done < 0 ? done : 1;
	}
	output = output_new(stream, head, head_bytes, body, body_bytes);
	return output == NULL ? -ENOMEM : write_rest(stream, output,
	    done > 0 ? (size_t)done : 0);
}

int
stream_say(struct stream *stream, const char *bytes, size_t count)
{
	uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned int)count);
	int error;

	if (stream->tls == NULL)
		return uv_try_write(&stream->uv.stream, &buffer, 1) ==
		    (int)count ? 0 : -EAGAIN;
	error = tls_write(stream->tls, bytes, count);
	return error != 0 ? error : flush(stream);
}

static void
on_shut_down(uv_shutdown_t *shutdown, int status)
{
	(void)status;
	free(shutdown);
}

int
stream_finish(struct stream *stream)
{
	uv_shutdown_t *shutdown = malloc(sizeof(*shutdown));
	int error = shutdown == NULL ? -ENOMEM : 0;

	stream->finished = true;
	if (error == 0 && stream->tls != NULL) {
		tls_end(stream->tls);
		error = flush(stream);
	}
	if (error == 0)
		error = uv_shutdown(shutdown, &stream->uv.stream,
		    on_shut_down);
	if (error != 0)
		free(shutdown);
	return error;
}

static void
on_closed(uv_handle_t *handle)
{
	struct stream *stream = handle->data;

	tls_free(stream->tls);
	output_free(stream->output);
	stream->events->closed(stream);
}

void
stream_close(struct stream *stream)
{
	const char *bytes;
	uv_buf_t buffer;
	size_t length;

	/* The end of an answer that was cut off is not told as one. */
	if (stream->ready && !stream->finished && !stream->failed &&
	    !stream->writing && stream->output == NULL) {
		tls_end(stream->tls);
		length = tls_output(stream->tls, &bytes);
		buffer = uv_buf_init((char *)bytes, (unsigned int)length);
		(void)uv_try_write(&stream->uv.stream, &buffer, 1);
	}
	uv_close(&stream->uv.handle, on_closed);
}
