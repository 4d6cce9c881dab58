/*
 * What the core gives its API: acts with the facts that the rules need,
 * previews that do nothing, and a refusal for who acts on what is over.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/provider.h"
#include "tests/unit/core/damage.h"
#include "tests/unit/core/rows.h"
#include "tests/unit/suite.h"

/* Who acts did not see a version. */
#define NO_VERSION	(-1)

static struct core core;
static struct node node;
static struct api_provider provider;
static struct api_outcome outcome;
static bool answered;

static void
register_node(const char *name)
{
	struct entry entry;

	node_begin(&entry, ENTRY_NODE_REGISTER, name);
	entry.caller = (struct entry_caller){ .name = "drover/n1",
		.origin = "", .role = ROLE_SYSTEM, .via = VIA_SYSTEM };
	(void)entry_add_target(&entry, name);
	(void)entry_add_text(&entry, ARGUMENT_ADDRESS, "192.0.2.9");
	(void)entry_add_text(&entry, ARGUMENT_VERSION, DROVER_VERSION);
	(void)entry_add_number(&entry, ARGUMENT_MEMBER, MEMBER_PLAIN);
	CU_ASSERT_EQUAL_FATAL(node_do(&node, &entry), REPLY_OK);
}

/* As the core shows it: each node with one backend. */
static void
show(const char *name, const char *model)
{
	struct publisher *publisher = &core.publisher;

	rows_name_node(publisher_table(publisher, DROVER_TABLE_NODE), name,
	    DROVER_NODE_STATE_UP, 0);
	rows_name_backend(publisher_table(publisher, DROVER_TABLE_BACKEND),
	    name, "b", DROVER_BACKEND_STATE_UP, 4, 0, 0);
	rows_name_model(publisher_table(publisher, DROVER_TABLE_MODEL), name,
	    "b", model, DROVER_MODEL_STATE_LOADED);
}

static void
begin(void)
{
	memset(&core, 0, sizeof(core));
	node_make(&node);
	node.shared = &core.shared;
	node_start(&node);
	node_settle(&node, NAN);
	register_node("n2");
	register_node("n3");
	CU_ASSERT_EQUAL_FATAL(publisher_open(&core.publisher,
	    node_file(&node, "core.seg"), "n1"), 0);
	provider = provider_of(&core);
}

static void
end(void)
{
	publisher_close(&core.publisher);
	node_stop(&node);
	node_remove(&node);
}

static void
begin_drain(struct entry *entry, const char *name, const char *request,
    int64_t version)
{
	node_begin(entry, ENTRY_NODE_DRAIN, request);
	(void)entry_add_target(entry, name);
	(void)entry_add_text(entry, ARGUMENT_REASON, "new memory");
	entry->measured_index = version;
}

static void
note_outcome(void *context, const struct api_outcome *given)
{
	(void)context;
	outcome = *given;
	answered = true;
}

static bool
is_answered(struct node *it)
{
	(void)it;
	return answered;
}

static int
drain(const char *name, const char *request, int64_t version)
{
	struct entry entry;

	begin_drain(&entry, name, request, version);
	answered = false;
	provider.propose(provider.context, &entry, note_outcome, NULL);
	CU_ASSERT_TRUE_FATAL(node_await(&node, is_answered));
	return outcome.result.reply;
}

/* The version of the preview. */
static int64_t
preview(const char *name, int expected, json_t **body)
{
	int64_t applied = shared_applied(node.shared), version;
	struct rules_result result;
	struct entry entry;

	begin_drain(&entry, name, "preview", NO_VERSION);
	*body = provider.preview(provider.context, &entry, &result);
	CU_ASSERT_PTR_NOT_NULL_FATAL(*body);
	CU_ASSERT_EQUAL(result.reply, expected);
	/* It is no act: nothing is decided, and its request not used. */
	CU_ASSERT_EQUAL(shared_applied(node.shared), applied);
	CU_ASSERT_PTR_NULL(model_request(node.shared->model, "alice",
	    "preview"));
	version = json_integer_value(json_object_get(*body, "version"));
	return version;
}

static void
a_preview_decides_and_does_nothing(void)
{
	json_t *body, *shown;

	begin();
	show("n1", "llama");
	show("n2", "llama");
	CU_ASSERT_EQUAL(preview("n1", REPLY_OK, &body),
	    shared_applied(node.shared));
	shown = json_object_get(body, "preview");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(json_object_get(
	    shown, "nodes"), "before")), 2);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(shown, "limits")),
	    0);
	json_decref(body);
	CU_ASSERT_EQUAL(node_self(&node)->drain, DRAIN_NONE);
	preview("n7", REPLY_NO_NODE, &body);
	json_decref(body);
	end();
}

static void
the_last_copy_stays_and_the_preview_says_so(void)
{
	json_t *body;

	begin();
	show("n1", "llama");
	show("n2", "other");
	preview("n1", REPLY_LAST_COPY, &body);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json_object_get(
	    body, "preview"), "limits")), 1);
	json_decref(body);
	CU_ASSERT_EQUAL(drain("n1", "one", NO_VERSION), REPLY_LAST_COPY);
	CU_ASSERT_STRING_EQUAL(outcome.result.subject, "llama");
	CU_ASSERT_EQUAL(node_self(&node)->drain, DRAIN_NONE);
	show("n2", "llama");
	CU_ASSERT_EQUAL(drain("n1", "two", NO_VERSION), REPLY_OK);
	CU_ASSERT_EQUAL(node_self(&node)->drain, DRAIN_RUNNING);
	end();
}

