/* What the rules decide, kind by kind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

static struct model *model;
static struct changes changes;
static int64_t now_ms;
static char request[32];

/* A model of its own for every test. */
static void
begin(void)
{
	model_free(model);
	model = model_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(model);
	now_ms = 1000;
}

static void
new_entry(struct entry *entry, enum entry_kind kind)
{
	snprintf(request, sizeof(request), "q%lld",
	    (long long)model_meta(model)->applied_index);
	begin_entry(entry, kind, request);
	entry->cluster_ms = now_ms;
	entry->measured_ms = now_ms;
	entry->measured_index = model_meta(model)->applied_index;
}

static int
apply(const struct entry *entry)
{
	static struct made made;
	int reply;

	make_entry(entry, &made);
	CU_ASSERT_EQUAL_FATAL(rules_apply(model,
	    model_meta(model)->applied_index + 1, 1, &made.entry, &changes),
	    0);
	reply = changes.result.reply;
	CU_ASSERT_EQUAL_FATAL(rules_commit(model, &changes), 0);
	return reply;
}

static int
register_node(const char *name)
{
	struct entry entry;

	new_entry(&entry, ENTRY_NODE_REGISTER);
	as_system(&entry);
	entry_add_target(&entry, name);
	entry_add_text(&entry, ARGUMENT_ADDRESS, "10.0.0.1");
	entry_add_text(&entry, ARGUMENT_VERSION, "0.1.0");
	entry_add_number(&entry, ARGUMENT_MEMBER, MEMBER_PLAIN);
	return apply(&entry);
}

static void
new_drain(struct entry *entry, const char *node, int64_t copies)
{
	new_entry(entry, ENTRY_NODE_DRAIN);
	if (node != NULL)
		entry_add_target(entry, node);
	entry_add_text(entry, ARGUMENT_REASON, "new fans");
	entry_add_fact(entry, FACT_COPIES_ELSEWHERE, "llama3:8b", copies);
}

static int
drain(const char *node)
{
	struct entry entry;

	new_drain(&entry, node, 1);
	return apply(&entry);
}

static int
undrain(const char *node)
{
	struct entry entry;

	new_entry(&entry, ENTRY_NODE_UNDRAIN);
	entry_add_target(&entry, node);
	return apply(&entry);
}

static void
a_drain_says_who_when_and_why(void)
{
	const struct row_node *node;

	begin();
	CU_ASSERT_EQUAL(register_node("n1"), REPLY_OK);
	CU_ASSERT_EQUAL(register_node("n1"), REPLY_UNCHANGED);
	now_ms = 5000;
	CU_ASSERT_EQUAL(drain("n1"), REPLY_OK);
	node = model_node(model, "n1");
	CU_ASSERT_EQUAL(node->drain, DRAIN_RUNNING);
	CU_ASSERT_STRING_EQUAL(node->drain_who, "alice");
	CU_ASSERT_STRING_EQUAL(node->drain_reason, "new fans");
	CU_ASSERT_EQUAL(node->drain_ms, 5000);
	CU_ASSERT_EQUAL(register_node("n1"), REPLY_UNCHANGED);
	CU_ASSERT_EQUAL(undrain("n1"), REPLY_OK);
	CU_ASSERT_EQUAL(undrain("n1"), REPLY_UNCHANGED);
	node = model_node(model, "n1");
	CU_ASSERT_EQUAL(node->drain, DRAIN_NONE);
	CU_ASSERT_STRING_EQUAL(node->drain_who, "");
}

static void
a_drain_needs_a_target_and_a_reason(void)
{
	struct entry entry;

	begin();
	register_node("n1");
	new_drain(&entry, NULL, 1);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NO_TARGET);
	CU_ASSERT_EQUAL(drain("n2"), REPLY_NO_NODE);
	new_entry(&entry, ENTRY_NODE_DRAIN);
	entry_add_target(&entry, "n1");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NO_REASON);
	new_entry(&entry, ENTRY_NODE_DRAIN);
	entry_add_target(&entry, "n1");
	entry_add_text(&entry, ARGUMENT_REASON, " x  y ");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NO_REASON);
	CU_ASSERT_EQUAL(changes.result.have, 2);
	CU_ASSERT_EQUAL(changes.result.need, 3);
	new_drain(&entry, "n1", 1);
	entry_add_target(&entry, "n1");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_BAD_ENTRY);
}

