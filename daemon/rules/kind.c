/* The table of the kinds of entries. */
#include <string.h>

#include "rules/kind.h"

static const struct kind kinds[] = {
#define ENTRY(NAME, number, since, role, name, help)	\
	{ ENTRY_##NAME, since, ROLE_##role, name, help },
#include <drover/tables/entries.def>
#undef ENTRY
};

#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))

const struct kind *
kind_find(unsigned int number)
{
	size_t i;

	/* Numbers are dense so far: the row is where it is looked for. */
	if (number >= 1 && number <= KINDS &&
	    kinds[number - 1].number == number)
		return &kinds[number - 1];
	for (i = 0; i < KINDS; i++)
		if (kinds[i].number == number)
			return &kinds[i];
	return NULL;
}

const struct kind *
kind_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct kind *
kind_at(size_t i)
{
	return i < KINDS ? &kinds[i] : NULL;
}
