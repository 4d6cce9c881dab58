/*
 * Where each value of a configuration stood in its file.
 */
#ifndef DROVER_CONFIG_ORIGIN_H
#define DROVER_CONFIG_ORIGIN_H

#include "config/complain.h"
#include "config/schema.h"

struct origin {
	struct mark	 parameters[CONFIG_PARAMETERS];
	struct mark	 sections[CONFIG_SECTIONS];
	struct mark	 lists[CONFIG_LISTS];
	struct mark	*members[CONFIG_LISTS];	/* item * members + member */
};

static inline struct mark *
origin_member(const struct origin *origin, size_t list, size_t item,
    size_t member)
{
	return &origin->members[list][item * config_lists[list].members +
	    member];
}

#endif
