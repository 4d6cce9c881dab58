/* What the tables of the programs make of a page: see tables.c. */
#ifndef DROVER_MAN_PROGRAMS_H
#define DROVER_MAN_PROGRAMS_H

#include <stddef.h>

struct fragment {
	const char	*name;
	void		(*print)(void);
};

/* In the order of their names. */
extern const struct fragment program_fragments[];
extern const size_t program_fragment_count;

#endif