static void
the_last_copy_goes_only_when_its_node_is_typed(void)
{
	struct entry entry;

	begin();
	register_node("n1");
	new_drain(&entry, "n1", 0);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_LAST_COPY);
	CU_ASSERT_STRING_EQUAL(changes.result.subject, "llama3:8b");
	CU_ASSERT_EQUAL(changes.result.have, 0);
	CU_ASSERT_EQUAL(changes.result.need, 1);
	CU_ASSERT_EQUAL(model_node(model, "n1")->drain, DRAIN_NONE);
	new_drain(&entry, "n1", 0);
	entry_add_text(&entry, ARGUMENT_TYPED, "n2");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NOT_TYPED);
	new_drain(&entry, "n1", 0);
	entry_add_text(&entry, ARGUMENT_TYPED, "n1");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_EQUAL(model_node(model, "n1")->drain_forced, 1);
	CU_ASSERT_EQUAL(undrain("n1"), REPLY_OK);
}

static void
of_two_drains_measured_at_once_the_second_is_refused(void)
{
	struct entry first, second;
	int64_t measured;

	begin();
	register_node("n1");
	register_node("n2");
	measured = model_meta(model)->applied_index;
	new_drain(&first, "n1", 1);
	CU_ASSERT_EQUAL(apply(&first), REPLY_OK);
	new_drain(&second, "n2", 1);
	second.measured_index = measured;
	CU_ASSERT_EQUAL(apply(&second), REPLY_STALE_FACTS);
	CU_ASSERT_EQUAL(changes.result.have, measured);
}

static void
facts_must_be_there_and_fresh(void)
{
	struct entry entry;

	begin();
	register_node("n1");
	now_ms = 100000;
	new_drain(&entry, "n1", 3);
	entry.measured_ms = now_ms - RULES_FACT_AGE_MS - 1;
	CU_ASSERT_EQUAL(apply(&entry), REPLY_STALE_FACTS);
	new_drain(&entry, "n1", 3);
	entry.measured_ms = entry.measured_index = 0;
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NOT_MEASURED);
	CU_ASSERT_EQUAL(drain("n1"), REPLY_OK);
}

static void
the_drain_of_another_is_taken_over_knowingly(void)
{
	struct entry entry;

	begin();
	register_node("n1");
	drain("n1");
	new_drain(&entry, "n1", 1);
	entry.caller.name = "bob";
	CU_ASSERT_EQUAL(apply(&entry), REPLY_DRAINED_BY_ANOTHER);
	CU_ASSERT_STRING_EQUAL(changes.result.subject, "alice");
	new_drain(&entry, "n1", 1);
	entry.caller.name = "bob";
	entry_add_number(&entry, ARGUMENT_REPLACE, 1);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_STRING_EQUAL(model_node(model, "n1")->drain_who, "bob");
}

static int
end_drain(enum node_drain end, int64_t in_flight, int64_t seen, int64_t id)
{
	struct entry entry;

	new_entry(&entry, ENTRY_DRAIN_END);
	as_system(&entry);
	entry_add_target(&entry, "n1");
	entry_add_number(&entry, ARGUMENT_END, end);
	entry_add_number(&entry, ARGUMENT_ID, id);
	entry_add_fact(&entry, FACT_IN_FLIGHT, "n1", in_flight);
	entry_add_fact(&entry, FACT_SEEN_ZERO, "n1", seen);
	return apply(&entry);
}

