/* Parameters that were set for all nodes, over the file of this one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/complain.h"
#include "config/config.h"
#include "config/rules.h"
#include "config/text.h"
#include "config/unknown.h"
#include "config/value.h"

#define SUBJECT_BYTES	192
#define WORD_BYTES	128
#define ALLOWED_BYTES	256

#define OWN	"; allowed: a live parameter of all nodes, this one is set " \
	"in the file of each node"

/* A setting that is in the configuration. */
struct placed {
	int	parameter;		/* -1: it is not */
	char	held[sizeof(uint64_t)];	/* the value that was there */
};

struct overlay {
	struct config		*config;
	struct config_setting	*settings;
	struct placed		*placed;
	size_t			 count;
	struct config_errors	*errors;
	int			 error;
};

/* Complaints begin with the setting where others name the file. */
static struct complaints
complaints_about(const struct config_setting *setting,
    struct config_errors *errors, char subject[SUBJECT_BYTES])
{
	bool known = setting->who[0] != '\0';

	snprintf(subject, SUBJECT_BYTES, "setting %.64s = %.40s%s%.32s%s",
	    setting->path, setting->value, known ? " (by " : "",
	    setting->who, known ? ")" : "");
	return (struct complaints){ .file = subject, .errors = errors };
}

/* Want of memory outweighs what is wrong. */
static void
left_out(struct overlay *overlay, size_t index, enum config_fit fit,
    int error)
{
	overlay->settings[index].fit = fit;
	if (overlay->error != -ENOMEM)
		overlay->error = error;
}

static void
refuse(struct overlay *overlay, size_t index, enum config_fit fit,
    const char *why)
{
	char subject[SUBJECT_BYTES];
	struct complaints complaints = complaints_about(
	    &overlay->settings[index], overlay->errors, subject);

	complain(&complaints, NULL, "%s", why);
	left_out(overlay, index, fit, complaints.error);
}

static bool
is_section(const char *path)
{
	size_t i;

	for (i = 0; i < CONFIG_SECTIONS; i++)
		if (strcmp(config_sections[i].path, path) == 0)
			return true;
	return false;
}

/* A list, an item of it, or what such an item holds. */
static bool
is_of_list(const char *path)
{
	size_t length = strcspn(path, ".["), i;

	for (i = 0; i < CONFIG_LISTS; i++)
		if (strlen(config_lists[i].name) == length &&
		    strncmp(config_lists[i].name, path, length) == 0)
			return true;
	return false;
}

/* Complains about the first word of the path that means nothing. */
static void
refuse_unknown(struct overlay *overlay, size_t index)
{
	const struct config_setting *setting = &overlay->settings[index];
	char subject[SUBJECT_BYTES], section[WORD_BYTES] = "";
	char path[WORD_BYTES], *word = path, *end;
	struct complaints complaints = complaints_about(setting,
	    overlay->errors, subject);

	snprintf(path, sizeof(path), "%s", setting->path);
	while ((end = strchr(word, '.')) != NULL) {
		*end = '\0';
		if (!is_section(path))
			break;
		snprintf(section, sizeof(section), "%s", path);
		*end = '.';
		word = end + 1;
	}
	/* A parameter has nothing below it: all of this is the key. */
	if (end != NULL && config_parameter_find(path) >= 0)
		*end = '.';
	if (is_section(path))
		complain(&complaints, NULL, "%s is a section; allowed: one "
		    "of its parameters", path);
	else
		complain_unknown(&complaints, NULL, section, word);
	left_out(overlay, index, CONFIG_UNKNOWN, complaints.error);
}

static void
refuse_value(struct overlay *overlay, size_t index,
    const struct config_parameter *parameter, const char *message)
{
	char allowed[ALLOWED_BYTES];
	char why[VALUE_MESSAGE_BYTES + ALLOWED_BYTES + 16];

	value_allowed(parameter, allowed, sizeof(allowed));
	snprintf(why, sizeof(why), "%s; allowed: %s", message, allowed);
	refuse(overlay, index, CONFIG_UNFIT, why);
}

