/* What changes shared state: from a request to an entry of the log. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/random.h>

#include "api/body.h"
#include "api/fields.h"
#include "api/resources.h"
#include "api/server.h"
#include "rules/kind.h"
#include "shm/clock.h"

#define REQUEST_RANDOM_BYTES	16
#define SECRET_BYTES		32
#define TOKEN_ID_BYTES		6

struct act {
	struct exchange	*exchange;
	json_t		*object;
	struct entry	 entry;
	struct fields	 fields;
	char		 request[2 * REQUEST_RANDOM_BYTES + 1];
	char		 token_id[2 * TOKEN_ID_BYTES + 1];
	char		 token[API_TOKEN_BYTES_MAX];	/* "" if none */
	char		 token_hash[DIGEST_TEXT];
};

static void
act_free(struct act *act)
{
	json_decref(act->object);
	explicit_bzero(act->token, sizeof(act->token));
	free(act);
}

/* Answers, and frees the act. */
static void
refuse(struct act *act, enum reply reply, const char *detail)
{
	exchange_refuse(act->exchange, reply, detail);
	act_free(act);
}

/* "node n1: have 0, need 1", or what of it there is. */
static void
describe(const struct rules_result *result, char *text, size_t size)
{
	if (result->have == 0 && result->need == 0)
		snprintf(text, size, "%s", result->subject);
	else
		snprintf(text, size, "%s%shave %lld, need %lld",
		    result->subject, result->subject[0] != '\0' ? ": " : "",
		    (long long)result->have, (long long)result->need);
}

static json_t *
result_object(const struct rules_result *result)
{
	char detail[FIELDS_DETAIL_BYTES];
	const struct reply_row *row = reply_find(result->reply);

	describe(result, detail, sizeof(detail));
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:I}",
	    "number", row->number, "name", row->name, "text", row->text,
	    "detail", detail, "subject", result->subject,
	    "have", (json_int_t)result->have,
	    "need", (json_int_t)result->need);
}

static json_t *
outcome_body(const struct act *act, const struct api_outcome *outcome)
{
	const struct rules_result *result = &outcome->result;
	json_t *body = json_pack("{s:s, s:I, s:b, s:s, s:I, s:I}",
	    "request", act->entry.request,
	    "index", (json_int_t)result->index,
	    "repeated", result->repeated, "subject", result->subject,
	    "have", (json_int_t)result->have,
	    "need", (json_int_t)result->need);

	if (outcome->leader != NULL && outcome->leader[0] != '\0')
		json_object_set_new(body, "leader",
		    json_string(outcome->leader));
	if (act->token[0] == '\0' || !reply_is_done(result->reply))
		return body;
	json_object_set_new(body, "id", json_string(act->token_id));
	/* A repeated request made no token: nobody knows the first one. */
	if (!result->repeated)
		json_object_set_new(body, "token", json_string(act->token));
	return body;
}

static void
done(void *context, const struct api_outcome *outcome)
{
	char detail[FIELDS_DETAIL_BYTES];
	struct act *act = context;

	describe(&outcome->result, detail, sizeof(detail));
	exchange_reply_detail(act->exchange, (enum reply)outcome->result.reply,
	    detail, outcome_body(act, outcome));
	act_free(act);
}

/*
 * A caller that gave no id of its own is not helped by one when it asks
 * again, but the audit then tells its requests apart.
 */
static int
name_request(struct act *act)
{
	unsigned char bytes[REQUEST_RANDOM_BYTES];

	if (act->fields.request != NULL) {
		act->entry.request = act->fields.request;
		return 0;
	}
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return -EIO;
	digest_text(bytes, sizeof(bytes), act->request);
	act->entry.request = act->request;
	return 0;
}

static void
name_caller(struct act *act)
{
	struct peer *peer = &act->exchange->peer;

	if (peer->via == VIA_LOCAL)
		peer_name(peer);
	act->entry.caller = (struct entry_caller){ .name = peer->name,
		.origin = peer->origin, .role = (uint8_t)peer->role,
		.via = (uint8_t)peer->via };
}

static enum reply
take_id(struct act *act)
{
	const char *name = act->exchange->match.name;
	size_t length = strspn(name, "0123456789");

	if (length == 0 || length > 18 || name[length] != '\0')
		return REPLY_BAD_FIELD;
	(void)entry_add_number(&act->entry, ARGUMENT_ID,
	    strtoll(name, NULL, 10));
	return REPLY_OK;
}

static enum reply
take_target(struct act *act)
{
	const struct route_match *match = &act->exchange->match;

	if (match->route->target == ROUTE_TARGET_ID)
		return take_id(act);
	if (match->route->target == ROUTE_TARGET_BODY)
		return REPLY_OK;
	if (!entry_name_is_valid(match->name))
		return REPLY_BAD_NAME;
	return entry_add_target(&act->entry, match->name) == 0 ? REPLY_OK :
	    REPLY_BAD_FIELD;
}

