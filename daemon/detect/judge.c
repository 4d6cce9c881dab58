#include <math.h>
#include <string.h>

#include "detect/judge.h"
#include "detect/metric.h"

_Static_assert(sizeof(struct judge) <= JUDGE_BYTES_MAX, "grew");

/* Each value for a token is one of many: learn one in so long. */
#define LEARN_MS		10000
/* Within this share of the median nothing is slow. */
#define FLOOR_SHARE		0.05

#define SURE_PPM		950000
#define LIKELY_PPM		800000
#define DOUBTFUL_PPM		600000

static const struct {
	enum fault_class	 number;
	const char		*metric;
} findings[JUDGE_FINDINGS] = {
	[JUDGE_CRASH] = { FAULT_BACKEND_CRASH, "state" },
	[JUDGE_STUCK] = { FAULT_BACKEND_STUCK, "no progress" },
	[JUDGE_SLOW] = { FAULT_BACKEND_SLOW, "time for a token" },
	[JUDGE_PREFILL] = { FAULT_BACKEND_PREFILL, "no token" },
	[JUDGE_BADOUTPUT] = { FAULT_BACKEND_BADOUTPUT, "canary" },
};

enum fault_class
judge_class(enum judge_finding finding)
{
	return findings[finding].number;
}

const char *
judge_metric(enum judge_finding finding)
{
	return findings[finding].metric;
}

void
judge_init(struct judge *judge)
{
	memset(judge, 0, sizeof(*judge));
	judge->tokens_total = NAN;
	judge->slots_busy = NAN;
}

double
judge_tpot_ms(const double *value)
{
	double busy = value[DETECT_BACKEND_slots_busy];
	double tokens_per_s = value[DETECT_BACKEND_tokens];

	return busy >= 1 && tokens_per_s > 0 && isfinite(tokens_per_s) ?
	    1000 * busy / tokens_per_s : NAN;
}

/* What is not known now, as of a server that is silent, was as it is. */
static bool
has_work(const struct judge *judge, const struct judge_row *row)
{
	double busy = row->value[DETECT_BACKEND_slots_busy];
	double in_flight = row->value[DETECT_BACKEND_in_flight];

	if (busy >= 1 || in_flight >= 1 ||
	    row->value[DETECT_BACKEND_requests_deferred] >= 1)
		return true;
	return isnan(busy) && isnan(in_flight) && judge->works;
}

static bool
answers_somehow(enum drover_backend_state state)
{
	return state == DROVER_BACKEND_STATE_UP ||
	    state == DROVER_BACKEND_STATE_SILENT ||
	    state == DROVER_BACKEND_STATE_ERROR;
}

static bool
canary_failed(const struct judge *judge, const struct judge_row *row)
{
	return row->canary == CANARY_FAILED &&
	    row->canary_ms >= judge->moved_ms;
}

/* A canary that failed was work, where there is no other. */
static int64_t
quiet_since_ms(const struct judge *judge, const struct judge_row *row)
{
	int64_t idle_ms = judge->idle_ms;

	if (canary_failed(judge, row) && row->canary_ms < idle_ms)
		idle_ms = row->canary_ms;
	if (judge->worked_ms > idle_ms)
		idle_ms = judge->worked_ms;
	return idle_ms > judge->moved_ms ? idle_ms : judge->moved_ms;
}

static int64_t
bound_ms(const struct judge_row *row)
{
	double estimate = row->prefill_s * 1000 * JUDGE_ESTIMATES;

	if (!(estimate > JUDGE_BOUND_MS))
		return JUDGE_BOUND_MS;
	return estimate < 1e12 ? (int64_t)estimate : INT64_C(1000000000000);
}

/* A counter that fell was set back with its server. */
static bool
generated(struct judge *judge, const struct judge_row *row)
{
	double total = row->value[DETECT_BACKEND_tokens_total];
	bool grew = total > judge->tokens_total;

	if (isfinite(total))
		judge->tokens_total = total;
	return grew || row->value[DETECT_BACKEND_tokens] > 0 ||
	    ((row->canary == CANARY_GOOD || row->canary == CANARY_WRONG) &&
	    row->canary_ms > judge->moved_ms);
}

