/*
 * From a request to what serves it: tables/resources.def and acts.def as
 * code.
 */
#ifndef DROVER_API_ROUTE_H
#define DROVER_API_ROUTE_H

#include <stddef.h>
#include <stdint.h>

#include "api/request.h"
#include "rules/reply.h"

#define ROUTE_NAME_BYTES	256
#define ROUTE_ALLOW_BYTES	64

struct exchange;

/* What an act is on, see acts.def. */
enum route_target { ROUTE_TARGET_BODY, ROUTE_TARGET_PATH, ROUTE_TARGET_ID };

struct route {
	enum request_method	 method;
	const char		*pattern;
	void			(*handle)(struct exchange *exchange);
	enum role		 role;		/* the least that may */
	const char		*query;		/* "name=VALUE name=VALUE" */
	const char		*help;
	uint16_t		 entry;		/* of an act, else 0 */
	enum route_target	 target;
};

struct route_match {
	const struct route	*route;
	char			 name[ROUTE_NAME_BYTES]; /* of ":name" */
	char			 allow[ROUTE_ALLOW_BYTES]; /* NO_METHOD: the
							    methods it takes */
};

/*
 * REPLY_OK, REPLY_NO_RESOURCE, REPLY_NO_METHOD, or REPLY_BAD_FIELD for a
 * name or a query parameter that cannot be; then *detail, a constant or
 * the name that was found, says which.
 */
enum reply route_find(const struct request *request,
	    struct route_match *match, const char **detail);
/*
 * The value of a query parameter; -ENOENT when it was not given.
 */
int	route_query(const struct request *request, const char *name,
	    char *value, size_t size);
/*
 * A number of the query between minimum and maximum, usual where it was
 * not given; -EINVAL.
 */
int	route_query_number(const struct request *request, const char *name,
	    unsigned long long minimum, unsigned long long maximum,
	    unsigned long long usual, unsigned long long *number);

/* Every row of the table; NULL past the last. */
const struct route *route_at(size_t i);

#endif
