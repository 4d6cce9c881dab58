#include <inttypes.h>
#include <stdio.h>

#include "rules/step_effect.h"

#define LIMIT_ALL_PPM	1000000
/* limit.lower leaves seven of ten. */
#define LIMIT_LOWER_NUM	7
#define LIMIT_LOWER_DEN	10

static struct row_curb
curb_of(const struct plan_work *work, const char *target)
{
	const struct row_curb *before = model_curb(work->applying->model,
	    target);
	struct row_curb curb = { .limit_ppm = LIMIT_ALL_PPM };

	if (before != NULL)
		return *before;
	put_text(curb.target, target);
	return curb;
}

/* What holds nothing back is not kept. */
static void
put_curb(struct plan_work *work, struct row_curb *curb)
{
	curb->since_ms = work->applying->now_ms;
	if (curb->quarantined == 0 && curb->limit_ppm == LIMIT_ALL_PPM) {
		if (model_curb(work->applying->model, curb->target) != NULL)
			applying_delete(work->applying, ROW_TABLE_CURB, curb);
		return;
	}
	applying_put(work->applying, ROW_TABLE_CURB, curb);
}

static int
lower_limit(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	struct row_curb curb = curb_of(work, step->target);

	curb.limit_ppm = curb.limit_ppm * LIMIT_LOWER_NUM / LIMIT_LOWER_DEN;
	put_curb(work, &curb);
	snprintf(result, 257, "limit is %" PRId64 " %% of the usual one",
	    curb.limit_ppm / 10000);
	return STEP_CODE_DONE;
}

static int
restore_limit(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	struct row_curb curb = curb_of(work, step->target);

	curb.limit_ppm = LIMIT_ALL_PPM;
	put_curb(work, &curb);
	snprintf(result, 257, "limit is the usual one");
	return STEP_CODE_DONE;
}

static int
quarantine(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	struct row_curb curb = curb_of(work, step->target);

	if (curb.quarantined == 0)
		curb.quarantined = work->plan.id;
	put_curb(work, &curb);
	snprintf(result, 257, "no new requests");
	return STEP_CODE_DONE;
}

static int
release(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	struct row_curb curb = curb_of(work, step->target);

	curb.quarantined = 0;
	put_curb(work, &curb);
	snprintf(result, 257, "it takes requests again");
	return STEP_CODE_DONE;
}

static int
drain(struct plan_work *work, const struct row_step *step, char result[257])
{
	struct applying *applying = work->applying;
	const struct row_node *before = model_node(applying->model,
	    step->target);
	char who[65];

	if (before == NULL || before->drain != DRAIN_NONE) {
		snprintf(result, 257, "%s", before == NULL ?
		    "there is no such node" : "it is drained by another");
		return STEP_CODE_REFUSED;
	}
	snprintf(who, sizeof(who), "plan/%" PRId64, work->plan.id);
	node_drain_by(applying, before, who, work->plan.reason,
	    applying->now_ms + step->timeout_ms);
	return -1;
}

static int
undrain(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	const struct row_node *before = model_node(work->applying->model,
	    step->target);
	char who[65];

	snprintf(who, sizeof(who), "plan/%" PRId64, work->plan.id);
	/* What an operator has taken over meanwhile is his. */
	if (before == NULL || before->drain == DRAIN_NONE ||
	    strcmp(before->drain_who, who) != 0) {
		snprintf(result, 257, "it is not drained by this plan");
		return STEP_CODE_DONE;
	}
	node_undrain_by(work->applying, before);
	snprintf(result, 257, "it is in service");
	return STEP_CODE_DONE;
}

static int
roll_back_setting(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	const struct row_setting *setting = model_setting(
	    work->applying->model, step->argument);

	if (setting == NULL) {
		snprintf(result, 257, "there is no such setting");
		return STEP_CODE_REFUSED;
	}
	applying_delete(work->applying, ROW_TABLE_SETTING, setting);
	snprintf(result, 257, "%.60s is %.150s no more", setting->name,
	    setting->value);
	return STEP_CODE_DONE;
}

int
step_effect(struct plan_work *work, const struct row_step *step,
    char result[257])
{
	switch (step->operation) {
	case OPERATION_WATCH:
		snprintf(result, 257, "it is watched");
		return STEP_CODE_DONE;
	case OPERATION_LIMIT_LOWER:
		return lower_limit(work, step, result);
	case OPERATION_LIMIT_RESTORE:
		return restore_limit(work, step, result);
	case OPERATION_QUARANTINE:
		return quarantine(work, step, result);
	case OPERATION_RELEASE:
		return release(work, step, result);
	case OPERATION_DRAIN:
		return drain(work, step, result);
	case OPERATION_UNDRAIN:
		return undrain(work, step, result);
	case OPERATION_CONF_ROLLBACK:
		return roll_back_setting(work, step, result);
	default:
		snprintf(result, 257, "the rules cannot do it");
		return STEP_CODE_REFUSED;
	}
}