static void
who_saw_what_is_over_is_refused(void)
{
	json_t *body;
	int64_t version;

	begin();
	show("n1", "llama");
	show("n2", "llama");
	show("n3", "llama");
	version = preview("n1", REPLY_OK, &body);
	json_decref(body);
	CU_ASSERT_EQUAL(drain("n2", "other", NO_VERSION), REPLY_OK);
	CU_ASSERT_EQUAL(drain("n1", "stale", version), REPLY_STALE_FACTS);
	CU_ASSERT_EQUAL(outcome.result.have, version);
	CU_ASSERT_EQUAL(outcome.result.need,
	    model_meta(node.shared->model)->serving_index);
	CU_ASSERT_EQUAL(node_self(&node)->drain, DRAIN_NONE);
	/* Who looks again may go on. */
	version = preview("n1", REPLY_OK, &body);
	json_decref(body);
	CU_ASSERT_EQUAL(drain("n1", "fresh", version), REPLY_OK);
	end();
}

static void
what_took_no_node_away_makes_no_version_old(void)
{
	json_t *body;
	int64_t version;

	begin();
	show("n1", "llama");
	show("n2", "llama");
	version = preview("n1", REPLY_OK, &body);
	json_decref(body);
	CU_ASSERT_EQUAL(node_note(&node, "note", "note"), REPLY_OK);
	CU_ASSERT_EQUAL(drain("n1", "one", version), REPLY_OK);
	end();
}

/* A version from the future is no reason to believe in facts of then. */
static void
a_version_nobody_gave_counts_as_now(void)
{
	begin();
	show("n1", "llama");
	show("n2", "llama");
	CU_ASSERT_EQUAL(drain("n1", "one", INT64_MAX), REPLY_OK);
	end();
}

static void
a_request_asked_again_gives_its_first_answer(void)
{
	int64_t index;

	begin();
	show("n1", "llama");
	show("n2", "llama");
	CU_ASSERT_EQUAL(drain("n1", "once", NO_VERSION), REPLY_OK);
	index = outcome.result.index;
	CU_ASSERT_FALSE(outcome.result.repeated);
	CU_ASSERT_EQUAL(drain("n1", "once", NO_VERSION), REPLY_OK);
	CU_ASSERT_TRUE(outcome.result.repeated);
	CU_ASSERT_EQUAL(outcome.result.index, index);
	end();
}

static void
the_state_shows_what_was_applied(void)
{
	static const char *const members[] = { "applied_index",
		"applied_term", "cluster_ms", "feature_level",
		"serving_index", "log_base", "nodes", "holds", "notes",
		"settings", "accounts", "tokens", "requests" };
	const struct model_meta *meta;
	char chain[DIGEST_TEXT];
	json_t *body, *state;
	size_t i;

	begin();
	meta = model_meta(node.shared->model);
	body = provider.cluster(provider.context);
	CU_ASSERT_PTR_NOT_NULL_FATAL(body);
	state = json_object_get(body, "state");
	digest_text(meta->chain, DIGEST_BYTES, chain);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(state,
	    "chain")), chain);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(state,
	    "applied_index")), meta->applied_index);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		CU_ASSERT_TRUE(json_is_integer(json_object_get(state,
		    members[i])));
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(state, "nodes")),
	    3);
	json_decref(body);
	end();
}

static void
without_shared_state_everything_is_refused(void)
{
	enum reply why = REPLY_OK;
	const char *detail = "";
	struct rules_result result;
	struct entry entry;
	json_t *body;

	begin();
	node_stop(&node);
	damage_scribble_state(&node);
	damage_scribble_log(&node);
	node_start(&node);
	CU_ASSERT_PTR_NULL(provider.model(provider.context, &why, &detail));
	CU_ASSERT_EQUAL(why, REPLY_STATE_DAMAGED);
	CU_ASSERT_EQUAL(drain("n1", "one", NO_VERSION), REPLY_STATE_DAMAGED);
	begin_drain(&entry, "n1", "preview", NO_VERSION);
	body = provider.preview(provider.context, &entry, &result);
	CU_ASSERT_EQUAL(result.reply, REPLY_STATE_DAMAGED);
	json_decref(body);
	body = provider.cluster(provider.context);
	CU_ASSERT_TRUE(json_is_null(json_object_get(body, "state")));
	json_decref(body);
	end();
}

static const struct suite_test tests[] = {
	{ "a preview decides and does nothing",
	    a_preview_decides_and_does_nothing },
	{ "the last copy stays and the preview says so",
	    the_last_copy_stays_and_the_preview_says_so },
	{ "who saw what is over is refused",
	    who_saw_what_is_over_is_refused },
	{ "what took no node away makes no version old",
	    what_took_no_node_away_makes_no_version_old },
	{ "a version nobody gave counts as now",
	    a_version_nobody_gave_counts_as_now },
	{ "a request asked again gives its first answer",
	    a_request_asked_again_gives_its_first_answer },
	{ "the state shows what was applied",
	    the_state_shows_what_was_applied },
	{ "without shared state everything is refused",
	    without_shared_state_everything_is_refused },
};

SUITE_MAIN("provider", tests)
