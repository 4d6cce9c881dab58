#include <stdio.h>
#include <string.h>

#include "core/rows.h"

#define COPY(to, from)	snprintf(to, sizeof(to), "%.*s",		\
	(int)sizeof(to) - 1, from)

void
row_of_device(struct drover_device_row *row,
    const struct sample_device *device, const char *node)
{
	memset(row, 0, sizeof(*row));
	COPY(row->name, device->name);
	COPY(row->node, node);
	COPY(row->label, device->label);
	row->kind = (uint8_t)device->kind;
#define METRIC(name, unit, semantics, key, title, help)			\
	row->name = device->value[DEVICE_METRIC_##name];
#include <drover/tables/metrics_device.def>
#undef METRIC
}

void
sample_of_device_row(struct sample_device *device,
    const struct drover_device_row *row)
{
	memset(device, 0, sizeof(*device));
	COPY(device->name, row->name);
	COPY(device->label, row->label);
	device->kind = (enum drover_device_kind)row->kind;
#define METRIC(name, unit, semantics, key, title, help)			\
	device->value[DEVICE_METRIC_##name] = row->name;
#include <drover/tables/metrics_device.def>
#undef METRIC
}

void
row_of_backend(struct drover_backend_row *row,
    const struct backend_status *status, const char *node)
{
	memset(row, 0, sizeof(*row));
	COPY(row->name, status->name);
	COPY(row->node, node);
	COPY(row->url, status->url);
	COPY(row->version, status->version);
	COPY(row->message, status->message);
	row->kind = (uint8_t)status->kind;
	row->state = (uint8_t)status->state;
#define METRIC(name, unit, semantics, key, title, help)			\
	row->name = status->value[BACKEND_METRIC_##name];
#include <drover/tables/metrics_backend.def>
#undef METRIC
}

void
row_of_model(struct drover_model_row *row, const struct backend_model *model,
    const struct backend_status *status, const char *node)
{
	memset(row, 0, sizeof(*row));
	COPY(row->name, model->name);
	COPY(row->backend, status->name);
	COPY(row->node, node);
	COPY(row->digest, model->digest);
	COPY(row->quantization, model->quantization);
	COPY(row->parameters, model->parameters);
	row->state = (uint8_t)model->state;
	row->size = model->size_bytes;
	row->memory = model->memory_bytes;
	row->memory_gpu = model->memory_gpu_bytes;
	row->context = model->context_tokens;
	row->expires = model->expires_ns;
}

void
row_of_process(struct drover_process_row *row,
    const struct process_cost *process, const char *node)
{
	memset(row, 0, sizeof(*row));
	COPY(row->name, process->status.name);
	COPY(row->node, node);
	COPY(row->message, process->status.message);
	row->state = process->status.state;
	row->pid = process->status.pid;
	row->started = process->status.started_ns;
	row->restarts = process->status.restarts;
	row->cpu = process->cpu_percent;
	row->memory = process->memory_bytes;
}

void
row_of_sample(struct drover_node_row *row, const struct sample *sample)
{
	row->sampled = sample->wall_ns;
#define METRIC(name, unit, semantics, key, title, help)			\
	row->name = sample->node[NODE_METRIC_##name];
#include <drover/tables/metrics_node.def>
#undef METRIC
}
