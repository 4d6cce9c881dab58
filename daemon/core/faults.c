#include "core/faults.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/predictions.h"
#include "process/log.h"
#include "rules/fault.h"
#include "rules/kind.h"

/* Rows that are missing before it is a gap. */
#define GAP_INTERVALS	5
/* Others that serve the same model, that one backend is held against. */
#define PEERS_MAX	16

/* An object that is looked at, by its kind and names. */
struct looked {
	struct detect	*detect;	/* NULL: it has nothing to look at */
	char		 object[FINDING_NAME_MAX];
	char		 device[FINDING_NAME_MAX];
	bool		 seen;		/* in the last sample */
};

/* Evidence that stands: the last of its class, object and device. */
struct standing {
	struct finding	 finding;
	char		 object[65];
	char		 device[65];
};

struct faults {
	const char	*node;
	int64_t		 gap_ms;
	struct looked	*looked;
	size_t		 looked_count;
	struct standing	*standing;
	size_t		 standing_count;
	int64_t		 begun_ms;	/* first sample; -1: none yet */
	int64_t		 looked_ms;	/* last one */
	int64_t		 cluster_ms;	/* first look at a model; -1 */
	struct predictions predictions;
	uint64_t	 proposals;
	bool		 busy;		/* one is on its way */
	bool		 failed;	/* for want of memory, told once */
};

struct faults *
faults_new(const char *node)
{
	struct faults *faults = calloc(1, sizeof(*faults));

	if (faults == NULL)
		return NULL;
	faults->node = node;
	faults->begun_ms = faults->looked_ms = faults->cluster_ms = -1;
	return faults;
}

static void
forget_all(struct faults *faults)
{
	while (faults->looked_count > 0)
		detect_free(faults->looked[--faults->looked_count].detect);
	faults->standing_count = 0;
	memset(&faults->predictions, 0, sizeof(faults->predictions));
	faults->begun_ms = faults->cluster_ms = -1;
}

void
faults_pace(struct faults *faults, int64_t interval_ms)
{
	int64_t gap_ms = GAP_INTERVALS * interval_ms;

	if (gap_ms < DETECT_GAP_MS)
		gap_ms = DETECT_GAP_MS;
	if (gap_ms == faults->gap_ms)
		return;
	forget_all(faults);
	faults->gap_ms = gap_ms;
}

void
faults_free(struct faults *faults)
{
	if (faults == NULL)
		return;
	forget_all(faults);
	free(faults->looked);
	free(faults->standing);
	free(faults);
}

size_t
faults_standing(const struct faults *faults)
{
	return faults->standing_count;
}

static struct standing *
find_standing(struct faults *faults, const struct finding *finding)
{
	struct standing *standing;
	size_t i;

	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		if (standing->finding.number == finding->number &&
		    strcmp(standing->object, finding->object) == 0 &&
		    strcmp(standing->device, finding->device) == 0)
			return standing;
	}
	return NULL;
}

static struct standing *
add_standing(struct faults *faults, const struct finding *finding)
{
	struct standing *more = realloc(faults->standing,
	    (faults->standing_count + 1) * sizeof(*more));

	if (more == NULL) {
		if (!faults->failed)
			log_warnx("no memory for a finding of %s",
			    finding->object);
		faults->failed = true;
		return NULL;
	}
	faults->standing = more;
	more = &faults->standing[faults->standing_count++];
	memset(more, 0, sizeof(*more));
	return more;
}

