/*
 * The classes of faults: include/drover/tables/faults.def as code.
 * Constants only; any thread.
 */
#ifndef DROVER_DETECT_FAULT_H
#define DROVER_DETECT_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <drover/rows.h>

enum fault_class {
	FAULT_NONE = 0,
#define FAULT(NAME, number, name, TYPE, SCOPE, SEVERITY, confirm_ms,	\
    clear_ms, watch, page, help)					\
	FAULT_##NAME = (number),
#include <drover/tables/faults.def>
#undef FAULT
};

/* What there is of them. */
enum {
#define FAULT(NAME, number, name, TYPE, SCOPE, SEVERITY, confirm_ms,	\
    clear_ms, watch, page, help)					\
	FAULT_ORDER_##NAME,
#include <drover/tables/faults.def>
#undef FAULT
	FAULT_CLASSES
};

enum fault_type {
	FAULT_TYPE_HW,		/* hardware */
	FAULT_TYPE_SW,		/* software */
	FAULT_TYPE_NET,
	FAULT_TYPE_CAP,		/* too little of something */
	FAULT_TYPE_PERF,
	FAULT_TYPE_DATA,
	FAULT_TYPE_CONF,
	FAULT_TYPE_CTL		/* the control plane */
};

struct fault_kind {
	enum fault_class		 number;
	const char			*name;		/* "disk.full" */
	enum fault_type			 type;
	enum drover_metric_scope	 scope;
	enum drover_severity		 severity;
	int64_t				 confirm_ms;
	int64_t				 clear_ms;
	bool				 watch;	/* may heal by itself */
	const char			*page;	/* section 7, or "" */
	const char			*help;
};

/* NULL: there is no such class. */
const struct fault_kind *fault_kind_find(unsigned int number);
const struct fault_kind *fault_kind_by_name(const char *name);
/* Does the class foresee a fault of another? */
bool	fault_kind_is_predicted(unsigned int number);
/* In the order of the table; NULL past the last. */
const struct fault_kind *fault_kind_at(size_t i);

#endif
