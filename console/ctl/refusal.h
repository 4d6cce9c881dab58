/* A numbered reply that refuses, in one line that says what to do. */
#ifndef DROVER_CTL_REFUSAL_H
#define DROVER_CTL_REFUSAL_H

#include <stdio.h>

#include <jansson.h>

#include "options.h"

#define REFUSAL_BYTES	1024

/* The exit status of a numbered reply: its first digit, mostly. */
int	refusal_status(json_int_t number);

/*
 * "3001 LAST_COPY: the last ready copy of a model would go: llama3: have
 * 0, need 1; --force n1 overrules it".  reply is the object with number,
 * name, text and detail; leader the member of an answer, or NULL.
 */
const char *refusal_line(const struct options *options, const json_t *reply,
	    const json_t *leader, char line[REFUSAL_BYTES]);

#endif
