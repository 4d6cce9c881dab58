#include "sections.h"

#include <math.h>
#include <string.h>

#define NS_PER_S	1000000000.0
#define COUNT(array)	(int)(sizeof(array) / sizeof((array)[0]))

#define DEVICE(title, name, unit, width)				\
	{title, offsetof(struct drover_device_row, name), UNIT_##unit,	\
	    width, FIELD_F64}
#define BACKEND(title, name, unit, width)				\
	{title, offsetof(struct drover_backend_row, name), UNIT_##unit,	\
	    width, FIELD_F64}
#define MODEL(title, name, unit, width, type)				\
	{title, offsetof(struct drover_model_row, name), UNIT_##unit,	\
	    width, FIELD_##type}
#define PROCESS(title, name, unit, width, type)				\
	{title, offsetof(struct drover_process_row, name), UNIT_##unit,	\
	    width, FIELD_##type}

static const struct field backend_fields[] = {
	BACKEND("answer", probe_time, ms, 7),
	BACKEND("loaded", models_loaded, count, 6),
	BACKEND("busy", slots_busy, count, 4),
	BACKEND("slots", slots_total, count, 5),
	BACKEND("wait", requests_deferred, count, 4),
	BACKEND("REQ/S", requests, per_s, 5),
	BACKEND("TOK/S", tokens, per_s, 5),
	BACKEND("TTFT", ttft, ms, 6),
	BACKEND("KV%", kv_used, percent, 4),
	BACKEND("memory", memory, bytes, 6),
	BACKEND("VRAM", memory_gpu, bytes, 6),
	BACKEND("silent", silent_time, seconds, 6),
	BACKEND("failures", probe_failures, count, 8),
};

static const struct field model_fields[] = {
	MODEL("size", size, bytes, 6, F64),
	MODEL("memory", memory, bytes, 6, F64),
	MODEL("VRAM", memory_gpu, bytes, 6, F64),
	MODEL("context", context, tokens, 7, F64),
	MODEL("unload in", expires, seconds, 9, UNTIL),
};

static const struct field gpu_fields[] = {
	DEVICE("busy", busy, percent, 5),
	DEVICE("used%", used_share, percent, 5),
	DEVICE("used", used, bytes, 6),
	DEVICE("size", size, bytes, 6),
	DEVICE("temp", temperature, celsius, 5),
	DEVICE("power", power, watts, 5),
	DEVICE("limit", power_limit, watts, 5),
	DEVICE("MHz", clock, mhz, 5),
	DEVICE("reasons", clock_reasons, bits, 7),
	DEVICE("ECC", ecc_uncorrected, count, 4),
	DEVICE("Xid", xid_errors, count, 4),
};

static const struct field disk_fields[] = {
	DEVICE("busy", busy, percent, 5),
	DEVICE("read/s", in, bytes_per_s, 6),
	DEVICE("write/s", out, bytes_per_s, 7),
	DEVICE("reads", in_operations, per_s, 6),
	DEVICE("writes", out_operations, per_s, 6),
	DEVICE("flight", in_flight, count, 6),
	DEVICE("wait", wait, ms, 7),
	DEVICE("size", size, bytes, 6),
};

static const struct field filesystem_fields[] = {
	DEVICE("used%", used_share, percent, 5),
	DEVICE("used", used, bytes, 6),
	DEVICE("free", free, bytes, 6),
	DEVICE("size", size, bytes, 6),
	DEVICE("inodes free", inodes_free, percent, 11),
};

static const struct field nic_fields[] = {
	DEVICE("in/s", in, bytes_per_s, 6),
	DEVICE("out/s", out, bytes_per_s, 6),
	DEVICE("link", carrier, flag, 4),
	DEVICE("speed", speed, bits_per_s, 6),
	DEVICE("errors", in_errors, count, 6),
	DEVICE("drops", in_drops, count, 6),
	DEVICE("changes", carrier_changes, count, 7),
};

static const struct field sensor_fields[] = {
	DEVICE("temp", temperature, celsius, 5),
};

static const struct field process_fields[] = {
	PROCESS("pid", pid, code, 7, I64),
	PROCESS("CPU", cpu, percent, 5, F64),
	PROCESS("memory", memory, bytes, 6, F64),
	PROCESS("for", started, seconds, 6, SINCE),
	PROCESS("restarts", restarts, count, 8, F64),
};

static struct sign
backend_sign(const void *row)
{
	return sign_backend_state(
	    ((const struct drover_backend_row *)row)->state);
}

static struct sign
model_sign(const void *row)
{
	return sign_model_state(
	    ((const struct drover_model_row *)row)->state);
}

static struct sign
process_sign(const void *row)
{
	return sign_process_state(
	    ((const struct drover_process_row *)row)->state);
}

#define OBJECTS(title, TABLE, device, sign, fields, note)		\
	{title, DROVER_TABLE_##TABLE, device, 0, 0, sign, fields,	\
	    COUNT(fields), note}
#define DEVICES(title, KIND, fields, note)				\
	OBJECTS(title, DEVICE, DROVER_DEVICE_KIND_##KIND, NULL, fields,	\
	    note)
/* The metrics from first up to, not including, end. */
#define METRICS(title, first, end)					\
	{title, DROVER_TABLE_NODE, 0, NODE_METRIC_##first, end, NULL,	\
	    NULL, 0, ""}
#define TO(name)	NODE_METRIC_##name

/* What serves models stands first, drover itself last. */
const struct section sections[SECTIONS] = {
	OBJECTS("backends", BACKEND, 0, backend_sign, backend_fields, ""),
	OBJECTS("models", MODEL, 0, model_sign, model_fields, ""),
	DEVICES("GPUs", GPU, gpu_fields, "model"),
	METRICS("processor", cpu_busy, TO(psi_cpu_some)),
	METRICS("pressure", psi_cpu_some, TO(memory_total)),
	METRICS("memory", memory_total, TO(cgroup_memory)),
	METRICS("control group and reclaim", cgroup_memory,
	    TO(temperature_max)),
	METRICS("heat", temperature_max, TO(disk_read)),
	METRICS("storage", disk_read, TO(net_receive)),
	METRICS("network", net_receive, TO(uptime)),
	METRICS("machine", uptime, TO(backends)),
	METRICS("serving", backends, NODE_METRICS),
	DEVICES("disks", DISK, disk_fields, "model"),
	DEVICES("file systems", FILESYSTEM, filesystem_fields,
	    "mounted at"),
	DEVICES("links", NIC, nic_fields, ""),
	DEVICES("sensors", SENSOR, sensor_fields, "label"),
	OBJECTS("drover processes", PROCESS, 0, process_sign,
	    process_fields, "last message"),
};

uint32_t
section_rows(const struct section *section, const struct model *model)
{
	return section->fields == NULL ? section->end :
	    model->table[section->table].slots;
}

static const char *
row_node(const struct section *section, const void *row)
{
	switch (section->table) {
	case DROVER_TABLE_BACKEND:
		return ((const struct drover_backend_row *)row)->node;
	case DROVER_TABLE_MODEL:
		return ((const struct drover_model_row *)row)->node;
	case DROVER_TABLE_PROCESS:
		return ((const struct drover_process_row *)row)->node;
	default:
		return ((const struct drover_device_row *)row)->node;
	}
}

bool
section_has(const struct section *section, const struct model *model,
    const char *node, uint32_t i)
{
	const void *row;

	if (section->fields == NULL)
		return i >= section->first && i < section->end;
	row = model_row(model, section->table, i);
	if (row == NULL || strcmp(row_node(section, row), node) != 0)
		return false;
	return section->table != DROVER_TABLE_DEVICE ||
	    ((const struct drover_device_row *)row)->kind == section->device;
}

const char *
section_row_name(const struct section *section, const struct model *model,
    uint32_t i)
{
	const struct drover_device_row *device;
	const void *row;
	const char *slash;

	if (section->fields == NULL)
		return node_metrics[i].title;
	row = model_row(model, section->table, i);
	switch (section->table) {
	case DROVER_TABLE_BACKEND:
		return ((const struct drover_backend_row *)row)->name;
	case DROVER_TABLE_MODEL:
		return ((const struct drover_model_row *)row)->name;
	case DROVER_TABLE_PROCESS:
		return ((const struct drover_process_row *)row)->name;
	default:
		/* disk/sda stands under "disks": its kind is known. */
		device = row;
		slash = strchr(device->name, '/');
		return slash != NULL ? slash + 1 : device->name;
	}
}

const char *
section_row_note(const struct section *section, const struct model *model,
    uint32_t i)
{
	const struct drover_backend_row *backend;
	const struct drover_model_row *served;
	const void *row;

	if (section->fields == NULL)
		return node_metrics[i].help;
	row = model_row(model, section->table, i);
	switch (section->table) {
	case DROVER_TABLE_BACKEND:
		backend = row;
		return backend->message[0] != '\0' ? backend->message :
		    backend->url;
	case DROVER_TABLE_MODEL:
		served = row;
		return served->quantization;
	case DROVER_TABLE_PROCESS:
		return ((const struct drover_process_row *)row)->message;
	default:
		return ((const struct drover_device_row *)row)->label;
	}
}

double
field_value(const struct field *field, const void *row, int64_t now_ns)
{
	const char *place = (const char *)row + field->offset;
	double value;
	int64_t number;

	if (field->type == FIELD_F64) {
		memcpy(&value, place, sizeof(value));
		return value;
	}
	memcpy(&number, place, sizeof(number));
	if (number == 0)
		return NAN;
	if (field->type == FIELD_SINCE)
		return (double)(now_ns - number) / NS_PER_S;
	if (field->type == FIELD_UNTIL)
		return (double)(number - now_ns) / NS_PER_S;
	return (double)number;
}
