/* What of a request to read the configuration again reaches the node. */
#include <stdio.h>
#include <string.h>

#include "../collect/loop_await.h"
#include "../suite.h"
#include "fixture.h"

/* A request with that body has that reply. */
static void
ask(struct fixture *fixture, const char *body, const char *wanted)
{
	struct client client;
	char request[256], reply[32];

	snprintf(request, sizeof(request), "POST /api/v1/config/reload "
	    "HTTP/1.1\r\nHost: one\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    strlen(body), body);
	snprintf(reply, sizeof(reply), "Drover-Reply: %s\r\n", wanted);
	client_open(&client, fixture);
	client_say(&client, request);
	AWAIT(&fixture->loop, client_ended(&client));
	CU_ASSERT_EQUAL(client_heard(&client, reply), 1);
	CU_ASSERT_EQUAL(client_heard(&client, "{\"reply\":{\"number\":"), 1);
	client_close(&client);
}

static void
what_is_asked_for_arrives(void)
{
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	ask(&fixture, "{}", "1000");
	CU_ASSERT_FALSE(fixture.reload.preview);
	CU_ASSERT_EQUAL(fixture.reload.confirm_ms, 0);
	ask(&fixture, "{\"preview\":true}", "1000");
	CU_ASSERT_TRUE(fixture.reload.preview);
	ask(&fixture, "{\"confirm_seconds\":60}", "1000");
	CU_ASSERT_EQUAL(fixture.reload.confirm_ms, 60000);
	ask(&fixture, "{\"confirm_seconds\":0.5}", "1000");
	CU_ASSERT_EQUAL(fixture.reload.confirm_ms, 500);
	fixture_close(&fixture);
}

static void
a_short_time_to_confirm_is_not_none(void)
{
	struct fixture fixture;

	fixture_open(&fixture, NULL);
	ask(&fixture, "{\"confirm_seconds\":0.0001}", "1000");
	CU_ASSERT_EQUAL(fixture.reload.confirm_ms, 1);
	ask(&fixture, "{\"confirm_seconds\":1e-300}", "1000");
	CU_ASSERT_EQUAL(fixture.reload.confirm_ms, 1);
	fixture_close(&fixture);
}

static void
what_is_wrong_does_not_arrive(void)
{
	static const char *const wrong[] = {
		"{\"confirm_seconds\":0}", "{\"confirm_seconds\":-1}",
		"{\"confirm_seconds\":86401}", "{\"confirm_seconds\":true}",
		"{\"confirm_seconds\":\"60\"}", "{\"preview\":1}",
	};
	struct fixture fixture;
	char body[96];
	size_t i;

	fixture_open(&fixture, NULL);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ask(&fixture, wrong[i], "4002");
	ask(&fixture, "{\"confirm\":60}", "4003");
	/* Where the name is cut there is half a character. */
	snprintf(body, sizeof(body), "{\"%059d\xc3\xbc\":60}", 0);
	ask(&fixture, body, "4003");
	CU_ASSERT_EQUAL(fixture.reloads, 0);
	fixture_close(&fixture);
}

static const struct suite_test tests[] = {
	{ "what is asked for arrives", what_is_asked_for_arrives },
	{ "a short time to confirm is not none",
	    a_short_time_to_confirm_is_not_none },
	{ "what is wrong does not arrive", what_is_wrong_does_not_arrive },
};

SUITE_MAIN("api-reload", tests)
