/*
 * The handlers of tables/resources.def, called on the loop's thread with
 * a request whose caller has the role, and whose query parameters are
 * known.  Each answers once, now or later: see exchange.h.
 *
 * An act (POST, PUT, DELETE) is a row of the table and a handler in a
 * file of its own beside resources.c, which hands its entry to the core
 * and answers when that was applied.
 */
#ifndef DROVER_API_RESOURCES_H
#define DROVER_API_RESOURCES_H

struct exchange;

#define RESOURCE(METHOD, pattern, handler, ROLE, query, help)		\
	void	resource_##handler(struct exchange *exchange);
#include <drover/tables/resources.def>
#undef RESOURCE

#endif
