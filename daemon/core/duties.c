#include "core/duties.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process/log.h"
#include "rules/kind.h"

#define SEEN_ZERO_NEEDED	2

void
duties_init(struct duties *duties, struct shared *shared, const char *node,
    const char *address)
{
	memset(duties, 0, sizeof(*duties));
	duties->shared = shared;
	duties->node = node;
	duties->address = address;
}

static void
done(void *context, const struct rules_result *result)
{
	struct duties *duties = context;

	duties->busy = false;
	if (!reply_is_done(result->reply)) {
		/* The next tick tries again; a full disk is told as such. */
		log_debug("%s: %d %s", duties->node, result->reply,
		    reply_find(result->reply)->text);
	} else if (duties->mending) {
		shared_mended_told(duties->shared);
	}
	duties->mending = false;
}

/*
 * Each is a request of its own: what is asked for again after a failure is
 * decided again.
 */
static void
propose(struct duties *duties, struct entry *entry)
{
	char name[ENTRY_NAME_MAX + 1], request[ENTRY_NAME_MAX + 1];

	snprintf(name, sizeof(name), "drover/%.57s", duties->node);
	snprintf(request, sizeof(request), "%" PRId64 ".%d.%" PRIu64,
	    shared_applied(duties->shared), (int)getpid(),
	    ++duties->proposals);
	entry->request = request;
	entry->caller = (struct entry_caller){ .name = name, .origin = "",
		.role = ROLE_SYSTEM, .via = VIA_SYSTEM };
	entry->measured_index = shared_applied(duties->shared);
	entry->measured_ms = shared_time_ms(duties->shared);
	duties->busy = true;
	shared_propose(duties->shared, entry, done, duties);
}

static void
propose_on_node(struct duties *duties, struct entry *entry)
{
	(void)entry_add_target(entry, duties->node);
	propose(duties, entry);
}

/*
 * One voter knows what this version knows.  With more of them the level is
 * that of the oldest, which their heartbeats will tell.
 */
static void
raise_level(struct duties *duties)
{
	struct entry entry = { .kind = ENTRY_FEATURE_LEVEL };

	(void)entry_add_number(&entry, ARGUMENT_LEVEL, MODEL_FEATURE_LEVEL);
	(void)entry_add_fact(&entry, FACT_VOTERS_LEVEL, "",
	    MODEL_FEATURE_LEVEL);
	propose(duties, &entry);
}

static void
register_node(struct duties *duties)
{
	struct entry entry = { .kind = ENTRY_NODE_REGISTER };

	(void)entry_add_text(&entry, ARGUMENT_ADDRESS, duties->address);
	(void)entry_add_text(&entry, ARGUMENT_VERSION, DROVER_VERSION);
	(void)entry_add_number(&entry, ARGUMENT_MEMBER, MEMBER_VOTER);
	propose_on_node(duties, &entry);
}

static void
tell_state(struct duties *duties)
{
	struct entry entry = { .kind = ENTRY_NODE_STATE };

	(void)entry_add_number(&entry, ARGUMENT_STATE, NODE_UP);
	(void)entry_add_text(&entry, ARGUMENT_REASON, "it runs");
	propose_on_node(duties, &entry);
}

static void
tell_mended(struct duties *duties)
{
	struct entry entry = { .kind = ENTRY_STATE_MENDED };

	(void)entry_add_text(&entry, ARGUMENT_REASON,
	    duties->shared->mended);
	duties->mending = true;
	propose_on_node(duties, &entry);
}

enum node_drain
drain_watch_look(struct drain_watch *watch, const struct row_node *node,
    double in_flight, int64_t now_ms, int64_t cluster_ms,
    int64_t interval_ms)
{
	if (node->drain_index != watch->index)
		*watch = (struct drain_watch){ .index = node->drain_index,
			.looked_ms = now_ms };
	if (node->drain != DRAIN_RUNNING && node->drain != DRAIN_LATE)
		return DRAIN_NONE;
	/* The first look after the drain began counts too early. */
	if (now_ms - watch->looked_ms >= interval_ms) {
		watch->looked_ms = now_ms;
		watch->zero_seen = in_flight == 0 ? watch->zero_seen + 1 : 0;
	}
	/* What was seen may be over when the entry did not come through. */
	if (watch->zero_seen >= SEEN_ZERO_NEEDED && in_flight == 0)
		return DRAIN_DONE;
	if (node->drain == DRAIN_RUNNING && !isnan(in_flight) &&
	    in_flight > 0 && node->drain_deadline_ms > 0 &&
	    cluster_ms >= node->drain_deadline_ms)
		return DRAIN_LATE;
	return DRAIN_NONE;
}

static void
tell_drain(struct duties *duties, enum node_drain end, double in_flight)
{
	struct entry entry = { .kind = ENTRY_DRAIN_END };

	(void)entry_add_number(&entry, ARGUMENT_END, end);
	(void)entry_add_number(&entry, ARGUMENT_ID, duties->drain.index);
	(void)entry_add_fact(&entry, FACT_IN_FLIGHT, duties->node,
	    (int64_t)in_flight);
	(void)entry_add_fact(&entry, FACT_SEEN_ZERO, duties->node,
	    duties->drain.zero_seen);
	propose_on_node(duties, &entry);
}

static bool
waits_for_time(const struct model *model, int64_t cluster_ms)
{
	const struct row_hold *hold;
	const struct row_token *token;
	const struct row_node *node;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_HOLD); i++) {
		hold = model_at(model, ROW_TABLE_HOLD, i);
		if (hold->until_ms > cluster_ms)
			return true;
	}
	for (i = 0; i < model_count(model, ROW_TABLE_NODE); i++) {
		node = model_at(model, ROW_TABLE_NODE, i);
		if (node->drain == DRAIN_RUNNING &&
		    node->drain_deadline_ms > cluster_ms)
			return true;
	}
	for (i = 0; i < model_count(model, ROW_TABLE_TOKEN); i++) {
		token = model_at(model, ROW_TABLE_TOKEN, i);
		if (token->expires_ms > cluster_ms)
			return true;
	}
	return false;
}

bool
duties_time_is_due(const struct model *model, int64_t cluster_ms)
{
	return cluster_ms - model_meta(model)->cluster_ms >=
	    DUTIES_TIME_MS && waits_for_time(model, cluster_ms);
}

static bool
is_as_registered(const struct duties *duties, const struct row_node *node)
{
	return strcmp(node->address, duties->address) == 0 &&
	    strcmp(node->version, DROVER_VERSION) == 0 &&
	    node->member == MEMBER_VOTER;
}

void
duties_tick(struct duties *duties, double in_flight, int64_t now_ms,
    int64_t interval_ms)
{
	const struct model *model = shared_model(duties->shared, NULL, NULL);
	const struct row_node *node;
	enum node_drain end;

	if (model == NULL || duties->busy || !shared_leads(duties->shared))
		return;
	node = model_node(model, duties->node);
	if (node == NULL || !is_as_registered(duties, node)) {
		register_node(duties);
		return;
	}
	end = drain_watch_look(&duties->drain, node, in_flight, now_ms,
	    shared_time_ms(duties->shared), interval_ms);
	if (node->state != NODE_UP)
		tell_state(duties);
	else if (model_meta(model)->feature_level < MODEL_FEATURE_LEVEL)
		raise_level(duties);
	else if (duties->shared->mended[0] != '\0')
		tell_mended(duties);
	else if (end != DRAIN_NONE)
		tell_drain(duties, end, in_flight);
	else if (duties_time_is_due(model, shared_time_ms(duties->shared)))
		/* It changes nothing but the time. */
		register_node(duties);
}
