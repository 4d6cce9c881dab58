/*
 * Shared by the tests of config: a configuration from a text, and what it
 * is complained about.
 */
#ifndef DROVER_TESTS_TEXT_OF_H
#define DROVER_TESTS_TEXT_OF_H

#include "config/config.h"

/* NULL when it is refused. */
struct config *load(const char *text);
struct config *load_file(const char *path);

/* All complaints, each ended by a newline; the caller frees. */
char	*complaints_of(const char *text);

/* The normal form; the caller frees. */
char	*normal_form(const struct config *config);

#endif
