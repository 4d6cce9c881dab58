/* The configuration of this node: reading its file again, and undoing it. */
#include <string.h>

#include "api/body.h"
#include "api/resources.h"
#include "api/server.h"

#define CONFIRM_SECONDS_MAX	86400

/* REPLY_OK, or what is wrong with a member named in detail. */
static enum reply
read_reload(const json_t *object, struct api_reload *reload,
    const char **detail)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) {
		*detail = key;
		if (strcmp(key, "preview") == 0 && json_is_boolean(value)) {
			reload->preview = json_is_true(value);
		} else if (strcmp(key, "confirm_seconds") == 0 &&
		    json_is_number(value) && json_number_value(value) > 0 &&
		    json_number_value(value) <= CONFIRM_SECONDS_MAX) {
			reload->confirm_ms = (int64_t)(1000 *
			    json_number_value(value));
		} else {
			return strcmp(key, "preview") == 0 ||
			    strcmp(key, "confirm_seconds") == 0 ?
			    REPLY_BAD_FIELD : REPLY_UNKNOWN_FIELD;
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
	const char *detail = "";
	enum reply reply;

	if (object == NULL)
		return;
	reply = read_reload(object, &reload, &detail);
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
