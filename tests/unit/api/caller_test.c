/* Who a token speaks for, and that it speaks for nobody else. */
#include <stdlib.h>
#include <string.h>

#include "../collect/loop_await.h"
#include "../suite.h"
#include "api/caller.h"
#include "api/route.h"
#include "fixture.h"

#define NOW_MS	1000000

static struct peer
stranger(void)
{
	return (struct peer){ .uid = (uid_t)-1, .via = VIA_TOKEN,
		.role = ROLE_NONE };
}

static void
a_token_speaks_for_its_account(void)
{
	struct peer peer = stranger();
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	fixture_account(&fixture, "ann", ROLE_OPERATOR, NOW_MS + 1);
	CU_ASSERT_EQUAL(caller_of_token(fixture.model, NOW_MS,
	    "drover-ann-secret", &peer), REPLY_OK);
	CU_ASSERT_STRING_EQUAL(peer.name, "ann");
	CU_ASSERT_EQUAL(peer.role, ROLE_OPERATOR);
	CU_ASSERT_EQUAL(peer.via, VIA_TOKEN);
	fixture_close(&fixture);
}

static void
what_is_no_token_speaks_for_nobody(void)
{
	static const char *const wrong[] = { "drover-ann-secreT",
		"drover-ann-secret1", "drover-ann-secre", "drover-ann-",
		"drover-ann", "drover--secret", "drover-", "drover", "x",
		"drover-bob-secret", "ann-secret", "DROVER-ann-secret",
		"drover-ann-secret-", "drover-eve-secret" };
	struct row_account eve = { .name = "eve" };
	struct fixture fixture;
	struct peer peer;
	size_t i;

	fixture_open(&fixture, NULL);
	fixture_account(&fixture, "ann", ROLE_ADMIN, NOW_MS + 1);
	/* A token whose account is gone is worth nothing. */
	fixture_account(&fixture, "eve", ROLE_ADMIN, NOW_MS + 1);
	model_delete(fixture.model, ROW_TABLE_ACCOUNT, &eve);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		peer = stranger();
		CU_ASSERT_EQUAL(caller_of_token(fixture.model, NOW_MS,
		    wrong[i], &peer), REPLY_BAD_CREDENTIALS);
		CU_ASSERT_EQUAL(peer.role, ROLE_NONE);
		CU_ASSERT_STRING_EQUAL(peer.name, "");
	}
	CU_ASSERT_EQUAL(caller_of_token(fixture.model, NOW_MS, "", &peer),
	    REPLY_NO_CREDENTIALS);
	fixture_close(&fixture);
}

static void
who_has_an_expired_token_is_told(void)
{
	struct peer peer = stranger();
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	fixture_account(&fixture, "ann", ROLE_ADMIN, NOW_MS);
	CU_ASSERT_EQUAL(caller_of_token(fixture.model, NOW_MS - 1,
	    "drover-ann-secret", &peer), REPLY_OK);
	peer = stranger();
	CU_ASSERT_EQUAL(caller_of_token(fixture.model, NOW_MS,
	    "drover-ann-secret", &peer), REPLY_EXPIRED);
	CU_ASSERT_EQUAL(caller_of_token(fixture.model, NOW_MS,
	    "drover-ann-other", &peer), REPLY_BAD_CREDENTIALS);
	CU_ASSERT_EQUAL(peer.role, ROLE_NONE);
	fixture_close(&fixture);
}

static void
an_account_says_what_a_member_of_the_group_may(void)
{
	struct peer peer = { .via = VIA_LOCAL, .role = ROLE_OPERATOR,
		.name = "ann" };
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	caller_of_group(fixture.model, &peer);
	CU_ASSERT_EQUAL(peer.role, ROLE_OPERATOR);
	fixture_account(&fixture, "ann", ROLE_VIEWER, NOW_MS);
	caller_of_group(fixture.model, &peer);
	CU_ASSERT_EQUAL(peer.role, ROLE_VIEWER);
	/* root and the user of droverd are not bound by the state: they
	   could write it. */
	peer.role = ROLE_ADMIN;
	caller_of_group(fixture.model, &peer);
	CU_ASSERT_EQUAL(peer.role, ROLE_ADMIN);
	/* Nor does an account let somebody in. */
	peer.role = ROLE_NONE;
	caller_of_group(fixture.model, &peer);
	CU_ASSERT_EQUAL(peer.role, ROLE_NONE);
	fixture_close(&fixture);
}

static void
fill(char *text, size_t size, const char *pattern)
{
	const char *name = strstr(pattern, ":name");

	if (name == NULL)
		snprintf(text, size, "%s", pattern);
	else
		snprintf(text, size, "%.*s1%s", (int)(name - pattern),
		    pattern, name + 5);
}

