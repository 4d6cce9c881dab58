#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/reload_make.h"
#include "core/reload_text.h"

static int
by_revision(const void *left, const void *right)
{
	const struct row_setting *a = *(const struct row_setting *const *)left;
	const struct row_setting *b =
	    *(const struct row_setting *const *)right;

	return (a->revision > b->revision) - (a->revision < b->revision);
}

/*
 * The settings of the model in the order in which they were made, with
 * room for one more.  NULL: no memory.
 */
static struct config_setting *
settings_of(const struct model *model, size_t *count)
{
	size_t rows = model == NULL ? 0 : model_count(model,
	    ROW_TABLE_SETTING), i;
	const struct row_setting **ordered = calloc(rows + 1,
	    sizeof(*ordered));
	struct config_setting *settings = calloc(rows + 1,
	    sizeof(*settings));

	*count = rows;
	if (ordered == NULL || settings == NULL) {
		free(settings);
		settings = NULL;
		goto out;
	}
	for (i = 0; i < rows; i++)
		ordered[i] = model_at(model, ROW_TABLE_SETTING, i);
	qsort(ordered, rows, sizeof(*ordered), by_revision);
	for (i = 0; i < rows; i++)
		settings[i] = (struct config_setting){
			.path = ordered[i]->name,
			.value = ordered[i]->value,
			.who = ordered[i]->who };
out:
	free(ordered);
	return settings;
}

const struct model *
reload_model(const struct reload *reload)
{
	return reload->options.model == NULL ? NULL :
	    reload->options.model(reload->options.context);
}

int
reload_make(const struct reload *reload, const struct reload_text *text,
    struct config **config, struct config_errors *errors)
{
	struct config_setting *settings;
	size_t count;
	int error = config_load_text(config, reload_text_name(text),
	    text->text, text->length, errors);

	if (error != 0)
		return error;
	settings = settings_of(reload_model(reload), &count);
	error = settings == NULL ? -ENOMEM :
	    config_override(*config, settings, count, errors);
	free(settings);
	if (error == -ENOMEM) {
		config_free(*config);
		*config = NULL;
	}
	return error;
}

enum config_fit
reload_judge(const struct reload *reload, const char *name,
    const char *value, char *detail, size_t size)
{
	struct config_errors errors = { 0 };
	struct config_setting *settings;
	struct config *config = NULL;
	enum config_fit fit = CONFIG_UNFIT;
	size_t count, i;

	snprintf(detail, size, "no memory");
	settings = settings_of(reload_model(reload), &count);
	if (settings == NULL || config_load_text(&config,
	    reload_text_name(&reload->taken), reload->taken.text,
	    reload->taken.length, &errors) != 0)
		goto out;
	/* In the place of the one that it replaces. */
	for (i = 0; i < count && strcmp(settings[i].path, name) != 0; i++)
		continue;
	if (i < count)
		memmove(&settings[i], &settings[i + 1],
		    (--count - i) * sizeof(*settings));
	settings[count++] = (struct config_setting){ .path = name,
		.value = value, .who = "" };
	(void)config_override(config, settings, count, &errors);
	fit = settings[count - 1].fit;
	if (errors.count > 0)
		snprintf(detail, size, "%s",
		    errors.errors[errors.count - 1].text);
out:
	if (fit == CONFIG_FITS)
		detail[0] = '\0';
	config_free(config);
	config_errors_free(&errors);
	free(settings);
	return fit;
}
