/*
 * The handlers of tables/resources.def, called on the loop's thread with
 * a request whose caller has the role, and whose query parameters are
 * known.  Each answers once, now or later: see exchange.h.
 *
 * Every row of tables/acts.def is served by resource_act(), which makes an
 * entry of the request, hands it to the core, and answers when it was
 * applied.
 */
#ifndef DROVER_API_RESOURCES_H
#define DROVER_API_RESOURCES_H

struct exchange;

#define RESOURCE(METHOD, pattern, handler, ROLE, query, help)		\
	void	resource_##handler(struct exchange *exchange);
#include <drover/tables/resources.def>
#undef RESOURCE
void	resource_act(struct exchange *exchange);

#endif
