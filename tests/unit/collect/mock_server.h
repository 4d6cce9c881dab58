/*
 * A model server for tests, on the loop of the test: loopback, any port,
 * each path scripted, well-behaved or not.
 */
#ifndef DROVER_TESTS_MOCK_SERVER_H
#define DROVER_TESTS_MOCK_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

enum mock_manner {
	MOCK_ANSWER,	/* bytes, then keep the connection */
	MOCK_CLOSE,	/* bytes, then end the connection */
	MOCK_RESET,	/* bytes, then RST */
	MOCK_SILENT,	/* nothing, until the path is scripted anew */
	MOCK_DRIP,	/* one of the bytes each 5 ms */
	MOCK_FLOOD	/* bytes again and again, for ever */
};

struct mock_server;

/* address: "127.0.0.1" or "::1"; port 0: any.  NULL: cannot listen. */
struct mock_server *mock_open(uv_loop_t *loop, const char *address,
	    int port);
/* Ends all connections; the loop must run for memory to be released. */
void	mock_close(struct mock_server *mock);
/* Ends the connections and goes on listening. */
void	mock_drop(struct mock_server *mock);

/* "http://ADDRESS:PORT" */
const char *mock_url(const struct mock_server *mock);
int	mock_port(const struct mock_server *mock);

/* Anything not scripted is a 404. */
void	mock_json(struct mock_server *mock, const char *path, int status,
	    const char *body);
/* bytes as they go over the wire; copied. */
void	mock_script(struct mock_server *mock, const char *path,
	    enum mock_manner manner, const char *bytes, size_t length);

size_t	mock_asked(const struct mock_server *mock, const char *path);
size_t	mock_connections(const struct mock_server *mock);
/* The last request, headers and all. */
const char *mock_request(const struct mock_server *mock);
/* The last POST, headers and all; "": none came. */
const char *mock_posted(const struct mock_server *mock);

#endif