static void
drained_means_seen_empty_twice_and_never_a_deadline(void)
{
	struct entry entry;
	int64_t id;

	begin();
	register_node("n1");
	new_drain(&entry, "n1", 1);
	entry_add_number(&entry, ARGUMENT_DEADLINE_MS, now_ms + 500);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	id = model_node(model, "n1")->drain_index;
	CU_ASSERT_EQUAL(end_drain(DRAIN_DONE, 1, 0, id), REPLY_IN_FLIGHT);
	CU_ASSERT_EQUAL(end_drain(DRAIN_DONE, 0, 1, id), REPLY_NOT_DUE);
	CU_ASSERT_EQUAL(end_drain(DRAIN_DONE, 0, 2, id - 1),
	    REPLY_NOT_DRAINING);
	CU_ASSERT_EQUAL(end_drain(DRAIN_LATE, 3, 0, id), REPLY_NOT_DUE);
	now_ms += 500;
	CU_ASSERT_EQUAL(end_drain(DRAIN_LATE, 3, 0, id), REPLY_OK);
	CU_ASSERT_EQUAL(model_node(model, "n1")->drain, DRAIN_LATE);
	CU_ASSERT_EQUAL(model_node(model, "n1")->drain_in_flight, 3);
	CU_ASSERT_EQUAL(end_drain(DRAIN_DONE, 0, 2, id), REPLY_OK);
	CU_ASSERT_EQUAL(model_node(model, "n1")->drain, DRAIN_DONE);
	CU_ASSERT_EQUAL(end_drain(DRAIN_DONE, 0, 2, id), REPLY_NOT_DRAINING);
}

static void
roles_cannot_be_crossed(void)
{
	struct entry entry;

	begin();
	register_node("n1");
	new_drain(&entry, "n1", 1);
	entry.caller.role = ROLE_VIEWER;
	CU_ASSERT_EQUAL(apply(&entry), REPLY_ROLE);
	CU_ASSERT_EQUAL(changes.result.have, ROLE_VIEWER);
	CU_ASSERT_EQUAL(changes.result.need, ROLE_OPERATOR);
	new_entry(&entry, ENTRY_NODE_REGISTER);
	entry_add_target(&entry, "n2");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_ROLE);
	CU_ASSERT_PTR_NULL(model_node(model, "n2"));
}

static int
put_account(const char *name, enum role role)
{
	struct entry entry;

	new_entry(&entry, ENTRY_ACCOUNT_PUT);
	entry_add_target(&entry, name);
	entry_add_number(&entry, ARGUMENT_ROLE, role);
	return apply(&entry);
}

static int
put_token(const char *id, const char *account)
{
	struct entry entry;

	new_entry(&entry, ENTRY_TOKEN_PUT);
	entry_add_target(&entry, id);
	entry_add_text(&entry, ARGUMENT_ACCOUNT, account);
	entry_add_text(&entry, ARGUMENT_HASH, "0123456789abcdef0123456789abcd"
	    "ef0123456789abcdef0123456789abcdef");
	entry_add_number(&entry, ARGUMENT_EXPIRES_MS, now_ms + 1000);
	entry_add_number(&entry, ARGUMENT_EXPIRES_WALL_MS, 1);
	return apply(&entry);
}

static int
drain_as_token_of(const char *account)
{
	struct entry entry;

	new_drain(&entry, "n1", 1);
	entry.caller.name = account;
	entry.caller.via = VIA_TOKEN;
	return apply(&entry);
}

static void
a_token_is_worth_what_its_account_is_worth_now(void)
{
	begin();
	register_node("n1");
	CU_ASSERT_EQUAL(drain_as_token_of("carol"), REPLY_ROLE);
	CU_ASSERT_EQUAL(put_account("carol", ROLE_VIEWER), REPLY_OK);
	CU_ASSERT_EQUAL(drain_as_token_of("carol"), REPLY_ROLE);
	CU_ASSERT_EQUAL(put_account("carol", ROLE_OPERATOR), REPLY_OK);
	CU_ASSERT_EQUAL(drain_as_token_of("carol"), REPLY_OK);
}

