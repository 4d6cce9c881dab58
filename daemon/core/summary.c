#include <math.h>

#include "core/summary.h"

/* Sum and maximum over what is known; NaN while nothing is. */
static void
add(double *sum, double value)
{
	if (isnan(value))
		return;
	*sum = isnan(*sum) ? value : *sum + value;
}

static void
raise_to(double *maximum, double value)
{
	if (isnan(value))
		return;
	if (isnan(*maximum) || value > *maximum)
		*maximum = value;
}

void
summary_of_gpus(struct sample *sample, const struct sample_device *gpus,
    size_t count)
{
	double busy, hottest, total, used;
	const double *value;
	size_t answering, i;

	busy = hottest = total = used = NAN;
	answering = 0;
	for (i = 0; i < count; i++) {
		value = gpus[i].value;
		if (!isnan(value[DEVICE_METRIC_busy]))
			answering++;
		add(&busy, value[DEVICE_METRIC_busy]);
		add(&used, value[DEVICE_METRIC_used]);
		add(&total, value[DEVICE_METRIC_size]);
		raise_to(&hottest, value[DEVICE_METRIC_temperature]);
	}
	sample->node[NODE_METRIC_gpus] = count == 0 ? NAN :
	    (double)answering;
	sample->node[NODE_METRIC_gpu_busy] = busy / (double)answering;
	sample->node[NODE_METRIC_gpu_memory_used] = used * 100.0 / total;
	sample->node[NODE_METRIC_gpu_temperature_max] = hottest;
}

/* Unlike the others: unknown as soon as one of them is. */
static double
sum_in_flight(const struct backend_status *statuses, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += statuses[i].value[BACKEND_METRIC_in_flight];
	return sum;
}

static void
add_backend(double *node, const double *value)
{
	add(&node[NODE_METRIC_slots_busy],
	    value[BACKEND_METRIC_slots_busy]);
	add(&node[NODE_METRIC_slots_total],
	    value[BACKEND_METRIC_slots_total]);
	add(&node[NODE_METRIC_requests_deferred],
	    value[BACKEND_METRIC_requests_deferred]);
	add(&node[NODE_METRIC_requests], value[BACKEND_METRIC_requests]);
	add(&node[NODE_METRIC_tokens], value[BACKEND_METRIC_tokens]);
	raise_to(&node[NODE_METRIC_ttft], value[BACKEND_METRIC_ttft]);
	raise_to(&node[NODE_METRIC_kv_used], value[BACKEND_METRIC_kv_used]);
}

void
summary_of_backends(struct sample *sample,
    const struct backend_status *statuses, size_t count)
{
	static const enum node_metric summed[] = {
		NODE_METRIC_slots_busy, NODE_METRIC_slots_total,
		NODE_METRIC_requests_deferred, NODE_METRIC_requests,
		NODE_METRIC_tokens, NODE_METRIC_ttft, NODE_METRIC_kv_used,
	};
	double *node = sample->node;
	size_t i, up;

	for (i = 0; i < sizeof(summed) / sizeof(summed[0]); i++)
		node[summed[i]] = NAN;
	for (i = up = 0; i < count; i++) {
		if (statuses[i].state != DROVER_BACKEND_STATE_UP)
			continue;
		up++;
		add_backend(node, statuses[i].value);
	}
	node[NODE_METRIC_backends] = (double)count;
	node[NODE_METRIC_backends_up] = (double)up;
	node[NODE_METRIC_in_flight] = sum_in_flight(statuses, count);
}

static const char *
loaded_model(const struct backend_status *status)
{
	size_t i;

	for (i = 0; i < status->model_count; i++)
		if (status->models[i].state == DROVER_MODEL_STATE_LOADED)
			return status->models[i].name;
	return NULL;
}

const char *
summary_model(const struct backend_status *statuses, size_t count)
{
	const char *busiest, *model;
	double most, tokens;
	size_t i;

	busiest = NULL;
	most = -1;
	for (i = 0; i < count; i++) {
		model = loaded_model(&statuses[i]);
		tokens = statuses[i].value[BACKEND_METRIC_tokens];
		if (isnan(tokens))
			tokens = 0;
		if (model != NULL && tokens > most) {
			busiest = model;
			most = tokens;
		}
	}
	return busiest;
}
