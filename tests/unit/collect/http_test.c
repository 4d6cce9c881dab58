/* Addresses, answers in pieces, and the client against a server. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../suite.h"
#include "collect/http_client.h"
#include "collect/http_response.h"
#include "loop_await.h"
#include "mock_server.h"

static void
check_url(const char *text, const char *host, const char *port,
    const char *authority)
{
	struct http_url url;

	CU_ASSERT_EQUAL(http_url_parse(&url, text), 0);
	CU_ASSERT_STRING_EQUAL(url.host, host);
	CU_ASSERT_STRING_EQUAL(url.port, port);
	CU_ASSERT_STRING_EQUAL(url.authority, authority);
}

static void
test_addresses_with_names_and_numbers_are_taken(void)
{
	check_url("http://localhost:11434", "localhost", "11434",
	    "localhost:11434");
	check_url("HTTP://gpu-7.example_x:1/", "gpu-7.example_x", "1",
	    "gpu-7.example_x:1");
	check_url("http://10.0.0.1", "10.0.0.1", "80", "10.0.0.1:80");
	check_url("http://[::1]:8080", "::1", "8080", "[::1]:8080");
	check_url("http://[fe80::1%25eth0]:8080", "fe80::1%eth0", "8080",
	    "[fe80::1]:8080");
}

static void
test_anything_but_host_and_port_is_refused(void)
{
	static const char *const bad[] = {
		"", "http://", "http:///", "https://h:1", "ftp://h", "h:80",
		"http://h:", "http://h:0", "http://h:65536", "http://h:1a",
		"http://h:99999999999", "http://h:1/path", "http://h:1?q",
		"http://u@h:1", "http://h h:1", "http://h\r\nX: y:1",
		"http://[::1:80", "http://[h]:80", "http://[::1]x:80",
		"http://[fe80::1%25]:80", "http://[fe80::1%25e\r]:80",
		"http://h\xc3\xa9:80",
	};
	struct http_url url;
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(http_url_parse(&url, bad[i]), -EINVAL);
	memset(text, 'a', sizeof(text));
	memcpy(text, "http://", 7);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL(http_url_parse(&url, text), -EINVAL);
}

/* Feeds text in pieces of that many bytes; the result of the last. */
static int
feed(struct http_response *response, const char *text, size_t length,
    size_t piece)
{
	size_t at, bytes;
	int result = 0;
	char *copy;

	for (at = 0; at < length && result == 0; at += bytes) {
		bytes = length - at < piece ? length - at : piece;
		/* Of its own size, so that a sanitizer sees the end. */
		copy = malloc(bytes);
		memcpy(copy, text + at, bytes);
		result = http_response_feed(response, copy, bytes);
		free(copy);
	}
	return result;
}

static void
check_body(const char *text, const char *body, int status)
{
	struct http_response response;
	size_t piece;

	http_response_init(&response);
	for (piece = 1; piece <= strlen(text); piece++) {
		http_response_reset(&response);
		CU_ASSERT_EQUAL(feed(&response, text, strlen(text), piece),
		    1);
		CU_ASSERT_EQUAL(response.status, status);
		CU_ASSERT_EQUAL(response.body_bytes, strlen(body));
		if (response.body_bytes > 0)
			CU_ASSERT_STRING_EQUAL(response.body, body);
		CU_ASSERT_TRUE(response.keep);
	}
	http_response_free(&response);
}

static void
test_an_answer_may_come_in_pieces_of_any_size(void)
{
	check_body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
	    "hello", 200);
	check_body("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: z\r\n\r\n", "hello",
	    200);
	check_body("HTTP/1.1 204 No Content\r\n\r\n", "", 204);
	check_body("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n"
	    "Link: a\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno",
	    "no", 404);
}

static int
feed_whole(const char *text, size_t length)
{
	struct http_response response;
	int result;

	http_response_init(&response);
	result = feed(&response, text, length, length);
	if (result == 0)
		result = http_response_finish(&response);
	http_response_free(&response);
	return result;
}

