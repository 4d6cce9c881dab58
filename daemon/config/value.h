/*
 * The values of parameters as text and as C.
 *
 * Numbers of every type meet in one uint64_t: milliseconds, bytes, counts,
 * and shares in millionths.
 */
#ifndef DROVER_CONFIG_VALUE_H
#define DROVER_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/schema.h"

#define VALUE_MESSAGE_BYTES	320

/*
 * Reads text of length bytes into field, which for a type of text must
 * hold NULL or what malloc() gave.  Returns 0, -ENOMEM, or -EINVAL with
 * what is wrong in message, as in `"5" has no unit`.
 */
int	value_read(const struct config_parameter *parameter, const char *text,
	    size_t length, void *field, char message[VALUE_MESSAGE_BYTES]);

/* "a duration from 100ms to 1m", "one of auto, off" */
void	value_allowed(const struct config_parameter *parameter, char *text,
	    size_t size);

/*
 * The normal form of a value, without the quotes that YAML may need.
 * Returns its length, as snprintf() does.
 */
size_t	value_write(const struct config_parameter *parameter,
	    const void *field, char *text, size_t size);

/* Free what a field of text holds. */
void	value_free(const struct config_parameter *parameter, void *field);
bool	value_equal(const struct config_parameter *parameter, const void *left,
	    const void *right);
void	value_swap(const struct config_parameter *parameter, void *left,
	    void *right);
bool	value_is_text(enum config_type type);

/* Durations and counts, for the rules. */
uint64_t value_number(const struct config_parameter *parameter,
	    const void *field);
void	value_number_write(enum config_type type, uint64_t number, char *text,
	    size_t size);
/* NULL, or why text is no number of the type: "has no unit". */
const char *value_number_read(enum config_type type, const char *text,
	    size_t length, uint64_t *number);

#endif
