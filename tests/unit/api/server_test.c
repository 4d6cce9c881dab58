/*
 * The API as its callers meet it: server, clients and the writer of the
 * segment share one loop, so that each order of events can be made.
 */
#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "../collect/loop_await.h"
#include "../suite.h"
#include "api/peer.h"
#include "api/route.h"
#include "fixture.h"

#define TAIL	" HTTP/1.1\r\nHost: x\r\n\r\n"
#define HEALTH	"GET /api/v1/health" TAIL

static struct api_limits
short_limits(void)
{
	struct api_limits limits = api_limits_usual;

	limits.request_ms = limits.idle_ms = limits.reply_ms = 60000;
	return limits;
}

static void
fill(char *text, size_t size, const char *pattern)
{
	size_t used = 0;

	for (; *pattern != '\0' && used + 8 < size; pattern++) {
		if (*pattern != ':') {
			text[used++] = *pattern;
			continue;
		}
		used += (size_t)sprintf(text + used, "one");
		pattern += strcspn(pattern, "/") - 1;
	}
	text[used] = '\0';
}

static void
every_resource_answers(void)
{
	char path[128], text[256];
	const struct route *route;
	struct fixture fixture;
	struct client client;
	json_t *answer;
	size_t i;

	fixture_open(&fixture, NULL);
	for (i = 0; (route = route_at(i)) != NULL; i++) {
		if (route->method != REQUEST_GET)
			continue;
		/* There is no fault here, no plan, and no planner. */
		if (strstr(route->pattern, "/simulate") != NULL ||
		    strstr(route->pattern, "/policies") != NULL ||
		    strstr(route->pattern, "/faults/") != NULL ||
		    strstr(route->pattern, "/plans/") != NULL)
			continue;
		client_open(&client, &fixture);
		fill(path, sizeof(path), route->pattern);
		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n"
		    "Connection: close\r\n\r\n", path);
		client_say(&client, text);
		AWAIT(&fixture.loop, client_ended(&client));
		CU_ASSERT_EQUAL(client_heard(&client, "HTTP/1.1 200 OK\r\n"),
		    1);
		CU_ASSERT_EQUAL(client_heard(&client,
		    "Drover-Reply: 1000\r\n"), 1);
		if (client_heard(&client, "application/json") == 1) {
			answer = json_loads(strstr(client.text, "\r\n\r\n"),
			    0, NULL);
			CU_ASSERT_EQUAL(json_integer_value(json_object_get(
			    json_object_get(answer, "reply"), "number")),
			    1000);
			json_decref(answer);
		}
		client_close(&client);
	}
	CU_ASSERT_TRUE(i >= 12);
	fixture_close(&fixture);
}

struct expectation {
	const char	*request;
	const char	*status;
	const char	*text;		/* somewhere in the answer */
};

