/*
 * The droverd that is asked, and what its faults come to.  Every call
 * returns 0, or the exit status after one line to stderr.
 */
#ifndef DROVER_CTL_SESSION_H
#define DROVER_CTL_SESSION_H

#include "client.h"
#include "options.h"

struct session {
	struct client	client;
	bool		quiet;		/* say nothing of what is wrong */
};

/* To be closed, whatever was returned. */
int	session_open(struct session *session, const struct options *options);
void	session_close(struct session *session);

/* The answer is released by the caller, whatever was returned. */
int	session_ask(struct session *session,
	    const struct client_request *request, struct answer *answer);

#endif