static void
test_an_answer_without_length_ends_with_the_connection(void)
{
	struct http_response response;
	const char *text = "HTTP/1.0 200 OK\r\n\r\nhello";

	http_response_init(&response);
	CU_ASSERT_EQUAL(feed(&response, text, strlen(text), 4), 0);
	CU_ASSERT_EQUAL(http_response_finish(&response), 1);
	CU_ASSERT_STRING_EQUAL(response.body, "hello");
	CU_ASSERT_FALSE(response.keep);
	http_response_free(&response);
}

static void
test_what_is_not_an_answer_is_told_apart(void)
{
	static const struct {
		const char	*text;
		int		 result;
	} cases[] = {
		{ "SSH-2.0-OpenSSH_9.2\r\n", -EBADMSG },
		{ "\x15\x03\x01", -EBADMSG },
		{ "GET / HTTP/1.1\r\n\r\n", -EBADMSG },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding:"
		    " chunked\r\n\r\n", -EBADMSG },
		{ "HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n", -EBADMSG },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz",
		    -EBADMSG },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", -EPIPE },
		{ "HTTP/1.1 200 OK\r\nContent-Le", -EPIPE },
		{ "", -EPIPE },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
		    -EMSGSIZE },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(feed_whole(cases[i].text,
		    strlen(cases[i].text)), cases[i].result);
}

static void
test_headers_and_bodies_are_bounded(void)
{
	const char *header = "X-Fill: 0123456789\r\n", *interim =
	    "HTTP/1.1 100 Continue and so on\r\n\r\n";
	const char *close = "HTTP/1.1 200 OK\r\n\r\n";
	struct http_response response;
	size_t i;
	int result;

	http_response_init(&response);
	result = http_response_feed(&response, "HTTP/1.1 200 OK\r\n", 17);
	for (i = 0; result == 0 && i < HTTP_HEADER_BYTES_MAX; i++)
		result = http_response_feed(&response, header,
		    strlen(header));
	CU_ASSERT_EQUAL(result, -EMSGSIZE);
	http_response_reset(&response);
	for (i = 0, result = 0; result == 0 && i < HTTP_HEADER_BYTES_MAX; i++)
		result = http_response_feed(&response, interim,
		    strlen(interim));
	CU_ASSERT_EQUAL(result, -EMSGSIZE);
	http_response_reset(&response);
	result = http_response_feed(&response, close, strlen(close));
	for (i = 0; result == 0 && i < HTTP_BODY_BYTES_MAX; i++)
		result = http_response_feed(&response, header,
		    strlen(header));
	CU_ASSERT_EQUAL(result, -EMSGSIZE);
	CU_ASSERT_TRUE(response.body_room <= 2 * HTTP_BODY_BYTES_MAX);
	http_response_reset(&response);
	CU_ASSERT_EQUAL(response.body_room, 0);
	http_response_free(&response);
}

static void
test_bytes_nobody_asked_for_end_the_connection(void)
{
	const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP";
	struct http_response response;

	http_response_init(&response);
	CU_ASSERT_EQUAL(feed(&response, text, strlen(text), strlen(text)), 1);
	CU_ASSERT_STRING_EQUAL(response.body, "ok");
	CU_ASSERT_FALSE(response.keep);
	http_response_free(&response);
}

struct bench {
	uv_loop_t		 loop;
	struct mock_server	*mock;
	struct http_client	*client;
	size_t			 done;
	size_t			 late;
	int			 error;
	enum http_phase		 phase;
	int			 status;
	char			 body[64];
	char			 location[64];
};

static void
on_done(void *context, const struct http_result *result)
{
	struct bench *bench = context;

	bench->done++;
	bench->error = result->error;
	bench->phase = result->phase;
	bench->status = result->status;
	snprintf(bench->body, sizeof(bench->body), "%s", result->body);
	snprintf(bench->location, sizeof(bench->location), "%s",
	    result->location);
}

static void
on_late(void *context)
{
	((struct bench *)context)->late++;
}

