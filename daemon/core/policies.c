#include "core/policies.h"

#include <fnmatch.h>

static struct policy
policy_of(const struct config_policy_entry *entry)
{
	return (struct policy){ .name = entry->name,
		.stage = (enum policy_stage)entry->stage,
		.auto_below = (int64_t)entry->auto_below,
		.veto_below = (int64_t)entry->veto_below,
		.two_from = (int64_t)entry->two_from,
		.veto_wait_ms = (int64_t)entry->veto_wait_ms,
		.allow = entry->allow };
}

struct policy
policies_find(const struct config *config, const char *class)
{
	const struct config_policy_entry *entry;
	size_t i;

	for (i = 0; i < config->policy_count; i++) {
		entry = &config->policies[i];
		if (fnmatch(entry->class, class, 0) == 0)
			return policy_of(entry);
	}
	return (struct policy){ .name = "default", .stage = POLICY_PROPOSE,
		.auto_below = 20, .veto_below = 40, .two_from = 60,
		.veto_wait_ms = 120000, .allow = "" };
}
