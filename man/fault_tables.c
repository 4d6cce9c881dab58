#include "man/fault_tables.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "man/mdoc.h"

const char *
fault_class_name(const char *constant)
{
#define FAULT(NAME, number, name, TYPE, SCOPE, SEVERITY, confirm_ms,	\
    clear_ms, watch, page, help)					\
	if (strcmp(constant, #NAME) == 0)				\
		return name;
#include <drover/tables/faults.def>
#undef FAULT
	return constant;
}

void
table_fault_states(void)
{
	puts(".Bl -tag -width Ds");
#define FAULT_STATE(NAME, number, word, live, help)			\
	mdoc_item("Cm", word);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/fault_states.def>
#undef FAULT_STATE
	puts(".El");
}

/* "3 s", "10 min": dwell as people say it. */
static void
fault_span(const char *what, long long ms)
{
	if (ms == 0)
		return;
	if (ms % 60000 == 0)
		printf("%s for %lld min.\n", what, ms / 60000);
	else
		printf("%s for %lld s.\n", what, ms / 1000);
}

static void
fault_class(const char *name, const char *severity, long long confirm_ms,
    long long clear_ms, const char *page, const char *help)
{
	mdoc_item("Li", name);
	putchar('\n');
	mdoc_sentence(help);
	for (putchar(toupper((unsigned char)*severity++));
	    *severity != '\0'; severity++)
		putchar(tolower((unsigned char)*severity));
	puts(".");
	fault_span("Believed when it lasted", confirm_ms);
	fault_span("Gone when it was well", clear_ms);
	if (page[0] != '\0')
		printf("See\n.Xr %s 7 .\n", page);
}

void
table_fault_classes(void)
{
	puts(".Bl -tag -width Ds");
#define FAULT(NAME, number, name, TYPE, SCOPE, SEVERITY, confirm_ms,	\
    clear_ms, watch, page, help)					\
	fault_class(name, #SEVERITY, confirm_ms, clear_ms, page, help);
#include <drover/tables/faults.def>
#undef FAULT
	puts(".El");
}

void
table_outcomes(void)
{
	puts(".Bl -tag -width Ds");
#define OUTCOME(NAME, number, word, help)				\
	mdoc_item("Cm", word);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/outcomes.def>
#undef OUTCOME
	puts(".El");
}

/* What of one cause comes, in a row. */
void
table_fault_causes(void)
{
	const char *before = "";

	puts(".Bl -tag -width Ds");
#define CAUSE(ROOT, FAULT, WHERE)					\
	if (strcmp(before, #ROOT) != 0) {				\
		mdoc_item("Cm", fault_class_name(#ROOT));		\
		putchar('\n');						\
	}								\
	before = #ROOT;							\
	printf(".Li %s\n", fault_class_name(#FAULT));
#include <drover/tables/causes.def>
#undef CAUSE
	puts(".El");
}