static void
bench_client(struct bench *bench, const char *text)
{
	struct http_events events = { on_done, on_late, bench };
	struct http_url url;

	CU_ASSERT_EQUAL_FATAL(http_url_parse(&url, text), 0);
	CU_ASSERT_EQUAL_FATAL(http_client_open(&bench->client, &bench->loop,
	    &url, &events), 0);
}

static void
bench_open(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	uv_loop_init(&bench->loop);
	bench->mock = mock_open(&bench->loop, "127.0.0.1", 0);
	mock_json(bench->mock, "/a", 200, "alpha");
	bench_client(bench, mock_url(bench->mock));
}

static void
bench_close(struct bench *bench)
{
	http_client_close(bench->client);
	if (bench->mock != NULL)
		mock_close(bench->mock);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	CU_ASSERT_EQUAL(uv_loop_close(&bench->loop), 0);
}

static void
get(struct bench *bench, const char *path, uint64_t late_ms,
    uint64_t patience_ms)
{
	size_t done = bench->done;

	CU_ASSERT_EQUAL_FATAL(http_client_get(bench->client, path, late_ms,
	    patience_ms), 0);
	AWAIT(&bench->loop, bench->done > done);
	CU_ASSERT_EQUAL(bench->done, done + 1);
}

static void
test_one_connection_serves_many_requests(void)
{
	struct bench bench;
	char host[64];
	int i;

	bench_open(&bench);
	for (i = 0; i < 5; i++) {
		get(&bench, "/a", 5000, 5000);
		CU_ASSERT_EQUAL(bench.error, 0);
		CU_ASSERT_STRING_EQUAL(bench.body, "alpha");
	}
	get(&bench, "/none", 5000, 5000);
	CU_ASSERT_EQUAL(bench.status, 404);
	CU_ASSERT_EQUAL(mock_connections(bench.mock), 1);
	snprintf(host, sizeof(host), "\r\nHost: 127.0.0.1:%d\r\n",
	    mock_port(bench.mock));
	CU_ASSERT_PTR_NOT_NULL(strstr(mock_request(bench.mock), host));
	bench_close(&bench);
}

static void
test_a_connection_that_was_dropped_is_made_again(void)
{
	struct bench bench;

	bench_open(&bench);
	get(&bench, "/a", 5000, 5000);
	mock_drop(bench.mock);
	get(&bench, "/a", 5000, 5000);
	CU_ASSERT_EQUAL(bench.error, 0);
	CU_ASSERT_EQUAL(mock_connections(bench.mock), 2);
	/* Closed in answer to a request, and not by a fresh connection. */
	mock_script(bench.mock, "/cut", MOCK_CLOSE, "", 0);
	get(&bench, "/cut", 5000, 5000);
	CU_ASSERT_EQUAL(bench.error, -EPIPE);
	CU_ASSERT_EQUAL(mock_asked(bench.mock, "/cut"), 2);
	bench_close(&bench);
}

static void
test_a_late_answer_is_told_and_still_taken(void)
{
	struct bench bench;

	bench_open(&bench);
	mock_script(bench.mock, "/b", MOCK_SILENT, "", 0);
	http_client_get(bench.client, "/b", 20, 5000);
	CU_ASSERT_EQUAL(http_client_get(bench.client, "/a", 20, 20), -EBUSY);
	AWAIT(&bench.loop, bench.late == 1);
	CU_ASSERT_EQUAL(bench.done, 0);
	mock_json(bench.mock, "/b", 200, "beta");
	AWAIT(&bench.loop, bench.done == 1);
	CU_ASSERT_EQUAL(bench.error, 0);
	CU_ASSERT_STRING_EQUAL(bench.body, "beta");
	CU_ASSERT_EQUAL(bench.late, 1);
	bench_close(&bench);
}

