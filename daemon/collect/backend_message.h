/*
 * One clear line that says why a backend is not up, and the state that
 * goes with it.
 */
#ifndef DROVER_COLLECT_BACKEND_MESSAGE_H
#define DROVER_COLLECT_BACKEND_MESSAGE_H

#include "collect/backend.h"
#include "collect/http_client.h"

struct backend_question {
	const char	*path;
	const char	*authority;	/* HOST:PORT */
	uint64_t	 timeout_ms;
};

/* result is a failure or an answer other than 200. */
void	backend_message(char *message, size_t size,
	    const struct backend_question *question,
	    const struct http_result *result);
enum drover_backend_state backend_failure_state(
	    const struct http_result *result);

#endif
