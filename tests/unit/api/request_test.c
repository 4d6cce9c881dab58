/*
 * What a request may look like, and the ways to smuggle one past another
 * parser: each must be refused, whole or in pieces.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../suite.h"
#include "api/request.h"

#define HOST	"Host: localhost\r\n"
#define LINE	"GET /api/v1/health HTTP/1.1\r\n"
#define POST	"POST /x HTTP/1.1\r\n" HOST

/* REPLY_OK, with the request, or the reply that refuses it; 0: more. */
static enum reply
look(const char *bytes, size_t length, size_t piece,
    struct request *request)
{
	struct request_scan scan = { 0 };
	struct request_refusal refusal = { 0 };
	size_t seen = 0;
	long head = 0;

	while (head == 0 && seen < length) {
		seen = seen + piece < length ? seen + piece : length;
		head = request_scan(&scan, bytes, seen, &refusal);
	}
	if (head < 0)
		return refusal.reply;
	if (head == 0)
		return 0;
	if (request_read(request, bytes, (size_t)head, &refusal) != 0)
		return refusal.reply;
	return REPLY_OK;
}

struct sample {
	const char	*what;
	const char	*bytes;
	enum reply	 reply;
};

static void
check(const struct sample *samples, size_t count)
{
	struct request request;
	enum reply whole, pieces;
	size_t i;

	for (i = 0; i < count; i++) {
		whole = look(samples[i].bytes, strlen(samples[i].bytes), 4096,
		    &request);
		pieces = look(samples[i].bytes, strlen(samples[i].bytes), 1,
		    &request);
		if (whole != samples[i].reply || pieces != samples[i].reply)
			printf("\n%s: %d, in pieces %d\n", samples[i].what,
			    whole, pieces);
		CU_ASSERT_EQUAL(whole, samples[i].reply);
		CU_ASSERT_EQUAL(pieces, samples[i].reply);
	}
}
#define CHECK(samples)	check(samples, sizeof(samples) / sizeof(samples[0]))