static bool
slots_moved(struct judge *judge, const struct judge_row *row)
{
	double busy = row->value[DETECT_BACKEND_slots_busy];
	bool moved = isfinite(judge->slots_busy) && isfinite(busy) &&
	    (busy > judge->slots_busy || busy < judge->slots_busy);

	if (isfinite(busy))
		judge->slots_busy = busy;
	return moved || row->value[DETECT_BACKEND_requests] > 0;
}

/*
 * What passed in a gap was not looked at: the times of the last moves are
 * pushed on by it.
 */
static void
pass_gap(struct judge *judge, int64_t passed_ms)
{
	judge->token_ms += passed_ms;
	judge->moved_ms += passed_ms;
	judge->steps_ms += passed_ms;
	judge->idle_ms += passed_ms;
	judge->worked_ms += passed_ms;
	judge->slow_ms += passed_ms;
}

static void
follow(struct judge *judge, const struct judge_row *row, int64_t gap_ms)
{
	int64_t passed_ms = row->at_ms - judge->at_ms;
	bool token, slots, prompt;

	if (judge->seen && passed_ms > gap_ms)
		pass_gap(judge, passed_ms);
	token = generated(judge, row);
	slots = slots_moved(judge, row);
	prompt = row->value[DETECT_BACKEND_prompt_tokens] > 0;
	if (!judge->seen || token)
		judge->token_ms = row->at_ms;
	if (!judge->seen || prompt || slots)
		judge->steps_ms = row->at_ms;
	if (!judge->seen || token || prompt || slots ||
	    !answers_somehow(row->state))
		judge->moved_ms = row->at_ms;
	if (!judge->seen || (isnan(row->prefill_s) &&
	    row->work_percent >= JUDGE_WORK_PERCENT))
		judge->worked_ms = row->at_ms;
	judge->works = has_work(judge, row);
	if (!judge->seen || !judge->works)
		judge->idle_ms = row->at_ms;
	judge->proven = token || slots;
	judge->at_ms = row->at_ms;
	judge->seen = true;
}

static void
judge_crash(const struct judge_row *row, struct judgement *crash)
{
	if (row->state == DROVER_BACKEND_STATE_DOWN)
		crash->verdict = VERDICT_BAD;
	else if (row->state != DROVER_BACKEND_STATE_UNKNOWN)
		crash->verdict = VERDICT_GOOD;
	crash->confidence_ppm = SURE_PPM;
}

/* It has nothing to do, and did the last canary. */
static bool
does_canaries(const struct judge *judge, const struct judge_row *row)
{
	return row->state == DROVER_BACKEND_STATE_UP && !judge->works &&
	    row->canary == CANARY_GOOD;
}

static void
judge_stuck(const struct judge *judge, const struct judge_row *row,
    struct judgement *stuck)
{
	int64_t since_ms = quiet_since_ms(judge, row);
	int64_t quiet_ms = row->at_ms - since_ms;
	bool estimated = isfinite(row->prefill_s);
	bool works = row->work_percent >= JUDGE_WORK_PERCENT;

	stuck->value = (double)quiet_ms / 1000;
	stuck->threshold = (double)bound_ms(row) / 1000;
	stuck->unit = "s";
	stuck->since_ms = since_ms;
	if (judge->proven || does_canaries(judge, row))
		stuck->verdict = VERDICT_GOOD;
	else if (answers_somehow(row->state) && quiet_ms >= bound_ms(row) &&
	    canary_failed(judge, row) && (estimated || !works))
		stuck->verdict = VERDICT_BAD;
	if (row->work_percent < JUDGE_WORK_PERCENT)
		stuck->confidence_ppm = SURE_PPM;
	else
		stuck->confidence_ppm = estimated ? LIKELY_PPM :
		    DOUBTFUL_PPM;
}

static void
judge_prefill(const struct judge *judge, const struct judge_row *row,
    bool stuck, struct judgement *prefill)
{
	int64_t since_ms = judge->token_ms > judge->idle_ms ?
	    judge->token_ms : judge->idle_ms;
	int64_t quiet_ms = row->at_ms - since_ms;
	bool steps = row->at_ms - judge->steps_ms < JUDGE_BOUND_MS;
	bool works = row->work_percent >= JUDGE_WORK_PERCENT;

	prefill->value = (double)quiet_ms / 1000;
	prefill->threshold = (double)JUDGE_BOUND_MS / 1000;
	prefill->unit = "s";
	prefill->since_ms = since_ms;
	prefill->confidence_ppm = steps ? SURE_PPM : DOUBTFUL_PPM;
	if (quiet_ms < JUDGE_BOUND_MS || stuck ||
	    !answers_somehow(row->state))
		prefill->verdict = VERDICT_GOOD;
	else if (judge->works && (steps || works))
		prefill->verdict = VERDICT_BAD;
}

