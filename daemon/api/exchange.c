#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/exchange.h"
#include "api/server.h"

#define HEAD_BYTES	512
/* Escapes leave nothing that could act on a terminal. */
#define JSON_FLAGS	(JSON_COMPACT | JSON_ENSURE_ASCII |		\
			    JSON_REAL_PRECISION(15))

static const char *
http_reason(int status)
{
	static const struct { int status; const char *reason; } reasons[] = {
		{ 200, "OK" },
		{ 202, "Accepted" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
		{ 507, "Insufficient Storage" },
	};
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

size_t
exchange_head(char *head, size_t size, enum reply reply, const char *type,
    size_t length, const char *allow, bool keep)
{
	const struct reply_row *row = reply_find(reply);
	int bytes;

	assert(row != NULL);
	bytes = snprintf(head, size, "HTTP/1.1 %d %s\r\n"
	    "Content-Type: %s\r\n"
	    "Content-Length: %zu\r\n"
	    "Cache-Control: no-store\r\n"
	    "Drover-Reply: %d\r\n"
	    "%s%s%s%s%s\r\n", row->http, http_reason(row->http), type, length,
	    row->number, allow[0] != '\0' ? "Allow: " : "", allow,
	    allow[0] != '\0' ? "\r\n" : "",
	    row->http == 401 ? "WWW-Authenticate: Bearer\r\n" : "",
	    keep ? "" : "Connection: close\r\n");
	assert(bytes > 0 && (size_t)bytes < size);
	return (size_t)bytes;
}

char *
exchange_body(enum reply reply, const char *detail, json_t *body,
    const struct text *more, size_t *length)
{
	const struct reply_row *row = reply_find(reply);
	size_t members = more == NULL ? 0 : more->length, used;
	char *text, *longer = NULL;
	json_t *object;

	assert(row != NULL);
	object = json_pack("{s:{s:i, s:s, s:s, s:o}}", "reply",
	    "number", row->number, "name", row->name, "text", row->text,
	    "detail", text_json(detail));
	if (body != NULL)
		json_object_update(object, body);
	json_decref(body);
	text = object == NULL ? NULL : json_dumps(object, JSON_FLAGS);
	json_decref(object);
	used = text == NULL ? 0 : strlen(text);
	if (text != NULL)
		longer = realloc(text, used + members + 1);
	if (longer == NULL) {
		free(text);
		return NULL;
	}
	/* In front of the brace that ends the object. */
	if (members > 0)
		memcpy(longer + used - 1, more->bytes, members);
	memcpy(longer + used - 1 + members, "}\n", 2);
	*length = used + members + 1;
	return longer;
}

void
exchange_free(struct exchange *exchange)
{
	if (exchange == NULL)
		return;
	free(exchange->request.body);
	free(exchange);
}

static void
send_answer(struct exchange *exchange, enum reply reply, const char *type,
    void *body, size_t length)
{
	struct connection *connection = exchange->connection;
	char head[HEAD_BYTES];
	size_t bytes;

	if (connection == NULL) {
		free(body);
		exchange_free(exchange);
		return;
	}
	connection->keep = exchange->request.keep && !connection->ended &&
	    !exchange->api->stopping;
	bytes = exchange_head(head, sizeof(head), reply, type, length,
	    exchange->match.allow, connection->keep);
	if (exchange->request.method == REQUEST_HEAD) {
		free(body);
		body = NULL;
		length = 0;
	}
	connection->exchange = NULL;
	exchange_free(exchange);
	connection_answer(connection, head, bytes, body, length);
}

static void
answer_json(struct exchange *exchange, enum reply reply, const char *detail,
    json_t *object, const struct text *more)
{
	size_t length = 0;
	char *body;

	if (exchange->match.allow[0] != '\0' && reply != REPLY_NO_METHOD)
		exchange->match.allow[0] = '\0';
	body = exchange_body(reply, detail, object, more, &length);
	if (body != NULL && exchange->api->output_bytes + length >
	    exchange->api->limits.output_bytes) {
		free(body);
		reply = REPLY_BUSY;
		body = exchange_body(reply, "", NULL, NULL, &length);
	}
	/* The number in the head tells what the body would. */
	if (body == NULL) {
		length = 0;
		reply = reply_is_done(reply) ? REPLY_INTERNAL : reply;
	}
	send_answer(exchange, reply, "application/json", body, length);
}

void
exchange_reply(struct exchange *exchange, enum reply reply, json_t *body)
{
	answer_json(exchange, reply, "", body, NULL);
}

void
exchange_reply_detail(struct exchange *exchange, enum reply reply,
    const char *detail, json_t *body)
{
	answer_json(exchange, reply, detail, body, NULL);
}

void
exchange_reply_text(struct exchange *exchange, enum reply reply,
    json_t *body, const struct text *more)
{
	answer_json(exchange, reply, "", body, more);
}

void
exchange_refuse(struct exchange *exchange, enum reply reply,
    const char *detail)
{
	answer_json(exchange, reply, detail, NULL, NULL);
}

void
exchange_reply_bytes(struct exchange *exchange, const char *type,
    void *bytes, size_t length)
{
	if (exchange->api->output_bytes + length >
	    exchange->api->limits.output_bytes) {
		free(bytes);
		exchange_refuse(exchange, REPLY_BUSY, "");
		return;
	}
	exchange->match.allow[0] = '\0';
	send_answer(exchange, REPLY_OK, type, bytes, length);
}
