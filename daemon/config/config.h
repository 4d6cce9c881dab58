/*
 * The configuration of one node: include/drover/tables/config.def as a C
 * structure, read from YAML, checked as a whole, printed in normal form.
 * Pure but for reading the file.
 */
#ifndef DROVER_CONFIG_H
#define DROVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* struct config is made from the table; see config/fields.h. */
#include "config/fields.h"

#define CONFIG_ERROR_BYTES	256

/* One complaint: file:line:column: what was found, what is allowed. */
struct config_error {
	char	text[CONFIG_ERROR_BYTES];
};

struct config_errors {
	struct config_error	*errors;
	size_t			 count;
	size_t			 room;
};

/*
 * Reads path, or takes the defaults when path is NULL.  All errors of the
 * file are collected in one pass.  Returns 0, -EINVAL with errors->count
 * > 0, or the error of opening or reading the file (also one complaint).
 * On success *config is the caller's (config_free()); on error NULL.
 */
int	config_load(struct config **config, const char *path,
	    struct config_errors *errors);
int	config_load_text(struct config **config, const char *name,
	    const char *text, size_t length, struct config_errors *errors);
void	config_free(struct config *config);
void	config_errors_free(struct config_errors *errors);

/* Normal form: loading what was printed gives the same configuration. */
int	config_print(const struct config *config, FILE *stream);

#endif
