/* Shared state as it was applied here: straight from model and store. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/resources.h"
#include "api/server.h"
#include "rules/fault.h"
#include "rules/plan.h"
#include "rules/prediction.h"
#include "rules/strategy.h"
#include "shm/clock.h"

/* NULL: there is none, and the exchange is answered. */
static const struct model *
model_of(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	enum reply why = REPLY_STARTING;
	const struct model *model = NULL;
	const char *detail = "";

	if (provider->model != NULL)
		model = provider->model(provider->context, &why, &detail);
	if (model == NULL)
		exchange_refuse(exchange, why, detail);
	return model;
}

static const char *
word_of_plan(const char *table, const char *field, int64_t value)
{
	bool is_step = strcmp(table, "step") == 0;

	if (strcmp(field, "strategy") == 0 &&
	    strategy_find((unsigned int)value) != NULL)
		return strategy_find((unsigned int)value)->name;
	if (strcmp(field, "operation") == 0 && operation_find(value) != NULL)
		return operation_find(value)->name;
	if (strcmp(field, "mode") == 0)
		return plan_mode_word(value);
	if (strcmp(field, "verdict") == 0)
		return plan_verdict_word(value);
	if (strcmp(field, "blocked_by") == 0)
		return value == 0 ? "" : guard_find(value)->name;
	if (strcmp(field, "state") == 0)
		return is_step ? step_state_word(value) :
		    plan_state_word(value);
	return NULL;
}

/* Words of what a row keeps as a number; NULL: it is a number. */
static const char *
word_of(const char *table, const char *field, int64_t value)
{
	static const char *const drains[] = { "in service", "draining",
		"drained", "late" };
	static const char *const kinds[] = { "pause", "maintenance",
		"silence", "veto" };
	static const char *const doors[] = { "", "local", "token", "system" };
	static const char *const severities[] = { "info", "warning", "minor",
		"major", "critical" };

	if (strcmp(field, "role") == 0)
		return role_name((int)value);
	if (strcmp(field, "via") == 0 && value >= 0 && value < 4)
		return doors[value];
	if (strcmp(field, "drain") == 0 && value >= 0 && value < 4)
		return drains[value];
	if (strcmp(field, "severity") == 0 && value >= 0 && value < 5)
		return severities[value];
	if (strcmp(table, "fault") == 0 && strcmp(field, "state") == 0)
		return fault_state_word(value);
	if (strcmp(table, "prediction") == 0 && strcmp(field, "outcome") == 0)
		return outcome_word(value);
	if ((strcmp(table, "plan") == 0 || strcmp(table, "step") == 0 ||
	    strcmp(table, "arm") == 0) && strcmp(field, "class") != 0)
		return word_of_plan(table, field, value);
	if (strcmp(field, "class") == 0 &&
	    fault_kind_find((unsigned int)value) != NULL)
		return fault_kind_find((unsigned int)value)->name;
	if (strcmp(table, "hold") == 0 && strcmp(field, "kind") == 0 &&
	    value >= 0 && value < 4)
		return kinds[value];
	return NULL;
}

static void
add_field(struct text *text, const struct row_kind *kind,
    const struct row_field *field, const void *row)
{
	const char *bytes = (const char *)row + field->offset;
	const char *word;
	int64_t number;

	if (field->room != 0) {
		text_add_string(text, bytes);
		return;
	}
	memcpy(&number, bytes, sizeof(number));
	word = word_of(kind->name, field->name, number);
	if (word != NULL)
		text_add_string(text, word);
	else
		text_add_integer(text, number);
}

/*
 * One row as an object.  Hashes of tokens are nobody's business; the
 * times of the cluster come as they are kept, in ms.
 */
static void
add_row(struct text *text, enum row_table table, const void *row)
{
	const struct row_kind *kind = row_kind(table);
	size_t i, count = 0;

	for (i = 0; i < kind->count; i++) {
		if (table == ROW_TABLE_TOKEN &&
		    strcmp(kind->fields[i].name, "hash") == 0)
			continue;
		text_add_word(text, count++ == 0 ? "{" : ",");
		text_add_string(text, kind->fields[i].name);
		text_add_word(text, ":");
		add_field(text, kind, &kind->fields[i], row);
	}
}

static void
add_wall(struct text *text, const char *name, int64_t wall_ms)
{
	text_add_word(text, ",");
	text_add_string(text, name);
	text_add_word(text, ":");
	text_add_integer(text, wall_ms * 1000000);
}

static void
add_ppm(struct text *text, const char *name, int32_t ppm)
{
	text_add_word(text, ",");
	text_add_string(text, name);
	text_add_word(text, ":");
	if (ppm == ACCURACY_UNKNOWN)
		text_add_word(text, "null");
	else
		text_add_integer(text, ppm);
}

