/* Nodes: coming, going, and being taken out of service. */
#include <stdio.h>

#include "rules/applying.h"

#define SEEN_ZERO_NEEDED	2	/* healing.md: observed twice */

static const char *const found_names[] = {
	"unknown", "up", "suspect", "down"
};
static const char *const member_names[] = { "voter", "standby", "plain" };

static const struct row_node *
find_node(struct applying *applying, size_t target)
{
	return model_node(applying->model, applying->entry->targets[target]);
}

/* The name of the node of target i, "node/n1". */
static const char *
object_of(const struct applying *applying, size_t i, char object[129])
{
	snprintf(object, 129, "node/%s", applying->entry->targets[i]);
	return object;
}

static void
describe_node(const struct row_node *node, char text[1025])
{
	text[0] = '\0';
	if (node != NULL)
		snprintf(text, 1025, "%s%s%s, version %s",
		    member_names[node->member],
		    node->address[0] != '\0' ? " at " : "", node->address,
		    node->version);
}

int
apply_node_register(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	const struct row_node *before = find_node(applying, 0);
	struct row_node node = { .state_ms = applying->now_ms,
		.registered_ms = applying->now_ms };
	char object[129], old[1025], new[1025];
	int reply;

	if (before != NULL)
		node = *before;
	put_text(node.name, entry->targets[0]);
	put_text(node.address, entry_text(entry, ARGUMENT_ADDRESS));
	put_text(node.version, entry_text(entry, ARGUMENT_VERSION));
	node.member = entry_number(entry, ARGUMENT_MEMBER, MEMBER_PLAIN);
	if (before != NULL && row_equal(ROW_TABLE_NODE, before, &node))
		return REPLY_UNCHANGED;
	reply = before != NULL ? REPLY_OK :
	    check_room(applying, ROW_TABLE_NODE, RULES_NODES_MAX);
	if (reply != REPLY_OK)
		return reply;
	describe_node(before, old);
	describe_node(&node, new);
	applying_put(applying, ROW_TABLE_NODE, &node);
	applying_audit(applying, object_of(applying, 0, object), old, new);
	return REPLY_OK;
}

int
apply_node_state(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	const struct row_node *before = find_node(applying, 0);
	struct row_node node;
	char object[129];

	if (before == NULL)
		return refuse(applying, REPLY_NO_NODE, entry->targets[0],
		    0, 0);
	node = *before;
	node.state = entry_number(entry, ARGUMENT_STATE, NODE_UNKNOWN);
	if (node.state == before->state)
		return REPLY_UNCHANGED;
	node.state_ms = applying->now_ms;
	put_text(node.state_reason, entry_text(entry, ARGUMENT_REASON));
	if (before->state == NODE_UP)
		applying->changes->meta.serving_index = applying->index;
	applying_put(applying, ROW_TABLE_NODE, &node);
	applying_audit(applying, object_of(applying, 0, object),
	    found_names[before->state], found_names[node.state]);
	return REPLY_OK;
}

/*
 * No model may lose its last ready copy.  The facts must have been taken
 * after anything last went out of service: of two drains proposed at once,
 * each counting on the other's copies, the second is refused here.
 */
static int
guard_copies(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t serving = model_meta(applying->model)->serving_index;
	int64_t age_ms = applying->now_ms - entry->measured_ms;
	const struct entry_fact *fact;
	size_t i;

	if (entry->measured_index == 0 && entry->measured_ms == 0)
		return refuse(applying, REPLY_NOT_MEASURED, "", 0, 0);
	if (entry->measured_index < serving)
		return refuse(applying, REPLY_STALE_FACTS, "index",
		    entry->measured_index, serving);
	if (age_ms > RULES_FACT_AGE_MS)
		return refuse(applying, REPLY_STALE_FACTS, "age, ms", age_ms,
		    RULES_FACT_AGE_MS);
	for (i = 0; i < entry->fact_count; i++) {
		fact = &entry->facts[i];
		if (fact->number == FACT_COPIES_ELSEWHERE && fact->value == 0)
			return refuse(applying, REPLY_LAST_COPY,
			    fact->subject, 0, 1);
	}
	return REPLY_OK;
}

