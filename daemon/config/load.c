#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/defaults.h"
#include "config/document.h"
#include "config/rules.h"
#include "config/value.h"

#define BYTE_ORDER_MARK	"\xef\xbb\xbf"

static void
origin_free(struct origin *origin)
{
	size_t i;

	for (i = 0; i < CONFIG_LISTS; i++)
		free(origin->members[i]);
	free(origin);
}

int
config_load_text(struct config **config, const char *name, const char *text,
    size_t length, struct config_errors *errors)
{
	struct complaints complaints = { .file = name, .errors = errors };
	struct origin *origin = calloc(1, sizeof(*origin));

	*config = calloc(1, sizeof(**config));
	if (*config == NULL || origin == NULL ||
	    defaults_of_config(*config) != 0) {
		complaints.error = -ENOMEM;
		goto out;
	}
	if (length >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0) {
		text += 3;
		length -= 3;
	}
	if (document_read(*config, origin, &complaints, text, length))
		rules_check(*config, origin, &complaints);
	complaints_sort(&complaints);
out:
	if (origin != NULL)
		origin_free(origin);
	if (complaints.error != 0) {
		config_free(*config);
		*config = NULL;
	}
	return complaints.error;
}

/* All of the file; NULL with errno. */
static char *
read_file(int fd, size_t *length)
{
	char *text = malloc(CONFIG_FILE_BYTES_MAX + 1);
	ssize_t count;

	if (text == NULL)
		return NULL;
	*length = 0;
	do {
		count = read(fd, text + *length,
		    CONFIG_FILE_BYTES_MAX + 1 - *length);
		if (count > 0)
			*length += (size_t)count;
		if (*length > CONFIG_FILE_BYTES_MAX) {
			errno = EFBIG;
			count = -1;
		}
	} while (count > 0 || (count < 0 && errno == EINTR));
	if (count == 0)
		return text;
	free(text);
	return NULL;
}

static int
complain_file(const char *path, int error, struct config_errors *errors)
{
	struct complaints complaints = { .file = path, .errors = errors };

	if (error == -EFBIG)
		complain(&complaints, NULL,
		    "more than %d KiB; allowed: a configuration",
		    CONFIG_FILE_BYTES_MAX / 1024);
	else
		complain(&complaints, NULL, "cannot be read: %s",
		    strerror(-error));
	return error;
}

int
config_read(const char *path, char **text, size_t *length,
    struct config_errors *errors)
{
	int fd, error;

	*length = 0;
	if (path == NULL) {
		*text = strdup("");
		return *text == NULL ? -ENOMEM : 0;
	}
	*text = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return complain_file(path, -errno, errors);
	*text = read_file(fd, length);
	error = -errno;
	close(fd);
	return *text == NULL ? complain_file(path, error, errors) : 0;
}

int
config_load(struct config **config, const char *path,
    struct config_errors *errors)
{
	char *text;
	size_t length;
	int error;

	*config = NULL;
	error = config_read(path, &text, &length, errors);
	if (error == 0)
		error = config_load_text(config,
		    path != NULL ? path : "defaults", text, length, errors);
	free(text);
	return error;
}

void
config_free(struct config *config)
{
	const struct config_list *list;
	size_t i, j, count;
	char *items;

	if (config == NULL)
		return;
	for (i = 0; i < CONFIG_PARAMETERS; i++)
		value_free(&config_parameters[i],
		    config_field(config, &config_parameters[i]));
	for (i = 0; i < CONFIG_LISTS; i++) {
		list = &config_lists[i];
		items = config_list_items(config, list, &count);
		for (j = 0; j < count; j++)
			defaults_free_item(list, items + j * list->item_bytes);
		free(items);
	}
	for (i = 0; config->set_by != NULL && i < CONFIG_PARAMETERS; i++)
		free(config->set_by[i]);
	free(config->set_by);
	free(config);
}
