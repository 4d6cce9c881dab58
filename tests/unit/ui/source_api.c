/* What becomes of the screen of another host when its answers are bad. */
#include "source.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/suite.h"
#include "tests/unit/verb/tls_server.h"

#define WAIT_MS		10000

static const struct tls_server_settings usual = { .name = "localhost",
    .from_seconds = -60, .until_seconds = 86400 };
static struct model model;
static struct source source;
static char where[64];

static void
open_source(int port, const char *ca)
{
	struct client_place place = { .connect = where, .ca = ca };
	char complaint[CLIENT_COMPLAINT_BYTES];

	snprintf(where, sizeof(where), "localhost:%d", port);
	CU_ASSERT_EQUAL_FATAL(model_init(&model), 0);
	CU_ASSERT_EQUAL_FATAL(source_open_api(&source, &place, complaint),
	    CLIENT_FINE);
}

static void
close_source(void)
{
	source_close(&source);
	model_release(&model);
}

/* Asks, and shows the answer once it is there. */
static void
ask(void)
{
	struct pollfd wait = { .fd = source_descriptor(&source),
		.events = POLLIN };

	source_ask(&source);
	CU_ASSERT_TRUE(source.asking);
	CU_ASSERT_EQUAL_FATAL(poll(&wait, 1, WAIT_MS), 1);
	CU_ASSERT_TRUE(source_refresh(&source, &model));
	CU_ASSERT_FALSE(source.asking);
}

static void
before_the_first_answer_it_connects(void)
{
	struct tls_server server;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	open_source(server.port, server.ca);
	CU_ASSERT_FALSE(source_refresh(&source, &model));
	CU_ASSERT_TRUE(model.remote);
	CU_ASSERT_FALSE(model.attached);
	CU_ASSERT_FALSE(model.lost);
	CU_ASSERT_STRING_EQUAL(model.problem, "connecting ...");
	CU_ASSERT_STRING_EQUAL(model.path, where);
	close_source();
	tls_server_stop(&server);
}

/* "{}" is what this server says to everything. */
static void
an_answer_that_is_no_image_changes_nothing(void)
{
	struct tls_server server;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	open_source(server.port, server.ca);
	ask();
	CU_ASSERT_TRUE(model.lost);
	CU_ASSERT_FALSE(model.attached);
	CU_ASSERT_STRING_EQUAL(model.problem, "not a sound segment image");
	/* And it asks again. */
	ask();
	CU_ASSERT_TRUE(model.lost);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.head, "GET /api/v1/image "));
	close_source();
	tls_server_stop(&server);
}

static void
why_nobody_answers_is_told_without_the_name(void)
{
	struct tls_server server;
	int port;

	CU_ASSERT_TRUE_FATAL(tls_server_start(&server, &usual));
	port = server.port;
	tls_server_stop(&server);
	open_source(port, NULL);
	ask();
	CU_ASSERT_TRUE(model.lost);
	CU_ASSERT_EQUAL(strncmp(model.problem, "nobody listens there", 20),
	    0);
	close_source();
}

static void
what_cannot_be_a_place_is_told_at_once(void)
{
	struct client_place place = { .connect = "a b" };
	char complaint[CLIENT_COMPLAINT_BYTES];

	CU_ASSERT_EQUAL(source_open_api(&source, &place, complaint),
	    CLIENT_MISUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(complaint, "HOST:PORT"));
	source_close(&source);
}

static const struct suite_test tests[] = {
	{ "before the first answer it connects",
	    before_the_first_answer_it_connects },
	{ "an answer that is no image changes nothing",
	    an_answer_that_is_no_image_changes_nothing },
	{ "why nobody answers is told without the name",
	    why_nobody_answers_is_told_without_the_name },
	{ "what cannot be a place is told at once",
	    what_cannot_be_a_place_is_told_at_once },
};

SUITE_MAIN("ui-source-api", tests)
