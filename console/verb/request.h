/* The request of the management API that a call of a verb makes. */
#ifndef DROVER_VERB_REQUEST_H
#define DROVER_VERB_REQUEST_H

#include <jansson.h>

#include "call.h"

#define VERB_TARGET_BYTES	2048
#define VERB_ID_BYTES		33	/* of a request that was named here */

struct verb_request {
	const char	*method;
	char		 target[VERB_TARGET_BYTES];
	json_t		*body;		/* NULL: there is none */
};

/* Is it a request of acts.def, which has an id? */
bool	verb_is_act(const struct verb *verb);

/*
 * The option that call lacks and its act must have, VERB_OPTIONS when it
 * lacks none.  A preview needs no reason.
 */
enum verb_option verb_missing(const struct verb_call *call);

/*
 * The request of any call but of those whose method is ANY or NONE.  The
 * id of an act is that of the option; where that is not given, the body
 * has none.
 * Returns 0, or with a complaint -EINVAL or -ENOMEM; then there is nothing
 * to release.
 */
int	verb_request(struct verb_request *request,
	    const struct verb_call *call,
	    char complaint[VERB_COMPLAINT_BYTES]);
void	verb_request_release(struct verb_request *request);

/* A new id that nobody else has. */
int	verb_new_id(char id[VERB_ID_BYTES]);

/*
 * The path that verb asks for, with argument, percent-encoded, in the
 * place of its ":name".  -ENAMETOOLONG: it does not fit.
 */
int	verb_target(const struct verb *verb, const char *argument,
	    char target[VERB_TARGET_BYTES]);
/* Appends name=value to the query of target. */
int	verb_query(char target[VERB_TARGET_BYTES], const char *name,
	    const char *value);

#endif
