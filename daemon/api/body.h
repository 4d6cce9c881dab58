/*
 * The body of a request as JSON, held to the letter: an object, no key
 * twice, known keys alone.  What is wrong is answered here; then the
 * exchange is gone.
 */
#ifndef DROVER_API_BODY_H
#define DROVER_API_BODY_H

#include <jansson.h>

#include "api/exchange.h"

/*
 * Returns the object, to be given back with json_decref(); an empty one
 * when there is no body.  NULL: the request was refused and answered.
 */
json_t	*body_object(struct exchange *exchange);

#endif
