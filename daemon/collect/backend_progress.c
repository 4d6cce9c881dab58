#include <math.h>
#include <string.h>

#include "collect/backend_progress.h"

void
backend_progress_reset(struct backend_progress *progress)
{
	memset(progress, 0, sizeof(*progress));
	progress->tokens.high = NAN;
	progress->slot_tokens.high = NAN;
	progress->prompt.high = NAN;
	progress->requests.high = NAN;
	progress->predicted = NAN;
}

/*
 * A value below the high mark is a request that ended between two of our
 * questions: nothing is counted until the value is past the mark again,
 * so the sum of all rates is right.
 */
static double
counter_rate(struct progress_counter *counter, double value, uint64_t now_ns)
{
	double rate = NAN;

	if (isnan(value))
		return NAN;
	if (isnan(counter->high))
		counter->high = value;
	else if (now_ns > counter->since_ns)
		rate = fmax(value - counter->high, 0) * 1e9 /
		    (double)(now_ns - counter->since_ns);
	counter->high = fmax(counter->high, value);
	counter->since_ns = now_ns;
	return rate;
}

static double
decoded_now(const struct llama_slots *slots)
{
	double sum = 0;
	size_t i;

	for (i = 0; slots != NULL && i < slots->count; i++)
		if (slots->slot[i].busy && !isnan(slots->slot[i].decoded))
			sum += slots->slot[i].decoded;
	return sum;
}

static void
follow_slot(struct backend_progress *progress,
    const struct llama_slot *before, const struct llama_slot *now)
{
	bool same = before->task == now->task;
	double start = same && !isnan(before->decoded) ? before->decoded : 0;

	if (!isnan(now->decoded) && now->task >= 0)
		progress->followed += fmax(now->decoded - start, 0);
	/* One ended when its slot fell idle or has gone on to another;
	 * a task that came and went between two looks is one more. */
	progress->finished += before->busy && !(same && now->busy);
	progress->finished += !same && now->task >= 0 && !now->busy;
}

static void
follow_slots(struct backend_progress *progress,
    const struct llama_slots *slots)
{
	const struct llama_slots *before = &progress->slots;
	size_t i;

	if (progress->slots_known && before->count == slots->count)
		for (i = 0; i < slots->count; i++)
			if (before->slot[i].id == slots->slot[i].id)
				follow_slot(progress, &before->slot[i],
				    &slots->slot[i]);
	progress->slots = *slots;
	progress->slots_known = true;
}

/* Not asked for, since nothing is under way: then all slots are free. */
static bool
all_idle(const struct llama_metrics *metrics, const struct llama_slots *slots)
{
	return slots == NULL && metrics != NULL &&
	    metrics->requests_processing == 0;
}

static void
follow_idle(struct backend_progress *progress)
{
	size_t i;

	for (i = 0; i < progress->slots.count; i++) {
		progress->finished += progress->slots.slot[i].busy;
		progress->slots.slot[i].busy = false;
	}
}

/* What the server has generated since it started, as far as known. */
static double
tokens_total(const struct backend_progress *progress,
    const struct llama_metrics *metrics, const struct llama_slots *slots)
{
	if (metrics == NULL)
		return NAN;
	/* Without the slots, this once, half of it would be missing. */
	if (slots == NULL && progress->slots_known &&
	    !all_idle(metrics, slots))
		return NAN;
	return metrics->tokens_predicted_total + decoded_now(slots);
}

static void
step_slots(struct backend_progress *progress, uint64_t now_ns,
    const struct llama_metrics *metrics, const struct llama_slots *slots,
    struct backend_rates *rates)
{
	bool known;

	if (slots != NULL)
		follow_slots(progress, slots);
	else if (all_idle(metrics, slots))
		follow_idle(progress);
	known = slots != NULL ||
	    (progress->slots_known && all_idle(metrics, slots));
	rates->tokens_per_s = counter_rate(&progress->slot_tokens,
	    known ? progress->followed : NAN, now_ns);
	rates->requests_per_s = counter_rate(&progress->requests,
	    known ? progress->finished : NAN, now_ns);
}

void
backend_progress_step(struct backend_progress *progress, uint64_t now_ns,
    const struct llama_metrics *metrics, const struct llama_slots *slots,
    struct backend_rates *rates)
{
	double rate;

	/* The server was started anew: nothing of before counts. */
	if (metrics != NULL &&
	    metrics->tokens_predicted_total < progress->predicted)
		backend_progress_reset(progress);
	if (metrics != NULL && !isnan(metrics->tokens_predicted_total))
		progress->predicted = metrics->tokens_predicted_total;
	step_slots(progress, now_ns, metrics, slots, rates);
	rate = counter_rate(&progress->tokens,
	    tokens_total(progress, metrics, slots), now_ns);
	if (!isnan(progress->predicted))
		rates->tokens_per_s = rate;
	rates->tokens_total = progress->tokens.high;
	rates->prompt_per_s = counter_rate(&progress->prompt,
	    metrics != NULL ? metrics->prompt_tokens_total : NAN, now_ns);
}