static void
found(void *context, const struct finding *finding)
{
	struct faults *faults = context;
	struct standing *standing = find_standing(faults, finding);

	/* A prediction that came true is no claim any more. */
	if (finding->edge == FINDING_REACHED) {
		if (standing != NULL)
			standing->finding.probability_ppm = 0;
		predictions_reached(&faults->predictions, finding);
		return;
	}
	if (finding->edge == FINDING_CLEAR) {
		if (standing != NULL && finding->standing == 0)
			*standing = faults->standing[
			    --faults->standing_count];
		return;
	}
	if (standing == NULL)
		standing = add_standing(faults, finding);
	if (standing == NULL)
		return;
	snprintf(standing->object, sizeof(standing->object), "%.64s",
	    finding->object);
	snprintf(standing->device, sizeof(standing->device), "%.64s",
	    finding->device);
	standing->finding = *finding;
}

static struct looked *
add_looked(struct faults *faults, const struct detect_subject *subject)
{
	struct looked *more = realloc(faults->looked,
	    (faults->looked_count + 1) * sizeof(*more));
	struct detect_subject paced = *subject;

	if (more == NULL)
		return NULL;
	paced.gap_ms = faults->gap_ms;
	faults->looked = more;
	more = &faults->looked[faults->looked_count];
	memset(more, 0, sizeof(*more));
	snprintf(more->object, sizeof(more->object), "%s", subject->object);
	snprintf(more->device, sizeof(more->device), "%s", subject->device);
	/* What has nothing to be looked at is remembered as such. */
	if (detect_new(&more->detect, &paced) == -ENOMEM)
		return NULL;
	faults->looked_count++;
	return more;
}

/* NULL: no memory. */
static struct looked *
look_up(struct faults *faults, const struct detect_subject *subject)
{
	struct looked *looked = NULL;
	size_t i;

	for (i = 0; looked == NULL && i < faults->looked_count; i++)
		if (strcmp(faults->looked[i].object, subject->object) == 0 &&
		    strcmp(faults->looked[i].device, subject->device) == 0)
			looked = &faults->looked[i];
	if (looked == NULL)
		looked = add_looked(faults, subject);
	if (looked != NULL)
		looked->seen = true;
	return looked;
}

static struct looked *
step(struct faults *faults, const struct detect_subject *subject,
    const double *value, int64_t now_ms)
{
	const struct finding_sink sink = { found, faults };
	const struct detect_row row = { .at_ms = now_ms, .value = value,
		.unclaimed_bytes = NAN };
	struct looked *looked = look_up(faults, subject);

	if (looked == NULL || looked->detect == NULL)
		return NULL;
	detect_step(looked->detect, &row, &sink);
	return looked;
}

static void
step_devices(struct faults *faults, const struct sample_device *devices,
    size_t count, int64_t now_ms)
{
	struct detect_subject subject = { .object = faults->node,
		.scope = DROVER_METRIC_SCOPE_DEVICE };
	size_t i;

	for (i = 0; i < count; i++) {
		subject.kind = devices[i].kind;
		subject.device = devices[i].name;
		(void)step(faults, &subject, devices[i].value, now_ms);
	}
}

static bool
serves(const struct backend_status *status, const char *model)
{
	size_t i;

	for (i = 0; i < status->model_count; i++)
		if (status->models[i].state == DROVER_MODEL_STATE_LOADED &&
		    strcmp(status->models[i].name, model) == 0)
			return true;
	return false;
}

static bool
serve_the_same(const struct backend_status *one,
    const struct backend_status *other)
{
	size_t i;

	for (i = 0; i < one->model_count; i++)
		if (one->models[i].state == DROVER_MODEL_STATE_LOADED &&
		    serves(other, one->models[i].name))
			return true;
	return false;
}

/* The time for a token at others of this node with a model of its own. */
static size_t
peers_of(const struct backend_status *backends, size_t count, size_t which,
    double tpot_ms[PEERS_MAX])
{
	double peer_ms;
	size_t i, found = 0;

	for (i = 0; i < count && found < PEERS_MAX; i++) {
		peer_ms = i == which ? NAN :
		    judge_tpot_ms(backends[i].value);
		if (!isnan(peer_ms) &&
		    serve_the_same(&backends[which], &backends[i]))
			tpot_ms[found++] = peer_ms;
	}
	return found;
}