static void
test_patience_ends(void)
{
	struct bench bench;

	bench_open(&bench);
	mock_script(bench.mock, "/b", MOCK_SILENT, "", 0);
	get(&bench, "/b", 10, 50);
	CU_ASSERT_EQUAL(bench.error, -ETIMEDOUT);
	CU_ASSERT_EQUAL(bench.phase, HTTP_PHASE_ANSWER);
	CU_ASSERT_EQUAL(bench.late, 1);
	get(&bench, "/a", 5000, 5000);
	CU_ASSERT_EQUAL(bench.error, 0);
	CU_ASSERT_EQUAL(mock_connections(bench.mock), 2);
	bench_close(&bench);
}

static void
test_an_answer_in_the_socket_counts_after_a_stall(void)
{
	struct bench bench;
	uint64_t stalled_ns;

	bench_open(&bench);
	http_client_get(bench.client, "/a", 30, 30);
	while (mock_asked(bench.mock, "/a") == 0)
		uv_run(&bench.loop, UV_RUN_ONCE);
	/* The answer is there; this process gets no time to read it. */
	stalled_ns = uv_hrtime();
	while (uv_hrtime() - stalled_ns < 60000000)
		continue;
	AWAIT(&bench.loop, bench.done == 1);
	CU_ASSERT_EQUAL(bench.error, 0);
	CU_ASSERT_STRING_EQUAL(bench.body, "alpha");
	bench_close(&bench);
}

static void
test_an_answer_that_drips_does_not_outlast_patience(void)
{
	char bytes[4096];
	struct bench bench;

	bench_open(&bench);
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "HTTP/1.1 200 OK\r\n\r\n", 19);
	mock_script(bench.mock, "/drip", MOCK_DRIP, bytes, sizeof(bytes));
	get(&bench, "/drip", 150, 300);
	CU_ASSERT_EQUAL(bench.error, -ETIMEDOUT);
	CU_ASSERT_EQUAL(bench.late, 1);
	bench_close(&bench);
}

static void
test_a_flood_is_cut_off(void)
{
	const char *bytes = "HTTP/1.1 200 OK\r\n\r\n"
	    "0123456789012345678901234567890123456789";
	struct bench bench;

	bench_open(&bench);
	mock_script(bench.mock, "/flood", MOCK_FLOOD, bytes, strlen(bytes));
	get(&bench, "/flood", 15000, 15000);
	CU_ASSERT_EQUAL(bench.error, -EMSGSIZE);
	bench_close(&bench);
}

static void
test_a_reset_is_told(void)
{
	const char *half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
	struct bench bench;

	bench_open(&bench);
	mock_script(bench.mock, "/reset", MOCK_RESET, half, strlen(half));
	get(&bench, "/reset", 5000, 5000);
	CU_ASSERT_TRUE(bench.error == -ECONNRESET || bench.error == -EPIPE);
	CU_ASSERT_EQUAL(bench.phase, HTTP_PHASE_ANSWER);
	bench_close(&bench);
}

static void
test_a_redirect_is_told_and_not_followed(void)
{
	const char *redirect = "HTTP/1.1 307 T\r\nlOCATION: http://else:1/\r\n"
	    "Content-Length: 0\r\n\r\n";
	struct bench bench;

	bench_open(&bench);
	mock_script(bench.mock, "/r", MOCK_ANSWER, redirect,
	    strlen(redirect));
	get(&bench, "/r", 5000, 5000);
	CU_ASSERT_EQUAL(bench.status, 307);
	CU_ASSERT_STRING_EQUAL(bench.location, "http://else:1/");
	CU_ASSERT_EQUAL(mock_connections(bench.mock), 1);
	bench_close(&bench);
}

static void
test_names_are_looked_up_and_each_address_tried(void)
{
	struct bench bench;
	char url[64];

	/* localhost may be ::1 first, where nothing listens. */
	bench_open(&bench);
	http_client_close(bench.client);
	snprintf(url, sizeof(url), "http://localhost:%d",
	    mock_port(bench.mock));
	bench_client(&bench, url);
	get(&bench, "/a", 5000, 5000);
	CU_ASSERT_EQUAL(bench.error, 0);
	bench_close(&bench);
}

