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

static const struct model *
model_of(void *context, enum reply *why, const char **detail)
{
	struct fixture *fixture = context;

	(void)why;
	(void)detail;
	return fixture->model;
}

static struct state *
state_of(void *context)
{
	return ((struct fixture *)context)->state;
}

static int64_t
time_of(void *context)
{
	return ((struct fixture *)context)->now_ms;
}

/* Nothing is shared here: who got as far as this may. */
static void
propose(void *context, struct entry *entry, api_done *done,
    void *done_context)
{
	struct api_outcome outcome = { .result.reply = REPLY_STALE_FACTS,
		.leader = "" };

	(void)entry;
	((struct fixture *)context)->proposed++;
	done(done_context, &outcome);
}

static enum reply
reload_of(void *context, const struct api_reload *reload,
    const struct peer *peer, json_t **body)
{
	struct fixture *fixture = context;

	(void)peer;
	fixture->reload = *reload;
	fixture->reloads++;
	*body = NULL;
	return REPLY_OK;
}

static json_t *
cluster_of(void *context)
{
	(void)context;
	return json_pack("{s:n}", "state");
}

static void
guessed(void *context, const struct peer *peer, unsigned int count)
{
	(void)peer;
	(void)count;
	((struct fixture *)context)->guessed++;
}

static void *
copy(const void *row, size_t bytes)
{
	void *made = malloc(bytes);

	CU_ASSERT_PTR_NOT_NULL_FATAL(made);
	return memcpy(made, row, bytes);
}

void
fixture_account(struct fixture *fixture, const char *name, enum role role,
    int64_t expires_ms)
{
	struct row_account account = { .role = role };
	struct row_token row = { .expires_ms = expires_ms };
	unsigned char hash[DIGEST_BYTES];
	char token[128];

	snprintf(account.name, sizeof(account.name), "%s", name);
	snprintf(row.id, sizeof(row.id), "%s", name);
	snprintf(row.account, sizeof(row.account), "%s", name);
	snprintf(token, sizeof(token), "drover-%s-secret", name);
	CU_ASSERT_EQUAL_FATAL(digest(token, strlen(token), hash), 0);
	digest_text(hash, DIGEST_BYTES, row.hash);
	CU_ASSERT_EQUAL_FATAL(model_put(fixture->model, ROW_TABLE_ACCOUNT,
	    copy(&account, sizeof(account))), 0);
	CU_ASSERT_EQUAL_FATAL(model_put(fixture->model, ROW_TABLE_TOKEN,
	    copy(&row, sizeof(row))), 0);
}

static void
open_state(struct fixture *fixture)
{
	struct state_report report;
	char path[96];

	snprintf(path, sizeof(path), "%s/state.db", fixture->directory);
	CU_ASSERT_EQUAL_FATAL(state_open(&fixture->state, path, &report), 0);
	fixture->model = model_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(fixture->model);
}

static void
close_state(struct fixture *fixture)
{
	static const char *const ends[] = { "", "-wal", "-shm",
		"-lock" };
	char path[96];
	size_t i;

	state_close(fixture->state);
	model_free(fixture->model);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s/state.db%s",
		    fixture->directory, ends[i]);
		(void)unlink(path);
	}
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
		.provider = { .context = fixture, .config = config_of,
			.model = model_of, .state = state_of,
			.time_ms = time_of, .propose = propose,
			.cluster = cluster_of, .guessed = guessed,
			.reload = reload_of },
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
	open_state(fixture);
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
	close_state(fixture);
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
