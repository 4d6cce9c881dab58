#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collect/backend_ollama.h"
#include "collect/backend_watch.h"

/*
 * Which kind?  A server that has both interfaces is taken for Ollama.
 * That something answers /health with {"status":...} says little: half of
 * all web services do; the owner of its models says who it is.
 */
static enum verdict
find_ollama(struct backend_watch *watch, const struct http_result *result)
{
	if (result->status == 503 &&
	    llama_is_loading(result->body, result->body_bytes)) {
		watch->status.kind = DROVER_BACKEND_KIND_LLAMA_SERVER;
		return VERDICT_LOADING;
	}
	if (result->status == 200 && ollama_parse_version(result->body,
	    result->body_bytes, watch->status.version,
	    sizeof(watch->status.version)) == 0) {
		watch->status.kind = DROVER_BACKEND_KIND_OLLAMA;
		watch->kind_sure = true;
	}
	/* A redirect or an error says more than silence about a path. */
	return (result->status >= 300 && result->status < 400) ||
	    result->status >= 502 ? VERDICT_FAILED : VERDICT_NEXT;
}

static enum verdict
find_llama_health(struct backend_watch *watch,
    const struct http_result *result)
{
	(void)watch;
	if (result->status != 200 ||
	    llama_parse_health(result->body, result->body_bytes) != 0)
		return VERDICT_FAILED;
	return VERDICT_NEXT;
}

static enum verdict
find_llama_models(struct backend_watch *watch,
    const struct http_result *result)
{
	if (result->status != 200 ||
	    !llama_owns_models(result->body, result->body_bytes))
		return VERDICT_FAILED;
	watch->status.kind = DROVER_BACKEND_KIND_LLAMA_SERVER;
	watch->kind_sure = true;
	return VERDICT_NEXT;
}

static bool
still_looking(const struct backend_watch *watch)
{
	return !watch->kind_sure;
}

static enum verdict
verdict(int error)
{
	return error == 0 ? VERDICT_NEXT : VERDICT_FAILED;
}

static enum verdict
take_version(struct backend_watch *watch, const struct http_result *result)
{
	return verdict(ollama_parse_version(result->body, result->body_bytes,
	    watch->status.version, sizeof(watch->status.version)));
}

static bool
now_and_then(const struct backend_watch *watch)
{
	return watch->slow_round;
}

static enum verdict
take_ps(struct backend_watch *watch, const struct http_result *result)
{
	watch->loaded_known = ollama_parse_ps(result->body,
	    result->body_bytes, &watch->loaded) == 0;
	return watch->loaded_known ? VERDICT_NEXT : VERDICT_FAILED;
}

static enum verdict
take_tags(struct backend_watch *watch, const struct http_result *result)
{
	watch->stored_known = ollama_parse_tags(result->body,
	    result->body_bytes, &watch->stored) == 0;
	return watch->stored_known ? VERDICT_NEXT : VERDICT_FAILED;
}

static enum verdict
take_health(struct backend_watch *watch, const struct http_result *result)
{
	(void)watch;
	return verdict(llama_parse_health(result->body, result->body_bytes));
}

static enum verdict
take_metrics(struct backend_watch *watch, const struct http_result *result)
{
	watch->metrics_known = llama_parse_metrics(result->body,
	    result->body_bytes, &watch->metrics) == 0;
	return watch->metrics_known ? VERDICT_NEXT : VERDICT_FAILED;
}

/*
 * /slots, unlike the others, wakes a sleeping llama-server and makes it
 * load its model; so it is asked for when there is something to see.
 */
static bool
slots_wanted(const struct backend_watch *watch)
{
	if (watch->props.sleeping)
		return false;
	if (!watch->props.can_sleep || !watch->metrics_known)
		return true;
	return !(watch->metrics.requests_processing == 0);
}

static enum verdict
take_slots(struct backend_watch *watch, const struct http_result *result)
{
	watch->slots_known = llama_parse_slots(result->body,
	    result->body_bytes, &watch->slots) == 0;
	return watch->slots_known ? VERDICT_NEXT : VERDICT_FAILED;
}

static enum verdict
take_models(struct backend_watch *watch, const struct http_result *result)
{
	watch->loaded_known = llama_parse_models(result->body,
	    result->body_bytes, &watch->loaded) == 0;
	return watch->loaded_known ? VERDICT_NEXT : VERDICT_FAILED;
}

/* Now and then, and each time where it tells whether /slots may be asked. */
static bool
props_wanted(const struct backend_watch *watch)
{
	return watch->slow_round || (watch->props.can_sleep &&
	    !watch->metrics_known);
}

static enum verdict
take_props(struct backend_watch *watch, const struct http_result *result)
{
	if (llama_parse_props(result->body, result->body_bytes,
	    &watch->props) != 0)
		return VERDICT_FAILED;
	snprintf(watch->status.version, sizeof(watch->status.version), "%s",
	    watch->props.version);
	return VERDICT_NEXT;
}

static const struct endpoint unknown_endpoints[] = {
	{ .path = "/api/version", .probe = true, .essential = true,
	    .take = find_ollama },
	{ .path = "/health", .essential = true, .wanted = still_looking,
	    .take = find_llama_health },
	{ .path = "/v1/models", .essential = true, .wanted = still_looking,
	    .take = find_llama_models },
};

static const struct endpoint ollama_endpoints[] = {
	{ .path = "/api/version", .probe = true, .essential = true,
	    .take = take_version },
	{ .path = "/api/ps", .essential = true, .take = take_ps },
	{ .path = "/api/tags", .wanted = now_and_then, .take = take_tags },
};

static const struct endpoint llama_endpoints[] = {
	{ .path = "/health", .probe = true, .essential = true,
	    .take = take_health },
	{ .path = "/v1/models", .wanted = now_and_then,
	    .take = take_models },
	/* In this order: see backend_progress.h. */
	{ .path = "/metrics", .take = take_metrics },
	{ .path = "/props", .wanted = props_wanted, .take = take_props },
	{ .path = "/slots", .wanted = slots_wanted, .take = take_slots },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

const struct endpoint *
backend_endpoints(enum drover_backend_kind kind, size_t *count)
{
	switch (kind) {
	case DROVER_BACKEND_KIND_OLLAMA:
		*count = COUNT(ollama_endpoints);
		return ollama_endpoints;
	case DROVER_BACKEND_KIND_LLAMA_SERVER:
		*count = COUNT(llama_endpoints);
		return llama_endpoints;
	case DROVER_BACKEND_KIND_UNKNOWN:
		break;
	}
	*count = COUNT(unknown_endpoints);
	return unknown_endpoints;
}