/*
 * The id comes from who asks and the request, so that the same request
 * names the same token; the secret never does.
 */
static int
make_token(struct act *act)
{
	unsigned char secret[SECRET_BYTES], result[DIGEST_BYTES];
	char text[2 * SECRET_BYTES + 1];
	struct row_bytes bytes = { 0 };
	int error;

	row_bytes_text(&bytes, act->entry.caller.name);
	row_bytes_text(&bytes, act->entry.request);
	error = bytes.failed ? -ENOMEM :
	    digest(bytes.bytes, bytes.length, result);
	row_bytes_free(&bytes);
	if (error != 0)
		return error;
	digest_text(result, TOKEN_ID_BYTES, act->token_id);
	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return -EIO;
	digest_text(secret, sizeof(secret), text);
	snprintf(act->token, sizeof(act->token), "drover-%s-%s",
	    act->token_id, text);
	error = digest(act->token, strlen(act->token), result);
	digest_text(result, DIGEST_BYTES, act->token_hash);
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(text, sizeof(text));
	return error;
}

static int
add_token(struct act *act, int64_t now_ms)
{
	struct entry *entry = &act->entry;
	int64_t expires_ms = entry_number(entry, ARGUMENT_EXPIRES_MS, now_ms);
	int error = make_token(act);

	if (error != 0)
		return error;
	(void)entry_add_target(entry, act->token_id);
	(void)entry_add_text(entry, ARGUMENT_ACCOUNT,
	    act->exchange->match.name);
	(void)entry_add_text(entry, ARGUMENT_HASH, act->token_hash);
	return entry_add_number(entry, ARGUMENT_EXPIRES_WALL_MS,
	    clock_ns(CLOCK_REALTIME) / 1000000 + expires_ms - now_ms);
}

/* REPLY_OK: the entry is whole. */
static enum reply
make_entry(struct act *act, char detail[FIELDS_DETAIL_BYTES])
{
	const struct api_provider *provider = &act->exchange->api->provider;
	int64_t now_ms = provider->time_ms(provider->context);
	enum reply reply = take_target(act);

	snprintf(detail, FIELDS_DETAIL_BYTES, "%.60s",
	    act->exchange->match.name);
	if (reply == REPLY_OK)
		reply = fields_read(&act->fields, &act->entry, act->object,
		    now_ms, detail);
	if (reply != REPLY_OK)
		return reply;
	name_caller(act);
	if (name_request(act) != 0 || (act->entry.kind == ENTRY_TOKEN_PUT &&
	    add_token(act, now_ms) != 0))
		return REPLY_INTERNAL;
	act->entry.measured_index = act->fields.version;
	/* Held against the schema before it can reach any node. */
	if (act->entry.kind == ENTRY_CONFIG_SET)
		reply = provider->setting == NULL ? REPLY_STARTING :
		    provider->setting(provider->context,
		    act->exchange->match.name,
		    entry_text(&act->entry, ARGUMENT_VALUE), detail,
		    FIELDS_DETAIL_BYTES);
	return reply;
}

static void
show_preview(struct act *act)
{
	const struct api_provider *provider = &act->exchange->api->provider;
	struct rules_result result;
	json_t *body;

	body = provider->preview(provider->context, &act->entry, &result);
	if (body == NULL) {
		refuse(act, REPLY_INTERNAL, "no memory");
		return;
	}
	json_object_set_new(body, "would", result_object(&result));
	exchange_reply(act->exchange, REPLY_PREVIEW, body);
	act_free(act);
}

/* Answers and returns false while there is no shared state. */
static bool
have_state(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	enum reply why = REPLY_STARTING;
	const char *detail = "";

	if (provider->model != NULL && provider->propose != NULL &&
	    provider->model(provider->context, &why, &detail) != NULL)
		return true;
	exchange_refuse(exchange, why, detail);
	return false;
}

void
resource_act(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	char detail[FIELDS_DETAIL_BYTES];
	enum reply reply;
	struct act *act;
	json_t *object;

	if (!have_state(exchange))
		return;
	object = body_object(exchange);
	if (object == NULL)
		return;
	act = calloc(1, sizeof(*act));
	if (act == NULL) {
		json_decref(object);
		exchange_refuse(exchange, REPLY_INTERNAL, "no memory");
		return;
	}
	act->exchange = exchange;
	act->object = object;
	act->entry.kind = exchange->match.route->entry;
	reply = make_entry(act, detail);
	if (reply != REPLY_OK)
		refuse(act, reply, detail);
	else if (act->fields.preview)
		show_preview(act);
	else
		provider->propose(provider->context, &act->entry, done, act);
}
