/* Each sample goes through the detectors; what they find is kept. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "core/faults_parts.h"
#include "process/log.h"

/* Others that serve the same model, that one backend is held against. */
#define PEERS_MAX	16
/* Names of the models that one backend should have. */
#define NAME_ENDS	", \t"

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

static void
object_of(char object[FINDING_NAME_MAX], const struct faults *faults,
    const char *backend)
{
	snprintf(object, FINDING_NAME_MAX, "%.30s/%.60s", faults->node,
	    backend);
}

static struct looked *
step(struct faults *faults, const struct detect_subject *subject,
    const double *value)
{
	const struct finding_sink sink = { found, faults };
	const struct detect_row row = { .at_ms = faults->looked_ms,
		.value = value, .unclaimed_bytes = NAN };
	struct looked *looked = look_up(faults, subject);

	if (looked == NULL || looked->detect == NULL)
		return NULL;
	detect_step(looked->detect, &row, &sink);
	return looked;
}

static void
step_devices(struct faults *faults, const struct sample_device *devices,
    size_t count)
{
	struct detect_subject subject = { .object = faults->node,
		.scope = DROVER_METRIC_SCOPE_DEVICE };
	size_t i;

	for (i = 0; i < count; i++) {
		subject.kind = devices[i].kind;
		subject.device = devices[i].name;
		(void)step(faults, &subject, devices[i].value);
	}
}

static bool
serve_the_same(const struct backend_status *one,
    const struct backend_status *other)
{
	size_t i;

	for (i = 0; i < one->model_count; i++)
		if (one->models[i].state == DROVER_MODEL_STATE_LOADED &&
		    backend_status_serves(other, one->models[i].name))
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

static const enum judge_canary canaries[] = {
	[CANARY_OUTCOME_NONE] = CANARY_NONE,
	[CANARY_OUTCOME_GOOD] = CANARY_GOOD,
	[CANARY_OUTCOME_FAILED] = CANARY_FAILED,
	[CANARY_OUTCOME_WRONG] = CANARY_WRONG,
};

/* Of its process, or of the busiest GPU where its models lie on one. */
static double
work_of(const struct backend_status *status,
    const struct sample_device *gpus, size_t gpu_count)
{
	double work = status->work_percent;
	size_t i;

	if (!(status->value[BACKEND_METRIC_memory_gpu] > 0))
		return work;
	for (i = 0; i < gpu_count; i++)
		work = fmax(work, gpus[i].value[DEVICE_METRIC_busy]);
	return work;
}

static void
step_backend(struct faults *faults, const struct faults_seen *seen,
    size_t which)
{
	const struct backend_status *status = &seen->backends[which];
	const struct finding_sink sink = { found, faults };
	char object[FINDING_NAME_MAX];
	struct detect_subject subject = { .object = object, .device = "",
		.scope = DROVER_METRIC_SCOPE_BACKEND };
	struct judge_row row = { .at_ms = faults->looked_ms,
		.state = status->state, .value = status->value,
		.prefill_s = NAN, .canary = canaries[status->canary],
		.canary_ms = status->canary_ms };
	double peers_ms[PEERS_MAX];
	struct looked *looked;

	row.work_percent = work_of(status, seen->gpus, seen->gpu_count);
	row.peer_count = peers_of(seen->backends, seen->backend_count, which,
	    peers_ms);
	row.peer_tpot_ms = peers_ms;
	object_of(object, faults, status->name);
	looked = step(faults, &subject, status->value);
	if (looked == NULL)
		return;
	detect_judge(looked->detect, &row, &sink);
	looked->wants_canary = detect_wants_canary(looked->detect, &row);
}

/* Where the server does not answer, nothing is known of its models. */
static enum verdict
is_missing(const struct backend_status *status, const char *model)
{
	if (status->state != DROVER_BACKEND_STATE_UP ||
	    isnan(status->value[BACKEND_METRIC_models_loaded]))
		return VERDICT_UNKNOWN;
	return backend_status_serves(status, model) ? VERDICT_GOOD :
	    VERDICT_BAD;
}

static void
step_model(struct faults *faults, const struct backend_status *status,
    const char *model)
{
	const struct finding_sink sink = { found, faults };
	char object[FINDING_NAME_MAX];
	struct detect_subject subject = { .object = object, .device = model,
		.scope = DROVER_METRIC_SCOPE_MODEL };
	struct looked *looked;

	object_of(object, faults, status->name);
	looked = look_up(faults, &subject);
	if (looked != NULL && looked->detect != NULL)
		(void)detect_condition(looked->detect, FAULT_MODEL_MISSING,
		    is_missing(status, model), faults->looked_ms,
		    "it should be in memory and is not", &sink);
}

/* The configuration names them in one text. */
static void
step_models(struct faults *faults, const struct backend_status *status,
    const char *names)
{
	char model[FINDING_NAME_MAX];
	size_t length;

	for (;;) {
		names += strspn(names, NAME_ENDS);
		length = strcspn(names, NAME_ENDS);
		if (length == 0)
			return;
		snprintf(model, sizeof(model), "%.*s", (int)length, names);
		step_model(faults, status, model);
		names += length;
	}
}

static void
step_wanted(struct faults *faults, const struct faults_seen *seen)
{
	const struct config *wanted = faults->wanted;
	size_t i, j;

	for (i = 0; wanted != NULL && i < wanted->backend_count; i++)
		for (j = 0; j < seen->backend_count; j++)
			if (strcmp(wanted->backends[i].name,
			    seen->backends[j].name) == 0)
				step_models(faults, &seen->backends[j],
				    wanted->backends[i].models);
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
    const struct faults_seen *seen)
{
	const struct detect_subject node = { .object = faults->node,
		.device = "", .scope = DROVER_METRIC_SCOPE_NODE };
	size_t i;

	faults->looked_ms = sample->boottime_ns / 1000000;
	if (faults->begun_ms < 0)
		faults->begun_ms = faults->looked_ms;
	for (i = 0; i < faults->looked_count; i++)
		faults->looked[i].seen = false;
	(void)step(faults, &node, sample->node);
	step_devices(faults, sample->devices, sample->device_count);
	step_devices(faults, seen->gpus, seen->gpu_count);
	for (i = 0; i < seen->backend_count; i++)
		step_backend(faults, seen, i);
	step_wanted(faults, seen);
	forget_gone(faults, faults->looked_ms);
}

void
faults_want(struct faults *faults, const struct config *config)
{
	faults->wanted = config;
}

bool
faults_want_canary(const struct faults *faults, const char *backend)
{
	char object[FINDING_NAME_MAX];
	size_t i;

	object_of(object, faults, backend);
	for (i = 0; i < faults->looked_count; i++)
		if (faults->looked[i].wants_canary &&
		    strcmp(faults->looked[i].object, object) == 0)
			return true;
	return false;
}