static void
answers_say_what_was_wrong(void)
{
	static const struct expectation cases[] = {
		{ "GET /api/v1/nothing" TAIL, "404", "NO_RESOURCE" },
		{ "GET /api/v1/health/" TAIL, "404", "NO_RESOURCE" },
		{ "GET /api/v1/nodes/" TAIL, "404", "NO_RESOURCE" },
		{ "GET /api/v1/nodes/one/x" TAIL, "404", "NO_RESOURCE" },
		{ "GET /api/v1/../v1/health" TAIL, "404", "NO_RESOURCE" },
		{ "GET /api/v1/%68ealth" TAIL, "404", "NO_RESOURCE" },
		{ "GET /api/v1/nodes/two" TAIL, "404", "NO_NODE" },
		{ "GET /api/v1/nodes/o%6ee" TAIL, "200",
		    "\"name\":\"one\"" },
		{ "GET /api/v1/nodes/%0a" TAIL, "400", "BAD_FIELD" },
		{ "GET /api/v1/nodes/%zz" TAIL, "400", "BAD_FIELD" },
		{ "DELETE /api/v1/nodes" TAIL, "405",
		    "Allow: GET, HEAD\r\n" },
		{ "GET /api/v1/nodes?x=1" TAIL, "400", "UNKNOWN_FIELD" },
		{ "GET /api/v1/events?since" TAIL, "400", "UNKNOWN_FIELD" },
		{ "GET /api/v1/events?since=1&since=2" TAIL, "400",
		    "UNKNOWN_FIELD" },
		{ "GET /api/v1/events?since=-1" TAIL, "400", "BAD_FIELD" },
		{ "GET /api/v1/events?limit=0" TAIL, "400", "BAD_FIELD" },
		{ "GET /api/v1/events?limit=1001" TAIL, "400", "BAD_FIELD" },
		{ "GET /api/v1/events?since=99999999999999999999" TAIL,
		    "400", "BAD_FIELD" },
		{ "GET /api/v1/events?wait=61" TAIL, "400", "BAD_FIELD" },
		{ "GET /api/v1/events?since=2&limit=1" TAIL, "200",
		    "\"next\":3" },
		{ "GET /api/v1/devices?node=one" TAIL, "200",
		    "\"devices\":[]" },
		{ "GET /api/v1/config" TAIL, "200",
		    "/etc/drover/drover.conf" },
	};
	struct fixture fixture;
	struct client client;
	char status[32];
	size_t i;

	fixture_open(&fixture, NULL);
	client_open(&client, &fixture);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client.length = 0;
		client_say(&client, cases[i].request);
		AWAIT(&fixture.loop, client_heard(&client, "}\n") == 1);
		snprintf(status, sizeof(status), "HTTP/1.1 %s ",
		    cases[i].status);
		if (client_heard(&client, status) != 1 ||
		    client_heard(&client, cases[i].text) != 1)
			printf("\n%s%s\n", cases[i].request, client.text);
		CU_ASSERT_EQUAL(client_heard(&client, status), 1);
		CU_ASSERT_EQUAL(client_heard(&client, cases[i].text), 1);
	}
	CU_ASSERT_FALSE(client_ended(&client));
	client_close(&client);
	fixture_close(&fixture);
}

static void
requests_sent_ahead_are_answered_in_order(void)
{
	struct fixture fixture;
	struct client client;
	int i;

	fixture_open(&fixture, NULL);
	client_open(&client, &fixture);
	for (i = 0; i < 50; i++)
		client_say(&client, i % 2 == 0 ? HEALTH :
		    "GET /api/v1/nothing" TAIL);
	client_say(&client, "GET /api/v1/version" TAIL);
	AWAIT(&fixture.loop, client_heard(&client, "\"segment\"") == 1);
	CU_ASSERT_EQUAL(client_heard(&client, "HTTP/1.1 200"), 26);
	CU_ASSERT_EQUAL(client_heard(&client, "HTTP/1.1 404"), 25);
	client_close(&client);
	fixture_close(&fixture);
}

static void
a_request_may_come_byte_by_byte(void)
{
	static const char text[] = "HEAD /api/v1/image" TAIL HEALTH;
	struct fixture fixture;
	struct client client;
	size_t i;

	fixture_open(&fixture, NULL);
	client_open(&client, &fixture);
	for (i = 0; i < sizeof(text) - 1; i++) {
		CU_ASSERT_EQUAL(client_send(&client, text + i, 1), 1);
		uv_run(&fixture.loop, UV_RUN_NOWAIT);
	}
	AWAIT(&fixture.loop, client_heard(&client, "alive") == 1);
	CU_ASSERT_EQUAL(client_heard(&client, "octet-stream"), 1);
	client_close(&client);
	fixture_close(&fixture);
}

/* Says text and nothing more: what comes back, and the end. */
static void
stalls(const char *text, const struct api_limits *limits, const char *answer)
{
	struct fixture fixture;
	struct client client;

	fixture_open(&fixture, limits);
	client_open(&client, &fixture);
	client_say(&client, text);
	AWAIT(&fixture.loop, client_ended(&client));
	CU_ASSERT_EQUAL(client_heard(&client, "HTTP/1.1 "),
	    answer[0] == '\0' ? 0 : 1);
	CU_ASSERT_TRUE(answer[0] == '\0' ||
	    client_heard(&client, answer) == 1);
	client_close(&client);
	fixture_close(&fixture);
}

static void
what_stalls_is_ended(void)
{
	struct api_limits limits = short_limits();

	limits.request_ms = limits.linger_ms = 50;
	stalls("GET /api", &limits, "TOO_SLOW");
	stalls("GET /api/v1/health HTTP/1.1\r\nHost:", &limits, "TOO_SLOW");
	stalls("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12",
	    &limits, "TOO_SLOW");
	limits = short_limits();
	limits.idle_ms = 50;
	stalls("", &limits, "");
}