/* What the counts of a class come to. */
static void
add_accuracy(struct text *text, const struct row_accuracy *row)
{
	const struct accuracy accuracy = prediction_accuracy(row);

	add_ppm(text, "precision_ppm", accuracy_precision_ppm(&accuracy));
	add_ppm(text, "recall_ppm", accuracy_recall_ppm(&accuracy));
	add_ppm(text, "brier_ppm", accuracy_brier_ppm(&accuracy));
	add_ppm(text, "reference_ppm", accuracy_reference_ppm(&accuracy));
}

/* What cluster time comes to on the clock of this node, for people. */
static int64_t
wall_of(const struct exchange *exchange, int64_t cluster_ms)
{
	const struct api_provider *provider = &exchange->api->provider;

	return clock_ns(CLOCK_REALTIME) / 1000000 + cluster_ms -
	    provider->time_ms(provider->context);
}

/* Adds member with the rows of the table that fit. */
static void
add_table(struct exchange *exchange, struct text *text,
    const struct model *model, const char *member, enum row_table table,
    bool (*fits)(const struct exchange *exchange, const void *row))
{
	const void *row;
	size_t i, count = 0;

	text_add_word(text, ",");
	text_add_string(text, member);
	text_add_word(text, ":[");
	for (i = 0; i < model_count(model, table); i++) {
		row = model_at(model, table, i);
		if (fits != NULL && !fits(exchange, row))
			continue;
		if (count++ > 0)
			text_add_word(text, ",");
		add_row(text, table, row);
		if (table == ROW_TABLE_HOLD)
			add_wall(text, "until", wall_of(exchange,
			    ((const struct row_hold *)row)->until_ms));
		if (table == ROW_TABLE_ACCURACY)
			add_accuracy(text, row);
		text_add_word(text, "}");
	}
	text_add_word(text, "]");
}

/* Takes the text. */
static void
answer(struct exchange *exchange, json_t *body, struct text *text)
{
	if (text->failed) {
		json_decref(body);
		exchange_refuse(exchange, REPLY_INTERNAL, "no memory");
	} else {
		exchange_reply_text(exchange, REPLY_OK, body, text);
	}
	text_free(text);
}

static void
answer_table(struct exchange *exchange, const char *member,
    enum row_table table,
    bool (*fits)(const struct exchange *exchange, const void *row))
{
	const struct model *model = model_of(exchange);
	struct text text = { 0 };

	if (model == NULL)
		return;
	add_table(exchange, &text, model, member, table, fits);
	answer(exchange, json_object(), &text);
}

/* Those that ended are gone with the next that is put. */
static bool
holds(const struct exchange *exchange, const void *row)
{
	const struct api_provider *provider = &exchange->api->provider;
	const struct row_hold *hold = row;

	return hold->until_ms > provider->time_ms(provider->context);
}

void
resource_holds(struct exchange *exchange)
{
	answer_table(exchange, "holds", ROW_TABLE_HOLD, holds);
}

static bool
is_about(const struct exchange *exchange, const void *row)
{
	const struct row_note *note = row;
	char object[ROUTE_NAME_BYTES];

	return route_query(&exchange->request, "object", object,
	    sizeof(object)) != 0 || strcmp(note->object, object) == 0;
}

void
resource_notes(struct exchange *exchange)
{
	answer_table(exchange, "notes", ROW_TABLE_NOTE, is_about);
}

/* With closed=yes those that are over too. */
static bool
is_wanted(const struct exchange *exchange, const void *row)
{
	const struct row_fault *fault = row;
	char closed[8];

	return fault_is_live(fault->state) ||
	    (route_query(&exchange->request, "closed", closed,
	    sizeof(closed)) == 0 && strcmp(closed, "yes") == 0);
}

void
resource_faults(struct exchange *exchange)
{
	answer_table(exchange, "faults", ROW_TABLE_FAULT, is_wanted);
}

static bool
is_meant(const struct exchange *exchange, const void *row)
{
	const struct row_fault *fault = row;

	return strtoll(exchange->match.name, NULL, 10) == fault->id;
}

void
resource_fault(struct exchange *exchange)
{
	const struct model *model = model_of(exchange);
	struct text text = { 0 };

	if (model == NULL)
		return;
	if (model_fault(model, strtoll(exchange->match.name, NULL, 10)) ==
	    NULL) {
		exchange_refuse(exchange, REPLY_NO_FAULT,
		    exchange->match.name);
		return;
	}
	add_table(exchange, &text, model, "faults", ROW_TABLE_FAULT,
	    is_meant);
	answer(exchange, json_object(), &text);
}

