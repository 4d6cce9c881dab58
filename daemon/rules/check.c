/* What every kind of entry needs, and what it may have beside. */
#include <string.h>

#include "rules/applying.h"

#define BIT(name)	(UINT64_C(1) << ARGUMENT_##name)
#define MANY		ENTRY_TARGETS_MAX

struct use {
	uint8_t		least;		/* targets */
	uint8_t		most;
	uint64_t	needed;		/* arguments */
	uint64_t	allowed;	/* beside those */
};

static const struct use uses[] = {
	[ENTRY_NODE_REGISTER] = { 1, 1,
	    BIT(ADDRESS) | BIT(VERSION) | BIT(MEMBER), 0 },
	[ENTRY_NODE_STATE] = { 1, 1, BIT(STATE), BIT(REASON) },
	[ENTRY_NODE_DRAIN] = { 1, MANY, BIT(REASON),
	    BIT(DEADLINE_MS) | BIT(TYPED) | BIT(REPLACE) },
	[ENTRY_NODE_UNDRAIN] = { 1, MANY, 0, BIT(REASON) },
	[ENTRY_DRAIN_END] = { 1, 1, BIT(END) | BIT(ID), 0 },
	[ENTRY_HOLD_PUT] = { 1, 1,
	    BIT(HOLD_KIND) | BIT(UNTIL_MS) | BIT(REASON), 0 },
	[ENTRY_HOLD_RELEASE] = { 0, 0, BIT(ID), BIT(REASON) },
	[ENTRY_NOTE_PUT] = { 1, 1, BIT(TEXT), 0 },
	[ENTRY_NOTE_REMOVE] = { 0, 0, BIT(ID), 0 },
	[ENTRY_CONFIG_SET] = { 1, 1, BIT(VALUE), BIT(REASON) },
	[ENTRY_CONFIG_UNSET] = { 1, 1, 0, BIT(REASON) },
	[ENTRY_ACCOUNT_PUT] = { 1, 1, BIT(ROLE),
	    BIT(FULL_NAME) | BIT(REASON) },
	[ENTRY_ACCOUNT_REMOVE] = { 1, 1, 0, BIT(REASON) },
	[ENTRY_TOKEN_PUT] = { 1, 1, BIT(ACCOUNT) | BIT(HASH) |
	    BIT(EXPIRES_MS) | BIT(EXPIRES_WALL_MS), BIT(REASON) },
	[ENTRY_TOKEN_REVOKE] = { 1, 1, 0, BIT(REASON) },
	[ENTRY_FEATURE_LEVEL] = { 0, 0, BIT(LEVEL), 0 },
	[ENTRY_STATE_MENDED] = { 1, 1, BIT(REASON), 0 },
	[ENTRY_CONFIG_RELOAD] = { 1, 1, BIT(TEXT), 0 },
	[ENTRY_FAULT_SEEN] = { 1, 1, BIT(CLASS) | BIT(NODE) |
	    BIT(SEVERITY) | BIT(CONFIDENCE_PPM), BIT(DEVICE) |
	    BIT(MEASURED_MILLI) | BIT(THRESHOLD_MILLI) | BIT(TEXT) |
	    BIT(AGE_MS) },
	[ENTRY_FAULT_CLEAR] = { 0, 0, BIT(ID), BIT(TEXT) },
	[ENTRY_FAULT_CLOSE] = { 0, 0, BIT(ID), 0 },
	[ENTRY_FAULT_ACKNOWLEDGE] = { 0, 0, BIT(ID), BIT(REASON) },
	[ENTRY_PREDICTION_MADE] = { 1, 1, BIT(CLASS) | BIT(NODE) |
	    BIT(PROBABILITY_PPM) | BIT(HORIZON_MS),
	    BIT(DEVICE) | BIT(TEXT) },
	[ENTRY_PREDICTION_REACHED] = { 1, 1, BIT(CLASS) | BIT(AGE_MS),
	    BIT(DEVICE) },
	[ENTRY_PREDICTION_DUE] = { 0, 0, BIT(ID) | BIT(LOOKED), 0 },
	[ENTRY_PLAN_PROPOSE] = { 0, 0, BIT(FAULT) | BIT(REVISION) |
	    BIT(STRATEGY) | BIT(STEPS) | BIT(MODE) | BIT(RISK) |
	    BIT(REASON), BIT(COST_SLOT_S) | BIT(GAIN_SLOT_S) |
	    BIT(PRIORITY_MILLI) | BIT(POLICY) | BIT(WAIT_MS) | BIT(WHY) },
	[ENTRY_PLAN_APPROVE] = { 0, 0, BIT(ID) | BIT(PLAN_HASH),
	    BIT(REVISION) | BIT(REASON) },
	[ENTRY_PLAN_REJECT] = { 0, 0, BIT(ID) | BIT(REASON), 0 },
	[ENTRY_PLAN_ROLLBACK] = { 0, 0, BIT(ID) | BIT(REASON), 0 },
	[ENTRY_PLAN_RELEASE] = { 0, 0, BIT(ID) | BIT(REASON), 0 },
	[ENTRY_PLAN_START] = { 0, 0, BIT(ID), 0 },
	[ENTRY_PLAN_VERDICT] = { 0, 0, BIT(ID) | BIT(VERDICT), BIT(TEXT) },
	[ENTRY_PLAN_DUE] = { 0, 0, BIT(ID), 0 },
	[ENTRY_PLAN_SUPERSEDE] = { 0, 0, BIT(ID) | BIT(REASON), 0 },
	[ENTRY_STEP_DISPATCH] = { 0, 0, BIT(ID) | BIT(STEP), 0 },
	[ENTRY_STEP_BEGIN] = { 0, 0, BIT(ID) | BIT(STEP) | BIT(ATTEMPT) |
	    BIT(TOKEN), 0 },
	[ENTRY_STEP_RESULT] = { 0, 0, BIT(ID) | BIT(STEP) | BIT(ATTEMPT) |
	    BIT(TOKEN) | BIT(CODE), BIT(TEXT) | BIT(PROBED) },
	[ENTRY_STEP_DUE] = { 0, 0, BIT(ID) | BIT(STEP), 0 },
	[ENTRY_FAULT_ESCALATE] = { 0, 0, BIT(ID) | BIT(TEXT), 0 },
};

