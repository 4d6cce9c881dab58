#include "man/plan_tables.h"

#include <stdio.h>
#include <string.h>

#include "man/fault_tables.h"
#include "man/mdoc.h"

void
table_plan_states(void)
{
	puts(".Bl -tag -width Ds");
#define PLAN_STATE(NAME, number, word, live, help)			\
	mdoc_item("Cm", word);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/plan_states.def>
#undef PLAN_STATE
	puts(".El");
}

void
table_step_states(void)
{
	puts(".Bl -tag -width Ds");
#define STEP_STATE(NAME, number, word, open, help)			\
	mdoc_item("Cm", word);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/step_states.def>
#undef STEP_STATE
	puts(".El");
}

void
table_guards(void)
{
	puts(".Bl -tag -width Ds");
#define GUARD(NAME, number, id, name, help)				\
	mdoc_item("Cm", id " " name);					\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/guards.def>
#undef GUARD
	puts(".El");
}

void
table_operations(void)
{
	puts(".Bl -tag -width Ds");
#define OPERATION(NAME, number, name, BY, idempotence, DISRUPTIVE,	\
    timeout_ms, help)							\
	mdoc_item("Cm", name);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/operations.def>
#undef OPERATION
	puts(".El");
}

void
table_strategies(void)
{
	puts(".Bl -tag -width Ds");
#define STRATEGY(NAME, number, name, risk, duration_ms, cost, undo, a, b, \
    help)								\
	mdoc_item("Cm", name);						\
	printf(", risk %d, at first thought to heal %d of 100%s\n", risk, \
	    (a) / 40, undo ? ", can be undone" : "");			\
	mdoc_paragraph(help);
#include <drover/tables/strategies.def>
#undef STRATEGY
	puts(".El");
}

static const char *
name_of_strategy(const char *constant)
{
#define STRATEGY(NAME, number, name, risk, duration_ms, cost, undo, a, b, \
    help)								\
	if (strcmp(constant, #NAME) == 0)				\
		return name;
#include <drover/tables/strategies.def>
#undef STRATEGY
	return constant;
}

/* Of one class in a row. */
void
table_remedies(void)
{
	const char *before = "";

	puts(".Bl -tag -width Ds");
#define REMEDY(CLASS, STRATEGY)						\
	if (strcmp(before, #CLASS) != 0) {				\
		mdoc_item("Cm", fault_class_name(#CLASS));		\
		putchar('\n');						\
	}								\
	before = #CLASS;						\
	printf(".Li %s\n", name_of_strategy(#STRATEGY));
#include <drover/tables/remedies.def>
#undef REMEDY
	puts(".El");
}
