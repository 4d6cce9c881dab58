/*
 * The way of a request: bytes of a connection, cut into pieces, through
 * the scan, the parser and the table of resources.  The first byte of the
 * input chooses the size of the pieces.  However the bytes are cut, they
 * mean the same.
 */
#include <stdlib.h>
#include <string.h>

#include "api/request.h"
#include "api/route.h"
#include "fuzz.h"

static void
require(int condition)
{
	if (!condition)
		abort();
}

static long
scan(const char *bytes, size_t size, size_t piece,
    struct request_refusal *refusal)
{
	struct request_scan state = { 0 };
	size_t seen = 0;
	char *copy;
	long head = 0;

	while (head == 0 && seen < size) {
		seen = size - seen < piece ? size : seen + piece;
		/* Of its own size, so that a sanitizer sees its end. */
		copy = malloc(seen);
		require(copy != NULL);
		memcpy(copy, bytes, seen);
		head = request_scan(&state, copy, seen, refusal);
		free(copy);
	}
	return head;
}

/* What was let through has one reading. */
static void
check_read(const char *bytes, size_t length, const struct request *request)
{
	require(length >= 2 && memcmp(bytes + length - 2, "\r\n", 2) == 0);
	require(length <= API_HEAD_BYTES_MAX + 1);
	require(memchr(bytes, '\0', length) == NULL);
	require(request->path[0] == '/');
	require(strlen(request->path) < sizeof(request->path));
	require(strchr(request->path, '?') == NULL);
	require(request->body_bytes <= API_BODY_BYTES_MAX);
	require(request->body_bytes == 0 ||
	    (request->method != REQUEST_GET &&
	    request->method != REQUEST_HEAD));
	require(request->body == NULL);
}

static void
check_route(const struct request *request)
{
	struct route_match match;
	unsigned long long number;
	const char *detail;
	char value[64];
	enum reply reply;

	reply = route_find(request, &match, &detail);
	require(reply_find(reply) != NULL);
	require(reply != REPLY_OK || match.route != NULL);
	require(strlen(match.name) < sizeof(match.name));
	if (route_query(request, "node", value, sizeof(value)) == 0)
		require(strlen(value) < sizeof(value));
	if (route_query_number(request, "limit", 1, 1000, 100,
	    &number) == 0)
		require(number >= 1 && number <= 1000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request_refusal refusal = { 0 }, whole = { 0 };
	struct request request;
	const char *bytes = (const char *)data + 1;
	long head, other;
	char *copy;

	if (size < 2)
		return 0;
	head = scan(bytes, size - 1, size, &whole);
	other = scan(bytes, size - 1, (size_t)data[0] + 1, &refusal);
	require(head == other && whole.reply == refusal.reply);
	if (head <= 0) {
		require(head == 0 || reply_find(whole.reply) != NULL);
		return 0;
	}
	copy = malloc((size_t)head);
	require(copy != NULL);
	memcpy(copy, bytes, (size_t)head);
	if (request_read(&request, copy, (size_t)head, &refusal) == 0) {
		check_read(copy, (size_t)head, &request);
		check_route(&request);
	} else
		require(reply_find(refusal.reply) != NULL);
	free(copy);
	return 0;
}
