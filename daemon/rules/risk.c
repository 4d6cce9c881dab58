#include <string.h>

#include "rules/risk.h"

#define ONE		1000
#define POINTS_MAX	100
#define CONFIDENT_PPM	900000
/* Trust begins here, and takes three tenths off at the most. */
#define TRUST_FROM_PPM	800000
#define TRUST_MOST	300

static int64_t
times(int64_t milli, int64_t factor)
{
	return milli * factor / ONE;
}

static int64_t
novelty_of(const struct risk_case *asked)
{
	int64_t novelty = ONE;

	if (asked->tried < RISK_NOVEL_TRIALS)
		novelty = times(novelty, 1250);
	if (asked->predicted)
		novelty = times(novelty, 1500);
	if (asked->voter)
		novelty = times(novelty, 1500);
	if (asked->leads)
		novelty = times(novelty, 2000);
	if (!asked->undo)
		novelty = times(novelty, 1300);
	return novelty;
}

static int64_t
state_of(const struct risk_case *asked)
{
	int64_t lost = asked->slots_lost;

	if (lost <= 0)
		return ONE;
	if (asked->slots_needed <= 0 || lost > asked->slots_needed)
		return 3 * ONE;
	return ONE + 2 * ONE * lost / asked->slots_needed;
}

static int64_t
trust_of(const struct risk_case *asked)
{
	int64_t above = asked->lower_ppm - TRUST_FROM_PPM;

	if (above <= 0)
		return ONE;
	return ONE - TRUST_MOST * above / (1000000 - TRUST_FROM_PPM);
}

struct risk
risk_of(const struct risk_case *asked)
{
	struct risk risk = { .base = asked->base };

	risk.scope = asked->node ? 1500 : ONE;
	risk.state = state_of(asked);
	risk.novelty = novelty_of(asked);
	risk.trust = trust_of(asked);
	risk.points = times(times(times(times(asked->base * ONE, risk.scope),
	    risk.state), risk.novelty), risk.trust) / ONE;
	if (risk.points > POINTS_MAX)
		risk.points = POINTS_MAX;
	return risk;
}

enum plan_mode
mode_of(const struct policy *policy, int64_t risk, int64_t confidence_ppm)
{
	/* What takes nothing needs nobody. */
	if (risk == 0)
		return PLAN_MODE_AUTO;
	if (risk >= policy->two_from)
		return PLAN_MODE_TWO;
	if (confidence_ppm < CONFIDENT_PPM)
		return PLAN_MODE_MANUAL;
	if (policy->stage == POLICY_AUTO && risk <= policy->auto_below)
		return PLAN_MODE_AUTO;
	if (policy->stage >= POLICY_VETO && risk <= policy->veto_below)
		return PLAN_MODE_VETO;
	return PLAN_MODE_MANUAL;
}

bool
policy_allows(const struct policy *policy, const char *strategy)
{
	size_t length = strlen(strategy);
	const char *at = policy->allow;

	if (at == NULL || at[0] == '\0')
		return true;
	while (*at != '\0') {
		at += strspn(at, " ,");
		if (strncmp(at, strategy, length) == 0 &&
		    (at[length] == '\0' || at[length] == ' ' ||
		    at[length] == ','))
			return true;
		at += strcspn(at, " ,");
	}
	return false;
}
