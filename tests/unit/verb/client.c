/* Requests over TLS: whom the client trusts, and what it says if not. */
#include "client.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "place.h"
#include "tests/unit/suite.h"
#include "tls_server.h"

#define TIMEOUT_MS	5000
#define DAY_SECONDS	86400L

static const struct tls_server_settings usual = { .name = "localhost",
    .from_seconds = -60, .until_seconds = DAY_SECONDS };

static const struct client_request hello = { .method = "GET",
    .target = "/api/v1/hello" };

static void
write_file(char path[64], const char *text, mode_t mode)
{
	int file;

	strcpy(path, "/tmp/drover-token-XXXXXX");
	file = mkstemp(path);
	CU_ASSERT_TRUE(file != -1 && fchmod(file, mode) == 0 &&
	    write(file, text, strlen(text)) == (ssize_t)strlen(text));
	close(file);
}

static enum client_fault
ask(struct client *client, const char *host, int port, const char *ca,
    const char *token_file)
{
	struct client_place place = { .ca = ca, .token_file = token_file };
	struct answer answer = { 0 };
	enum client_fault fault;
	char where[300];

	snprintf(where, sizeof(where), "%s:%d", host, port);
	place.connect = where;
	fault = client_open(client, &place, TIMEOUT_MS);
	if (fault == CLIENT_FINE)
		fault = client_ask(client, &hello, &answer);
	if (fault == CLIENT_FINE)
		CU_ASSERT_STRING_EQUAL(answer.body, "{}");
	answer_release(&answer);
	client_close(client);
	return fault;
}

/* The server of these settings is trusted, and asked under that name. */
static void
expect(const struct tls_server_settings *settings, const char *host,
    enum client_fault fault, const char *complaint)
{
	struct tls_server server;
	struct client client;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, settings));
	CU_ASSERT_EQUAL(ask(&client, host, server.port, server.ca, NULL),
	    fault);
	if (strstr(client.complaint, complaint) == NULL)
		printf("\"%s\"\n", client.complaint);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint, complaint));
	tls_server_stop(&server);
}

static void
a_token_goes_with_the_request(void)
{
	struct tls_server server;
	struct client client;
	char token[64];

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	write_file(token, "drover-1-secret\n", 0600);
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, server.ca,
	    token), CLIENT_FINE);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.head,
	    "\r\nAuthorization: Bearer drover-1-secret\r\n"));
	CU_ASSERT_EQUAL(strncmp(server.head, "GET /api/v1/hello HTTP/1.1\r\n",
	    28), 0);
	setenv("DROVER_TOKEN_FILE", token, 1);
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, server.ca,
	    NULL), CLIENT_FINE);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.head, "Bearer"));
	unsetenv("DROVER_TOKEN_FILE");
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, server.ca,
	    NULL), CLIENT_FINE);
	CU_ASSERT_PTR_NULL(strstr(server.head, "Bearer"));
	unlink(token);
	tls_server_stop(&server);
}

static void
who_is_not_trusted_gets_no_request(void)
{
	struct tls_server server, other;
	struct client client;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	CU_ASSERT_TRUE_FATAL(tls_server_start(&other, &usual));
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, NULL, NULL),
	    CLIENT_UNTRUSTED);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint, "is not trusted"));
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint, "with --ca"));
	CU_ASSERT_FALSE(client.sent);
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, other.ca,
	    NULL), CLIENT_UNTRUSTED);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint,
	    "does not vouch for it"));
	CU_ASSERT_STRING_EQUAL(server.head, "");
	tls_server_stop(&other);
	tls_server_stop(&server);
}

static void
a_certificate_of_another_name_is_refused(void)
{
	struct tls_server_settings other = usual;

	other.name = "n9.example";
	expect(&other, "localhost", CLIENT_UNTRUSTED,
	    "its certificate is not for the name localhost");
	expect(&usual, "127.0.0.1", CLIENT_UNTRUSTED,
	    "its certificate is not for the name 127.0.0.1");
}