/* The number that one request with that token comes to. */
static int
ask(struct fixture *fixture, const struct route *route, const char *token)
{
	static const char *const methods[] = { [REQUEST_GET] = "GET",
		[REQUEST_HEAD] = "HEAD", [REQUEST_POST] = "POST",
		[REQUEST_PUT] = "PUT", [REQUEST_DELETE] = "DELETE" };
	char path[128], text[512];
	struct client client;
	const char *number;
	int reply;

	fill(path, sizeof(path), route->pattern);
	snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\nHost: x\r\n"
	    "Authorization: Bearer %s\r\nConnection: close\r\n%s\r\n%s",
	    methods[route->method], path, token,
	    route->method == REQUEST_GET ? "" :
	    "Content-Type: application/json\r\nContent-Length: 2\r\n",
	    route->method == REQUEST_GET ? "" : "{}");
	client_open(&client, fixture);
	client_say(&client, text);
	AWAIT(&fixture->loop, client_ended(&client));
	number = strstr(client.text, "Drover-Reply: ");
	reply = number == NULL ? -1 : atoi(number + 14);
	client_close(&client);
	return reply;
}

/* Every row of resources.def and acts.def with every role. */
static void
no_role_crosses_into_another(void)
{
	static const char *const names[] = { [ROLE_VIEWER] = "viewer",
		[ROLE_OPERATOR] = "operator", [ROLE_ADMIN] = "admin" };
	const struct route *route;
	struct fixture fixture;
	char token[64];
	size_t i, asked = 0;
	int role, reply;

	fixture_open(&fixture, NULL);
	for (role = ROLE_VIEWER; role <= ROLE_ADMIN; role++)
		fixture_account(&fixture, names[role], (enum role)role,
		    NOW_MS);
	for (i = 0; (route = route_at(i)) != NULL; i++)
		for (role = ROLE_VIEWER; role <= ROLE_ADMIN; role++) {
			snprintf(token, sizeof(token), "drover-%s-secret",
			    names[role]);
			reply = ask(&fixture, route, token);
			if ((reply == REPLY_ROLE) !=
			    (role < (int)route->role))
				printf("\n%s of %s: %d\n", route->pattern,
				    names[role], reply);
			CU_ASSERT_EQUAL(reply == REPLY_ROLE,
			    role < (int)route->role);
			CU_ASSERT_NOT_EQUAL(reply, -1);
			asked++;
		}
	CU_ASSERT_TRUE(asked > 90);
	fixture_close(&fixture);
}

static void
who_guesses_waits_and_others_do_not(void)
{
	struct api_limits limits = api_limits_usual;
	const struct route *route = route_at(2);
	struct client guesses, honest;
	struct fixture fixture;
	int i;

	limits.guess_wait_ms = 60000;
	fixture_open(&fixture, &limits);
	fixture_account(&fixture, "ann", ROLE_VIEWER, NOW_MS);
	for (i = 0; i < API_GUESSES; i++)
		CU_ASSERT_EQUAL(ask(&fixture, route, "drover-ann-x"),
		    REPLY_BAD_CREDENTIALS);
	CU_ASSERT_EQUAL(fixture.guessed, 1);
	client_open(&guesses, &fixture);
	client_say(&guesses, "GET /api/v1/status HTTP/1.1\r\nHost: x\r\n"
	    "Authorization: Bearer drover-ann-y\r\n\r\n");
	client_open(&honest, &fixture);
	client_say(&honest, "GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\n"
	    "Authorization: Bearer drover-ann-secret\r\n\r\n");
	AWAIT(&fixture.loop, client_heard(&honest, "\"name\":\"one\"") == 1);
	CU_ASSERT_EQUAL(client_heard(&guesses, "HTTP"), 0);
	CU_ASSERT_EQUAL(fixture.guessed, 1);
	/* Its end does not leave the answer behind. */
	client_close(&guesses);
	client_close(&honest);
	fixture_close(&fixture);
}

static void
a_guess_is_answered_after_its_wait(void)
{
	struct api_limits limits = api_limits_usual;
	const struct route *route = route_at(2);
	struct fixture fixture;
	int i;

	limits.guess_wait_ms = 20;
	fixture_open(&fixture, &limits);
	for (i = 0; i < API_GUESSES + 2; i++)
		CU_ASSERT_EQUAL(ask(&fixture, route, "drover-ann-x"),
		    REPLY_BAD_CREDENTIALS);
	fixture_close(&fixture);
}

static const struct suite_test tests[] = {
	{ "a token speaks for its account", a_token_speaks_for_its_account },
	{ "what is no token speaks for nobody",
	    what_is_no_token_speaks_for_nobody },
	{ "who has an expired token is told",
	    who_has_an_expired_token_is_told },
	{ "an account says what a member of the group may",
	    an_account_says_what_a_member_of_the_group_may },
	{ "no role crosses into another", no_role_crosses_into_another },
	{ "who guesses waits and others do not",
	    who_guesses_waits_and_others_do_not },
	{ "a guess is answered after its wait",
	    a_guess_is_answered_after_its_wait },
};

SUITE_MAIN("api-caller", tests)
