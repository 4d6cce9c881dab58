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

bool
policies_at(const struct config *config, size_t i, struct policy *policy,
    const char **pattern)
{
	if (i > config->policy_count)
		return false;
	if (i < config->policy_count) {
		*policy = policy_of(&config->policies[i]);
		*pattern = config->policies[i].class;
		return true;
	}
	*policy = (struct policy){ .name = "default",
		.stage = POLICY_PROPOSE, .auto_below = 20, .veto_below = 40,
		.two_from = 60, .veto_wait_ms = 120000, .allow = "" };
	*pattern = "*";
	return true;
}

struct policy
policies_find(const struct config *config, const char *class)
{
	struct policy policy = { .name = "" };
	const char *pattern;
	size_t i;

	for (i = 0; policies_at(config, i, &policy, &pattern); i++)
		if (fnmatch(pattern, class, 0) == 0)
			break;
	return policy;
}
