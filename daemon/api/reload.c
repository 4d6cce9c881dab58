/* The configuration of this node: reading its file again, and undoing it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/body.h"
#include "api/resources.h"
#include "api/server.h"

#define CONFIRM_SECONDS_MAX	86400
#define DETAIL_BYTES		128

static enum reply
refuse(enum reply reply, const char *name, const char *allowed,
    char detail[DETAIL_BYTES])
{
	snprintf(detail, DETAIL_BYTES, "%.60s: %s", name, allowed);
	return reply;
}

/* REPLY_OK, or what is wrong with a member, and what is allowed. */
static enum reply
read_reload(const json_t *object, struct api_reload *reload,
    char detail[DETAIL_BYTES])
{
	const char *key;
	json_t *value;
	double seconds;

	json_object_foreach((json_t *)object, key, value) {
		if (strcmp(key, "preview") == 0) {
			if (!json_is_boolean(value))
				return refuse(REPLY_BAD_FIELD, key,
				    "true or false", detail);
			reload->preview = json_is_true(value);
		} else if (strcmp(key, "confirm_seconds") == 0) {
			seconds = json_number_value(value);
			if (!(seconds > 0 && seconds <= CONFIRM_SECONDS_MAX))
				return refuse(REPLY_BAD_FIELD, key,
				    "a number of seconds, above 0 and up to "
				    "86400", detail);
			/* 0 would be: without a confirmation. */
			reload->confirm_ms = (int64_t)ceil(1000 * seconds);
		} else {
			return refuse(REPLY_UNKNOWN_FIELD, key,
			    "there are preview and confirm_seconds", detail);
		}
	}
	return REPLY_OK;
}

void
resource_config_reload(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	struct api_reload reload = { .preview = false };
	json_t *object = body_object(exchange), *body = NULL;
	char detail[DETAIL_BYTES];
	enum reply reply;

	if (object == NULL)
		return;
	reply = read_reload(object, &reload, detail);
	if (reply != REPLY_OK) {
		exchange_refuse(exchange, reply, detail);
	} else if (provider->reload == NULL) {
		exchange_refuse(exchange, REPLY_STARTING, "");
	} else {
		peer_name(&exchange->peer);
		reply = provider->reload(provider->context, &reload,
		    &exchange->peer, &body);
		exchange_reply(exchange, reply, body);
	}
	json_decref(object);
}

static void
settle(struct exchange *exchange, enum reply (*provided)(void *context,
    const struct peer *peer, json_t **body))
{
	json_t *object = body_object(exchange), *body = NULL;
	enum reply reply;

	if (object == NULL)
		return;
	if (json_object_size(object) > 0) {
		exchange_refuse(exchange, REPLY_UNKNOWN_FIELD,
		    json_object_iter_key(json_object_iter(object)));
	} else if (provided == NULL) {
		exchange_refuse(exchange, REPLY_STARTING, "");
	} else {
		peer_name(&exchange->peer);
		reply = provided(exchange->api->provider.context,
		    &exchange->peer, &body);
		exchange_reply(exchange, reply, body);
	}
	json_decref(object);
}

void
resource_config_confirm(struct exchange *exchange)
{
	settle(exchange, exchange->api->provider.confirm);
}

void
resource_config_rollback(struct exchange *exchange)
{
	settle(exchange, exchange->api->provider.rollback);
}
