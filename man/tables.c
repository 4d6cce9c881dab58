/*
 * Expands the tables of include/drover/tables/ into manual pages, so that
 * what a page lists is what the programs hold:
 *
 *	man-tables PAGE.in > PAGE
 *
 * A line "@TABLE name@" of PAGE.in is replaced by the fragment of that
 * name; the fragments stand in one list at the end of this file, and in
 * that of programs.c.  A line "@FILE path@" is replaced by that file, as it
 * is, its path taken from where PAGE.in lies.
 *
 *	man-tables --pages	the pages that tables refer to, each with what
 *				it must be about
 *	man-tables --list	the fragments there are
 *
 * A table of one program alone lives in its room and is taken from there
 * when it is present.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/tables/enums.def>

#include "api/limits.h"
#include "man/acts.h"
#include "man/fault_tables.h"
#include "man/mdoc.h"
#include "man/plan_tables.h"
#include "man/programs.h"

static const char *
unit_words(const char *unit)
{
	static const struct { const char *unit, *words; } names[] = {
		{ "bytes_per_s", "bytes a second" },
		{ "bits_per_s", "bits a second" },
		{ "per_s", "a second" },
		{ "ms", "milliseconds" },
		{ "us", "microseconds" },
		{ "ns", "nanoseconds" },
		{ "celsius", "degrees Celsius" },
		{ "mhz", "MHz" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].unit, unit) == 0)
			return names[i].words;
	return unit;
}

/* Metrics. */

static void
metric(const char *name, const char *unit, const char *semantics, int key,
    const char *help)
{
	mdoc_item("Cm", name);
	printf(" Pq %s%s%s\n", unit_words(unit),
	    strcmp(semantics, "COUNTER") == 0 ? ", counter" : "",
	    key ? ", key" : "");
	mdoc_paragraph(help);
}

