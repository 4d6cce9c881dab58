#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collect/http_response.h"

#define BODY_KEPT_BYTES		((size_t)64 << 10)

static int
refuse(struct http_response *response, int error)
{
	response->error = error;
	return -1;
}

static int
count_header(struct http_response *response, size_t length)
{
	response->header_bytes += length;
	if (response->header_bytes > HTTP_HEADER_BYTES_MAX)
		return refuse(response, -EMSGSIZE);
	return 0;
}

static int
on_status(llhttp_t *parser, const char *at, size_t length)
{
	(void)at;
	return count_header(parser->data, length);
}

static int
on_header_field(llhttp_t *parser, const char *at, size_t length)
{
	struct http_response *response = parser->data;
	size_t i;

	for (i = 0; i < length; i++) {
		if (response->field_bytes < sizeof(response->field))
			response->field[response->field_bytes] = at[i];
		response->field_bytes++;
	}
	return count_header(response, length);
}

static bool
field_is(const struct http_response *response, const char *name)
{
	return response->field_bytes == strlen(name) &&
	    strncasecmp(response->field, name, strlen(name)) == 0;
}

static int
on_header_value(llhttp_t *parser, const char *at, size_t length)
{
	struct http_response *response = parser->data;
	size_t room;

	if (field_is(response, "location")) {
		room = sizeof(response->location) - 1 -
		    response->location_bytes;
		if (room > length)
			room = length;
		memcpy(response->location + response->location_bytes, at,
		    room);
		response->location_bytes += room;
	}
	return count_header(response, length);
}

static int
on_header_value_complete(llhttp_t *parser)
{
	struct http_response *response = parser->data;

	response->field_bytes = 0;
	/* An empty header costs something too. */
	return count_header(response, 4);
}

static int
on_headers_complete(llhttp_t *parser)
{
	struct http_response *response = parser->data;

	if (parser->status_code == 101)
		return refuse(response, -EBADMSG);
	if ((parser->flags & F_CONTENT_LENGTH) != 0 &&
	    parser->content_length > HTTP_BODY_BYTES_MAX)
		return refuse(response, -EMSGSIZE);
	return 0;
}

static int
body_reserve(struct http_response *response, size_t bytes)
{
	size_t room = response->body_room;
	char *body;

	if (bytes > HTTP_BODY_BYTES_MAX)
		return refuse(response, -EMSGSIZE);
	while (room <= bytes)
		room = room == 0 ? 4096 : room * 2;
	if (room == response->body_room)
		return 0;
	body = realloc(response->body, room);
	if (body == NULL)
		return refuse(response, -ENOMEM);
	response->body = body;
	response->body_room = room;
	return 0;
}

static int
on_body(llhttp_t *parser, const char *at, size_t length)
{
	struct http_response *response = parser->data;

	if (body_reserve(response, response->body_bytes + length) != 0)
		return -1;
	memcpy(response->body + response->body_bytes, at, length);
	response->body_bytes += length;
	response->body[response->body_bytes] = '\0';
	return 0;
}

static int
on_message_complete(llhttp_t *parser)
{
	struct http_response *response = parser->data;

	if (parser->status_code < 200)
		return 0;
	response->status = parser->status_code;
	response->keep = llhttp_should_keep_alive(parser) != 0;
	response->complete = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_status = on_status,
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
	.on_header_value_complete = on_header_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

void
http_response_init(struct http_response *response)
{
	memset(response, 0, sizeof(*response));
	http_response_reset(response);
}

void
http_response_reset(struct http_response *response)
{
	if (response->body_room > BODY_KEPT_BYTES)
		http_response_free(response);
	llhttp_init(&response->parser, HTTP_RESPONSE, &settings);
	response->parser.data = response;
	response->body_bytes = 0;
	response->header_bytes = 0;
	response->field_bytes = 0;
	memset(response->location, 0, sizeof(response->location));
	response->location_bytes = 0;
	response->received = 0;
	response->status = 0;
	response->error = 0;
	response->complete = false;
	response->keep = false;
}

void
http_response_free(struct http_response *response)
{
	free(response->body);
	response->body = NULL;
	response->body_room = 0;
	response->body_bytes = 0;
}

int
http_response_feed(struct http_response *response, const char *data,
    size_t length)
{
	enum llhttp_errno result;

	response->received += length;
	result = llhttp_execute(&response->parser, data, length);
	if (response->complete) {
		/* Bytes that nobody asked for: not a server to keep. */
		if (result == HPE_PAUSED && llhttp_get_error_pos(
		    &response->parser) != data + length)
			response->keep = false;
		return 1;
	}
	if (result == HPE_OK)
		return 0;
	return response->error != 0 ? response->error : -EBADMSG;
}

int
http_response_finish(struct http_response *response)
{
	(void)llhttp_finish(&response->parser);
	response->keep = false;
	return response->complete ? 1 : -EPIPE;
}