static void
a_certificate_is_good_for_its_time(void)
{
	struct tls_server_settings late = usual, early = usual;

	late.from_seconds = -2 * DAY_SECONDS;
	late.until_seconds = -DAY_SECONDS;
	expect(&late, "localhost", CLIENT_UNTRUSTED,
	    "certificate has expired; renew it");
	early.from_seconds = DAY_SECONDS;
	early.until_seconds = 2 * DAY_SECONDS;
	expect(&early, "localhost", CLIENT_UNTRUSTED,
	    "certificate is not yet valid");
}

static void
what_speaks_no_tls_is_told(void)
{
	struct tls_server_settings plain = usual, old = usual;

	plain.plain = true;
	expect(&plain, "localhost", CLIENT_GARBLED, "no TLS of version 1.2");
	old.old = true;
	expect(&old, "localhost", CLIENT_GARBLED, "no TLS of version 1.2");
}

static void
an_answer_that_is_lost_may_have_been_acted_on(void)
{
	struct tls_server_settings mute = usual;
	struct tls_server server;
	struct client client;

	mute.mute = true;
	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &mute));
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, server.ca,
	    NULL), CLIENT_GARBLED);
	CU_ASSERT_TRUE(client.sent);
	tls_server_stop(&server);
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, NULL, NULL),
	    CLIENT_NOBODY);
	CU_ASSERT_FALSE(client.sent);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint,
	    "nobody listens there"));
}

static void
who_may_not_wait_goes_by_steps(void)
{
	struct client_place place = { 0 };
	struct pollfd some[CLIENT_DESCRIPTORS_MAX];
	struct tls_server server;
	struct client client;
	struct answer answer;
	char where[64];
	int step = -EINPROGRESS, rounds = 0, timeout_ms;
	size_t count;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	snprintf(where, sizeof(where), "https://localhost:%d/", server.port);
	place.connect = where;
	place.ca = server.ca;
	CU_ASSERT_EQUAL(client_open(&client, &place, TIMEOUT_MS),
	    CLIENT_FINE);
	CU_ASSERT_EQUAL(client_descriptors(&client, some, &timeout_ms), 0);
	CU_ASSERT_EQUAL(timeout_ms, -1);
	CU_ASSERT_EQUAL(client_begin(&client, &hello, &answer), CLIENT_FINE);
	while ((step = client_step(&client)) == -EINPROGRESS) {
		count = client_descriptors(&client, some, &timeout_ms);
		CU_ASSERT_TRUE(timeout_ms >= 0);
		poll(some, count, timeout_ms);
		rounds++;
	}
	CU_ASSERT_EQUAL(step, CLIENT_FINE);
	CU_ASSERT_TRUE(rounds > 0);
	CU_ASSERT_EQUAL(answer.status, 200);
	answer_release(&answer);
	/* Left half way. */
	CU_ASSERT_EQUAL(client_begin(&client, &hello, &answer), CLIENT_FINE);
	client_step(&client);
	client_cancel(&client);
	answer_release(&answer);
	client_close(&client);
	tls_server_stop(&server);
}

static void
a_place_is_a_host_and_may_be_a_port(void)
{
	static const struct { const char *text, *name; } good[] = {
		{ "n1", "n1:8443" }, { "n1.example:1", "n1.example:1" },
		{ "https://n1:9443/", "n1:9443" },
		{ "HTTPS://n1", "n1:8443" },
		{ "192.0.2.1:65535", "192.0.2.1:65535" },
		{ "::1", "[::1]:8443" }, { "[2001:db8::1]:443",
		    "[2001:db8::1]:443" }, { "[::1]", "[::1]:8443" },
	};
	static const char *const bad[] = { "", "n1:", "n1:0", "n1:65536",
	    "n1:x", "a b", "user@n1", "n1/x", "http://n1", "[::1", "[::1]x",
	    ":8443", "-n1", "n1:99999999999", "[]:1" };
	struct client client;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&client, 0, sizeof(client));
		CU_ASSERT_EQUAL(place_host(&client, good[i].text),
		    CLIENT_FINE);
		CU_ASSERT_STRING_EQUAL(client.name, good[i].name);
		CU_ASSERT_EQUAL(strncmp(client.base, "https://", 8), 0);
		CU_ASSERT_STRING_EQUAL(client.base + 8, good[i].name);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&client, 0, sizeof(client));
		if (place_host(&client, bad[i]) == CLIENT_FINE)
			printf("\"%s\"\n", bad[i]);
		CU_ASSERT_EQUAL(place_host(&client, bad[i]), CLIENT_MISUSED);
		CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint,
		    "HOST:PORT"));
	}
}

