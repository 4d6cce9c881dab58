/*
 * The kinds of entries: include/drover/tables/entries.def as code.
 * Constants only; any thread.
 */
#ifndef DROVER_RULES_KIND_H
#define DROVER_RULES_KIND_H

#include <stddef.h>

#include "rules/reply.h"

enum entry_kind {
#define ENTRY(NAME, number, since, role, name, help)	\
	ENTRY_##NAME = (number),
#include <drover/tables/entries.def>
#undef ENTRY
};

struct kind {
	enum entry_kind	 number;
	unsigned int	 since;		/* feature level */
	enum role	 role;		/* least that the caller needs */
	const char	*name;		/* "node.drain" */
	const char	*help;
};

/* NULL: there is no such kind. */
const struct kind *kind_find(unsigned int number);
const struct kind *kind_by_name(const char *name);
/* In the order of the table; NULL past the last. */
const struct kind *kind_at(size_t i);

#endif
