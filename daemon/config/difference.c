#include <stdio.h>

#include "config/config.h"
#include "config/schema.h"
#include "config/value.h"

/* Whom to tell, and how often that was done. */
struct report {
	void	(*found)(const struct config_change *change, void *context);
	void	*context;
	size_t	 count;
};

/* A side that is NULL has no such value. */
static void
compare(struct report *report, const struct config_parameter *parameter,
    const char *path, const void *from, const void *to)
{
	struct config_change change = { .live = parameter->live };

	if (from != NULL && to != NULL && value_equal(parameter, from, to))
		return;
	snprintf(change.path, sizeof(change.path), "%s.%s", path,
	    parameter->name);
	if (from != NULL)
		value_write(parameter, from, change.old_text,
		    sizeof(change.old_text));
	if (to != NULL)
		value_write(parameter, to, change.new_text,
		    sizeof(change.new_text));
	report->count++;
	if (report->found != NULL)
		report->found(&change, report->context);
}

static void
compare_list(struct report *report, const struct config *from,
    const struct config *to, const struct config_list *list)
{
	const struct config_parameter *member;
	size_t from_count, to_count, i, j;
	char *from_items, *to_items;
	char path[64];

	from_items = config_list_items(from, list, &from_count);
	to_items = config_list_items(to, list, &to_count);
	for (i = 0; i < from_count || i < to_count; i++) {
		snprintf(path, sizeof(path), "%s[%zu]", list->name, i);
		for (j = 0; j < list->members; j++) {
			member = &config_members[list->first + j];
			compare(report, member, path,
			    i >= from_count ? NULL : from_items +
			    i * list->item_bytes + member->offset,
			    i >= to_count ? NULL : to_items +
			    i * list->item_bytes + member->offset);
		}
	}
}

size_t
config_difference(const struct config *from, const struct config *to,
    void (*found)(const struct config_change *change, void *context),
    void *context)
{
	struct report report = { .found = found, .context = context };
	const struct config_parameter *parameter;
	size_t i;

	for (i = 0; i < CONFIG_PARAMETERS; i++) {
		parameter = &config_parameters[i];
		compare(&report, parameter, parameter->section,
		    config_field_of(from, parameter),
		    config_field_of(to, parameter));
	}
	for (i = 0; i < CONFIG_LISTS; i++)
		compare_list(&report, from, to, &config_lists[i]);
	return report.count;
}

/* A list is live when its members are. */
static void
swap_list(struct config *config, struct config *from,
    const struct config_list *list)
{
	size_t count, from_count;
	char *items, *from_items;

	if (!config_members[list->first].live)
		return;
	items = config_list_items(config, list, &count);
	from_items = config_list_items(from, list, &from_count);
	config_list_set(config, list, from_items, from_count);
	config_list_set(from, list, items, count);
}

void
config_take_live(struct config *config, struct config *from)
{
	const struct config_parameter *parameter;
	char **set_by = config->set_by;
	size_t i;

	/* Only live parameters are ever set over a file. */
	config->set_by = from->set_by;
	from->set_by = set_by;
	for (i = 0; i < CONFIG_PARAMETERS; i++) {
		parameter = &config_parameters[i];
		if (parameter->live)
			value_swap(parameter, config_field(config, parameter),
			    config_field(from, parameter));
	}
	for (i = 0; i < CONFIG_LISTS; i++)
		swap_list(config, from, &config_lists[i]);
}
