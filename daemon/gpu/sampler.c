#include "gpu/sampler.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* More than this many Xid at once are left to the next sample. */
#define EVENTS_MAX	64

static int
count_gpus(struct sampler *sampler, char *why)
{
	unsigned int count;
	int result;

	result = NVML_CALL(&sampler->nvml, -1, count, &count);
	if (result != NVML_SUCCESS) {
		snprintf(why, SAMPLER_WHY_BYTES, "%s: %s (%d)",
		    nvml_symbol_count, nvml_result_text(result), result);
		return -EIO;
	}
	if (count == 0) {
		snprintf(why, SAMPLER_WHY_BYTES,
		    "the NVIDIA driver sees no GPU");
		return -ENODEV;
	}
	sampler->count = count < SAMPLER_GPUS_MAX ? count : SAMPLER_GPUS_MAX;
	return 0;
}

static void
find_gpu(struct sampler *sampler, int index, bool leave)
{
	struct sampler_gpu *gpu;

	gpu = &sampler->gpus[index];
	gpu->xid_last = NAN;
	snprintf(gpu->label, sizeof(gpu->label), "NVIDIA GPU");
	gpu->left = leave;
	if (leave)
		return;
	if (NVML_CALL(&sampler->nvml, index, handle, (unsigned int)index,
	    &gpu->device) != NVML_SUCCESS) {
		gpu->lost = true;
		return;
	}
	(void)NVML_CALL(&sampler->nvml, index, name, gpu->device, gpu->label,
	    sizeof(gpu->label));
	gpu->label[sizeof(gpu->label) - 1] = '\0';
	if (sampler->events != NULL && NVML_CALL(&sampler->nvml, index,
	    register_events, gpu->device, NVML_EVENT_XID,
	    sampler->events) == NVML_SUCCESS)
		sampler->watched = true;
}

static void
find_all(struct sampler *sampler, uint32_t leave)
{
	size_t i;

	if (sampler->nvml.event_wait == NULL ||
	    NVML_CALL(&sampler->nvml, -1, event_set_create,
	    &sampler->events) != NVML_SUCCESS)
		sampler->events = NULL;
	for (i = 0; i < sampler->count; i++)
		find_gpu(sampler, (int)i, (leave >> i & 1) != 0);
	(void)NVML_CALL(&sampler->nvml, -1, driver_version, sampler->driver,
	    sizeof(sampler->driver));
	sampler->driver[sizeof(sampler->driver) - 1] = '\0';
}

int
sampler_open(struct sampler *sampler, struct nvml_call *call,
    const char *library, uint32_t leave, char *why)
{
	int error, result;

	memset(sampler, 0, sizeof(*sampler));
	sampler->call = call;
	error = nvml_open(&sampler->nvml, call, library, why,
	    SAMPLER_WHY_BYTES);
	if (error != 0)
		return error == -ENOENT ? -ENODEV : error;
	result = NVML_CALL(&sampler->nvml, -1, init);
	if (result != NVML_SUCCESS) {
		snprintf(why, SAMPLER_WHY_BYTES, "%s: %s (%d)",
		    nvml_symbol_init, nvml_result_text(result), result);
		nvml_close(&sampler->nvml);
		return result == NVML_DRIVER_NOT_LOADED ||
		    result == NVML_LIBRARY_NOT_FOUND ? -ENODEV : -EIO;
	}
	error = count_gpus(sampler, why);
	if (error != 0) {
		sampler_close(sampler);
		return error;
	}
	find_all(sampler, leave);
	return 0;
}

void
sampler_close(struct sampler *sampler)
{
	if (sampler->nvml.library == NULL)
		return;
	if (sampler->events != NULL)
		(void)NVML_CALL(&sampler->nvml, -1, event_set_free,
		    sampler->events);
	sampler->events = NULL;
	(void)NVML_CALL(&sampler->nvml, -1, shutdown);
	nvml_close(&sampler->nvml);
}

bool
sampler_lost_any(const struct sampler *sampler)
{
	size_t i;

	for (i = 0; i < sampler->count; i++)
		if (sampler->gpus[i].lost)
			return true;
	return false;
}

/*
 * Call a function for a GPU; a lost one is asked no more.  True when it
 * gave a value.
 */
#define ASK(sampler, index, function, ...)				\
	(!(sampler)->gpus[index].lost &&				\
	!(sampler)->gpus[index].left &&					\
	answered(&(sampler)->gpus[index], NVML_CALL(&(sampler)->nvml,	\
	(int)(index), function, (sampler)->gpus[index].device,		\
	__VA_ARGS__)))

static bool
answered(struct sampler_gpu *gpu, int result)
{
	if (result == NVML_GPU_IS_LOST)
		gpu->lost = true;
	return result == NVML_SUCCESS;
}

