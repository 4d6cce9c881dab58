#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "fixture.h"

static const struct config *
config_of(void *context, const char **path)
{
	struct fixture *fixture = context;

	*path = "/etc/drover/drover.conf";
	return fixture->config;
}

static void
write_segment(struct fixture *fixture, const char *node)
{
	struct drover_node_row row;
	struct table_image *image;

	CU_ASSERT_EQUAL_FATAL(publisher_open(&fixture->publisher,
	    fixture->segment, node), 0);
	memset(&row, 0, sizeof(row));
	snprintf(row.name, sizeof(row.name), "%s", node);
	row.state = DROVER_NODE_STATE_UP;
	image = publisher_table(&fixture->publisher, DROVER_TABLE_NODE);
	table_image_begin(image);
	CU_ASSERT_EQUAL_FATAL(table_image_name(image, node, &row, NULL), 0);
	table_image_end(image, NULL, NULL);
	CU_ASSERT_EQUAL_FATAL(publisher_commit(&fixture->publisher), 0);
	publisher_heartbeat(&fixture->publisher);
}

void
fixture_event(struct fixture *fixture, const char *text)
{
	publisher_event(&fixture->publisher, EVENT_CONFIG_RELOAD,
	    "node/test", text, 1000000000);
}

void
fixture_renew(struct fixture *fixture, const char *node)
{
	publisher_close(&fixture->publisher);
	CU_ASSERT_EQUAL_FATAL(unlink(fixture->segment), 0);
	write_segment(fixture, node);
}

static void
on_tick(uv_timer_t *timer)
{
	(void)timer;
}

void
fixture_open(struct fixture *fixture, const struct api_limits *limits)
{
	struct config_errors errors = { 0 };
	struct api_options options = {
		.loop = &fixture->loop,
		.directory = fixture->directory,
		.provider = { .context = fixture, .config = config_of },
		.limits = limits,
	};

	memset(fixture, 0, sizeof(*fixture));
	/* As every process that has the API does. */
	signal(SIGPIPE, SIG_IGN);
	strcpy(fixture->directory, "/tmp/drover-api-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(fixture->directory));
	snprintf(fixture->socket, sizeof(fixture->socket), "%s/core.sock",
	    fixture->directory);
	snprintf(fixture->segment, sizeof(fixture->segment), "%s/core.seg",
	    fixture->directory);
	CU_ASSERT_EQUAL_FATAL(config_load(&fixture->config, NULL, &errors),
	    0);
	write_segment(fixture, "one");
	fixture_event(fixture, "first");
	fixture_event(fixture, "second");
	fixture_event(fixture, "third");
	CU_ASSERT_EQUAL_FATAL(uv_loop_init(&fixture->loop), 0);
	uv_timer_init(&fixture->loop, &fixture->tick);
	uv_timer_start(&fixture->tick, on_tick, 5, 5);
	CU_ASSERT_EQUAL_FATAL(api_start(&fixture->api, &options), 0);
}

void
fixture_close(struct fixture *fixture)
{
	api_stop(fixture->api);
	uv_close((uv_handle_t *)&fixture->tick, NULL);
	uv_run(&fixture->loop, UV_RUN_DEFAULT);
	CU_ASSERT_EQUAL(uv_loop_close(&fixture->loop), 0);
	CU_ASSERT_NOT_EQUAL(access(fixture->socket, F_OK), 0);
	publisher_close(&fixture->publisher);
	config_free(fixture->config);
	unlink(fixture->segment);
	CU_ASSERT_EQUAL(rmdir(fixture->directory), 0);
}

void
client_open(struct client *client, const struct fixture *fixture)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memset(client, 0, sizeof(*client));
	client->descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CU_ASSERT_NOT_EQUAL_FATAL(client->descriptor, -1);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    fixture->socket);
	CU_ASSERT_EQUAL_FATAL(connect(client->descriptor,
	    (struct sockaddr *)&address, sizeof(address)), 0);
}

void
client_close(struct client *client)
{
	close(client->descriptor);
	free(client->text);
}

size_t
client_send(struct client *client, const char *bytes, size_t length)
{
	size_t done = 0;
	ssize_t sent;

	while (done < length) {
		sent = send(client->descriptor, bytes + done, length - done,
		    MSG_NOSIGNAL);
		if (sent <= 0)
			break;
		done += (size_t)sent;
	}
	return done;
}

void
client_say(struct client *client, const char *text)
{
	CU_ASSERT_EQUAL(client_send(client, text, strlen(text)),
	    strlen(text));
}

static void
client_read(struct client *client)
{
	ssize_t got;

	do {
		if (client->room - client->length < 4096) {
			client->room = client->room * 2 + 65536;
			client->text = realloc(client->text, client->room);
			CU_ASSERT_PTR_NOT_NULL_FATAL(client->text);
		}
		got = recv(client->descriptor, client->text + client->length,
		    client->room - client->length - 1, 0);
		if (got > 0)
			client->length += (size_t)got;
		client->text[client->length] = '\0';
	} while (got > 0);
	if (got == 0 || errno != EAGAIN)
		client->ended = true;
}

size_t
client_heard(struct client *client, const char *text)
{
	size_t count = 0;
	const char *at;

	client_read(client);
	for (at = client->text; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

bool
client_ended(struct client *client)
{
	client_read(client);
	return client->ended;
}