static void
expect_token(const char *text, mode_t mode, const char *complaint)
{
	struct client client = { 0 };
	char path[64];

	write_file(path, text, mode);
	CU_ASSERT_EQUAL(place_token(&client, path), complaint[0] == '\0' ?
	    CLIENT_FINE : CLIENT_MISUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint, complaint));
	CU_ASSERT_EQUAL(client.token[0] == '\0', complaint[0] != '\0');
	unlink(path);
}

static void
a_token_is_one_line_that_nobody_else_can_read(void)
{
	struct client client = { 0 };
	char long_text[CLIENT_TOKEN_BYTES + 8];

	expect_token("drover-1-abc", 0600, "");
	expect_token("drover-1-abc\r\n", 0400, "");
	expect_token("drover-1-abc\n", 0640, "(mode 0640); chmod 600");
	expect_token("drover-1-abc\n", 0604, "(mode 0604); chmod 600");
	expect_token("", 0600, "it is empty");
	expect_token("\n", 0600, "one token on one line");
	expect_token("a\nb\n", 0600, "one token on one line");
	expect_token("a b", 0600, "one token on one line");
	memset(long_text, 'a', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	expect_token(long_text, 0600, "one token on one line");
	CU_ASSERT_EQUAL(place_token(&client, "/tmp"), CLIENT_MISUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint, "not a file"));
	CU_ASSERT_EQUAL(place_token(&client, "/tmp/no/such"),
	    CLIENT_MISUSED);
}

static void
what_goes_with_a_host_goes_not_with_the_socket(void)
{
	struct client_place place = { .directory = "/tmp", .ca = "/tmp/x" };
	struct client client;

	CU_ASSERT_EQUAL(client_open(&client, &place, TIMEOUT_MS),
	    CLIENT_MISUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint, "it goes with -c"));
	client_close(&client);
}

static void
trust_that_cannot_be_read_is_told(void)
{
	struct tls_server server;
	struct client client;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	CU_ASSERT_EQUAL(ask(&client, "localhost", server.port, "/tmp/no/ca",
	    NULL), CLIENT_MISUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(client.complaint,
	    "/tmp/no/ca: no file of certificates"));
	tls_server_stop(&server);
}

static const struct suite_test tests[] = {
	{ "a token goes with the request", a_token_goes_with_the_request },
	{ "who is not trusted gets no request",
	    who_is_not_trusted_gets_no_request },
	{ "a certificate of another name is refused",
	    a_certificate_of_another_name_is_refused },
	{ "a certificate is good for its time",
	    a_certificate_is_good_for_its_time },
	{ "what speaks no TLS is told", what_speaks_no_tls_is_told },
	{ "an answer that is lost may have been acted on",
	    an_answer_that_is_lost_may_have_been_acted_on },
	{ "who may not wait goes by steps", who_may_not_wait_goes_by_steps },
	{ "a place is a host and may be a port",
	    a_place_is_a_host_and_may_be_a_port },
	{ "a token is one line that nobody else can read",
	    a_token_is_one_line_that_nobody_else_can_read },
	{ "what goes with a host goes not with the socket",
	    what_goes_with_a_host_goes_not_with_the_socket },
	{ "trust that cannot be read is told",
	    trust_that_cannot_be_read_is_told },
};

SUITE_MAIN("client", tests)
