/*
 * JSON from a server that is not trusted: parsed within a bound on memory,
 * read without assuming any type.
 */
#ifndef DROVER_COLLECT_BACKEND_JSON_H
#define DROVER_COLLECT_BACKEND_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Values a document may have; each costs up to some 250 bytes. */
#define BACKEND_JSON_VALUES_MAX	((size_t)128 << 10)

/* NULL when it is not JSON or beyond the bound. */
json_t	*backend_json_parse(const char *text, size_t length);

/*
 * The same of an answer to a prompt: what a model says may hold the
 * character 0 (JSON_ALLOW_NUL), so no text of it may be taken for a C
 * string.
 */
json_t	*backend_json_parse_tokens(const char *text, size_t length);

/* A number not below 0; NaN when it is missing or something else. */
double	backend_json_amount(const json_t *object, const char *key);
/* A cleaned text, "" when it is missing or not a text. */
void	backend_json_text(const json_t *object, const char *key, char *to,
	    size_t size);

#endif