static void
tokens_go_with_their_account(void)
{
	struct entry entry;
	char id[8];
	int i;

	begin();
	CU_ASSERT_EQUAL(put_token("t", "carol"), REPLY_NO_ACCOUNT);
	put_account("carol", ROLE_ADMIN);
	for (i = 0; i < RULES_TOKENS_MAX; i++) {
		snprintf(id, sizeof(id), "t%d", i);
		CU_ASSERT_EQUAL(put_token(id, "carol"), REPLY_OK);
	}
	CU_ASSERT_EQUAL(put_token("t0", "carol"), REPLY_EXISTS);
	CU_ASSERT_EQUAL(put_token("more", "carol"), REPLY_LIMIT);
	CU_ASSERT_EQUAL(changes.result.have, RULES_TOKENS_MAX);
	new_entry(&entry, ENTRY_TOKEN_REVOKE);
	entry_add_target(&entry, "t3");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_PTR_NULL(model_token(model, "t3"));
	new_entry(&entry, ENTRY_ACCOUNT_REMOVE);
	entry_add_target(&entry, "carol");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_TOKEN), 0);
}

static void
holds_end_by_themselves_and_are_released_at_once(void)
{
	struct entry entry;
	int64_t id;

	begin();
	new_entry(&entry, ENTRY_HOLD_PUT);
	entry_add_target(&entry, "node/n1");
	entry_add_text(&entry, ARGUMENT_REASON, "watching it");
	entry_add_number(&entry, ARGUMENT_HOLD_KIND, HOLD_PAUSE);
	entry_add_number(&entry, ARGUMENT_UNTIL_MS, now_ms + 100);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	id = model_meta(model)->applied_index;
	CU_ASSERT_PTR_NOT_NULL(model_hold_on(model, HOLD_PAUSE, "node/n1"));
	CU_ASSERT_PTR_NULL(model_hold_on(model, HOLD_VETO, "node/n1"));
	CU_ASSERT_PTR_NULL(model_hold_on(model, HOLD_PAUSE, "node/n2"));
	now_ms += 100;
	register_node("n9");
	CU_ASSERT_PTR_NULL(model_hold_on(model, HOLD_PAUSE, "node/n1"));
	new_entry(&entry, ENTRY_HOLD_RELEASE);
	entry_add_number(&entry, ARGUMENT_ID, id);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	new_entry(&entry, ENTRY_HOLD_RELEASE);
	entry_add_number(&entry, ARGUMENT_ID, id);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NO_HOLD);
}

static void
settings_notes_and_what_they_say(void)
{
	struct entry entry;

	begin();
	new_entry(&entry, ENTRY_CONFIG_SET);
	entry_add_target(&entry, "collect.interval");
	entry_add_text(&entry, ARGUMENT_VALUE, "2s");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_STRING_EQUAL(model_setting(model,
	    "collect.interval")->value, "2s");
	new_entry(&entry, ENTRY_CONFIG_UNSET);
	entry_add_target(&entry, "collect.interval");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	new_entry(&entry, ENTRY_CONFIG_UNSET);
	entry_add_target(&entry, "collect.interval");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_NO_SETTING);
	new_entry(&entry, ENTRY_NOTE_PUT);
	entry_add_target(&entry, "node/n1");
	entry_add_text(&entry, ARGUMENT_TEXT, "smells of smoke");
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	new_entry(&entry, ENTRY_NOTE_REMOVE);
	entry_add_number(&entry, ARGUMENT_ID,
	    model_meta(model)->applied_index);
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_NOTE), 0);
}

static int
raise_level(int64_t level, int64_t voters)
{
	struct entry entry;

	new_entry(&entry, ENTRY_FEATURE_LEVEL);
	as_system(&entry);
	entry_add_number(&entry, ARGUMENT_LEVEL, level);
	entry_add_fact(&entry, FACT_VOTERS_LEVEL, "", voters);
	return apply(&entry);
}

static void
a_kind_above_the_feature_level_waits_for_it(void)
{
	struct model_meta meta;

	begin();
	meta = *model_meta(model);
	meta.feature_level = 0;
	model_set_meta(model, &meta);
	CU_ASSERT_EQUAL(register_node("n1"), REPLY_LEVEL_TOO_LOW);
	CU_ASSERT_EQUAL(changes.result.have, 0);
	CU_ASSERT_EQUAL(changes.result.need, 1);
	CU_ASSERT_EQUAL(raise_level(1, 0), REPLY_LEVEL_UNSUPPORTED);
	CU_ASSERT_EQUAL(raise_level(1, 1), REPLY_OK);
	CU_ASSERT_EQUAL(raise_level(1, 1), REPLY_UNCHANGED);
	CU_ASSERT_EQUAL(raise_level(0, 1), REPLY_LEVEL_DOWN);
	CU_ASSERT_EQUAL(register_node("n1"), REPLY_OK);
}

