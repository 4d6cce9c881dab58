/*
 * Any text is either a configuration, whose normal form then loads as the
 * same, or refused with complaints of one printable line each.  So it is
 * with the text as a setting over a configuration.
 */
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/schema.h"
#include "tests/fuzz/fuzz.h"

static void
check_complaints(const struct config_errors *errors)
{
	const char *c;
	size_t i;

	if (errors->count == 0)
		abort();
	for (i = 0; i < errors->count; i++)
		for (c = errors->errors[i].text; *c != '\0'; c++)
			if ((unsigned char)*c < 0x20 || *c == 0x7f)
				abort();
}

static void
check_round_trip(const struct config *config)
{
	struct config_errors errors = { 0 };
	struct config *again;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL || config_print(config, stream) != 0 ||
	    fclose(stream) != 0)
		abort();
	if (config_load_text(&again, "printed", text, size, &errors) != 0)
		abort();
	if (config_difference(config, again, NULL, NULL) != 0)
		abort();
	config_free(again);
	free(text);
}

/* The first byte says which parameter the others are set to. */
static void
check_setting(struct config *config, const uint8_t *data, size_t size)
{
	struct config_errors errors = { 0 };
	struct config_setting setting = { .who = "fuzz" };
	const struct config_parameter *parameter;
	char path[128], *value;

	if (size == 0)
		return;
	parameter = &config_parameters[data[0] % CONFIG_PARAMETERS];
	snprintf(path, sizeof(path), "%s.%s", parameter->section,
	    parameter->name);
	value = strndup((const char *)data + 1, size - 1);
	if (value == NULL)
		abort();
	setting.path = data[0] < 128 ? path : value;
	setting.value = value;
	if (config_override(config, &setting, 1, &errors) != 0)
		check_complaints(&errors);
	else if (setting.fit != CONFIG_FITS)
		abort();
	check_round_trip(config);
	config_errors_free(&errors);
	free(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_errors errors = { 0 };
	struct config *config;
	char *text = malloc(size);

	/* A copy of just this size lets the sanitizer see the end. */
	if (text == NULL && size > 0)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	if (config_load_text(&config, "fuzz", text, size, &errors) == 0) {
		check_round_trip(config);
		config_free(config);
	} else {
		check_complaints(&errors);
	}
	config_errors_free(&errors);
	if (config_load(&config, NULL, &errors) != 0)
		abort();
	check_setting(config, data, size);
	config_free(config);
	free(text);
	return 0;
}
