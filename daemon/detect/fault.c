/* The table of the classes of faults. */
#include <string.h>

#include "detect/fault.h"

static const struct fault_kind kinds[] = {
#define FAULT(NAME, number, name, TYPE, SCOPE, SEVERITY, confirm_ms,	\
    clear_ms, watch, page, help)					\
	{ FAULT_##NAME, name, FAULT_TYPE_##TYPE,			\
	    DROVER_METRIC_SCOPE_##SCOPE, DROVER_SEVERITY_##SEVERITY,	\
	    confirm_ms, clear_ms, watch, page, help },
#include <drover/tables/faults.def>
#undef FAULT
};

const struct fault_kind *
fault_kind_find(unsigned int number)
{
	size_t i;

	/* Numbers are dense so far: the row is where it is looked for. */
	if (number >= 1 && number <= FAULT_CLASSES &&
	    kinds[number - 1].number == number)
		return &kinds[number - 1];
	for (i = 0; i < FAULT_CLASSES; i++)
		if (kinds[i].number == number)
			return &kinds[i];
	return NULL;
}

const struct fault_kind *
fault_kind_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < FAULT_CLASSES; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct fault_kind *
fault_kind_at(size_t i)
{
	return i < FAULT_CLASSES ? &kinds[i] : NULL;
}

bool
fault_kind_is_predicted(unsigned int number)
{
	static const char before[] = "predicted.";
	const struct fault_kind *kind = fault_kind_find(number);

	return kind != NULL &&
	    strncmp(kind->name, before, sizeof(before) - 1) == 0;
}
