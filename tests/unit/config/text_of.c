#include <stdlib.h>
#include <string.h>

#include "tests/unit/config/text_of.h"

struct config *
load(const char *text)
{
	struct config_errors errors = { 0 };
	struct config *config;

	config_load_text(&config, "test", text, strlen(text), &errors);
	config_errors_free(&errors);
	return config;
}

struct config *
load_file(const char *path)
{
	struct config_errors errors = { 0 };
	struct config *config;
	size_t i;

	config_load(&config, path, &errors);
	for (i = 0; i < errors.count; i++)
		fprintf(stderr, "%s\n", errors.errors[i].text);
	config_errors_free(&errors);
	return config;
}

char *
complaints_of(const char *text)
{
	struct config_errors errors = { 0 };
	struct config *config;
	char *all = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&all, &size);

	if (stream == NULL)
		abort();
	config_load_text(&config, "test", text, strlen(text), &errors);
	for (i = 0; i < errors.count; i++)
		fprintf(stream, "%s\n", errors.errors[i].text);
	fclose(stream);
	config_errors_free(&errors);
	config_free(config);
	return all;
}

char *
normal_form(const struct config *config)
{
	char *all = NULL;
	size_t size;
	FILE *stream = open_memstream(&all, &size);

	if (stream == NULL)
		abort();
	config_print(config, stream);
	fclose(stream);
	return all;
}
