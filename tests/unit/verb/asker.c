/* Requests that nobody waits for, against servers of every temper. */
#include "asker.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/suite.h"
#include "tls_server.h"

#define TIMEOUT_MS	5000
#define SOON_MS		1000

static const struct tls_server_settings usual = { .name = "localhost",
    .from_seconds = -60, .until_seconds = 86400 };
static char where[64];

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct asker *
open_asker(int port, const char *ca, const char *token_file,
    uint32_t timeout_ms)
{
	struct client_place place = { .connect = where, .ca = ca,
		.token_file = token_file };
	struct asker *asker;

	snprintf(where, sizeof(where), "localhost:%d", port);
	CU_ASSERT_EQUAL_FATAL(asker_open(&asker, &place, timeout_ms), 0);
	return asker;
}

static int
ask(struct asker *asker, uint32_t number)
{
	return asker_ask(asker, &(struct asker_request){ .number = number,
	    .method = "POST", .target = "/api/v1/hello", .body = "{}" });
}

/* The next answer, once the descriptor says that there is one. */
static struct asker_answer
await(struct asker *asker)
{
	struct pollfd wait = { .fd = asker_descriptor(asker),
		.events = POLLIN };
	struct asker_answer answer;

	memset(&answer, 0, sizeof(answer));
	for (;;) {
		CU_ASSERT_EQUAL_FATAL(poll(&wait, 1, 2 * TIMEOUT_MS), 1);
		if (asker_take(asker, &answer))
			return answer;
	}
}

/* A listener that answers to nothing, not even with a handshake. */
static int
listen_silently(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_TRUE_FATAL(bind(listener, (struct sockaddr *)&address,
	    sizeof(address)) == 0 && listen(listener, 8) == 0 &&
	    getsockname(listener, (struct sockaddr *)&address, &length) ==
	    0);
	*port = ntohs(address.sin_port);
	return listener;
}

static void
answers_come_in_the_order_of_requests(void)
{
	struct asker_answer answer;
	struct tls_server server;
	struct asker *asker;
	uint32_t i;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	asker = open_asker(server.port, server.ca, NULL, TIMEOUT_MS);
	CU_ASSERT_FALSE(asker_take(asker, &answer));
	for (i = 1; i <= 3; i++)
		CU_ASSERT_EQUAL(ask(asker, i), 0);
	for (i = 1; i <= 3; i++) {
		answer = await(asker);
		CU_ASSERT_EQUAL(answer.number, i);
		CU_ASSERT_EQUAL(answer.fault, CLIENT_FINE);
		CU_ASSERT_TRUE(answer.sent);
		CU_ASSERT_STRING_EQUAL(answer.answer.body, "{}");
		answer_release(&answer.answer);
	}
	CU_ASSERT_FALSE(asker_take(asker, &answer));
	asker_close(asker);
	tls_server_stop(&server);
}

static void
a_request_without_answer_may_have_been_done(void)
{
	struct tls_server_settings mute = usual;
	struct asker_answer answer;
	struct tls_server server;
	struct asker *asker;

	mute.mute = true;
	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &mute));
	asker = open_asker(server.port, server.ca, NULL, TIMEOUT_MS);
	ask(asker, 7);
	answer = await(asker);
	CU_ASSERT_EQUAL(answer.number, 7);
	CU_ASSERT_EQUAL(answer.fault, CLIENT_GARBLED);
	CU_ASSERT_TRUE(answer.sent);
	answer_release(&answer.answer);
	asker_close(asker);
	tls_server_stop(&server);
}

