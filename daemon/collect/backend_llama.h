/*
 * What llama-server answers to GET /health, /slots, /v1/models, /props and
 * /metrics, in its shapes of several years.  Pure: bytes in, values out;
 * -EBADMSG when the bytes are something else, -ENOMEM.
 */
#ifndef DROVER_COLLECT_BACKEND_LLAMA_H
#define DROVER_COLLECT_BACKEND_LLAMA_H

#include <stdbool.h>

#include "collect/backend_models.h"

#define LLAMA_SLOTS_MAX	256

struct llama_slot {
	int64_t	id;
	int64_t	task;		/* -1: none */
	bool	busy;
	double	decoded;	/* tokens generated for its task, or NaN */
	double	context;	/* tokens it has room for, or NaN */
	double	used;		/* tokens that lie in it, or NaN */
};

struct llama_slots {
	struct llama_slot	slot[LLAMA_SLOTS_MAX];
	size_t			count;
	size_t			seen;	/* with those beyond the bound */
	size_t			busy;	/* of those seen */
};

/* Of /metrics; NaN: this version does not have it. */
struct llama_metrics {
	double	tokens_predicted_total;
	double	prompt_tokens_total;
	double	requests_processing;
	double	requests_deferred;
	double	kv_cache_usage_ratio;
};

struct llama_props {
	char	version[24];
	double	slots_total;
	double	context_tokens;	/* of one slot */
	bool	can_sleep;	/* knows --sleep-idle-seconds */
	bool	sleeping;	/* model unloaded until the next request */
};

/* 0: {"status":"ok"} or its like. */
int	llama_parse_health(const char *body, size_t length);
/* The body of a 503: it is loading its model. */
bool	llama_is_loading(const char *body, size_t length);
/* The body of /v1/models is of llama.cpp and not of another server. */
bool	llama_owns_models(const char *body, size_t length);
/* An error body of any server: its message, cleaned; "" if none. */
void	llama_parse_error(const char *body, size_t length, char *message,
	    size_t size);
int	llama_parse_slots(const char *body, size_t length,
	    struct llama_slots *slots);
/* The list is cleared first and sorted afterwards; empty on error. */
int	llama_parse_models(const char *body, size_t length,
	    struct model_list *models);
int	llama_parse_props(const char *body, size_t length,
	    struct llama_props *props);
/*
 * The text format of Prometheus; the samples of one name are added up.
 * -EBADMSG: there is none of llama-server's.
 */
int	llama_parse_metrics(const char *body, size_t length,
	    struct llama_metrics *metrics);

#endif
