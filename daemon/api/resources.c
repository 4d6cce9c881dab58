/* What shows the state of the node; events.c has the events. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/resources.h"
#include "api/server.h"

#define API_VERSION	1

/* Answers and returns false when there is no segment to show. */
static bool
have_view(struct exchange *exchange)
{
	int error = view_refresh(&exchange->api->view);

	if (error != 0)
		exchange_refuse(exchange, REPLY_STARTING, strerror(-error));
	return error == 0;
}

/* body is taken; error is that of the tables in it. */
static void
answer(struct exchange *exchange, json_t *body, int error)
{
	if (error == 0)
		error = view_frame(&exchange->api->view, body);
	if (error == 0) {
		exchange_reply(exchange, REPLY_OK, body);
		return;
	}
	json_decref(body);
	exchange_refuse(exchange, REPLY_INTERNAL, strerror(-error));
}

void
resource_health(struct exchange *exchange)
{
	const struct view *view = &exchange->api->view;
	enum reply reply = REPLY_OK;
	double silent;

	if (!have_view(exchange))
		return;
	silent = view_silent_seconds(view);
	if (view->liveness != DROVER_WRITER_ALIVE)
		reply = REPLY_STARTING;
	exchange_reply(exchange, reply, json_pack("{s:s, s:o}",
	    "state", drover_liveness_name(view->liveness),
	    "silent_seconds", silent >= 0 ? json_real(silent) :
	    json_null()));
}

void
resource_version(struct exchange *exchange)
{
	struct peer *peer = &exchange->peer;
	char abi[24];

	snprintf(abi, sizeof(abi), "%d.%d", DROVER_SEGMENT_ABI_MAJOR,
	    DROVER_SEGMENT_ABI_MINOR);
	peer_name(peer);
	exchange_reply(exchange, REPLY_OK, json_pack(
	    "{s:s, s:i, s:s, s:{s:s, s:I, s:s}}",
	    "version", DROVER_VERSION,
	    "api", API_VERSION,
	    "segment", abi,
	    "caller", "name", peer->name, "uid", (json_int_t)peer->uid,
	    "role", role_name((int)peer->role)));
}

/* Sets member to the rows of a table. */
static int
add_table(struct exchange *exchange, json_t *object, const char *member,
    const char *table, const char *node)
{
	json_t *rows;
	int error;

	error = view_table(&exchange->api->view, table, node, &rows);
	if (error == 0 && json_object_set_new(object, member, rows) != 0)
		error = -1;
	return error;
}

void
resource_status(struct exchange *exchange)
{
	static const char *const names[] = { "node", "device", "backend",
	    "model", "process" };
	json_t *body, *tables = json_object();
	int error = 0;
	size_t i;

	if (!have_view(exchange)) {
		json_decref(tables);
		return;
	}
	for (i = 0; error == 0 && i < sizeof(names) / sizeof(names[0]); i++)
		error = add_table(exchange, tables, names[i], names[i], NULL);
	body = json_pack("{s:i, s:s, s:o}", "format", VIEW_FORMAT,
	    "version", DROVER_VERSION, "tables", tables);
	answer(exchange, body, error);
}

static void
answer_table(struct exchange *exchange, const char *member,
    const char *table)
{
	char node[ROUTE_NAME_BYTES];
	bool chosen;
	json_t *body;
	int error;

	error = route_query(&exchange->request, "node", node, sizeof(node));
	chosen = error == 0;
	if (error != 0 && error != -ENOENT) {
		exchange_refuse(exchange, REPLY_BAD_FIELD, "node");
		return;
	}
	if (!have_view(exchange))
		return;
	body = json_object();
	answer(exchange, body, add_table(exchange, body, member, table,
	    chosen ? node : NULL));
}

void
resource_nodes(struct exchange *exchange)
{
	answer_table(exchange, "nodes", "node");
}

void
resource_devices(struct exchange *exchange)
{
	answer_table(exchange, "devices", "device");
}

void
resource_backends(struct exchange *exchange)
{
	answer_table(exchange, "backends", "backend");
}

void
resource_models(struct exchange *exchange)
{
	answer_table(exchange, "models", "model");
}

void
resource_processes(struct exchange *exchange)
{
	answer_table(exchange, "processes", "process");
}

void
resource_node(struct exchange *exchange)
{
	const char *name = exchange->match.name;
	json_t *rows, *body;
	int error;

	if (!have_view(exchange))
		return;
	error = view_table(&exchange->api->view, "node", name, &rows);
	if (error == 0 && json_array_size(rows) == 0) {
		json_decref(rows);
		exchange_refuse(exchange, REPLY_NO_NODE, name);
		return;
	}
	body = json_object();
	if (error == 0)
		json_object_set(body, "node", json_array_get(rows, 0));
	json_decref(rows);
	if (error == 0)
		error = add_table(exchange, body, "devices", "device", name);
	if (error == 0)
		error = add_table(exchange, body, "backends", "backend",
		    name);
	if (error == 0)
		error = add_table(exchange, body, "models", "model", name);
	if (error == 0)
		error = add_table(exchange, body, "processes", "process",
		    name);
	answer(exchange, body, error);
}

void
resource_config(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	const char *path = NULL;
	const struct config *config;
	char *text = NULL;
	size_t length = 0;
	FILE *stream;
	int error;

	config = provider->config(provider->context, &path);
	stream = open_memstream(&text, &length);
	error = stream == NULL ? -1 : config_print(config, stream);
	if (stream != NULL && fclose(stream) != 0)
		error = -1;
	if (error == 0)
		exchange_reply(exchange, REPLY_OK, json_pack("{s:s?, s:s#}",
		    "path", path, "text", text, length));
	else
		exchange_refuse(exchange, REPLY_INTERNAL, "no memory");
	free(text);
}

void
resource_image(struct exchange *exchange)
{
	size_t length;
	void *bytes;
	int error;

	if (!have_view(exchange))
		return;
	error = view_image(&exchange->api->view, &bytes, &length);
	if (error != 0)
		exchange_refuse(exchange, REPLY_INTERNAL, strerror(-error));
	else
		exchange_reply_bytes(exchange, "application/octet-stream",
		    bytes, length);
}