/* With settled=yes those too whose time has passed. */
static bool
is_pending(const struct exchange *exchange, const void *row)
{
	const struct row_prediction *prediction = row;
	char settled[8];

	return prediction->outcome == OUTCOME_OPEN ||
	    (route_query(&exchange->request, "settled", settled,
	    sizeof(settled)) == 0 && strcmp(settled, "yes") == 0);
}

void
resource_predictions(struct exchange *exchange)
{
	answer_table(exchange, "predictions", ROW_TABLE_PREDICTION,
	    is_pending);
}

void
resource_accuracy(struct exchange *exchange)
{
	answer_table(exchange, "accuracy", ROW_TABLE_ACCURACY, NULL);
}

/* With ended=yes those that cannot act any more too. */
static bool
is_going_on(const struct exchange *exchange, const void *row)
{
	const struct row_plan *plan = row;
	char ended[8];

	return plan_is_live(plan->state) || plan->kept != 0 ||
	    (route_query(&exchange->request, "ended", ended,
	    sizeof(ended)) == 0 && strcmp(ended, "yes") == 0);
}

void
resource_plans(struct exchange *exchange)
{
	answer_table(exchange, "plans", ROW_TABLE_PLAN, is_going_on);
}

/* The number of the plan is the first field of all of them. */
static bool
is_of_plan(const struct exchange *exchange, const void *row)
{
	int64_t id;

	memcpy(&id, row, sizeof(id));
	return strtoll(exchange->match.name, NULL, 10) == id;
}

void
resource_plan(struct exchange *exchange)
{
	const struct model *model = model_of(exchange);
	struct text text = { 0 };

	if (model == NULL)
		return;
	if (model_plan(model, strtoll(exchange->match.name, NULL, 10)) ==
	    NULL) {
		exchange_refuse(exchange, REPLY_NO_PLAN,
		    exchange->match.name);
		return;
	}
	add_table(exchange, &text, model, "plans", ROW_TABLE_PLAN,
	    is_of_plan);
	add_table(exchange, &text, model, "steps", ROW_TABLE_STEP,
	    is_of_plan);
	add_table(exchange, &text, model, "approvals", ROW_TABLE_APPROVAL,
	    is_of_plan);
	answer(exchange, json_object(), &text);
}

void
resource_arms(struct exchange *exchange)
{
	answer_table(exchange, "arms", ROW_TABLE_ARM, NULL);
}

/* False: it is too long. */
static bool
take_query(const struct exchange *exchange, const char *name, char *text,
    size_t size)
{
	int error = route_query(&exchange->request, name, text, size);

	if (error != 0)
		text[0] = '\0';
	return error == 0 || error == -ENOENT;
}

/* body: of REPLY_OK; what: that is refused. */
static void
answer_provided(struct exchange *exchange, enum reply reply, json_t *body,
    const char *what)
{
	if (reply == REPLY_OK)
		exchange_reply(exchange, reply, body);
	else
		exchange_refuse(exchange, reply, what);
}

void
resource_simulate(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	struct api_simulate asked = { .plan = 0 };
	unsigned long long plan;
	json_t *body = NULL;
	char approve[8];
	enum reply reply;

	if (model_of(exchange) == NULL)
		return;
	if (route_query_number(&exchange->request, "plan", 1, INT64_MAX, 0,
	    &plan) != 0 || !take_query(exchange, "approve", approve,
	    sizeof(approve)) || !take_query(exchange, "inject", asked.inject,
	    sizeof(asked.inject)) || !take_query(exchange, "outcome",
	    asked.outcome, sizeof(asked.outcome)) || !take_query(exchange,
	    "fail", asked.fail, sizeof(asked.fail))) {
		exchange_refuse(exchange, REPLY_BAD_FIELD,
		    exchange->match.route->query);
		return;
	}
	asked.plan = (int64_t)plan;
	asked.approve = strcmp(approve, "yes") == 0;
	reply = provider->simulate == NULL ? REPLY_STARTING :
	    provider->simulate(provider->context, &asked, &body);
	answer_provided(exchange, reply, body,
	    exchange->match.route->query);
}

void
resource_plan_why(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	json_t *body = NULL;
	enum reply reply = provider->why == NULL ? REPLY_STARTING :
	    provider->why(provider->context, exchange->match.name, &body);

	answer_provided(exchange, reply, body, exchange->match.name);
}

void
resource_policies(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	json_t *body = NULL;
	enum reply reply = provider->policies == NULL ? REPLY_STARTING :
	    provider->policies(provider->context, &body);

	answer_provided(exchange, reply, body, "");
}