/* May this caller drain this node, as far as others are concerned? */
static int
check_drain_of(struct applying *applying, size_t target)
{
	const struct entry *entry = applying->entry;
	const struct row_node *node = find_node(applying, target);

	if (node == NULL)
		return refuse(applying, REPLY_NO_NODE,
		    entry->targets[target], 0, 0);
	if (node->drain != DRAIN_NONE &&
	    strcmp(node->drain_who, entry->caller.name) != 0 &&
	    entry_number(entry, ARGUMENT_REPLACE, 0) == 0)
		return refuse(applying, REPLY_DRAINED_BY_ANOTHER,
		    node->drain_who, 0, 0);
	return REPLY_OK;
}

static int
check_drain(struct applying *applying, bool *forced)
{
	const struct entry *entry = applying->entry;
	const struct entry_argument *typed = entry_argument(entry,
	    ARGUMENT_TYPED);
	int64_t deadline = entry_number(entry, ARGUMENT_DEADLINE_MS, 0);
	int reply = REPLY_OK;
	bool anew = false;
	size_t i;

	for (i = 0; reply == REPLY_OK && i < entry->target_count; i++) {
		reply = check_drain_of(applying, i);
		anew = anew || (reply == REPLY_OK &&
		    find_node(applying, i)->drain == DRAIN_NONE);
	}
	if (reply != REPLY_OK)
		return reply;
	if (deadline != 0 && (deadline <= applying->now_ms ||
	    deadline - applying->now_ms > RULES_SPAN_MS))
		return refuse(applying, REPLY_BAD_TIME, "deadline", deadline,
		    applying->now_ms);
	/* Typed out for one node, for this node, or not at all. */
	if (typed != NULL && (entry->target_count != 1 ||
	    strcmp(typed->text, entry->targets[0]) != 0))
		return refuse(applying, REPLY_NOT_TYPED, entry->targets[0],
		    0, 0);
	reply = anew ? guard_copies(applying) : REPLY_OK;
	*forced = reply != REPLY_OK && typed != NULL;
	return *forced ? refuse(applying, REPLY_OK, "", 0, 0) : reply;
}

static void
describe_drain(const struct row_node *node, char text[1025])
{
	static const char *const names[] = {
		"in service", "draining", "drained", "drain late"
	};

	if (node->drain == DRAIN_NONE)
		snprintf(text, 1025, "%s", names[DRAIN_NONE]);
	else
		snprintf(text, 1025, "%s by %s%s: %s", names[node->drain],
		    node->drain_who, node->drain_forced ? ", forced" : "",
		    node->drain_reason);
}

static void
change_drain_of(struct applying *applying, const struct row_node *before,
    const struct row_node *node)
{
	char object[129], old[1025], new[1025];

	describe_drain(before, old);
	describe_drain(node, new);
	snprintf(object, sizeof(object), "node/%s", node->name);
	applying_put(applying, ROW_TABLE_NODE, node);
	applying_audit(applying, object, old, new);
}

static void
change_drain(struct applying *applying, size_t target,
    const struct row_node *node)
{
	change_drain_of(applying, find_node(applying, target), node);
}

static void
clear_drain(struct row_node *node)
{
	node->drain = DRAIN_NONE;
	node->drain_index = 0;
	node->drain_who[0] = '\0';
	node->drain_reason[0] = '\0';
	node->drain_ms = 0;
	node->drain_wall_ms = 0;
	node->drain_deadline_ms = 0;
	node->drain_end_ms = 0;
	node->drain_in_flight = 0;
	node->drain_forced = 0;
}

/* A second drain gives another reason or deadline; what is done stays. */
static void
drain_node(struct applying *applying, size_t target, bool forced)
{
	const struct entry *entry = applying->entry;
	struct row_node node = *find_node(applying, target);

	if (node.drain == DRAIN_NONE) {
		clear_drain(&node);
		node.drain_ms = applying->now_ms;
		node.drain_wall_ms = entry->wall_ms;
		node.drain_forced = forced;
	}
	if (node.drain != DRAIN_DONE) {
		node.drain = DRAIN_RUNNING;
		node.drain_end_ms = 0;
		node.drain_in_flight = 0;
	}
	node.drain_index = applying->index;
	put_text(node.drain_who, entry->caller.name);
	put_text(node.drain_reason, entry_text(entry, ARGUMENT_REASON));
	node.drain_deadline_ms = entry_number(entry, ARGUMENT_DEADLINE_MS, 0);
	change_drain(applying, target, &node);
}