/* Puts in what is right of itself. */
static void
place(struct overlay *overlay, size_t index)
{
	struct config_setting *setting = &overlay->settings[index];
	struct placed *placed = &overlay->placed[index];
	const struct config_parameter *parameter;
	int found = config_parameter_find(setting->path), error;
	char message[VALUE_MESSAGE_BYTES];

	placed->parameter = -1;
	setting->fit = CONFIG_FITS;
	if (is_of_list(setting->path) ||
	    (found >= 0 && !config_parameters[found].shared)) {
		refuse(overlay, index, CONFIG_NOT_LIVE,
		    found >= 0 && config_parameters[found].live ?
		    "it is of one node" OWN : "it is read at the start" OWN);
		return;
	}
	if (found < 0) {
		refuse_unknown(overlay, index);
		return;
	}
	parameter = &config_parameters[found];
	error = value_read(parameter, setting->value, strlen(setting->value),
	    placed->held, message);
	if (error == -EINVAL) {
		refuse_value(overlay, index, parameter, message);
	} else if (error != 0) {
		left_out(overlay, index, CONFIG_UNFIT, error);
	} else {
		value_swap(parameter, config_field(overlay->config,
		    parameter), placed->held);
		placed->parameter = found;
	}
}

static void
take_out(struct overlay *overlay, size_t index)
{
	struct placed *placed = &overlay->placed[index];
	const struct config_parameter *parameter =
	    &config_parameters[placed->parameter];

	value_swap(parameter, config_field(overlay->config, parameter),
	    placed->held);
	value_free(parameter, placed->held);
	placed->parameter = -1;
}

/* The last setting that is in force at that path, or -1. */
static int
last_at(const struct overlay *overlay, const char *path)
{
	int parameter = config_parameter_find(path);
	size_t i;

	for (i = overlay->count; i-- > 0;)
		if (overlay->placed[i].parameter == parameter)
			return (int)i;
	return -1;
}

/* Takes out one setting that breaks a rule; false: all rules hold. */
static bool
settle_one(struct overlay *overlay)
{
	char why[CONFIG_ERROR_BYTES];
	int left, right, later;
	size_t i;

	for (i = 0; i < CONFIG_RULES; i++) {
		if (!rules_broken(overlay->config, &config_rules[i], why,
		    sizeof(why)))
			continue;
		left = last_at(overlay, config_rules[i].left);
		right = last_at(overlay, config_rules[i].right);
		later = left > right ? left : right;
		if (later < 0)
			continue;
		refuse(overlay, (size_t)later, CONFIG_UNFIT, why);
		take_out(overlay, (size_t)later);
		return true;
	}
	return false;
}

static int
mark(struct config *config, int parameter, const char *who)
{
	char *copy = strdup(who), *c;

	if (config->set_by == NULL)
		config->set_by = calloc(CONFIG_PARAMETERS,
		    sizeof(*config->set_by));
	if (copy == NULL || config->set_by == NULL) {
		free(copy);
		return -ENOMEM;
	}
	/* It ends up in a comment of the normal form. */
	for (c = copy; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	free(config->set_by[parameter]);
	config->set_by[parameter] = copy;
	return 0;
}

/* Marks what is in force and drops what it replaced. */
static void
finish(struct overlay *overlay)
{
	const struct placed *placed;
	size_t i;

	for (i = 0; overlay->error != -ENOMEM && i < overlay->count; i++) {
		placed = &overlay->placed[i];
		if (placed->parameter >= 0 && mark(overlay->config,
		    placed->parameter, overlay->settings[i].who) != 0)
			overlay->error = -ENOMEM;
	}
	for (i = overlay->count; i-- > 0;) {
		if (overlay->placed[i].parameter < 0)
			continue;
		if (overlay->error == -ENOMEM)
			take_out(overlay, i);
		else
			value_free(&config_parameters[
			    overlay->placed[i].parameter],
			    overlay->placed[i].held);
	}
}

static void
unmark(struct config *config)
{
	size_t i;

	for (i = 0; config->set_by != NULL && i < CONFIG_PARAMETERS; i++)
		free(config->set_by[i]);
	free(config->set_by);
	config->set_by = NULL;
}

int
config_override(struct config *config, struct config_setting *settings,
    size_t count, struct config_errors *errors)
{
	struct overlay overlay = { .config = config, .settings = settings,
		.count = count, .errors = errors };
	size_t i;

	if (count == 0)
		return 0;
	overlay.placed = calloc(count, sizeof(*overlay.placed));
	if (overlay.placed == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		place(&overlay, i);
	while (overlay.error != -ENOMEM && settle_one(&overlay))
		continue;
	finish(&overlay);
	if (overlay.error == -ENOMEM)
		unmark(config);
	free(overlay.placed);
	return overlay.error;
}