void
resource_settings(struct exchange *exchange)
{
	answer_table(exchange, "settings", ROW_TABLE_SETTING, NULL);
}

void
resource_accounts(struct exchange *exchange)
{
	const struct model *model = model_of(exchange);
	struct text text = { 0 };

	if (model == NULL)
		return;
	add_table(exchange, &text, model, "accounts", ROW_TABLE_ACCOUNT,
	    NULL);
	add_table(exchange, &text, model, "tokens", ROW_TABLE_TOKEN, NULL);
	answer(exchange, json_object(), &text);
}

void
resource_cluster_status(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	struct text text = { 0 };
	json_t *body;

	if (provider->cluster == NULL ||
	    view_refresh(&exchange->api->view) != 0) {
		exchange_refuse(exchange, REPLY_STARTING, "");
		return;
	}
	text_add_word(&text, ",\"members\":[");
	if (view_rows(&exchange->api->view, "member", NULL, &text) < 0)
		text.failed = true;
	text_add_word(&text, "]");
	body = provider->cluster(provider->context);
	if (body == NULL)
		text.failed = true;
	answer(exchange, body, &text);
}

struct audit_page {
	struct text	text;
	size_t		limit;
	size_t		count;
	int64_t		last;		/* id of the last row */
};

/* The acts of one entry are never parted: a page goes on to its last. */
static int
add_audit(void *context, const struct row_audit *row)
{
	struct audit_page *page = context;

	if (page->count >= page->limit && row->id != page->last)
		return 1;
	if (page->count++ > 0)
		text_add_word(&page->text, ",");
	add_row(&page->text, ROW_TABLE_AUDIT, row);
	add_wall(&page->text, "time", row->wall_ms);
	text_add_word(&page->text, "}");
	page->last = row->id;
	return page->text.failed ? -ENOMEM : 0;
}

/* false: answered. */
static bool
read_audit_query(struct exchange *exchange,
    struct state_audit_query *query, char actor[ROUTE_NAME_BYTES],
    char object[ROUTE_NAME_BYTES])
{
	const struct request *request = &exchange->request;
	unsigned long long before, after, limit;
	int by_actor = route_query(request, "actor", actor,
	    ROUTE_NAME_BYTES);
	int by_object = route_query(request, "object", object,
	    ROUTE_NAME_BYTES);

	if (route_query_number(request, "before", 0, INT64_MAX, 0,
	    &before) != 0 ||
	    route_query_number(request, "after", 0, INT64_MAX, 0,
	    &after) != 0 ||
	    route_query_number(request, "limit", 1, API_AUDIT_MAX,
	    API_AUDIT_USUAL, &limit) != 0 ||
	    (by_actor != 0 && by_actor != -ENOENT) ||
	    (by_object != 0 && by_object != -ENOENT)) {
		exchange_refuse(exchange, REPLY_BAD_FIELD,
		    exchange->match.route->query);
		return false;
	}
	*query = (struct state_audit_query){ .before = (int64_t)before,
		.after = (int64_t)after, .limit = limit,
		.actor = by_actor == 0 ? actor : NULL,
		.object = by_object == 0 ? object : NULL };
	return true;
}

void
resource_audit(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	char actor[ROUTE_NAME_BYTES], object[ROUTE_NAME_BYTES];
	struct audit_page page = { .limit = 0 };
	struct state_audit_query query;
	const struct model *model;
	int error;

	if (!read_audit_query(exchange, &query, actor, object))
		return;
	model = model_of(exchange);
	if (model == NULL)
		return;
	page.limit = query.limit;
	query.limit = 0;
	text_add_word(&page.text, ",\"audit\":[");
	error = state_audit_read(provider->state(provider->context), &query,
	    add_audit, &page);
	text_add_word(&page.text, "]");
	if (error >= 0) {
		/* Where the next page ends; 0: this was the last. */
		answer(exchange, json_pack("{s:I}", "next_before",
		    error == 1 ? (json_int_t)page.last : (json_int_t)0),
		    &page.text);
		return;
	}
	text_free(&page.text);
	exchange_refuse(exchange, error == -EUCLEAN ? REPLY_STATE_DAMAGED :
	    REPLY_INTERNAL, strerror(-error));
}

void
resource_backup(struct exchange *exchange)
{
	const struct api_provider *provider = &exchange->api->provider;
	size_t length = 0;
	void *bytes;
	int error;

	if (model_of(exchange) == NULL)
		return;
	error = state_snapshot(provider->state(provider->context), &bytes,
	    &length);
	if (error != 0)
		exchange_refuse(exchange, REPLY_INTERNAL, strerror(-error));
	else
		exchange_reply_bytes(exchange, "application/octet-stream",
		    bytes, length);
}