static void
a_token_is_read_again_after_a_fault(void)
{
	struct asker_answer answer;
	char token[] = "/tmp/drover-token-XXXXXX";
	struct tls_server server;
	struct asker *asker;
	int file = mkstemp(token);

	CU_ASSERT_TRUE_FATAL(file != -1 && write(file, "a\n", 2) == 2);
	fchmod(file, 0644);
	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	asker = open_asker(server.port, server.ca, token, TIMEOUT_MS);
	ask(asker, 1);
	answer = await(asker);
	CU_ASSERT_EQUAL(answer.fault, CLIENT_MISUSED);
	CU_ASSERT_FALSE(answer.sent);
	CU_ASSERT_PTR_NOT_NULL(strstr(answer.problem, "chmod 600"));
	answer_release(&answer.answer);
	fchmod(file, 0600);
	ask(asker, 2);
	answer = await(asker);
	CU_ASSERT_EQUAL(answer.fault, CLIENT_FINE);
	answer_release(&answer.answer);
	asker_close(asker);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.head, "Bearer a\r\n"));
	tls_server_stop(&server);
	close(file);
	unlink(token);
}

/* Whom it would trust is there, so that it gets as far as to ask. */
static struct asker *
open_trusting(struct tls_server *server, int port, uint32_t timeout_ms)
{
	CU_ASSERT_TRUE_FATAL(tls_server_start(server, &usual));
	return open_asker(port, server->ca, NULL, timeout_ms);
}

static void
silence_is_told_in_time(void)
{
	int port, listener = listen_silently(&port);
	struct tls_server server;
	struct asker *asker = open_trusting(&server, port, 200);
	struct asker_answer answer;

	ask(asker, 1);
	answer = await(asker);
	CU_ASSERT_EQUAL(answer.fault, CLIENT_LATE);
	CU_ASSERT_FALSE(answer.sent);
	CU_ASSERT_PTR_NOT_NULL(strstr(answer.problem,
	    "no whole answer within 0.2 s"));
	/* There is no such option where this is shown. */
	CU_ASSERT_PTR_NULL(strstr(answer.problem, "-t"));
	answer_release(&answer.answer);
	asker_close(asker);
	close(listener);
	tls_server_stop(&server);
}

static void
what_is_dropped_is_not_waited_for(void)
{
	int port, listener = listen_silently(&port);
	struct tls_server server;
	struct asker *asker = open_trusting(&server, port, 200);
	struct asker_answer answer;
	uint32_t i;

	for (i = 1; i <= 4; i++)
		CU_ASSERT_EQUAL(ask(asker, i), 0);
	for (i = 1; i <= 3; i++)
		asker_drop(asker, i);
	asker_drop(asker, 99);
	answer = await(asker);
	CU_ASSERT_EQUAL(answer.number, 4);
	answer_release(&answer.answer);
	CU_ASSERT_FALSE(asker_take(asker, &answer));
	asker_close(asker);
	close(listener);
	tls_server_stop(&server);
}

static void
nobody_waits_for_a_silent_server_at_the_end(void)
{
	int port, listener = listen_silently(&port), i;
	struct tls_server server;
	struct asker *asker = open_trusting(&server, port, 60000);
	int64_t began_ms = now_ms();

	for (i = 0; i < ASKER_REQUESTS_MAX; i++)
		CU_ASSERT_EQUAL(ask(asker, 1), 0);
	CU_ASSERT_EQUAL(ask(asker, 1), -EBUSY);
	asker_close(asker);
	CU_ASSERT_TRUE(now_ms() - began_ms < SOON_MS);
	asker_close(NULL);
	close(listener);
	tls_server_stop(&server);
}

static const struct suite_test tests[] = {
	{ "answers come in the order of requests",
	    answers_come_in_the_order_of_requests },
	{ "a request without answer may have been done",
	    a_request_without_answer_may_have_been_done },
	{ "a token is read again after a fault",
	    a_token_is_read_again_after_a_fault },
	{ "silence is told in time", silence_is_told_in_time },
	{ "what is dropped is not waited for",
	    what_is_dropped_is_not_waited_for },
	{ "nobody waits for a silent server at the end",
	    nobody_waits_for_a_silent_server_at_the_end },
};

SUITE_MAIN("asker", tests)
