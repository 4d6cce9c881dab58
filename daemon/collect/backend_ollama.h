/*
 * What Ollama answers to GET /api/version, /api/tags and /api/ps.
 * Pure: bytes in, values out; -EBADMSG when the bytes are something else,
 * -ENOMEM.
 */
#ifndef DROVER_COLLECT_BACKEND_OLLAMA_H
#define DROVER_COLLECT_BACKEND_OLLAMA_H

#include "collect/backend_models.h"

int	ollama_parse_version(const char *body, size_t length, char *version,
	    size_t size);
/* The list is cleared first and sorted afterwards; empty on error. */
int	ollama_parse_tags(const char *body, size_t length,
	    struct model_list *stored);
int	ollama_parse_ps(const char *body, size_t length,
	    struct model_list *loaded);

/*
 * A time of RFC 3339 as UNIX time in ns.  0: not a time, before 1970, or
 * so far away (2200 and later) that it stands for never.
 */
int64_t	ollama_parse_time(const char *text);

#endif