static void
step_backend(struct faults *faults, const struct backend_status *backends,
    size_t count, size_t which, int64_t now_ms)
{
	const struct backend_status *status = &backends[which];
	const struct finding_sink sink = { found, faults };
	char object[FINDING_NAME_MAX];
	struct detect_subject subject = { .object = object, .device = "",
		.scope = DROVER_METRIC_SCOPE_BACKEND };
	struct judge_row row = { .at_ms = now_ms, .state = status->state,
		.value = status->value, .work_percent = NAN,
		.prefill_s = NAN, .canary = CANARY_NONE };
	double peers_ms[PEERS_MAX];
	struct looked *looked;

	row.peer_count = peers_of(backends, count, which, peers_ms);
	row.peer_tpot_ms = peers_ms;
	snprintf(object, sizeof(object), "%.30s/%.60s", faults->node,
	    status->name);
	looked = step(faults, &subject, status->value, now_ms);
	if (looked != NULL)
		detect_judge(looked->detect, &row, &sink);
}

/* What is gone takes its findings with it. */
static void
forget_gone(struct faults *faults, int64_t now_ms)
{
	const struct finding_sink sink = { found, faults };
	struct looked *looked;
	size_t i;

	for (i = faults->looked_count; i-- > 0;) {
		looked = &faults->looked[i];
		if (looked->seen)
			continue;
		if (looked->detect != NULL)
			detect_clear(looked->detect, now_ms, &sink);
		detect_free(looked->detect);
		*looked = faults->looked[--faults->looked_count];
	}
}

void
faults_sample(struct faults *faults, const struct sample *sample,
    const struct sample_device *gpus, size_t gpu_count,
    const struct backend_status *backends, size_t backend_count)
{
	const struct detect_subject node = { .object = faults->node,
		.device = "", .scope = DROVER_METRIC_SCOPE_NODE };
	int64_t now_ms = sample->boottime_ns / 1000000;
	size_t i;

	if (faults->begun_ms < 0)
		faults->begun_ms = now_ms;
	faults->looked_ms = now_ms;
	for (i = 0; i < faults->looked_count; i++)
		faults->looked[i].seen = false;
	(void)step(faults, &node, sample->node, now_ms);
	step_devices(faults, sample->devices, sample->device_count, now_ms);
	step_devices(faults, gpus, gpu_count, now_ms);
	for (i = 0; i < backend_count; i++)
		step_backend(faults, backends, backend_count, i, now_ms);
	forget_gone(faults, now_ms);
}

static bool
is_silenced(const struct model *model, const struct row_fault *fault,
    int64_t cluster_ms)
{
	const struct row_hold *hold;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_HOLD); i++) {
		hold = model_at(model, ROW_TABLE_HOLD, i);
		if (hold->kind == HOLD_SILENCE &&
		    hold->until_ms > cluster_ms &&
		    (strcmp(hold->scope, "cluster") == 0 ||
		    strcmp(hold->scope, fault->node) == 0 ||
		    strcmp(hold->scope, fault->target) == 0))
			return true;
	}
	return false;
}

/* Does the shared state lack something of what was found? */
static bool
is_news(const struct model *model, const struct standing *standing,
    const struct row_fault *fault, int64_t cluster_ms)
{
	const struct fault_kind *kind =
	    fault_kind_find(standing->finding.number);

	if (fault == NULL || fault->state == FAULT_STATE_CLEARED ||
	    fault->state == FAULT_STATE_RESOLVED)
		return true;
	if (fault->state == FAULT_STATE_SUSPECTED &&
	    model_plan_on(model, fault->target) == NULL)
		return cluster_ms - fault->since_ms >= kind->confirm_ms;
	if (fault->state == FAULT_STATE_SILENCED ||
	    fault_next((enum fault_state)fault->state,
	    FAULT_EVENT_SILENCE) != FAULT_STATE_NONE)
		if (is_silenced(model, fault, cluster_ms) !=
		    (fault->state == FAULT_STATE_SILENCED))
			return true;
	return cluster_ms - fault->last_ms >= FAULTS_REFRESH_MS;
}

