#include "man/acts.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "man/mdoc.h"
#include "rules/apply.h"

#define ANY		"ANY"
#define TEXT_WIDTH	64

struct field {
	const char	*entry;
	const char	*name;
	const char	*type;
	const char	*argument;
	bool		 needed;
	const char	*help;
};

/* An argument of an entry that holds text. */
struct argument {
	const char	*argument;
	long		 bytes_max;
};

struct entry_line {
	const char	*entry;
	const char	*name;
	const char	*role;
};

static const struct field fields[] = {
#define FIELD(ENTRY, name, TYPE, ARGUMENT, NEED, help)			\
	{ #ENTRY, #name, #TYPE, #ARGUMENT, #NEED[1] == 'U', help },
#include <drover/tables/fields.def>
#undef FIELD
};
#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static const struct argument arguments[] = {
#define ARGUMENT(NAME, number, TYPE, limit, name, help)			\
	{ #NAME, limit },
#include <drover/tables/arguments.def>
#undef ARGUMENT
	/* What is no argument of the entry is a name. */
	{ "NONE", ENTRY_NAME_MAX }
};

static const struct refusal {
	const char	*entry;
	const char	*name;
} refusals[] = {
#define REFUSAL(ENTRY, NAME)	{ #ENTRY, #NAME },
#include <drover/tables/refusals.def>
#undef REFUSAL
};
#define REFUSALS	(sizeof(refusals) / sizeof(refusals[0]))

static const struct entry_line entries[] = {
#define ENTRY(NAME, number, since, ROLE, name, help)			\
	{ #NAME, name, #ROLE },
#include <drover/tables/entries.def>
#undef ENTRY
};

static void
print_type(const struct field *field)
{
	static const struct { const char *type, *words; } names[] = {
		{ "TEXT", "text" }, { "FLAG", "true or false" },
		{ "COUNT", "whole number" },
		{ "SPAN", "number of seconds, above 0" },
		{ "ROLE", "word" }, { "HOLD", "word" }, { "TARGET", "name" },
		{ "TARGETS", "list of names" },
	};
	const struct argument *argument = arguments;
	size_t i = 0;

	while (strcmp(names[i].type, field->type) != 0)
		i++;
	fputs(names[i].words, stdout);
	if (strcmp(field->type, "TEXT") != 0)
		return;
	while (strcmp(argument->argument, field->argument) != 0)
		argument++;
	printf(" of at most %ld bytes", argument->bytes_max);
}

static void
print_fields(const char *entry)
{
	bool open = false;
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		if (strcmp(fields[i].entry, entry) != 0)
			continue;
		if (!open)
			puts(".Bl -tag -width Ds -compact");
		open = true;
		mdoc_item("Cm", fields[i].name);
		fputs(" Pq ", stdout);
		print_type(&fields[i]);
		puts(fields[i].needed ? ", must be given" : "");
		mdoc_paragraph(fields[i].help);
	}
	if (open)
		puts(".El");
}

static const char *
role_words(const char *role)
{
	static const struct { const char *role, *words; } names[] = {
#define ROLE(NAME, number, name, help)	{ #NAME, name },
#include <drover/tables/roles.def>
#undef ROLE
	};
	size_t i = 0;

	while (strcmp(names[i].role, role) != 0)
		i++;
	return names[i].words;
}

static int
number_of(const char *reply)
{
	static const struct { const char *name; int number; } names[] = {
#define REPLY(number, NAME, http, text)	{ #NAME, number },
#include <drover/tables/replies.def>
#undef REPLY
	};
	size_t i = 0;

	while (strcmp(names[i].name, reply) != 0)
		i++;
	return names[i].number;
}

static void
print_refusals(const char *entry)
{
	size_t i, next = 0;

	for (i = 0; i < REFUSALS; i++) {
		if (strcmp(refusals[i].entry, entry) != 0)
			continue;
		puts(next++ == 0 ? "Refused with" : " ,");
		printf(".Li %d %s", number_of(refusals[i].name),
		    refusals[i].name);
	}
	if (next > 0)
		puts(" .");
}

static void
print_act(const char *method, const char *pattern, const char *name,
    const char *help)
{
	const struct entry_line *entry = entries;

	while (strcmp(entry->entry, name) != 0)
		entry++;
	printf(".It Cm %s Pa %s\n", method, pattern);
	mdoc_sentence(help);
	printf(".br\nRole: %s.\nIn the audit it is\n.Li %s .\n",
	    role_words(entry->role), entry->name);
	print_fields(name);
	puts(".br");
	print_refusals(name);
}

void
acts_print(void)
{
	puts(".Bl -tag -width Ds");
#define ACT(METHOD, pattern, ENTRY, TARGET, help)			\
	print_act(#METHOD, pattern, #ENTRY, help);
#include <drover/tables/acts.def>
#undef ACT
	puts(".El");
}

void
acts_print_common(void)
{
	print_fields(ANY);
	puts(".Pp");
	print_refusals(ANY);
}

static void
row_member(const char *row, const char *name, size_t *column)
{
	/* Nobody is shown the hash of a token. */
	if (strcmp(row, "token") == 0 && strcmp(name, "hash") == 0)
		return;
	if (*column > 0)
		fputs(*column + strlen(name) > TEXT_WIDTH ? ",\n" : ", ",
		    stdout);
	if (*column + strlen(name) > TEXT_WIDTH)
		*column = 0;
	*column += strlen(name) + 2;
	fputs(name, stdout);
}

/* Nodes are shown as the segment has them, requests not at all. */
static bool
is_shown(const char *row)
{
	return strcmp(row, "node") != 0 && strcmp(row, "request") != 0;
}

void
acts_print_rows(void)
{
	const char *row;
	size_t column;

	puts(".Bl -tag -width Ds -compact");
#define TEXT(name, room)	row_member(row, #name, &column);
#define NUMBER(name)		row_member(row, #name, &column);
#define ROW(NAME, name, kept, keys)					\
	row = #name;							\
	column = 0;							\
	if (is_shown(row)) {						\
		mdoc_item("Cm", row);					\
		putchar('\n');						\
		ROW_##NAME(TEXT, NUMBER)				\
		putchar('\n');						\
	}
#include "rules/rows.def"
#undef ROW
#undef NUMBER
#undef TEXT
	puts(".El");
}

static void
bound(const char *what, long value, const char *unit)
{
	printf(".It %s Ta %ld%s\n", what, value, unit);
}

void
acts_print_bounds(void)
{
	puts(".Bl -column \"Age of a measurement that an act is decided on\" "
	    "\"86400 s\"");
	bound("Nodes", RULES_NODES_MAX, "");
	bound("Holds", RULES_HOLDS_MAX, "");
	bound("Notes", RULES_NOTES_MAX, "");
	bound("Parameters set for all nodes", RULES_SETTINGS_MAX, "");
	bound("Accounts", RULES_ACCOUNTS_MAX, "");
	bound("Tokens of one account", RULES_TOKENS_MAX, "");
	bound("Nodes in one act", ENTRY_TARGETS_MAX, "");
	bound("Bytes of a name", ENTRY_NAME_MAX, "");
	bound("Length of a hold, or until the deadline of a drain",
	    RULES_SPAN_MS / 86400000, " days");
	bound("Requests whose first answer is remembered",
	    RULES_REQUESTS_MAX, "");
	bound("Time for which it is", RULES_REQUEST_AGE_MS / 3600000,
	    " hours");
	bound("Age of a measurement that an act is decided on",
	    RULES_FACT_AGE_MS / 1000, " s");
	puts(".El");
}