void
node_drain_by(struct applying *applying, const struct row_node *before,
    const char *who, const char *reason, int64_t deadline_ms)
{
	struct row_node node = *before;

	clear_drain(&node);
	node.drain = DRAIN_RUNNING;
	node.drain_index = applying->index;
	node.drain_ms = applying->now_ms;
	node.drain_wall_ms = applying->entry->wall_ms;
	node.drain_deadline_ms = deadline_ms;
	put_text(node.drain_who, who);
	put_text(node.drain_reason, reason);
	change_drain_of(applying, before, &node);
	applying->changes->meta.serving_index = applying->index;
}

void
node_undrain_by(struct applying *applying, const struct row_node *before)
{
	struct row_node node = *before;

	clear_drain(&node);
	change_drain_of(applying, before, &node);
}

int
apply_node_drain(struct applying *applying)
{
	bool forced = false;
	int reply = check_drain(applying, &forced);
	size_t i;

	if (reply != REPLY_OK)
		return reply;
	for (i = 0; i < applying->entry->target_count; i++)
		drain_node(applying, i, forced);
	applying->changes->meta.serving_index = applying->index;
	return REPLY_OK;
}

/* R5: a release asks no guard. */
int
apply_node_undrain(struct applying *applying)
{
	const struct row_node *before;
	struct row_node node;
	size_t i;

	for (i = 0; i < applying->entry->target_count; i++) {
		before = find_node(applying, i);
		if (before == NULL)
			return refuse(applying, REPLY_NO_NODE,
			    applying->entry->targets[i], 0, 0);
		if (before->drain == DRAIN_NONE)
			continue;
		node = *before;
		clear_drain(&node);
		change_drain(applying, i, &node);
	}
	return applying->acts > 0 ? REPLY_OK : REPLY_UNCHANGED;
}

/* Drained means: seen with nothing in flight, twice; never a deadline. */
static int
check_zero(struct applying *applying, const struct row_node *node)
{
	const struct entry_fact *in_flight = entry_fact(applying->entry,
	    FACT_IN_FLIGHT, node->name);
	const struct entry_fact *seen = entry_fact(applying->entry,
	    FACT_SEEN_ZERO, node->name);

	if (in_flight == NULL || seen == NULL)
		return refuse(applying, REPLY_NOT_MEASURED, node->name, 0, 0);
	if (in_flight->value > 0)
		return refuse(applying, REPLY_IN_FLIGHT, node->name,
		    in_flight->value, 0);
	if (seen->value < SEEN_ZERO_NEEDED)
		return refuse(applying, REPLY_NOT_DUE, node->name,
		    seen->value, SEEN_ZERO_NEEDED);
	return REPLY_OK;
}

static int
check_late(struct applying *applying, const struct row_node *node)
{
	if (node->drain_deadline_ms == 0 ||
	    applying->now_ms < node->drain_deadline_ms)
		return refuse(applying, REPLY_NOT_DUE, node->name,
		    applying->now_ms, node->drain_deadline_ms);
	if (entry_fact(applying->entry, FACT_IN_FLIGHT, node->name) == NULL)
		return refuse(applying, REPLY_NOT_MEASURED, node->name, 0, 0);
	return REPLY_OK;
}

static int
check_end(struct applying *applying, const struct row_node *node,
    int64_t end)
{
	int64_t id = entry_number(applying->entry, ARGUMENT_ID, 0);

	/* The report of a drain that was since replaced, or undone. */
	if (node->drain_index != id || (node->drain != DRAIN_RUNNING &&
	    node->drain != DRAIN_LATE))
		return refuse(applying, REPLY_NOT_DRAINING, node->name,
		    node->drain_index, id);
	if (end == DRAIN_DONE)
		return check_zero(applying, node);
	if (end == DRAIN_LATE)
		return check_late(applying, node);
	return refuse(applying, REPLY_BAD_ENTRY, "end", end, DRAIN_DONE);
}

int
apply_drain_end(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	const struct row_node *before = find_node(applying, 0);
	int64_t end = entry_number(entry, ARGUMENT_END, 0);
	struct row_node node;
	int reply;

	if (before == NULL)
		return refuse(applying, REPLY_NO_NODE, entry->targets[0],
		    0, 0);
	reply = check_end(applying, before, end);
	if (reply != REPLY_OK)
		return reply;
	if (end == before->drain)
		return REPLY_UNCHANGED;
	node = *before;
	node.drain = end;
	node.drain_end_ms = applying->now_ms;
	node.drain_in_flight = entry_fact(entry, FACT_IN_FLIGHT,
	    node.name)->value;
	change_drain(applying, 0, &node);
	return REPLY_OK;
}
