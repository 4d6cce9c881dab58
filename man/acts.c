#include "man/acts.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "man/mdoc.h"

#define ANY	"ANY"

struct field {
	const char	*entry;
	const char	*name;
	const char	*type;
	bool		 needed;
	const char	*help;
};

struct entry {
	const char	*entry;
	const char	*name;
	const char	*role;
};

static const struct field fields[] = {
#define FIELD(ENTRY, name, TYPE, ARGUMENT, NEED, help)			\
	{ #ENTRY, #name, #TYPE, #NEED[1] == 'U', help },
#include <drover/tables/fields.def>
#undef FIELD
};
#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static const struct entry entries[] = {
#define ENTRY(NAME, number, since, ROLE, name, help)			\
	{ #NAME, name, #ROLE },
#include <drover/tables/entries.def>
#undef ENTRY
};

static const char *
type_words(const char *type)
{
	static const struct { const char *type, *words; } names[] = {
		{ "TEXT", "text" }, { "FLAG", "true or false" },
		{ "COUNT", "whole number" }, { "SPAN", "number of seconds" },
		{ "ROLE", "word" }, { "HOLD", "word" }, { "TARGET", "name" },
		{ "TARGETS", "list of names" },
	};
	size_t i = 0;

	while (strcmp(names[i].type, type) != 0)
		i++;
	return names[i].words;
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
		printf(" Pq %s%s\n", type_words(fields[i].type),
		    fields[i].needed ? ", must be given" : "");
		mdoc_paragraph(fields[i].help);
	}
	if (open)
		puts(".El");
}

static void
print_act(const char *method, const char *pattern, const char *name,
    const char *help)
{
	const struct entry *entry = entries;
	const char *c;

	while (strcmp(entry->entry, name) != 0)
		entry++;
	printf(".It Cm %s Pa %s\n", method, pattern);
	printf("%c", toupper((unsigned char)help[0]));
	mdoc_paragraph(help + 1);
	fputs(".br\nRole: ", stdout);
	for (c = entry->role; *c != '\0'; c++)
		putchar(tolower((unsigned char)*c));
	printf(".\nIn the audit it is\n.Li %s .\n", entry->name);
	print_fields(name);
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
}