/* A byte now and then does not put the end off. */
static void
a_body_that_drips_is_ended(void)
{
	struct api_limits limits = short_limits();
	struct fixture fixture;
	struct client client;
	uint64_t begun_ms = uv_hrtime() / 1000000, now_ms, sent_ms = 0;

	limits.request_ms = 200;
	limits.linger_ms = 50;
	fixture_open(&fixture, &limits);
	client_open(&client, &fixture);
	client_say(&client, "POST /x HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 60000\r\n\r\n");
	do {
		now_ms = uv_hrtime() / 1000000;
		if (now_ms != sent_ms)
			client_send(&client, "x", 1);
		sent_ms = now_ms;
		uv_run(&fixture.loop, UV_RUN_ONCE);
	} while (client_heard(&client, "TOO_SLOW") == 0 &&
	    now_ms - begun_ms < LOOP_GUARD_MS);
	CU_ASSERT_EQUAL(client_heard(&client, "HTTP/1.1 408"), 1);
	AWAIT(&fixture.loop, client_ended(&client));
	client_close(&client);
	fixture_close(&fixture);
}

/* It could not be heard if the connection were closed over the rest. */
static void
a_refusal_is_heard_by_who_still_sends(void)
{
	struct api_limits limits = short_limits();
	struct fixture fixture;
	struct client client;
	char *rest = calloc(1, 400000);

	limits.linger_ms = 50;
	fixture_open(&fixture, &limits);
	client_open(&client, &fixture);
	client_say(&client, "POST /x HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 400000\r\n\r\n");
	client_send(&client, rest, 400000);
	AWAIT(&fixture.loop, client_heard(&client, "HTTP/1.1 413") == 1);
	CU_ASSERT_EQUAL(client_heard(&client, "Connection: close"), 1);
	AWAIT(&fixture.loop, client_ended(&client));
	client_close(&client);
	free(rest);
	fixture_close(&fixture);
}