static void
make_seen(const struct faults *faults, const struct standing *standing,
    struct entry *entry)
{
	const struct finding *finding = &standing->finding;
	const struct fault_kind *kind = fault_kind_find(finding->number);

	*entry = (struct entry){ .kind = ENTRY_FAULT_SEEN };
	(void)entry_add_target(entry, standing->object);
	(void)entry_add_number(entry, ARGUMENT_CLASS, finding->number);
	if (standing->device[0] != '\0')
		(void)entry_add_text(entry, ARGUMENT_DEVICE,
		    standing->device);
	(void)entry_add_text(entry, ARGUMENT_NODE, faults->node);
	(void)entry_add_number(entry, ARGUMENT_SEVERITY, kind->severity);
	(void)entry_add_number(entry, ARGUMENT_CONFIDENCE_PPM,
	    finding->confidence_ppm);
	if (faults->looked_ms > finding->since_ms)
		(void)entry_add_number(entry, ARGUMENT_AGE_MS,
		    faults->looked_ms - finding->since_ms);
	if (finding->value_milli >= 0)
		(void)entry_add_number(entry, ARGUMENT_MEASURED_MILLI,
		    finding->value_milli);
	if (finding->threshold_milli >= 0)
		(void)entry_add_number(entry, ARGUMENT_THRESHOLD_MILLI,
		    finding->threshold_milli);
	(void)entry_add_text(entry, ARGUMENT_TEXT, finding->text);
}

bool
faults_stand(const struct faults *faults, int64_t class, const char *target,
    const char *device)
{
	const struct standing *standing;
	size_t i;

	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		if ((int64_t)standing->finding.number == class &&
		    strcmp(standing->object, target) == 0 &&
		    strcmp(standing->device, device) == 0)
			return true;
	}
	return false;
}

int64_t
faults_looked_ms(const struct faults *faults)
{
	return faults->looked_ms;
}

static bool
stands(const struct faults *faults, const struct row_fault *fault)
{
	return faults_stand(faults, fault->class, fault->target,
	    fault->device);
}

/*
 * What has gone is known by the detectors that found it: before they have
 * had their time that is only what was found since the start.
 */
static bool
would_be_found(const struct faults *faults, const struct row_fault *fault,
    int64_t now_ms)
{
	return now_ms - faults->begun_ms >= FAULTS_GRACE_MS ||
	    fault->last_ms > faults->cluster_ms;
}

/* The kind of the entry that ends it a step further; 0: none is due. */
static enum entry_kind
ending(const struct faults *faults, const struct row_fault *fault,
    int64_t cluster_ms, int64_t now_ms)
{
	if (strcmp(fault->node, faults->node) != 0)
		return 0;
	if (fault->state == FAULT_STATE_CLEARED ||
	    fault->state == FAULT_STATE_RESOLVED)
		return cluster_ms - fault->end_ms >= FAULT_QUIET_MS ?
		    ENTRY_FAULT_CLOSE : 0;
	if (fault_next((enum fault_state)fault->state,
	    FAULT_EVENT_CLEAR) == FAULT_STATE_NONE ||
	    stands(faults, fault))
		return 0;
	return would_be_found(faults, fault, now_ms) ?
	    ENTRY_FAULT_CLEAR : 0;
}

static bool
is_looked_at(const struct faults *faults, const struct row_prediction *one)
{
	const struct looked *looked;
	size_t i;

	for (i = 0; i < faults->looked_count; i++) {
		looked = &faults->looked[i];
		if (strncmp(looked->object, one->target, 64) == 0 &&
		    strncmp(looked->device, one->device, 64) == 0)
			return true;
	}
	return false;
}

