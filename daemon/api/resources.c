/* What shows the state of the node; events.c has the events. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/resources.h"
#include "api/server.h"
#include "store/replay.h"

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

/*
 * Answers with the frame and rows, which are freed; body is taken, and
 * error is that of the rows.
 */
static void
answer(struct exchange *exchange, json_t *body, struct text *rows, int error)
{
	if (error >= 0)
		error = view_frame(&exchange->api->view, body);
	if (error >= 0)
		exchange_reply_text(exchange, REPLY_OK, body, rows);
	else {
		json_decref(body);
		exchange_refuse(exchange, REPLY_INTERNAL, strerror(-error));
	}
	text_free(rows);
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
	    "{s:s, s:i, s:s, s:{s:s, s:o, s:s}}",
	    "version", DROVER_VERSION,
	    "api", API_VERSION,
	    "segment", abi,
	    "caller", "name", peer->name, "uid",
	    /* Of another host none is known. */
	    peer->uid == (uid_t)-1 ? json_null() :
	    json_integer((json_int_t)peer->uid),
	    "role", role_name((int)peer->role)));
}

/* Adds begin, member, the rows of a table and its end. */
static int
add_table(struct exchange *exchange, struct text *rows, const char *begin,
    const char *member, const char *table, const char *node)
{
	int count;

	text_add_word(rows, begin);
	text_add_string(rows, member);
	text_add_word(rows, ":[");
	count = view_rows(&exchange->api->view, table, node, rows);
	text_add_word(rows, "]");
	return count;
}

void
resource_status(struct exchange *exchange)
{
	static const char *const names[] = {
#define TABLE(name, ...)	#name,
#include <drover/tables/tables.def>
#undef TABLE
	};
	struct text rows = { 0 };
	int error = 0;
	size_t i;

	if (!have_view(exchange))
		return;
	for (i = 0; error >= 0 && i < sizeof(names) / sizeof(names[0]); i++) {
		/* It never changes: the names of the others come from it. */
		if (i == DROVER_TABLE_METRIC)
			continue;
		error = add_table(exchange, &rows,
		    i == 0 ? ",\"tables\":{" : ",", names[i], names[i],
		    NULL);
	}
	text_add_word(&rows, "}");
	answer(exchange, json_pack("{s:i, s:s}", "format", VIEW_FORMAT,
	    "version", DROVER_VERSION), &rows, error);
}

static void
answer_table(struct exchange *exchange, const char *member,
    const char *table)
{
	char node[ROUTE_NAME_BYTES];
	struct text rows = { 0 };
	bool chosen;
	int error;

	error = route_query(&exchange->request, "node", node, sizeof(node));
	chosen = error == 0;
	if (error != 0 && error != -ENOENT) {
		exchange_refuse(exchange, REPLY_BAD_FIELD, "node");
		return;
	}
	if (!have_view(exchange))
		return;
	error = add_table(exchange, &rows, ",", member, table,
	    chosen ? node : NULL);
	answer(exchange, json_object(), &rows, error);
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
	static const struct { const char *member, *table; } others[] = {
		{ "devices", "device" },
		{ "backends", "backend" },
		{ "models", "model" },
		{ "processes", "process" },
	};
	const char *name = exchange->match.name;
	struct text rows = { 0 };
	int found;
	size_t i;

	if (!have_view(exchange))
		return;
	text_add_word(&rows, ",\"node\":");
	found = view_rows(&exchange->api->view, "node", name, &rows);
	if (found == 0) {
		text_free(&rows);
		exchange_refuse(exchange, REPLY_NO_NODE, name);
		return;
	}
	for (i = 0; found >= 0 && i < sizeof(others) / sizeof(others[0]); i++)
		found = add_table(exchange, &rows, ",", others[i].member,
		    others[i].table, name);
	answer(exchange, json_object(), &rows, found);
}

/* Whoever reads the normal form should not take it for settled. */
static void
print_waiting(int64_t confirm_by_ns, FILE *stream)
{
	time_t confirm_by = (time_t)(confirm_by_ns / 1000000000);
	struct tm when;
	char text[32];

	if (confirm_by_ns == 0)
		return;
	gmtime_r(&confirm_by, &when);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &when);
	fprintf(stream, "# in force until %s, and then taken back, unless it "
	    "is confirmed\n", text);
}

void
resource_config(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	const char *path = NULL;
	const struct config *config;
	int64_t confirm_by_ns = provider->confirm_by_ns == NULL ? 0 :
	    provider->confirm_by_ns(provider->context);
	char *text = NULL;
	size_t length = 0;
	FILE *stream;
	int error;

	config = provider->config(provider->context, &path);
	stream = open_memstream(&text, &length);
	if (stream != NULL)
		print_waiting(confirm_by_ns, stream);
	error = stream == NULL ? -1 : config_print(config, stream);
	if (stream != NULL && fclose(stream) != 0)
		error = -1;
	if (error == 0)
		exchange_reply(exchange, REPLY_OK, json_pack(
		    "{s:s?, s:s#, s:o}", "path", path, "text", text, length,
		    "confirm_by", confirm_by_ns == 0 ? json_null() :
		    json_integer((json_int_t)confirm_by_ns)));
	else
		exchange_refuse(exchange, REPLY_INTERNAL, "no memory");
	free(text);
}

/* Reading the flight log takes some milliseconds of the core. */
static int
past_image(struct exchange *exchange, int64_t wall_ns, void **bytes,
    size_t *length, char detail[64])
{
	struct replay_found found = { 0 };
	char directory[PATH_MAX], first[32] = "";
	time_t second;
	struct tm time;
	int error;

	error = replay_directory(exchange->api->view.path, directory,
	    sizeof(directory));
	if (error == 0)
		error = replay_image(directory, wall_ns, bytes, length,
		    &found);
	second = (time_t)(found.first_ns / 1000000000);
	if (gmtime_r(&second, &time) != NULL)
		(void)strftime(first, sizeof(first), "%FT%TZ", &time);
	if (error == -ENOENT && found.first_ns != 0)
		snprintf(detail, 64, "the flight log begins with %s", first);
	else if (error != 0)
		snprintf(detail, 64, "flight log: %.40s", strerror(-error));
	return error;
}

void
resource_image(struct exchange *exchange)
{
	unsigned long long at = 0;
	char detail[64] = "";
	size_t length;
	void *bytes;
	int error;

	if (!have_view(exchange))
		return;
	if (route_query_number(&exchange->request, "at", 0, INT64_MAX, 0,
	    &at) != 0) {
		exchange_refuse(exchange, REPLY_BAD_FIELD,
		    exchange->match.route->query);
		return;
	}
	error = at == 0 ?
	    view_image(&exchange->api->view, &bytes, &length) :
	    past_image(exchange, (int64_t)at, &bytes, &length, detail);
	if (error != 0 && at != 0)
		exchange_refuse(exchange, REPLY_NO_MOMENT, detail);
	else if (error != 0)
		exchange_refuse(exchange, REPLY_INTERNAL, strerror(-error));
	else
		exchange_reply_bytes(exchange, "application/octet-stream",
		    bytes, length);
}