static void
take_load(struct sampler *sampler, size_t index, double *value)
{
	struct nvml_utilization rates;
	struct nvml_memory memory;

	if (ASK(sampler, index, utilization, &rates))
		value[DEVICE_METRIC_busy] = rates.gpu;
	if (!ASK(sampler, index, memory, &memory))
		return;
	value[DEVICE_METRIC_size] = (double)memory.total;
	value[DEVICE_METRIC_used] = (double)memory.used;
	value[DEVICE_METRIC_free] = (double)memory.free;
	if (memory.total > 0)
		value[DEVICE_METRIC_used_share] = 100.0 *
		    (double)memory.used / (double)memory.total;
}

static void
take_power(struct sampler *sampler, size_t index, double *value)
{
	unsigned long long reasons;
	unsigned int number;

	if (ASK(sampler, index, temperature, NVML_TEMPERATURE_GPU, &number))
		value[DEVICE_METRIC_temperature] = number;
	if (ASK(sampler, index, power, &number))
		value[DEVICE_METRIC_power] = number / 1000.0;
	if (ASK(sampler, index, power_limit, &number))
		value[DEVICE_METRIC_power_limit] = number / 1000.0;
	if (ASK(sampler, index, clock, NVML_CLOCK_SM, &number))
		value[DEVICE_METRIC_clock] = number;
	if (ASK(sampler, index, clock_reasons, &reasons))
		value[DEVICE_METRIC_clock_reasons] = (double)reasons;
}

static void
take_errors(struct sampler *sampler, size_t index, double *value)
{
	unsigned int corrected, uncorrected, pending, failed, replays;
	unsigned long long errors;

	if (ASK(sampler, index, ecc_errors, NVML_ECC_CORRECTED,
	    NVML_ECC_AGGREGATE, &errors))
		value[DEVICE_METRIC_ecc_corrected] = (double)errors;
	if (ASK(sampler, index, ecc_errors, NVML_ECC_UNCORRECTED,
	    NVML_ECC_AGGREGATE, &errors))
		value[DEVICE_METRIC_ecc_uncorrected] = (double)errors;
	if (ASK(sampler, index, remapped_rows, &corrected, &uncorrected,
	    &pending, &failed)) {
		value[DEVICE_METRIC_remapped_rows] =
		    (double)corrected + (double)uncorrected;
		value[DEVICE_METRIC_remap_pending] = pending != 0;
		value[DEVICE_METRIC_remap_failed] = failed != 0;
	}
	if (ASK(sampler, index, pcie_replays, &replays))
		value[DEVICE_METRIC_pcie_replays] = replays;
}

static void
note_xid(struct sampler *sampler, const struct nvml_event *event)
{
	size_t i;

	for (i = 0; i < sampler->count; i++) {
		if (sampler->gpus[i].device != event->device)
			continue;
		sampler->gpus[i].xid_errors++;
		sampler->gpus[i].xid_last = (double)event->data;
	}
}

static void
take_xids(struct sampler *sampler)
{
	struct nvml_event event;
	int i;

	for (i = 0; sampler->watched && i < EVENTS_MAX; i++) {
		/*
		 * The former nvmlEventSetWait() fills in less than v2: the
		 * instances are not set, and not used here.
		 */
		memset(&event, 0, sizeof(event));
		if (NVML_CALL(&sampler->nvml, -1, event_wait, sampler->events,
		    &event, 0) != NVML_SUCCESS)
			return;
		if ((event.type & NVML_EVENT_XID) != 0)
			note_xid(sampler, &event);
	}
}

static void
take_gpu(struct sampler *sampler, size_t index, struct sample_device *device)
{
	struct sampler_gpu *gpu;
	size_t i;

	gpu = &sampler->gpus[index];
	memset(device, 0, sizeof(*device));
	snprintf(device->name, sizeof(device->name), "gpu/%zu", index);
	snprintf(device->label, sizeof(device->label), "%s", gpu->label);
	device->kind = DROVER_DEVICE_KIND_GPU;
	for (i = 0; i < DEVICE_METRICS; i++)
		device->value[i] = NAN;
	take_load(sampler, index, device->value);
	take_power(sampler, index, device->value);
	take_errors(sampler, index, device->value);
	/* What was measured just before the loss says nothing of now. */
	for (i = 0; gpu->lost && i < DEVICE_METRICS; i++)
		device->value[i] = NAN;
	device->value[DEVICE_METRIC_lost] = gpu->lost;
	if (gpu->lost || gpu->left)
		snprintf(device->label, sizeof(device->label), "%.40s (%s)",
		    gpu->label, gpu->lost ? "lost" : "hung, left alone");
	if (sampler->watched) {
		device->value[DEVICE_METRIC_xid_errors] = gpu->xid_errors;
		device->value[DEVICE_METRIC_xid_last] = gpu->xid_last;
	}
}

size_t
sampler_take(struct sampler *sampler, struct sample_device *devices)
{
	size_t i;

	take_xids(sampler);
	for (i = 0; i < sampler->count; i++)
		take_gpu(sampler, i, &devices[i]);
	return sampler->count;
}