static void
plain_requests_are_taken(void)
{
	static const struct sample samples[] = {
		{ "the least", LINE HOST "\r\n", REPLY_OK },
		{ "an empty Host", LINE "Host:\r\n\r\n", REPLY_OK },
		{ "a port", LINE "Host: [::1]:80\r\n\r\n", REPLY_OK },
		{ "no blank after the colon", LINE "Host:a\r\n\r\n",
		    REPLY_OK },
		{ "a tab around the value", LINE "Host:\ta\t\r\n\r\n",
		    REPLY_OK },
		{ "UTF-8 in a value", LINE HOST "X: \xc3\xa9\r\n\r\n",
		    REPLY_OK },
		{ "a query", "GET /a?b=c&d=%20 HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_OK },
		{ "a body", POST "Content-Length: 3\r\n\r\n", REPLY_OK },
		{ "a length of zero", LINE HOST "Content-Length: 0\r\n\r\n",
		    REPLY_OK },
		{ "an upgrade, which is ignored", LINE HOST "Connection: "
		    "Upgrade\r\nUpgrade: h2c\r\n\r\n", REPLY_OK },
		{ "an expectation", POST "Content-Length: 3\r\n"
		    "Expect: 100-continue\r\n\r\n", REPLY_OK },
		{ "not whole yet", LINE HOST "\r", 0 },
		{ "nothing yet", "G", 0 },
	};

	CHECK(samples);
}

static void
smuggled_framing_is_refused(void)
{
	static const struct sample samples[] = {
		{ "TE and CL", POST "Content-Length: 3\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n", REPLY_BAD_HTTP },
		{ "CL and TE", POST "Transfer-Encoding: chunked\r\n"
		    "Content-Length: 3\r\n\r\n", REPLY_BAD_HTTP },
		{ "two lengths", POST "Content-Length: 3\r\n"
		    "Content-Length: 5\r\n\r\n", REPLY_BAD_HTTP },
		{ "the same length twice", POST "Content-Length: 3\r\n"
		    "Content-Length: 3\r\n\r\n", REPLY_BAD_HTTP },
		{ "a list of lengths", POST "Content-Length: 3, 3\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a signed length", POST "Content-Length: +3\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a negative length", POST "Content-Length: -3\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a length in hexadecimal", POST
		    "Content-Length: 0x3\r\n\r\n", REPLY_BAD_HTTP },
		{ "a length of words", POST "Content-Length: 3 4\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "an empty length", POST "Content-Length:\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a length that overflows", POST
		    "Content-Length: 18446744073709551619\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a length over the bound", POST
		    "Content-Length: 65537\r\n\r\n", REPLY_BODY_TOO_LARGE },
		{ "a body of GET", LINE HOST "Content-Length: 3\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "chunked", POST "Transfer-Encoding: chunked\r\n\r\n",
		    REPLY_NO_LENGTH },
		{ "chunked twice", POST "Transfer-Encoding: chunked\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n", REPLY_BAD_HTTP },
		{ "xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "identity", POST "Transfer-Encoding: identity\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "chunked, identity", POST
		    "Transfer-Encoding: chunked, identity\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a vertical tab before chunked", POST
		    "Transfer-Encoding: \x0b" "chunked\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a blank before the colon", POST
		    "Transfer-Encoding : chunked\r\n\r\n", REPLY_BAD_HTTP },
		{ "a tab before the colon", POST
		    "Content-Length\t: 3\r\n\r\n", REPLY_BAD_HTTP },
		{ "another expectation", POST "Content-Length: 3\r\n"
		    "Expect: 200-ok\r\n\r\n", REPLY_BAD_HTTP },
	};

	CHECK(samples);
}

static void
smuggled_lines_are_refused(void)
{
	static const struct sample samples[] = {
		{ "LF alone", "GET / HTTP/1.1\nHost: a\n\n",
		    REPLY_BAD_HTTP },
		{ "LF alone after a header", LINE "Host: a\n\r\n",
		    REPLY_BAD_HTTP },
		{ "LF alone at the end", LINE HOST "\n", REPLY_BAD_HTTP },
		{ "CR within a value", LINE "Host: a\rX: b\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "CR CR LF", LINE "Host: a\r\r\n\r\n", REPLY_BAD_HTTP },
		{ "CR in the request line", "GET /\rx HTTP/1.1\r\n" HOST
		    "\r\n", REPLY_BAD_HTTP },
		{ "a folded header", LINE HOST "X: a\r\n b\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a header folded with a tab", LINE HOST
		    "X: a\r\n\tb\r\n\r\n", REPLY_BAD_HTTP },
		{ "a folded length", POST "Content-Length:\r\n 3\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a blank before the first header", LINE " " HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "an empty line in front", "\r\n" LINE HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a header without a name", LINE HOST ": a\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a header without a colon", LINE HOST "Xa\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a name that is no token", LINE HOST "X(a): b\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a byte above ASCII in a name", LINE HOST
		    "X\xc3\xa9: b\r\n\r\n", REPLY_BAD_HTTP },
		{ "a control character", LINE HOST "X: \x01\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "DEL", LINE HOST "X: \x7f\r\n\r\n", REPLY_BAD_HTTP },
	};
	static const char zero[] = LINE HOST "X: a\0b\r\n\r\n";
	struct request request;

	CHECK(samples);
	CU_ASSERT_EQUAL(look(zero, sizeof(zero) - 1, 4096, &request),
	    REPLY_BAD_HTTP);
}

static void
smuggled_targets_are_refused(void)
{
	static const struct sample samples[] = {
		{ "no Host", LINE "\r\n", REPLY_BAD_HTTP },
		{ "two Hosts", LINE HOST HOST "\r\n", REPLY_BAD_HTTP },
		{ "two Hosts in two spellings", LINE HOST
		    "hOsT: b\r\n\r\n", REPLY_BAD_HTTP },
		{ "a Host with a path", LINE "Host: a/b\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a Host of a list", LINE "Host: a, b\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "a Host with a user", LINE "Host: u@a\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "absolute form", "GET http://a/ HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "authority form", "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "asterisk form", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a fragment", "GET /a#b HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a backslash", "GET /a\\b HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a byte above ASCII", "GET /\xc3\xa9 HTTP/1.1\r\n" HOST
		    "\r\n", REPLY_BAD_HTTP },
		{ "two blanks", "GET  / HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a blank in the path", "GET /a b HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a tab for a blank", "GET\t/ HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a blank at the end", "GET / HTTP/1.1 \r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "no version", "GET /\r\n" HOST "\r\n", REPLY_BAD_HTTP },
		{ "short lines", "A B C\r\n" HOST "\r\n", REPLY_BAD_HTTP },
		{ "an unknown method", "EAT / HTTP/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "a method in small letters", "get / HTTP/1.1\r\n" HOST
		    "\r\n", REPLY_BAD_HTTP },
		{ "a method of another protocol", "DESCRIBE / HTTP/1.1\r\n"
		    HOST "\r\n", REPLY_BAD_HTTP },
		{ "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n",
		    REPLY_BAD_HTTP },
		{ "HTTP/1.0", "GET / HTTP/1.0\r\n" HOST "\r\n",
		    REPLY_HTTP_VERSION },
		{ "HTTP/0.9", "GET / HTTP/0.9\r\n" HOST "\r\n",
		    REPLY_HTTP_VERSION },
		{ "HTTP/1.2", "GET / HTTP/1.2\r\n" HOST "\r\n",
		    REPLY_HTTP_VERSION },
		{ "http in small letters", "GET / http/1.1\r\n" HOST "\r\n",
		    REPLY_BAD_HTTP },
		{ "TLS", "\x16\x03\x01\x02", REPLY_BAD_HTTP },
	};

	CHECK(samples);
}

/* A head of a request line and count headers of a few bytes each. */
static char *
head_of(size_t path, size_t count, size_t value)
{
	char *head = malloc(path + count * (value + 8) + 128);
	size_t i, used;

	CU_ASSERT_PTR_NOT_NULL_FATAL(head);
	used = (size_t)sprintf(head, "GET /");
	memset(head + used, 'a', path);
	used += path;
	used += (size_t)sprintf(head + used, " HTTP/1.1\r\n" HOST);
	for (i = 0; i < count; i++) {
		used += (size_t)sprintf(head + used, "X: ");
		memset(head + used, 'b', value);
		used += value;
		used += (size_t)sprintf(head + used, "\r\n");
	}
	strcpy(head + used, "\r\n");
	return head;
}

static void
check_head(size_t path, size_t count, size_t value, enum reply reply)
{
	char *head = head_of(path, count, value);
	struct sample sample = { "size", head, reply };

	check(&sample, 1);
	free(head);
}

static void
sizes_have_bounds(void)
{
	/* "GET /" and " HTTP/1.1" CR LF make 16. */
	check_head(API_REQUEST_LINE_BYTES_MAX - 16, 0, 0, REPLY_OK);
	check_head(API_REQUEST_LINE_BYTES_MAX - 15, 0, 0,
	    REPLY_URL_TOO_LONG);
	check_head(100000, 0, 0, REPLY_URL_TOO_LONG);
	check_head(1, API_HEADERS_MAX - 1, 1, REPLY_OK);
	check_head(1, API_HEADERS_MAX, 1, REPLY_HEAD_TOO_LARGE);
	check_head(1, 1, API_HEAD_BYTES_MAX, REPLY_HEAD_TOO_LARGE);
	check_head(1, 1, API_HEAD_BYTES_MAX - 100, REPLY_OK);
}

static void
a_request_is_read(void)
{
	static const char text[] = "POST /a/b%20c?d=e?f HTTP/1.1\r\n"
	    "hOST: x\r\nContent-Length:  12 \r\nExpect: 100-Continue\r\n"
	    "Connection: close\r\n\r\n";
	struct request request;

	CU_ASSERT_EQUAL_FATAL(look(text, sizeof(text) - 1, 7, &request),
	    REPLY_OK);
	CU_ASSERT_EQUAL(request.method, REQUEST_POST);
	CU_ASSERT_STRING_EQUAL(request.path, "/a/b%20c");
	CU_ASSERT_STRING_EQUAL(request.query, "d=e?f");
	CU_ASSERT_EQUAL(request.body_bytes, 12);
	CU_ASSERT_TRUE(request.expects);
	CU_ASSERT_FALSE(request.keep);
	CU_ASSERT_EQUAL(look(LINE HOST "\r\n", strlen(LINE HOST "\r\n"), 9,
	    &request), REPLY_OK);
	CU_ASSERT_TRUE(request.keep);
	CU_ASSERT_STRING_EQUAL(request.query, "");
}

static void
names_are_decoded(void)
{
	char value[8];

	CU_ASSERT_EQUAL(request_decode("a%2Fb", 5, value, sizeof(value)), 0);
	CU_ASSERT_STRING_EQUAL(value, "a/b");
	CU_ASSERT_EQUAL(request_decode("%C3%a9", 6, value, sizeof(value)),
	    0);
	CU_ASSERT_STRING_EQUAL(value, "\xc3\xa9");
	CU_ASSERT_TRUE(request_decode("%", 1, value, sizeof(value)) < 0);
	CU_ASSERT_TRUE(request_decode("%4", 2, value, sizeof(value)) < 0);
	CU_ASSERT_TRUE(request_decode("%zz", 3, value, sizeof(value)) < 0);
	CU_ASSERT_TRUE(request_decode("%00", 3, value, sizeof(value)) < 0);
	CU_ASSERT_TRUE(request_decode("%0a", 3, value, sizeof(value)) < 0);
	CU_ASSERT_TRUE(request_decode("12345678", 8, value,
	    sizeof(value)) < 0);
}

static const struct suite_test tests[] = {
	{ "plain requests are taken", plain_requests_are_taken },
	{ "smuggled framing is refused", smuggled_framing_is_refused },
	{ "smuggled lines are refused", smuggled_lines_are_refused },
	{ "smuggled targets are refused", smuggled_targets_are_refused },
	{ "sizes have bounds", sizes_have_bounds },
	{ "a request is read", a_request_is_read },
	{ "names are decoded", names_are_decoded },
};

SUITE_MAIN("api-request", tests)
