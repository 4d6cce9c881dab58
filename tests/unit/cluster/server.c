/* A server for tests. */
#include "tests/unit/cluster/server.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_MS	10000

static void
fill(void *bytes, uint64_t value, size_t length)
{
	uint64_t word;
	size_t i;

	for (i = 0; i < length; i += 8) {
		word = value * UINT64_C(0x9e3779b97f4a7c15) + i;
		memcpy((unsigned char *)bytes + i, &word, 8);
	}
}

uint64_t
server_chain(uint64_t count, size_t length)
{
	uint64_t chain = 0, value;
	void *bytes;

	bytes = malloc(length);
	if (bytes == NULL)
		abort();
	for (value = 1; value <= count; value++) {
		fill(bytes, value, length);
		chain = ledger_chain(chain, bytes, length);
	}
	free(bytes);
	return chain;
}

static void
fatal(void *context, const char *text)
{
	struct server *server = context;

	if (server->fatal[0] == '\0')
		snprintf(server->fatal, sizeof(server->fatal), "%s", text);
}

static void
notice(void *context, const char *text)
{
	struct server *server = context;

	snprintf(server->notice, sizeof(server->notice), "%s", text);
}

void
server_make(struct server *server)
{
	*server = (struct server) {
		.directory = "/tmp/drover-consensus-XXXXXX",
		.options = {
			.id = 1,
			.address = "127.0.0.1:1",
			.bootstrap = true,
			.segment_bytes = 2 * 1024 * 1024,
		},
	};
	if (mkdtemp(server->directory) == NULL)
		abort();
	server->options.directory = server->directory;
}

static void
remove_files(const char *path)
{
	char name[512];
	struct dirent *entry;
	DIR *files;

	files = opendir(path);
	while (files != NULL && (entry = readdir(files)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%.200s/%.255s", path,
		    entry->d_name);
		if (unlink(name) != 0)
			remove_files(name);
	}
	if (files != NULL)
		closedir(files);
	rmdir(path);
}

void
server_remove(struct server *server)
{
	remove_files(server->directory);
}

int
server_open(struct server *server)
{
	struct consensus_machine machine = ledger_machine(&server->ledger);
	struct consensus_watch watch = {
		.context = server, .fatal = fatal, .notice = notice,
	};
	int error;

	if (uv_loop_init(&server->loop) != 0 ||
	    uv_timer_init(&server->loop, &server->deadline) != 0)
		abort();
	server->deadline.data = server;
	server->closed = false;
	error = consensus_open(&server->loop, &server->options, &machine,
	    &watch, &server->consensus, &server->complaint);
	if (error != 0) {
		server->consensus = NULL;
		server_close(server);
	}
	return error;
}

int
server_start(struct server *server)
{
	int error;

	error = server_open(server);
	if (error != 0)
		return error;
	error = consensus_start(server->consensus, &server->complaint);
	if (error != 0)
		server_close(server);
	return error;
}

static void
closed(void *context)
{
	struct server *server = context;

	server->closed = true;
	server->consensus = NULL;
}

void
server_close(struct server *server)
{
	if (server->consensus != NULL)
		consensus_close(server->consensus, closed, server);
	uv_close((uv_handle_t *)&server->deadline, NULL);
	uv_run(&server->loop, UV_RUN_DEFAULT);
	/* Nothing of ours may be left in it. */
	if (uv_loop_close(&server->loop) != 0)
		abort();
}

void
server_forget(struct server *server)
{
	memset(&server->ledger, 0, sizeof(server->ledger));
}

static void
answered(void *context, const struct consensus_outcome *outcome)
{
	struct server *server = context;

	server->answered++;
	server->status = outcome->status;
	if (outcome->status != 0)
		return;
	server->acknowledged++;
	server->index = outcome->index;
	memcpy(&server->chain, outcome->result->bytes,
	    sizeof(server->chain));
}

int
server_propose(struct server *server, uint64_t value, size_t length)
{
	void *bytes;
	int error;

	bytes = malloc(length + 8);
	if (bytes == NULL)
		abort();
	fill(bytes, value, length);
	error = consensus_propose(server->consensus, bytes, length, answered,
	    server);
	free(bytes);
	if (error == 0)
		server->sent++;
	return error;
}

static void
too_late(uv_timer_t *timer)
{
	struct server *server = timer->data;

	server->late = true;
}

bool
server_await(struct server *server, bool (*done)(struct server *))
{
	server->late = false;
	uv_timer_start(&server->deadline, too_late, DEADLINE_MS, 0);
	while (!server->late && !done(server))
		uv_run(&server->loop, UV_RUN_ONCE);
	uv_timer_stop(&server->deadline);
	return done(server);
}

bool
server_all_answered(struct server *server)
{
	return server->answered == server->sent;
}

void
server_fill(struct server *server, uint32_t count, size_t length)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (server_propose(server, server->ledger.state.count +
		    server->sent - server->answered + 1, length) != 0)
			abort();
	if (!server_await(server, server_all_answered))
		abort();
}
