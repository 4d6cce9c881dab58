/* Making entries, and looking into them. */
#include <errno.h>
#include <string.h>

#include "rules/entry.h"

int
entry_add_target(struct entry *entry, const char *name)
{
	if (entry->target_count >= ENTRY_TARGETS_MAX)
		return -E2BIG;
	entry->targets[entry->target_count++] = name;
	return 0;
}

int
entry_add_fact(struct entry *entry, enum entry_fact_number number,
    const char *subject, int64_t value)
{
	if (entry->fact_count >= ENTRY_FACTS_MAX)
		return -E2BIG;
	entry->facts[entry->fact_count++] = (struct entry_fact){
		.number = (uint16_t)number,
		.value = value,
		.subject = subject,
	};
	return 0;
}

static int
add_argument(struct entry *entry, struct entry_argument argument)
{
	size_t at = entry->argument_count, i;

	if (at >= ENTRY_ARGUMENTS_MAX)
		return -E2BIG;
	while (at > 0 && entry->arguments[at - 1].number > argument.number)
		at--;
	if (at > 0 && entry->arguments[at - 1].number == argument.number)
		return -EEXIST;
	for (i = entry->argument_count; i > at; i--)
		entry->arguments[i] = entry->arguments[i - 1];
	entry->arguments[at] = argument;
	entry->argument_count++;
	return 0;
}

int
entry_add_number(struct entry *entry, enum entry_argument_number number,
    int64_t value)
{
	return add_argument(entry, (struct entry_argument){
	    .number = (uint16_t)number, .value = value });
}

int
entry_add_text(struct entry *entry, enum entry_argument_number number,
    const char *text)
{
	return add_argument(entry, (struct entry_argument){
	    .number = (uint16_t)number, .text = text });
}

const struct entry_argument *
entry_argument(const struct entry *entry, enum entry_argument_number number)
{
	size_t i;

	for (i = 0; i < entry->argument_count; i++)
		if (entry->arguments[i].number == number)
			return &entry->arguments[i];
	return NULL;
}

const char *
entry_text(const struct entry *entry, enum entry_argument_number number)
{
	const struct entry_argument *argument = entry_argument(entry, number);

	return argument == NULL || argument->text == NULL ? "" :
	    argument->text;
}

int64_t
entry_number(const struct entry *entry, enum entry_argument_number number,
    int64_t otherwise)
{
	const struct entry_argument *argument = entry_argument(entry, number);

	return argument == NULL ? otherwise : argument->value;
}

const struct entry_fact *
entry_fact(const struct entry *entry, enum entry_fact_number number,
    const char *subject)
{
	const struct entry_fact *fact;
	size_t i;

	for (i = 0; i < entry->fact_count; i++) {
		fact = &entry->facts[i];
		if (fact->number == number && (subject == NULL ||
		    strcmp(fact->subject, subject) == 0))
			return fact;
	}
	return NULL;
}
