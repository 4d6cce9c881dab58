/*
 * A node that shows itself: core.seg with one node, three events, and the
 * API on a loop of the test.  Clients are plain sockets that never block.
 */
#ifndef DROVER_TESTS_API_FIXTURE_H
#define DROVER_TESTS_API_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "api/api.h"
#include "core/publish.h"

struct fixture {
	uv_loop_t		 loop;
	uv_timer_t		 tick;	/* no turn of the loop blocks long */
	struct api		*api;
	struct publisher	 publisher;
	struct config		*config;
	struct model		*model;	/* fixture_account() fills it */
	struct state		*state;
	int64_t			 now_ms; /* cluster time */
	unsigned int		 proposed; /* acts that came so far */
	unsigned int		 guessed; /* times it was told */
	unsigned int		 reloads; /* that came so far, and the last */
	struct api_reload	 reload;
	char			 directory[64];
	char			 socket[96];
	char			 segment[96];
};

struct client {
	int	 descriptor;
	char	*text;		/* what came, NUL-terminated */
	size_t	 length;
	size_t	 room;
	bool	 ended;
};

/* limits NULL: the usual ones. */
void	fixture_open(struct fixture *fixture,
	    const struct api_limits *limits);
/* Stops the API and runs the loop until nothing is left of it. */
void	fixture_close(struct fixture *fixture);
void	fixture_event(struct fixture *fixture, const char *text);
/* Ends the segment and makes another, with a node of that name. */
void	fixture_renew(struct fixture *fixture, const char *node);

/* An account with that role, and the token "drover-NAME-secret". */
void	fixture_account(struct fixture *fixture, const char *name,
	    enum role role, int64_t expires_ms);

void	client_open(struct client *client, const struct fixture *fixture);
void	client_close(struct client *client);
/* Sends as much as goes without waiting; returns how much. */
size_t	client_send(struct client *client, const char *bytes,
	    size_t length);
void	client_say(struct client *client, const char *text);
/* Reads what is there; how often text was said so far. */
size_t	client_heard(struct client *client, const char *text);
bool	client_ended(struct client *client);

#endif