static struct band *
band_for(struct judge *judge, double slots_busy)
{
	size_t i = 0;

	while (i + 1 < JUDGE_BANDS && slots_busy >= (double)(2 << i))
		i++;
	return &judge->band[i];
}

static void
learn(struct judge *judge, struct band *band, double tpot_ms, bool slow,
    int64_t at_ms)
{
	if (!slow || !judge->slow)
		judge->slow_ms = at_ms;
	judge->slow = slow;
	if (slow && at_ms - judge->slow_ms < JUDGE_RELEARN_MS)
		return;
	if (band->count > 0 && at_ms - judge->learned_ms < LEARN_MS)
		return;
	band_learn(band, tpot_ms);
	judge->learned_ms = at_ms;
}

static bool
is_slow(double score, double value, double usual)
{
	return score >= JUDGE_SLOW_SPREADS &&
	    value >= JUDGE_SLOW_SHARE * usual;
}

static void
judge_slow(struct judge *judge, const struct judge_row *row,
    struct judgement *slow)
{
	double tpot_ms = judge_tpot_ms(row->value), own, peer, usual, theirs;
	struct band *band;
	bool by_own, by_peers;

	if (isnan(tpot_ms))
		return;
	band = band_for(judge, row->value[DETECT_BACKEND_slots_busy]);
	usual = band_median(band);
	own = band_score(band, tpot_ms, FLOOR_SHARE);
	peer = band_peer_score(tpot_ms, row->peer_tpot_ms, row->peer_count,
	    FLOOR_SHARE, &theirs);
	by_own = is_slow(own, tpot_ms, usual);
	by_peers = is_slow(peer, tpot_ms, theirs);
	slow->value = tpot_ms;
	slow->threshold = JUDGE_SLOW_SHARE * (by_peers ? theirs : usual);
	slow->unit = "ms";
	slow->confidence_ppm = by_own && by_peers ? SURE_PPM :
	    by_peers ? LIKELY_PPM : DOUBTFUL_PPM;
	if (by_own || by_peers)
		slow->verdict = VERDICT_BAD;
	else if (isfinite(own) || isfinite(peer))
		slow->verdict = own >= JUDGE_SLOW_SPREADS ||
		    peer >= JUDGE_SLOW_SPREADS ? VERDICT_BETWEEN :
		    VERDICT_GOOD;
	learn(judge, band, tpot_ms, by_own, row->at_ms);
}

static void
judge_badoutput(const struct judge_row *row, struct judgement *bad)
{
	if (row->canary == CANARY_WRONG)
		bad->verdict = VERDICT_BAD;
	else if (row->canary == CANARY_GOOD)
		bad->verdict = VERDICT_GOOD;
	bad->since_ms = row->canary_ms;
	bad->confidence_ppm = SURE_PPM;
}

void
judge_step(struct judge *judge, const struct judge_row *row, int64_t gap_ms,
    struct judgement result[JUDGE_FINDINGS])
{
	int i;

	for (i = 0; i < JUDGE_FINDINGS; i++)
		result[i] = (struct judgement){ VERDICT_UNKNOWN, NAN, NAN,
		    "", -1, 0 };
	if (judge->seen && row->at_ms < judge->at_ms)
		return;
	follow(judge, row, gap_ms);
	judge_crash(row, &result[JUDGE_CRASH]);
	judge_stuck(judge, row, &result[JUDGE_STUCK]);
	judge_prefill(judge, row,
	    result[JUDGE_STUCK].verdict == VERDICT_BAD,
	    &result[JUDGE_PREFILL]);
	judge_slow(judge, row, &result[JUDGE_SLOW]);
	judge_badoutput(row, &result[JUDGE_BADOUTPUT]);
}

bool
judge_wants_canary(const struct judge *judge, const struct judge_row *row)
{
	int64_t since_ms = quiet_since_ms(judge, row);

	if (!judge->seen || !answers_somehow(row->state) ||
	    canary_failed(judge, row))
		return false;
	if (row->state != DROVER_BACKEND_STATE_UP)
		return true;
	return judge->works && row->at_ms - since_ms >= bound_ms(row) / 2;
}
