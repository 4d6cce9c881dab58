/* What droverd -n and -nv do. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"

/* BASE/MIDDLEdrover/drover.conf, if base is a path and the file exists. */
static bool
find_in(char path[CONFIG_PATH_BYTES], const char *base, const char *middle)
{
	int length;

	/* The base directory specification: a relative one counts as unset. */
	if (base == NULL || base[0] != '/')
		return false;
	length = snprintf(path, CONFIG_PATH_BYTES, "%s/%sdrover/drover.conf",
	    base, middle);
	return length > 0 && length < CONFIG_PATH_BYTES &&
	    access(path, F_OK) == 0;
}

int
config_find(char path[CONFIG_PATH_BYTES])
{
	const char *base = getenv("XDG_CONFIG_HOME");

	if (base != NULL && base[0] == '/') {
		if (find_in(path, base, ""))
			return 0;
	} else if (find_in(path, getenv("HOME"), ".config/")) {
		return 0;
	}
	return find_in(path, "/etc", "") ? 0 : -ENOENT;
}

static int
refuse(const char *path, struct config_errors *errors, FILE *err)
{
	size_t i;

	for (i = 0; i < errors->count; i++)
		fprintf(err, "%s\n", errors->errors[i].text);
	if (errors->count == 0)
		fprintf(err, "%s: %s\n", path, strerror(ENOMEM));
	else
		fprintf(err, "%zu error%s\n", errors->count,
		    errors->count == 1 ? "" : "s");
	config_errors_free(errors);
	return 1;
}

int
config_command(const char *path, bool print, FILE *out, FILE *err)
{
	struct config_errors errors = { 0 };
	char found[CONFIG_PATH_BYTES];
	struct config *config;
	int status = 0;

	if (path == NULL && config_find(found) == 0)
		path = found;
	if (config_load(&config, path, &errors) != 0)
		return refuse(path != NULL ? path : "defaults", &errors, err);
	if (print && (config_print(config, out) != 0 || fflush(out) != 0)) {
		fprintf(err, "cannot write: %s\n", strerror(errno));
		status = 1;
	} else if (!print) {
		fprintf(err, "%s: configuration OK\n", path != NULL ? path :
		    "no file, defaults");
	}
	config_free(config);
	return status;
}