static void
test_a_name_without_address_is_told(void)
{
	struct bench bench;

	bench_open(&bench);
	http_client_close(bench.client);
	/* A label of more than 63 bytes fails without asking anybody. */
	bench_client(&bench, "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:80");
	get(&bench, "/a", 10000, 10000);
	CU_ASSERT_TRUE(bench.error < 0);
	CU_ASSERT_EQUAL(bench.phase, HTTP_PHASE_RESOLVE);
	bench_close(&bench);
}

static void
test_ipv6_works(void)
{
	struct mock_server *mock;
	struct bench bench;
	char host[64];

	bench_open(&bench);
	mock = mock_open(&bench.loop, "::1", 0);
	if (mock == NULL) {
		printf("SKIP: no IPv6 on loopback here; ");
		bench_close(&bench);
		return;
	}
	mock_close(bench.mock);
	http_client_close(bench.client);
	bench.mock = mock;
	mock_json(mock, "/a", 200, "six");
	bench_client(&bench, mock_url(mock));
	get(&bench, "/a", 5000, 5000);
	CU_ASSERT_STRING_EQUAL(bench.body, "six");
	snprintf(host, sizeof(host), "\r\nHost: [::1]:%d\r\n",
	    mock_port(mock));
	CU_ASSERT_PTR_NOT_NULL(strstr(mock_request(mock), host));
	bench_close(&bench);
}

static void
test_a_client_can_be_closed_in_the_midst_of_anything(void)
{
	struct bench bench;
	int turns, i;

	for (turns = 0; turns < 6; turns++) {
		bench_open(&bench);
		mock_script(bench.mock, "/b", MOCK_SILENT, "", 0);
		if (turns % 2 == 1) {
			http_client_close(bench.client);
			bench_client(&bench, "http://localhost:1");
		}
		http_client_get(bench.client, "/b", 5000, 5000);
		for (i = 0; i < turns; i++)
			uv_run(&bench.loop, UV_RUN_NOWAIT);
		bench.done = 0;
		bench_close(&bench);
		CU_ASSERT_EQUAL(bench.done, 0);
	}
}

static const struct suite_test tests[] = {
	{ "addresses with names and numbers are taken",
	    test_addresses_with_names_and_numbers_are_taken },
	{ "anything but host and port is refused",
	    test_anything_but_host_and_port_is_refused },
	{ "an answer may come in pieces of any size",
	    test_an_answer_may_come_in_pieces_of_any_size },
	{ "an answer without length ends with the connection",
	    test_an_answer_without_length_ends_with_the_connection },
	{ "what is not an answer is told apart",
	    test_what_is_not_an_answer_is_told_apart },
	{ "headers and bodies are bounded",
	    test_headers_and_bodies_are_bounded },
	{ "bytes nobody asked for end the connection",
	    test_bytes_nobody_asked_for_end_the_connection },
	{ "one connection serves many requests",
	    test_one_connection_serves_many_requests },
	{ "a connection that was dropped is made again",
	    test_a_connection_that_was_dropped_is_made_again },
	{ "a late answer is told and still taken",
	    test_a_late_answer_is_told_and_still_taken },
	{ "patience ends", test_patience_ends },
	{ "an answer in the socket counts after a stall",
	    test_an_answer_in_the_socket_counts_after_a_stall },
	{ "an answer that drips does not outlast patience",
	    test_an_answer_that_drips_does_not_outlast_patience },
	{ "a flood is cut off", test_a_flood_is_cut_off },
	{ "a reset is told", test_a_reset_is_told },
	{ "a redirect is told and not followed",
	    test_a_redirect_is_told_and_not_followed },
	{ "names are looked up and each address tried",
	    test_names_are_looked_up_and_each_address_tried },
	{ "a name without address is told",
	    test_a_name_without_address_is_told },
	{ "IPv6 works", test_ipv6_works },
	{ "a client can be closed in the midst of anything",
	    test_a_client_can_be_closed_in_the_midst_of_anything },
};

SUITE_MAIN("http", tests)