#define METRIC(name, unit, semantics, key, title, help)			\
	metric(#name, #unit, #semantics, key, help);

static void
metrics_node(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/metrics_node.def>
	puts(".El");
}

static void
metrics_device(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/metrics_device.def>
	puts(".El");
}

static void
metrics_backend(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/metrics_backend.def>
	puts(".El");
}
#undef METRIC

/* Segment tables, their columns and their dictionaries. */

static void
table(const char *name, long rows_max, const char *help)
{
	mdoc_item("Cm", name);
	printf(" Pq at most %ld rows\n", rows_max);
	mdoc_paragraph(help);
}

static void
tables(void)
{
	puts(".Bl -tag -width Ds");
#define TABLE(name, NAME, rows_max, help)				\
	table(#name, rows_max, help);
#include <drover/tables/tables.def>
#undef TABLE
	puts(".El");
}

static void
column(const char *name, const char *type, const char *argument_,
    const char *semantics, const char *unit, const char *help)
{
	int dictionary = strcmp(type, "ENUM8") == 0;
	const char *c;

	mdoc_item("Cm", name);
	fputs(" Pq", stdout);
	if (strcmp(type, "CHAR") == 0)
		printf(" text of %s bytes", argument_);
	else if (dictionary)
		printf(" one of %s", argument_);
	else
		printf(" %s", strcmp(type, "F64") == 0 ? "real" : "integer");
	fputs(" ,", stdout);
	for (c = semantics; *c != '\0'; c++)
		printf("%s%c", c == semantics ? " " : "",
		    tolower((unsigned char)*c));
	if (strcmp(unit, "none") != 0)
		printf(" , %s", unit_words(unit));
	putchar('\n');
	mdoc_paragraph(help);
}

#define COLUMN(name, type, argument, semantics, unit, help)		\
	column(#name, #type, #argument, #semantics, #unit, help);

static void
columns(void)
{
	puts(".Ss Columns of the table node\n.Bl -tag -width Ds");
#include <drover/tables/node.def>
	puts(".El\n.Ss Columns of the table metric\n.Bl -tag -width Ds");
#include <drover/tables/metric.def>
	puts(".El\n.Ss Columns of the table device\n.Bl -tag -width Ds");
#include <drover/tables/device.def>
	puts(".El\n.Ss Columns of the table backend\n.Bl -tag -width Ds");
#include <drover/tables/backend.def>
	puts(".El\n.Ss Columns of the table model\n.Bl -tag -width Ds");
#include <drover/tables/model.def>
	puts(".El\n.Ss Columns of the table process\n.Bl -tag -width Ds");
#include <drover/tables/process.def>
	puts(".El\n.Ss Columns of the table member\n.Bl -tag -width Ds");
#include <drover/tables/member.def>
	puts(".El\n.Ss Columns of the table hold\n.Bl -tag -width Ds");
#include <drover/tables/hold.def>
	puts(".El\n.Ss Columns of the table note\n.Bl -tag -width Ds");
#include <drover/tables/note.def>
	puts(".El\n.Ss Columns of the table audit\n.Bl -tag -width Ds");
#include <drover/tables/audit.def>
	puts(".El\n.Ss Columns of the table fault\n.Bl -tag -width Ds");
#include <drover/tables/fault.def>
	puts(".El\n.Ss Columns of the table prediction\n.Bl -tag -width Ds");
#include <drover/tables/prediction.def>
	puts(".El\n.Ss Columns of the table accuracy\n.Bl -tag -width Ds");
#include <drover/tables/accuracy.def>
	puts(".El\n.Ss Columns of the table plan\n.Bl -tag -width Ds");
#include <drover/tables/plan.def>
	puts(".El\n.Ss Columns of the table step\n.Bl -tag -width Ds");
#include <drover/tables/step.def>
	puts(".El\n.Ss Columns of the table arm\n.Bl -tag -width Ds");
#include <drover/tables/arm.def>
	puts(".El");
}

static void
columns_member(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/member.def>
	puts(".El");
}

static void
columns_model(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/model.def>
	puts(".El");
}

static void
columns_process(void)
{
	puts(".Bl -tag -width Ds");
#include <drover/tables/process.def>
	puts(".El");
}
#undef COLUMN

static void
dictionaries(void)
{
	puts(".Bl -tag -width Ds");
#define WORD(dictionary, NAME, value, text)				\
	printf("%s%s", (value) == 0 ? "" : ", ", text);
#define DICTIONARY(name, NAME)						\
	mdoc_item("Cm", #name);						\
	putchar('\n');							\
	DROVER_DICTIONARY_##NAME(WORD)					\
	puts("");
	DROVER_DICTIONARIES(DICTIONARY)
#undef DICTIONARY
#undef WORD
	puts(".El");
}

/* Events. */

static void
event(const char *kind, const char *severity, const char *page,
    const char *help)
{
	const char *c;

	mdoc_item("Cm", kind);
	fputs(" Pq", stdout);
	for (c = severity; *c != '\0'; c++)
		printf("%s%c", c == severity ? " " : "",
		    tolower((unsigned char)*c));
	putchar('\n');
	mdoc_paragraph(help);
	if (page[0] != '\0')
		printf(".br\nSee\n.Xr %s 7 .\n", page);
}

static void
events(void)
{
	puts(".Bl -tag -width Ds");
#define EVENT(NAME, kind, severity, page, help)				\
	event(kind, #severity, page, help);
#include <drover/tables/events.def>
#undef EVENT
	puts(".El");
}

/* Configuration. */

static void
allowed_words(const char *choices)
{
	size_t length;

	puts("One of");
	for (;; choices += length + 1) {
		length = strcspn(choices, "|");
		printf(".Cm %.*s%s\n", (int)length, choices,
		    choices[length] != '\0' ? " ," : " .");
		if (choices[length] == '\0')
			return;
	}
}

static void
allowed(const char *type, const char *minimum, const char *maximum)
{
	static const struct { const char *type, *words; int text; } types[] = {
		{ "DURATION_MS", "A duration", 0 },
		{ "BYTES", "A size", 0 },
		{ "COUNT", "A whole number", 0 },
		{ "SHARE", "A share", 0 },
		{ "FLAG", "True or false", 0 },
		{ "TEXT", "Text", 1 },
		{ "NAME", "A name", 1 },
		{ "PATH", "An absolute path", 1 },
		{ "URL", "An address", 1 },
	};
	size_t i = 0;

	if (strcmp(type, "WORD") == 0) {
		allowed_words(minimum);
		return;
	}
	while (strcmp(types[i].type, type) != 0)
		i++;
	fputs(types[i].words, stdout);
	if (types[i].text)
		printf(" of at most %s bytes", maximum);
	else if (minimum[0] != '\0')
		printf(" from %s to %s", minimum, maximum);
	puts(".");
}

static void
parameter(const char *name, const char *type, const char *value,
    const char *minimum, const char *maximum, const char *change,
    const char *help)
{
	mdoc_item("Cm", name);
	if (value == NULL)
		fputs(" Pq must be given", stdout);
	else if (value[0] == '\0')
		fputs(" Pq default: empty", stdout);
	else
		printf(" Pq default: %s", value);
	puts(strcmp(change, "RESTART") == 0 ? " ; restart" :
	    strcmp(change, "HERE") == 0 ? " ; of each node" : "");
	mdoc_paragraph(help);
	puts(".br");
	allowed(type, minimum, maximum);
}

/* A section may begin within the list of another one. */
static void
parameters_begin(const char *path, const char *help, int *open)
{
	if (*open)
		puts(".El");
	*open = 1;
	printf(".Ss %s\n", path);
	mdoc_sentence(help);
	puts(".Bl -tag -width Ds");
}

static void
parameters_end(int *open)
{
	if (*open)
		puts(".El");
	*open = 0;
}

static void
config(void)
{
	int open = 0;

#define SECTION(path, name, help)	parameters_begin(#path, help, &open);
#define END_SECTION(path, name)		parameters_end(&open);
#define LIST(list, item, count, maximum, help)				\
	parameters_begin(#list, help ", a list of at most " #maximum, &open);
#define END_LIST(list, item, count)	parameters_end(&open);
#define PARAMETER(section, name, type, value, minimum, maximum, change,	\
    help)								\
	parameter(#name, #type, value, minimum, maximum, #change, help);
#define LIST_PARAMETER(section, name, type, value, minimum, maximum,	\
    change, help)							\
	parameter(#name, #type, value, minimum, maximum, #change, help);
#include <drover/tables/config.def>
}

static void
config_rules(void)
{
	puts(".Bl -dash -compact");
#define AT_LEAST "must be at least"
#define AT_MOST "must be at most"
#define RULE(left, relation, factor, right, why)			\
	printf(".It\n.Cm %s\n%s ", #left, relation);			\
	if ((factor) != 1)						\
		printf("%d times ", factor);				\
	printf("\n.Cm %s :\n", #right);					\
	mdoc_paragraph(why ".");
#include <drover/tables/config.def>
#undef AT_MOST
#undef AT_LEAST
	puts(".El");
}

/* The management API. */
static void
resource(const char *method, const char *pattern, const char *role,
    const char *query, const char *help)
{
	const char *c;
	size_t length;

	printf(".It Cm %s Pa %s\n", method, pattern);
	mdoc_sentence(help);
	puts(".br");
	if (strcmp(role, "NONE") == 0)
		puts("For everybody.");
	else {
		fputs("Role: ", stdout);
		for (c = role; *c != '\0'; c++)
			putchar(tolower((unsigned char)*c));
		puts(".");
	}
	if (query[0] == '\0')
		return;
	puts("Query:");
	for (; *query != '\0'; query += length + (query[length] == ' ')) {
		length = strcspn(query, " ");
		printf(".Cm %.*s%s\n", (int)length, query,
		    query[length] == ' ' ? " ," : " .");
	}
}

static void
resources(void)
{
	puts(".Bl -tag -width Ds");
#define RESOURCE(METHOD, pattern, handler, ROLE, query, help)		\
	resource(#METHOD, pattern, #ROLE, query, help);
#include <drover/tables/resources.def>
#undef RESOURCE
	puts(".El");
}

static void
bound(const char *what, long value, const char *unit)
{
	printf(".It %s Ta %ld%s\n", what, value, unit);
}

static void
api_limits(void)
{
	puts(".Bl -column \"Time for a request, first byte to last\" \"65536 "
	    "bytes\"");
	bound("Request line", API_REQUEST_LINE_BYTES_MAX, " bytes");
	bound("Head, request line included", API_HEAD_BYTES_MAX, " bytes");
	bound("Headers", API_HEADERS_MAX, "");
	bound("Body", API_BODY_BYTES_MAX, " bytes");
	bound("Time for a request, first byte to last",
	    API_REQUEST_MS / 1000, " s");
	bound("Time between two requests", API_IDLE_MS / 1000, " s");
	bound("Time to take an answer", API_REPLY_MS / 1000, " s");
	bound("Connections, where open files allow", API_CONNECTIONS, "");
	bound("Connections of one user", API_CONNECTIONS_UID, "");
	bound("Time for the handshake of TLS", API_HANDSHAKE_MS / 1000,
	    " s");
	bound("Connections over TLS", API_CONNECTIONS_REMOTE, "");
	bound("Connections over TLS from one address",
	    API_CONNECTIONS_ADDRESS, "");
	bound("Handshakes under way", API_HANDSHAKES, "");
	bound("Events in one answer", API_EVENTS_MAX, "");
	bound("Acts of the audit in one answer", API_AUDIT_MAX, "");
	bound("Time to wait for an event", API_WAIT_SECONDS_MAX, " s");
	puts(".El");
}

static void
reply(int number, const char *name, int http, const char *text)
{
	printf(".It %d %s Pq %d\n", number, name, http);
	mdoc_sentence(text);
}

static void
replies(void)
{
	puts(".Bl -tag -width Ds");
#define REPLY(number, NAME, http, text)	reply(number, #NAME, http, text);
#include <drover/tables/replies.def>
#undef REPLY
	puts(".El");
}

static void
roles(void)
{
	puts(".Bl -tag -width Ds");
#define ROLE(NAME, number, name, help)					\
	mdoc_item("Cm", name);						\
	putchar('\n');							\
	mdoc_paragraph(help);
#include <drover/tables/roles.def>
#undef ROLE
	puts(".El");
}

/* Every fragment that a page can ask for. */
static const struct fragment fragments[] = {
	{ "acts", acts_print },
	{ "acts-bounds", acts_print_bounds },
	{ "acts-common", acts_print_common },
	{ "acts-rows", acts_print_rows },
	{ "api-limits", api_limits },
	{ "columns", columns },
	{ "columns-member", columns_member },
	{ "columns-model", columns_model },
	{ "columns-process", columns_process },
	{ "config", config },
	{ "config-rules", config_rules },
	{ "dictionaries", dictionaries },
	{ "events", events },
	{ "fault-causes", table_fault_causes },
	{ "fault-classes", table_fault_classes },
	{ "fault-states", table_fault_states },
	{ "guards", table_guards },
	{ "metrics-backend", metrics_backend },
	{ "metrics-device", metrics_device },
	{ "metrics-node", metrics_node },
	{ "operations", table_operations },
	{ "outcomes", table_outcomes },
	{ "plan-states", table_plan_states },
	{ "remedies", table_remedies },
	{ "replies", replies },
	{ "resources", resources },
	{ "roles", roles },
	{ "step-states", table_step_states },
	{ "strategies", table_strategies },
	{ "tables", tables },
};
#define FRAGMENTS	(sizeof(fragments) / sizeof(fragments[0]))

static const struct fragment *
fragment_at(size_t i)
{
	return i < FRAGMENTS ? &fragments[i] :
	    &program_fragments[i - FRAGMENTS];
}

static int
fragment_print(const char *name, size_t length)
{
	const struct fragment *each;
	size_t i;

	for (i = 0; i < FRAGMENTS + program_fragment_count; i++) {
		each = fragment_at(i);
		if (strlen(each->name) == length &&
		    strncmp(each->name, name, length) == 0) {
			each->print();
			return 0;
		}
	}
	return -1;
}

/* A program as it was compiled, for a literal display. */
static int
file_print(const char *page, const char *name, size_t length)
{
	const char *slash = strrchr(page, '/');
	char path[4096], line[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%.*s%.*s",
	    slash == NULL ? 0 : (int)(slash + 1 - page), page,
	    (int)length, name);
	file = fopen(path, "r");
	if (file == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '.' || line[0] == '\'')
			fputs("\\&", stdout);
		mdoc_escaped(line, strlen(line));
	}
	fclose(file);
	return 0;
}

static int
expand(const char *path)
{
	static const char start[] = "@TABLE ", verbatim[] = "@FILE ";
	char line[1024], *name, *end;
	unsigned int number = 0;
	FILE *page = fopen(path, "r");

	if (page == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 1;
	}
	while (fgets(line, sizeof(line), page) != NULL) {
		number++;
		end = strrchr(line, '@');
		name = line + sizeof(verbatim) - 1;
		if (strncmp(line, verbatim, sizeof(verbatim) - 1) == 0 &&
		    end > name) {
			if (file_print(path, name, (size_t)(end - name)) == 0)
				continue;
			fprintf(stderr, "%s:%u: no such file: %s", path,
			    number, name);
			fclose(page);
			return 1;
		}
		if (strncmp(line, start, sizeof(start) - 1) != 0) {
			fputs(line, stdout);
			continue;
		}
		name = line + sizeof(start) - 1;
		end = strchr(name, '@');
		if (end == NULL || fragment_print(name,
		    (size_t)(end - name)) != 0) {
			fprintf(stderr, "%s:%u: no such table: %s"
			    "man-tables --list prints those there are\n",
			    path, number, name);
			fclose(page);
			return 1;
		}
	}
	fclose(page);
	return ferror(stdout) || fflush(stdout) != 0;
}

static void
page_print(const char *page, const char *kind)
{
	if (page[0] != '\0')
		printf("%s.7 %s\n", page, kind);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		for (i = 0; i < FRAGMENTS + program_fragment_count; i++)
			puts(fragment_at(i)->name);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--pages") == 0) {
#define EVENT(NAME, kind, severity, page, help)	page_print(page, kind);
#include <drover/tables/events.def>
#undef EVENT
		return 0;
	}
	if (argc != 2) {
		fputs("usage: man-tables page.in | --list | --pages\n",
		    stderr);
		return 2;
	}
	return expand(argv[1]);
}