static void
a_body_held_back_is_asked_for(void)
{
	struct fixture fixture;
	struct client client;

	fixture_open(&fixture, NULL);
	client_open(&client, &fixture);
	client_say(&client, "POST /x HTTP/1.1\r\nHost: x\r\n"
	    "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	AWAIT(&fixture.loop, client_heard(&client, "HTTP/1.1 100") == 1);
	client_say(&client, "abc" HEALTH);
	AWAIT(&fixture.loop, client_heard(&client, "alive") == 1);
	CU_ASSERT_EQUAL(client_heard(&client, "HTTP/1.1 404"), 1);
	client_close(&client);
	fixture_close(&fixture);
}

static void
one_connection_too_many_is_told_so(void)
{
	struct api_limits limits = short_limits();
	struct client clients[4];
	struct fixture fixture;
	size_t i;

	limits.connections = 3;
	limits.linger_ms = 50;
	fixture_open(&fixture, &limits);
	for (i = 0; i < 4; i++)
		client_open(&clients[i], &fixture);
	AWAIT(&fixture.loop,
	    client_heard(&clients[3], "TOO_MANY_CONNECTIONS") == 1);
	CU_ASSERT_EQUAL(client_heard(&clients[3], "HTTP/1.1 503"), 1);
	AWAIT(&fixture.loop, client_ended(&clients[3]));
	client_close(&clients[3]);
	client_say(&clients[0], HEALTH);
	AWAIT(&fixture.loop, client_heard(&clients[0], "alive") == 1);
	/* The place of one that went is free again. */
	client_close(&clients[1]);
	uv_run(&fixture.loop, UV_RUN_ONCE);
	client_open(&clients[1], &fixture);
	client_say(&clients[1], HEALTH);
	AWAIT(&fixture.loop, client_heard(&clients[1], "alive") == 1);
	for (i = 0; i < 3; i++)
		client_close(&clients[i]);
	fixture_close(&fixture);
}

static void
one_user_does_not_take_every_connection(void)
{
	struct api_limits limits = short_limits();
	struct client clients[2];
	struct fixture fixture;

	limits.connections_uid = 1;
	fixture_open(&fixture, &limits);
	client_open(&clients[0], &fixture);
	client_open(&clients[1], &fixture);
	AWAIT(&fixture.loop,
	    client_heard(&clients[1], "TOO_MANY_CONNECTIONS") == 1);
	client_close(&clients[0]);
	client_close(&clients[1]);
	fixture_close(&fixture);
}

/* Answers that nobody takes: bounded in bytes, and in time. */
static void
who_does_not_read_is_ended(void)
{
	struct api_limits limits = short_limits();
	struct client clients[2];
	struct fixture fixture;
	int i;

	limits.reply_ms = 100;
	limits.output_bytes = 400000;
	fixture_open(&fixture, &limits);
	client_open(&clients[0], &fixture);
	client_open(&clients[1], &fixture);
	for (i = 0; i < 20; i++)
		client_say(&clients[0], "GET /api/v1/image" TAIL);
	uv_run(&fixture.loop, UV_RUN_ONCE);
	client_say(&clients[1], "GET /api/v1/image" TAIL);
	AWAIT(&fixture.loop, client_heard(&clients[1], "HTTP/1.1 ") == 1);
	CU_ASSERT_EQUAL(client_heard(&clients[1], "BUSY"), 1);
	AWAIT(&fixture.loop, send(clients[0].descriptor, "x", 1,
	    MSG_NOSIGNAL) == -1);
	client_say(&clients[1], HEALTH);
	AWAIT(&fixture.loop, client_heard(&clients[1], "alive") == 1);
	client_close(&clients[0]);
	client_close(&clients[1]);
	fixture_close(&fixture);
}

static void
who_waits_hears_the_next_event(void)
{
	struct client waits, asks, leaves;
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	client_open(&waits, &fixture);
	client_open(&asks, &fixture);
	client_open(&leaves, &fixture);
	client_say(&waits, "GET /api/v1/events?since=4&wait=60" TAIL);
	client_say(&leaves, "GET /api/v1/events?since=4&wait=60" TAIL);
	client_say(&asks, HEALTH);
	AWAIT(&fixture.loop, client_heard(&asks, "alive") == 1);
	client_close(&leaves);
	uv_run(&fixture.loop, UV_RUN_ONCE);
	CU_ASSERT_EQUAL(client_heard(&waits, "HTTP"), 0);
	fixture_event(&fixture, "fourth");
	AWAIT(&fixture.loop, client_heard(&waits, "\"next\":5") == 1);
	CU_ASSERT_EQUAL(client_heard(&waits, "fourth"), 1);
	CU_ASSERT_EQUAL(client_heard(&waits, "third"), 0);
	client_close(&waits);
	client_close(&asks);
	fixture_close(&fixture);
}

static void
waiting_ends(void)
{
	struct fixture fixture;
	struct client client;

	fixture_open(&fixture, NULL);
	client_open(&client, &fixture);
	client_say(&client, "GET /api/v1/events?since=4&wait=1" TAIL);
	AWAIT(&fixture.loop, client_heard(&client, "\"events\":[]") == 1);
	/* Who has said all is answered at once. */
	client_say(&client, "GET /api/v1/events?since=4&wait=60" TAIL);
	CU_ASSERT_EQUAL(shutdown(client.descriptor, SHUT_WR), 0);
	AWAIT(&fixture.loop, client_heard(&client, "\"events\":[]") == 2);
	AWAIT(&fixture.loop, client_ended(&client));
	client_close(&client);
	/* So is who still waits when the server ends: its memory goes. */
	client_open(&client, &fixture);
	client_say(&client, "GET /api/v1/events?since=4&wait=60" TAIL);
	uv_run(&fixture.loop, UV_RUN_ONCE);
	uv_run(&fixture.loop, UV_RUN_NOWAIT);
	fixture_close(&fixture);
	CU_ASSERT_TRUE(client_ended(&client));
	client_close(&client);
}

static void
a_new_segment_is_shown(void)
{
	struct fixture fixture;
	struct client client;

	fixture_open(&fixture, NULL);
	client_open(&client, &fixture);
	client_say(&client, "GET /api/v1/nodes" TAIL);
	AWAIT(&fixture.loop, client_heard(&client,
	    "\"name\":\"one\"") == 1);
	fixture_renew(&fixture, "two");
	client_say(&client, "GET /api/v1/nodes" TAIL);
	AWAIT(&fixture.loop, client_heard(&client,
	    "\"name\":\"two\"") == 1);
	client_close(&client);
	fixture_close(&fixture);
}

static void
the_socket_is_as_open_as_the_directory(void)
{
	struct api_options options = { 0 };
	struct fixture fixture;
	struct stat status;
	struct api *none;
	char path[160];

	fixture_open(&fixture, NULL);
	CU_ASSERT_EQUAL(stat(fixture.socket, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0600);
	api_stop(fixture.api);
	CU_ASSERT_EQUAL(chmod(fixture.directory, 0750), 0);
	options.loop = &fixture.loop;
	options.directory = fixture.directory;
	CU_ASSERT_EQUAL_FATAL(api_start(&fixture.api, &options), 0);
	CU_ASSERT_EQUAL(stat(fixture.socket, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 0777, 0660);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	options.directory = path;
	CU_ASSERT_EQUAL(api_start(&none, &options), -ENAMETOOLONG);
	CU_ASSERT_PTR_NULL(none);
	fixture_close(&fixture);
}

/* What peer_identify() says of a caller with these ids. */
static enum role
role_of(uid_t uid, gid_t gid, gid_t other, gid_t group)
{
	struct peer peer = { .role = ROLE_SYSTEM };
	int status = 0, pair[2];
	pid_t child = fork();

	/* The kernel notes who makes the pair. */
	if (child == 0) {
		if (setgroups(1, &other) != 0 || setgid(gid) != 0 ||
		    seteuid(uid) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0,
		    pair) != 0 || seteuid(0) != 0 ||
		    peer_identify(&peer, pair[0], group) != 0)
			_exit(99);
		_exit((int)peer.role);
	}
	waitpid(child, &status, 0);
	return (enum role)WEXITSTATUS(status);
}

static void
roles_follow_the_credentials(void)
{
	struct peer peer;
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CU_ASSERT_EQUAL(peer_identify(&peer, pair[0], (gid_t)-1), 0);
	CU_ASSERT_EQUAL(peer.role, ROLE_ADMIN);
	CU_ASSERT_EQUAL(peer.uid, geteuid());
	peer_name(&peer);
	CU_ASSERT_NOT_EQUAL(peer.name[0], '\0');
	close(pair[0]);
	close(pair[1]);
	if (geteuid() != 0)
		return;		/* only root can be somebody else */
	CU_ASSERT_EQUAL(role_of(40001, 40002, 40003, (gid_t)-1), ROLE_NONE);
	CU_ASSERT_EQUAL(role_of(40001, 40002, 40003, 40004), ROLE_NONE);
	CU_ASSERT_EQUAL(role_of(40001, 40002, 40003, 40002), ROLE_OPERATOR);
	CU_ASSERT_EQUAL(role_of(40001, 40002, 40003, 40003), ROLE_OPERATOR);
	CU_ASSERT_EQUAL(role_of(0, 40002, 40003, 40004), ROLE_ADMIN);
}

static const struct suite_test tests[] = {
	{ "every resource answers", every_resource_answers },
	{ "answers say what was wrong", answers_say_what_was_wrong },
	{ "requests sent ahead are answered in order",
	    requests_sent_ahead_are_answered_in_order },
	{ "a request may come byte by byte",
	    a_request_may_come_byte_by_byte },
	{ "what stalls is ended", what_stalls_is_ended },
	{ "a body that drips is ended", a_body_that_drips_is_ended },
	{ "a refusal is heard by who still sends",
	    a_refusal_is_heard_by_who_still_sends },
	{ "a body held back is asked for", a_body_held_back_is_asked_for },
	{ "one connection too many is told so",
	    one_connection_too_many_is_told_so },
	{ "one user does not take every connection",
	    one_user_does_not_take_every_connection },
	{ "who does not read is ended", who_does_not_read_is_ended },
	{ "who waits hears the next event", who_waits_hears_the_next_event },
	{ "waiting ends", waiting_ends },
	{ "a new segment is shown", a_new_segment_is_shown },
	{ "the socket is as open as the directory",
	    the_socket_is_as_open_as_the_directory },
	{ "roles follow the credentials", roles_follow_the_credentials },
};

SUITE_MAIN("api-server", tests)
