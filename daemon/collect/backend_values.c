/*
 * From what the endpoints said, and the kernel of its connections, to the
 * values of metrics_backend.def.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collect/backend_watch.h"

static void
values_clear(struct backend_watch *watch)
{
	size_t i;

	for (i = 0; i < BACKEND_METRICS; i++)
		if (i != BACKEND_METRIC_probes &&
		    i != BACKEND_METRIC_probe_failures)
			watch->status.value[i] = NAN;
}

void
backend_forget(struct backend_watch *watch)
{
	values_clear(watch);
	watch->status.refuses = false;
	model_list_forget_state(&watch->models);
	model_list_clear(&watch->loaded);
	watch->loaded_known = false;
	watch->metrics_known = false;
	watch->slots_known = false;
	memset(&watch->props, 0, sizeof(watch->props));
	watch->props.slots_total = NAN;
	watch->props.context_tokens = NAN;
	backend_progress_reset(&watch->progress);
	watch->slow_next_ms = 0;
}

static void
conclude_ollama(struct backend_watch *watch)
{
	double *value = watch->status.value;
	const struct backend_model *model;
	size_t i;

	model_list_merge(&watch->models, &watch->stored, &watch->loaded);
	if (watch->stored_known)
		value[BACKEND_METRIC_models_stored] =
		    (double)watch->stored.seen;
	if (!watch->loaded_known) {
		model_list_forget_state(&watch->models);
		return;
	}
	value[BACKEND_METRIC_models_loaded] = (double)watch->loaded.seen;
	value[BACKEND_METRIC_memory] = 0;
	value[BACKEND_METRIC_memory_gpu] = 0;
	for (i = 0; i < watch->loaded.count; i++) {
		model = &watch->loaded.models[i];
		value[BACKEND_METRIC_memory] += model->memory_bytes;
		value[BACKEND_METRIC_memory_gpu] += model->memory_gpu_bytes;
	}
}

static void
conclude_llama_models(struct backend_watch *watch)
{
	static const struct model_list none;
	double *value = watch->status.value;
	struct backend_model *model;
	size_t i, loaded = 0;

	if (!watch->loaded_known)
		return;
	model_list_merge(&watch->models, &none, &watch->loaded);
	for (i = 0; i < watch->models.count; i++) {
		model = &watch->models.models[i];
		if (watch->props.sleeping)
			model->state = DROVER_MODEL_STATE_STORED;
		if (model->state != DROVER_MODEL_STATE_LOADED)
			continue;
		loaded++;
		if (isnan(model->context_tokens))
			model->context_tokens = watch->props.context_tokens;
	}
	value[BACKEND_METRIC_models_stored] = (double)watch->loaded.seen;
	value[BACKEND_METRIC_models_loaded] = (double)loaded;
}

/* What the slots hold, where the server has no figure of its own. */
static double
slots_used_percent(const struct llama_slots *slots)
{
	double used = 0, room = 0;
	bool known = false;
	size_t i;

	for (i = 0; i < slots->count; i++) {
		room += slots->slot[i].context;
		if (isnan(slots->slot[i].used))
			continue;
		used += slots->slot[i].used;
		known = true;
	}
	return known && room > 0 ? fmin(100 * used / room, 100) : NAN;
}

static void
conclude_llama_slots(struct backend_watch *watch)
{
	double *value = watch->status.value;

	value[BACKEND_METRIC_slots_total] = watch->props.slots_total;
	if (watch->props.sleeping)
		value[BACKEND_METRIC_slots_busy] = 0;
	if (watch->metrics_known) {
		value[BACKEND_METRIC_slots_busy] =
		    watch->metrics.requests_processing;
		value[BACKEND_METRIC_requests_deferred] =
		    watch->metrics.requests_deferred;
	}
	if (watch->slots_known) {
		value[BACKEND_METRIC_slots_busy] = (double)watch->slots.busy;
		value[BACKEND_METRIC_slots_total] =
		    (double)watch->slots.seen;
		value[BACKEND_METRIC_kv_used] =
		    slots_used_percent(&watch->slots);
	}
	if (watch->metrics_known &&
	    !isnan(watch->metrics.kv_cache_usage_ratio))
		value[BACKEND_METRIC_kv_used] =
		    100 * watch->metrics.kv_cache_usage_ratio;
}

static void
conclude_llama_rates(struct backend_watch *watch)
{
	double *value = watch->status.value;
	struct backend_rates rates;

	backend_progress_step(&watch->progress, uv_hrtime(),
	    watch->metrics_known ? &watch->metrics : NULL,
	    watch->slots_known ? &watch->slots : NULL, &rates);
	value[BACKEND_METRIC_tokens] = rates.tokens_per_s;
	value[BACKEND_METRIC_tokens_total] = rates.tokens_total;
	value[BACKEND_METRIC_prompt_tokens] = rates.prompt_per_s;
	value[BACKEND_METRIC_requests] = rates.requests_per_s;
}

/*
 * In use is what others use.  A canary that came while all slots were busy
 * waits for one.
 */
static void
leave_canary_out(struct backend_watch *watch)
{
	double *value = watch->status.value;

	if (!watch->canary_counted || !canary_is_out(watch->canary))
		return;
	if (value[BACKEND_METRIC_requests_deferred] >= 1)
		value[BACKEND_METRIC_requests_deferred]--;
	else if (value[BACKEND_METRIC_slots_busy] >= 1)
		value[BACKEND_METRIC_slots_busy]--;
}

/* The first model in memory. */
void
backend_canary_question(struct backend_watch *watch)
{
	struct canary_question *question = &watch->canary_question;
	const struct backend_model *model;
	size_t i;

	question->model[0] = '\0';
	question->kind = watch->status.kind;
	for (i = 0; i < watch->models.count; i++) {
		model = &watch->models.models[i];
		if (model->state != DROVER_MODEL_STATE_LOADED)
			continue;
		snprintf(question->model, sizeof(question->model), "%s",
		    model->name);
		question->context_tokens = model->context_tokens;
		question->expires_ns = model->expires_ns;
		return;
	}
}

void
backend_status_conclude(struct backend_status *status, double connections)
{
	double *value = status->value;
	double busy = value[BACKEND_METRIC_slots_busy];
	double deferred = value[BACKEND_METRIC_requests_deferred];
	bool told = !isnan(busy);

	value[BACKEND_METRIC_connections] = connections;
	status->in_flight_is_bound = !told && connections > 0;
	if (told)
		connections = busy + (isnan(deferred) ? 0 : deferred);
	else if (isnan(connections) && status->refuses)
		connections = 0;
	value[BACKEND_METRIC_in_flight] = connections;
}

void
backend_conclude(struct backend_watch *watch)
{
	values_clear(watch);
	watch->status.value[BACKEND_METRIC_probe_time] = watch->probe_ms;
	if (watch->status.kind == DROVER_BACKEND_KIND_OLLAMA)
		conclude_ollama(watch);
	else if (watch->status.kind == DROVER_BACKEND_KIND_LLAMA_SERVER) {
		conclude_llama_models(watch);
		conclude_llama_slots(watch);
		conclude_llama_rates(watch);
		leave_canary_out(watch);
	}
}
