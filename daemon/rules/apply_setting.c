/* What holds for the whole cluster: settings and the feature level. */
#include <stdio.h>

#include "rules/applying.h"
#include "rules/plan.h"

/* G13: nothing is changed for all nodes while a plan acts. */
static int
check_no_plan_acts(struct applying *applying)
{
	const struct row_plan *plan;
	size_t i;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_PLAN); i++) {
		plan = model_at(applying->model, ROW_TABLE_PLAN, i);
		if (plan_is_acting(plan->state))
			return refuse(applying, REPLY_GUARDED,
			    "G13 one-change", plan->id, 0);
	}
	return REPLY_OK;
}

/* The proposer held the value against the schema of the configuration. */
int
apply_config_set(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	const struct row_setting *before = model_setting(applying->model,
	    entry->targets[0]);
	struct row_setting setting = { .at_ms = applying->now_ms,
		.wall_ms = entry->wall_ms, .revision = applying->index };
	char object[129];
	int reply = before != NULL ? REPLY_OK :
	    check_room(applying, ROW_TABLE_SETTING, RULES_SETTINGS_MAX);

	if (reply != REPLY_OK)
		return reply;
	put_text(setting.name, entry->targets[0]);
	put_text(setting.value, entry_text(entry, ARGUMENT_VALUE));
	put_text(setting.who, entry->caller.name);
	put_text(setting.reason, entry_text(entry, ARGUMENT_REASON));
	if (before != NULL && strcmp(before->value, setting.value) == 0)
		return REPLY_UNCHANGED;
	reply = check_no_plan_acts(applying);
	if (reply != REPLY_OK)
		return reply;
	snprintf(object, sizeof(object), "config/%s", setting.name);
	applying_put(applying, ROW_TABLE_SETTING, &setting);
	applying_audit(applying, object, before == NULL ? "" : before->value,
	    setting.value);
	return REPLY_OK;
}

int
apply_config_unset(struct applying *applying)
{
	const char *name = applying->entry->targets[0];
	const struct row_setting *setting = model_setting(applying->model,
	    name);
	char object[129];
	int reply;

	if (setting == NULL)
		return refuse(applying, REPLY_NO_SETTING, name, 0, 0);
	reply = check_no_plan_acts(applying);
	if (reply != REPLY_OK)
		return reply;
	snprintf(object, sizeof(object), "config/%s", name);
	applying_delete(applying, ROW_TABLE_SETTING, setting);
	applying_audit(applying, object, setting->value, "");
	return REPLY_OK;
}

/* Up to what the oldest voter knows, as the leader measured it. */
int
apply_feature_level(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	int64_t level = entry_number(entry, ARGUMENT_LEVEL, 0);
	struct model_meta *meta = &applying->changes->meta;
	const struct entry_fact *voters = entry_fact(entry,
	    FACT_VOTERS_LEVEL, NULL);
	char old[32], new[32];

	if (level == meta->feature_level)
		return REPLY_UNCHANGED;
	if (level < meta->feature_level)
		return refuse(applying, REPLY_LEVEL_DOWN, "", level,
		    meta->feature_level);
	if (voters == NULL)
		return refuse(applying, REPLY_NOT_MEASURED, "voters' level",
		    0, 0);
	if (level > voters->value)
		return refuse(applying, REPLY_LEVEL_UNSUPPORTED, "",
		    voters->value, level);
	snprintf(old, sizeof(old), "%lld", (long long)meta->feature_level);
	snprintf(new, sizeof(new), "%lld", (long long)level);
	meta->feature_level = level;
	applying_audit(applying, "cluster", old, new);
	return REPLY_OK;
}

/* Only for the record: what happened to the disk of a node. */
int
apply_state_mended(struct applying *applying)
{
	char object[129];

	snprintf(object, sizeof(object), "node/%s",
	    applying->entry->targets[0]);
	applying_audit(applying, object, "", "");
	return REPLY_OK;
}

/* Only for the record: the file is of the node, and not shared. */
int
apply_config_reload(struct applying *applying)
{
	char object[129];

	snprintf(object, sizeof(object), "node/%s",
	    applying->entry->targets[0]);
	applying_audit(applying, object, "",
	    entry_text(applying->entry, ARGUMENT_TEXT));
	return REPLY_OK;
}
