#include <string.h>

#include "config/schema.h"

/* live, shared */
#define CHANGE_LIVE	true, true
#define CHANGE_HERE	true, false
#define CHANGE_RESTART	false, false
#define AT_LEAST	true
#define AT_MOST		false

#define ROW(structure, path, section, name, type, value, minimum, maximum, \
    change, help)							\
	{ #section, #name, CONFIG_##type, CHANGE_##change,		\
	    offsetof(struct structure, path CONFIG_MEMBER_##type(name)), \
	    value, minimum, maximum, help },

const struct config_parameter config_parameters[CONFIG_PARAMETERS] = {
#define PARAMETER(section, name, type, value, minimum, maximum, change,	\
    help)								\
	ROW(config, section., section, name, type, value, minimum,	\
	    maximum, change, help)
#include <drover/tables/config.def>
};

/* The structure of what each list holds. */
#define ITEM_backends	config_backend_entry
#define ITEM_policies	config_policy_entry

#define MEMBER_ROW(...)	ROW(__VA_ARGS__)
const struct config_parameter config_members[CONFIG_MEMBERS] = {
#define LIST_PARAMETER(list, name, type, value, minimum, maximum,	\
    change, help)							\
	MEMBER_ROW(ITEM_##list, , list, name, type, value, minimum,	\
	    maximum, change, help)
#include <drover/tables/config.def>
};

const struct config_section config_sections[CONFIG_SECTIONS] = {
#define SECTION(path, name, help)	{ #path, help },
#include <drover/tables/config.def>
};

/* The index of the first member of each list, and of the last. */
enum {
#define LIST(list, item, count, maximum, help)	FIRST_##list,		\
	    BEFORE_##list = FIRST_##list - 1,
#define LIST_PARAMETER(list, name, type, value, minimum, maximum,	\
    change, help)							\
	MEMBER_##list##_##name,
#define END_LIST(list, item, count)	END_##list,			\
	    LAST_##list = END_##list - 1,
#include <drover/tables/config.def>
};

const struct config_list config_lists[CONFIG_LISTS] = {
#define LIST(list, item, count, maximum, help)				\
	{ #list, help, offsetof(struct config, list),			\
	    offsetof(struct config, count), sizeof(struct config_##item), \
	    maximum, FIRST_##list, END_##list - FIRST_##list },
#include <drover/tables/config.def>
};

const struct config_rule config_rules[CONFIG_RULES] = {
#define RULE(left, relation, factor, right, why)			\
	{ #left, #right, why, factor, relation },
#include <drover/tables/config.def>
};

int
config_parameter_find(const char *path)
{
	const char *name = strrchr(path, '.');
	size_t length;
	int i;

	if (name == NULL)
		return -1;
	length = (size_t)(name++ - path);
	for (i = 0; i < CONFIG_PARAMETERS; i++)
		if (strcmp(config_parameters[i].name, name) == 0 &&
		    strncmp(config_parameters[i].section, path, length) == 0 &&
		    config_parameters[i].section[length] == '\0')
			return i;
	return -1;
}

void *
config_field(struct config *config, const struct config_parameter *parameter)
{
	return (char *)config + parameter->offset;
}

const void *
config_field_of(const struct config *config,
    const struct config_parameter *parameter)
{
	return (const char *)config + parameter->offset;
}

char *
config_list_items(const struct config *config, const struct config_list *list,
    size_t *count)
{
	const char *base = (const char *)config;
	char *items;

	memcpy(&items, base + list->items_offset, sizeof(items));
	memcpy(count, base + list->count_offset, sizeof(*count));
	return items;
}

void
config_list_set(struct config *config, const struct config_list *list,
    void *items, size_t count)
{
	char *base = (char *)config;

	memcpy(base + list->items_offset, &items, sizeof(items));
	memcpy(base + list->count_offset, &count, sizeof(count));
}
