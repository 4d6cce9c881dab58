#include "session.h"

static int
status_of(enum client_fault fault)
{
	switch (fault) {
	case CLIENT_FINE: return CTL_EXIT_DONE;
	case CLIENT_FAILED: return CTL_EXIT_FAILED;
	case CLIENT_MISUSED: return CTL_EXIT_USAGE;
	case CLIENT_NOBODY: return CTL_EXIT_UNAVAILABLE;
	case CLIENT_FORBIDDEN: return CTL_EXIT_PERMISSION;
	case CLIENT_UNTRUSTED: return CTL_EXIT_UNTRUSTED;
	case CLIENT_LATE: return CTL_EXIT_TIMEOUT;
	case CLIENT_GARBLED: return CTL_EXIT_PROTOCOL;
	case CLIENT_OUTPUT: return CTL_EXIT_OUTPUT;
	}
	return CTL_EXIT_FAILED;
}

static int
tell(const struct session *session, enum client_fault fault)
{
	if (fault != CLIENT_FINE &&
	    (!session->quiet || fault == CLIENT_OUTPUT))
		fprintf(stderr, "droverctl: %s\n", session->client.complaint);
	return status_of(fault);
}

int
session_open(struct session *session, const struct options *options)
{
	session->quiet = false;
	return tell(session, client_open(&session->client, &options->place,
	    options->timeout_ms));
}

void
session_close(struct session *session)
{
	client_close(&session->client);
}

int
session_ask(struct session *session, const struct client_request *request,
    struct answer *answer)
{
	return tell(session, client_ask(&session->client, request, answer));
}