static void
a_request_asked_again_gives_its_first_result(void)
{
	struct entry entry;

	begin();
	register_node("n1");
	new_drain(&entry, "n1", 0);
	entry.request = "again";
	CU_ASSERT_EQUAL(apply(&entry), REPLY_LAST_COPY);
	new_drain(&entry, "n1", 5);
	entry.request = "again";
	CU_ASSERT_EQUAL(apply(&entry), REPLY_LAST_COPY);
	CU_ASSERT_TRUE(changes.result.repeated);
	CU_ASSERT_EQUAL(changes.result.index, 2);
	CU_ASSERT_STRING_EQUAL(changes.result.subject, "llama3:8b");
	CU_ASSERT_EQUAL(model_node(model, "n1")->drain, DRAIN_NONE);
	/* The same id for something else, and the id of another caller. */
	register_node("n2");
	new_drain(&entry, "n2", 5);
	entry.request = "again";
	CU_ASSERT_EQUAL(apply(&entry), REPLY_REQUEST_ID_TAKEN);
	new_drain(&entry, "n2", 5);
	entry.request = "again";
	entry.caller.name = "bob";
	CU_ASSERT_EQUAL(apply(&entry), REPLY_OK);
}

static void
requests_are_forgotten_by_age_and_by_number(void)
{
	int i;

	begin();
	for (i = 0; i < RULES_REQUESTS_MAX + 50; i++)
		register_node(i % 2 == 0 ? "n1" : "n2");
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_REQUEST),
	    RULES_REQUESTS_MAX);
	CU_ASSERT_PTR_NULL(model_request(model, "drover/n1", "q0"));
	CU_ASSERT_EQUAL(model_oldest_request(model, 0)->entry_index, 51);
	now_ms += RULES_REQUEST_AGE_MS;
	for (i = 0; i < 300; i++)
		register_node("n1");
	CU_ASSERT_EQUAL(model_count(model, ROW_TABLE_REQUEST), 300);
}

static void
an_entry_is_applied_once(void)
{
	struct entry entry;
	struct made made;

	begin();
	register_node("n1");
	new_drain(&entry, "n1", 1);
	make_entry(&entry, &made);
	CU_ASSERT_EQUAL(rules_apply(model, 1, 1, &made.entry, &changes),
	    -EALREADY);
	changes_free(&changes);
}

static const struct suite_test tests[] = {
	{ "a drain says who, when and why", a_drain_says_who_when_and_why },
	{ "a drain needs a target and a reason",
	    a_drain_needs_a_target_and_a_reason },
	{ "the last copy goes only when its node is typed",
	    the_last_copy_goes_only_when_its_node_is_typed },
	{ "of two drains measured at once the second is refused",
	    of_two_drains_measured_at_once_the_second_is_refused },
	{ "facts must be there and fresh", facts_must_be_there_and_fresh },
	{ "the drain of another is taken over knowingly",
	    the_drain_of_another_is_taken_over_knowingly },
	{ "drained means seen empty twice and never a deadline",
	    drained_means_seen_empty_twice_and_never_a_deadline },
	{ "roles cannot be crossed", roles_cannot_be_crossed },
	{ "a token is worth what its account is worth now",
	    a_token_is_worth_what_its_account_is_worth_now },
	{ "tokens go with their account", tokens_go_with_their_account },
	{ "holds end by themselves and are released at once",
	    holds_end_by_themselves_and_are_released_at_once },
	{ "settings, notes and what they say",
	    settings_notes_and_what_they_say },
	{ "a kind above the feature level waits for it",
	    a_kind_above_the_feature_level_waits_for_it },
	{ "a request asked again gives its first result",
	    a_request_asked_again_gives_its_first_result },
	{ "requests are forgotten by age and by number",
	    requests_are_forgotten_by_age_and_by_number },
	{ "an entry is applied once", an_entry_is_applied_once },
};

SUITE_MAIN("rules-apply", tests)
