#include <assert.h>
#include <errno.h>
#include <string.h>

#include "config/config.h"
#include "config/defaults.h"
#include "config/value.h"

/* The table is ours: a default that its own bounds refuse is our bug. */
static int
set_default(const struct config_parameter *parameter, void *field)
{
	const char *value = parameter->value;
	struct config_parameter unbound = *parameter;
	char message[VALUE_MESSAGE_BYTES];
	int error;

	if (value == NULL) {
		unbound.type = CONFIG_TEXT;
		unbound.minimum = unbound.maximum = value = "";
	}
	error = value_read(&unbound, value, strlen(value), field, message);
	assert(error == 0 || error == -ENOMEM);
	return error;
}

int
defaults_of_config(struct config *config)
{
	int error = 0, i;

	memset(config, 0, sizeof(*config));
	for (i = 0; error == 0 && i < CONFIG_PARAMETERS; i++)
		error = set_default(&config_parameters[i],
		    config_field(config, &config_parameters[i]));
	return error;
}

int
defaults_of_item(const struct config_list *list, void *item)
{
	const struct config_parameter *member;
	int error = 0;
	size_t i;

	memset(item, 0, list->item_bytes);
	for (i = 0; error == 0 && i < list->members; i++) {
		member = &config_members[list->first + i];
		error = set_default(member, (char *)item + member->offset);
	}
	if (error != 0)
		defaults_free_item(list, item);
	return error;
}

void
defaults_free_item(const struct config_list *list, void *item)
{
	const struct config_parameter *member;
	size_t i;

	for (i = 0; i < list->members; i++) {
		member = &config_members[list->first + i];
		value_free(member, (char *)item + member->offset);
	}
}

bool
defaults_equal(const struct config_parameter *parameter, const void *field)
{
	char text[CONFIG_PATH_BYTES];
	uint64_t number;

	if (parameter->value == NULL)
		return false;
	if (value_is_text(parameter->type) || parameter->type == CONFIG_FLAG ||
	    parameter->type == CONFIG_WORD) {
		value_write(parameter, field, text, sizeof(text));
		return strcmp(text, parameter->value) == 0;
	}
	return value_number_read(parameter->type, parameter->value,
	    strlen(parameter->value), &number) == NULL &&
	    number == value_number(parameter, field);
}