static const char *const argument_names[] = {
#define ARGUMENT(NAME, number, TYPE, limit, name, help)	[number] = name,
#include <drover/tables/arguments.def>
#undef ARGUMENT
};

static int
check_targets(struct applying *applying, const struct use *use)
{
	const struct entry *entry = applying->entry;
	size_t i, j;

	if (entry->target_count < use->least)
		return refuse(applying, REPLY_NO_TARGET, "", 0, use->least);
	if (entry->target_count > use->most)
		return refuse(applying, use->most == 1 ? REPLY_ONE_TARGET :
		    REPLY_BAD_ENTRY, "", entry->target_count, use->most);
	for (i = 0; i < entry->target_count; i++)
		for (j = 0; j < i; j++)
			if (strcmp(entry->targets[i], entry->targets[j]) == 0)
				return refuse(applying, REPLY_BAD_ENTRY,
				    entry->targets[i], 2, 1);
	return REPLY_OK;
}

static const char *
lowest_name(uint64_t bits)
{
	return argument_names[__builtin_ctzll(bits)];
}

static int
check_arguments(struct applying *applying, const struct use *use)
{
	const struct entry *entry = applying->entry;
	uint64_t given = 0, missing, odd;
	size_t i;

	for (i = 0; i < entry->argument_count; i++)
		given |= UINT64_C(1) << entry->arguments[i].number;
	missing = use->needed & ~given;
	odd = given & ~(use->needed | use->allowed);
	if (missing & BIT(REASON))
		return refuse(applying, REPLY_NO_REASON, "", 0, 3);
	if (missing != 0)
		return refuse(applying, REPLY_MISSING_FIELD,
		    lowest_name(missing), 0, 0);
	if (odd != 0)
		return refuse(applying, REPLY_UNKNOWN_FIELD,
		    lowest_name(odd), 0, 0);
	return REPLY_OK;
}

/* Three characters that are not spaces. */
static int
check_reason(struct applying *applying)
{
	const char *at = entry_text(applying->entry, ARGUMENT_REASON);
	int64_t seen = 0;

	for (; *at != '\0'; at++)
		if (*at != ' ' && (*at & 0xc0) != 0x80)
			seen++;
	return seen >= 3 ? REPLY_OK :
	    refuse(applying, REPLY_NO_REASON, "", seen, 3);
}

int
check_entry(struct applying *applying)
{
	const struct use *use = &uses[applying->kind->number];
	int reply = check_targets(applying, use);

	if (reply == REPLY_OK)
		reply = check_arguments(applying, use);
	if (reply == REPLY_OK && (use->needed & BIT(REASON)))
		reply = check_reason(applying);
	return reply;
}