/* What is foreseen, has come, or should have. */
static bool
next_prediction(struct faults *faults, const struct model *model,
    int64_t cluster_ms, int64_t now_ms, struct entry *entry)
{
	bool fresh = now_ms - faults->begun_ms < FAULTS_GRACE_MS;
	const struct row_prediction *due;
	const struct standing *standing;
	size_t i;

	if (predictions_tell(&faults->predictions, model, now_ms, fresh,
	    entry))
		return true;
	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		if (predictions_make(model, faults->node,
		    &standing->finding, standing->object, standing->device,
		    entry))
			return true;
	}
	/* What was reached meanwhile is known once the detectors know it. */
	due = fresh ? NULL : predictions_due(model, faults->node,
	    cluster_ms);
	if (due == NULL)
		return false;
	*entry = (struct entry){ .kind = ENTRY_PREDICTION_DUE };
	(void)entry_add_number(entry, ARGUMENT_ID, due->id);
	(void)entry_add_number(entry, ARGUMENT_LOOKED,
	    is_looked_at(faults, due));
	return true;
}

bool
faults_next(struct faults *faults, const struct model *model,
    int64_t cluster_ms, int64_t now_ms, struct entry *entry)
{
	const struct row_fault *fault;
	const struct standing *standing;
	enum entry_kind kind;
	size_t i;

	if (faults->begun_ms < 0)
		return false;
	if (faults->cluster_ms < 0)
		faults->cluster_ms = cluster_ms;
	for (i = 0; i < faults->standing_count; i++) {
		standing = &faults->standing[i];
		fault = model_fault_of(model, standing->finding.number,
		    standing->object, standing->device);
		if (!is_news(model, standing, fault, cluster_ms))
			continue;
		make_seen(faults, standing, entry);
		return true;
	}
	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		fault = model_at(model, ROW_TABLE_FAULT, i);
		kind = ending(faults, fault, cluster_ms, now_ms);
		if (kind == 0)
			continue;
		*entry = (struct entry){ .kind = (uint16_t)kind };
		(void)entry_add_number(entry, ARGUMENT_ID, fault->id);
		return true;
	}
	return next_prediction(faults, model, cluster_ms, now_ms, entry);
}

void
faults_told(struct faults *faults, const struct rules_result *result)
{
	/* What the rules refuse they would refuse again. */
	predictions_told(&faults->predictions, result->reply < 5000);
}

static void
done(void *context, const struct rules_result *result)
{
	struct faults *faults = context;

	faults->busy = false;
	faults_told(faults, result);
	if (!reply_is_done(result->reply))
		log_debug("%s: a finding: %d %s", faults->node,
		    result->reply, reply_find(result->reply)->text);
}

void
faults_propose(struct faults *faults, struct shared *shared, int64_t now_ms)
{
	const struct model *model = shared_model(shared, NULL, NULL);
	char name[ENTRY_NAME_MAX + 1], request[ENTRY_NAME_MAX + 1];
	struct entry entry;

	if (model == NULL || faults->busy || !shared_leads(shared) ||
	    model_meta(model)->feature_level < MODEL_FEATURE_LEVEL ||
	    !faults_next(faults, model, shared_time_ms(shared), now_ms,
	    &entry))
		return;
	snprintf(name, sizeof(name), "drover/%.57s", faults->node);
	snprintf(request, sizeof(request), "fault.%" PRId64 ".%d.%" PRIu64,
	    shared_applied(shared), (int)getpid(), ++faults->proposals);
	entry.request = request;
	entry.caller = (struct entry_caller){ .name = name, .origin = "",
		.role = ROLE_SYSTEM, .via = VIA_SYSTEM };
	entry.measured_index = shared_applied(shared);
	entry.measured_ms = shared_time_ms(shared);
	faults->busy = true;
	shared_propose(shared, &entry, done, faults);
}
