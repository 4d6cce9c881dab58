#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/provider.h"
#include "core/provider_config.h"
#include "core/provider_plans.h"
#include "core/provider_simulate.h"
#include "core/serving.h"
#include "core/shared.h"
#include "process/log.h"
#include "rules/kind.h"

struct asked {
	struct core	*core;
	api_done	*done;
	void		*context;
};

static const struct config *
config(void *context, const char **path)
{
	const struct core *core = context;

	*path = core->reload.taken.path[0] == '\0' ? NULL :
	    core->reload.taken.path;
	return core->config;
}

static const struct model *
model(void *context, enum reply *why, const char **detail)
{
	const struct core *core = context;

	return shared_model(&core->shared, why, detail);
}

static struct state *
state(void *context)
{
	const struct core *core = context;

	return core->shared.state;
}

static int64_t
time_ms(void *context)
{
	const struct core *core = context;

	return shared_time_ms(&core->shared);
}

static struct serving
serving_of(struct core *core)
{
	struct publisher *publisher = &core->publisher;

	return (struct serving){
		.nodes = publisher_table(publisher, DROVER_TABLE_NODE),
		.backends = publisher_table(publisher,
		    DROVER_TABLE_BACKEND),
		.models = publisher_table(publisher, DROVER_TABLE_MODEL),
		.shared = core->shared.model,
	};
}

/*
 * Facts are of now; who saw a version acts on what it saw: when a node
 * went out of service since, the rules refuse (REPLY_STALE_FACTS).
 */
static int
measure(struct core *core, struct entry *entry,
    struct serving_model **models)
{
	struct serving serving = serving_of(core);
	int64_t seen = entry->measured_index;
	int count;

	*models = NULL;
	entry->measured_index = shared_applied(&core->shared);
	if (seen >= 0 && seen < entry->measured_index)
		entry->measured_index = seen;
	entry->measured_ms = shared_time_ms(&core->shared);
	if (entry->kind != ENTRY_NODE_DRAIN)
		return 0;
	count = serving_models(&serving, entry->targets, entry->target_count,
	    models);
	if (count > 0)
		serving_facts(*models, (size_t)count, entry);
	return count;
}

static void
answered(void *context, const struct rules_result *result)
{
	struct asked *asked = context;
	struct api_outcome outcome = { .result = *result };
	struct consensus_status status;

	if (result->reply == REPLY_NOT_LEADER) {
		consensus_status(asked->core->shared.consensus, &status);
		outcome.leader = status.leader_address;
	}
	/* Who is answered finds what was done, wherever it is looked for. */
	core_show_applied(asked->core);
	asked->done(asked->context, &outcome);
	free(asked);
}

static void
refuse(api_done *done, void *context, enum reply reply)
{
	struct api_outcome outcome = { .result.reply = (int)reply };

	done(context, &outcome);
}

static void
propose(void *context, struct entry *entry, api_done *done,
    void *done_context)
{
	struct core *core = context;
	struct asked *asked = malloc(sizeof(*asked));
	struct serving_model *models = NULL;

	if (asked == NULL || measure(core, entry, &models) < 0) {
		free(asked);
		refuse(done, done_context, REPLY_BUSY);
		return;
	}
	*asked = (struct asked){ core, done, done_context };
	/* The entry is written down before this returns. */
	shared_propose(&core->shared, entry, answered, asked);
	free(models);
}

static json_t *
preview(void *context, struct entry *entry, struct rules_result *result)
{
	struct core *core = context;
	struct serving serving = serving_of(core);
	struct serving_model *models;
	json_t *body = NULL;
	int count = measure(core, entry, &models);

	if (count >= 0 &&
	    shared_preview(&core->shared, entry, result) == 0)
		body = json_pack("{s:I}", "version",
		    (json_int_t)shared_applied(&core->shared));
	if (body != NULL && entry->kind == ENTRY_NODE_DRAIN)
		json_object_set_new(body, "preview", serving_preview(
		    &serving, entry->targets, entry->target_count, models,
		    (size_t)count));
	free(models);
	return body;
}

/* "nodes", "holds" ...: how many rows there are of each kind. */
static void
count_rows(json_t *object, const struct model *shared)
{
	char name[32];
	size_t table;

	for (table = 0; table < ROW_TABLES; table++) {
		if (!row_kind((enum row_table)table)->kept)
			continue;
		snprintf(name, sizeof(name), "%ss",
		    row_kind((enum row_table)table)->name);
		json_object_set_new(object, name, json_integer(
		    (json_int_t)model_count(shared, (enum row_table)table)));
	}
}

static json_t *
state_object(const struct model *shared)
{
	const struct model_meta *meta = model_meta(shared);
	char chain[DIGEST_TEXT], audit[DIGEST_TEXT];
	json_t *object;

	digest_text(meta->chain, DIGEST_BYTES, chain);
	digest_text(meta->audit_hash, DIGEST_BYTES, audit);
	object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s}",
	    "applied_index", (json_int_t)meta->applied_index,
	    "applied_term", (json_int_t)meta->applied_term,
	    "cluster_ms", (json_int_t)meta->cluster_ms,
	    "feature_level", (json_int_t)meta->feature_level,
	    "serving_index", (json_int_t)meta->serving_index,
	    "log_base", (json_int_t)meta->log_base,
	    "chain", chain, "audit_hash", audit);
	if (object != NULL)
		count_rows(object, shared);
	return object;
}

static json_t *
cluster(void *context)
{
	const struct core *core = context;
	const struct model *shared = shared_model(&core->shared, NULL, NULL);

	return json_pack("{s:o}", "state", shared == NULL ? json_null() :
	    state_object(shared));
}

static void
guessed(void *context, const struct peer *peer, unsigned int count)
{
	struct core *core = context;

	log_warnx("%u tokens that are not valid came from %s", count,
	    peer->origin);
	event_emit(&core->sink, EVENT_API_GUESSES, "node/api",
	    "%u from %s within a minute", count, peer->origin);
}

struct api_provider
provider_of(struct core *core)
{
	struct api_provider provider = {
		.context = core,
		.config = config,
		.model = model,
		.state = state,
		.time_ms = time_ms,
		.propose = propose,
		.preview = preview,
		.cluster = cluster,
		.guessed = guessed,
		.simulate = provide_simulation,
		.why = provide_why,
		.policies = provide_policies,
	};

	provide_config(&provider);
	return provider;
}
