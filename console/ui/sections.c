#include "sections.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "text.h"

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

#define DRAIN(title, name, unit, width, type)				\
	{title, offsetof(struct drover_node_row, name), UNIT_##unit,	\
	    width, FIELD_##type}
#define HOLD(title, name, unit, width, type)				\
	{title, offsetof(struct drover_hold_row, name), UNIT_##unit,	\
	    width, FIELD_##type}
#define MEMBER(title, name, unit, width, type)				\
	{title, offsetof(struct drover_member_row, name), UNIT_##unit,	\
	    width, FIELD_##type}
#define NOTE(title, name, unit, width, type)				\
	{title, offsetof(struct drover_note_row, name), UNIT_##unit,	\
	    width, FIELD_##type}

static const struct field hold_fields[] = {
	HOLD("number", id, code, 6, I64),
	HOLD("ends in", until, seconds, 7, UNTIL),
};

static const struct field drain_fields[] = {
	DRAIN("for", drain_since, seconds, 6, SINCE),
	DRAIN("ends in", drain_deadline, seconds, 7, UNTIL),
	DRAIN("in flight", in_flight, count, 9, F64),
};

static const struct field note_fields[] = {
	NOTE("number", id, code, 6, I64),
	NOTE("age", time, seconds, 6, SINCE),
};

static const struct field member_fields[] = {
	MEMBER("term", term, code, 5, I64),
	MEMBER("last", last_index, code, 7, I64),
	MEMBER("commit", commit_index, code, 7, I64),
	MEMBER("applied", applied_index, code, 7, I64),
	MEMBER("snapshot", snapshot_index, code, 8, I64),
	MEMBER("append", append_mean, ms, 7, F64),
	MEMBER("log", log_size, bytes, 6, F64),
	MEMBER("state", state_size, bytes, 6, F64),
	MEMBER("voters", voters, count, 6, F64),
	MEMBER("open", outstanding, count, 5, F64),
};

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
member_sign(const void *row)
{
	return sign_member_role(
	    ((const struct drover_member_row *)row)->role);
}

static struct sign
drain_sign(const void *row)
{
	return sign_node_drain(((const struct drover_node_row *)row)->drain);
}

static struct sign
hold_sign(const void *row)
{
	return sign_hold_kind(((const struct drover_hold_row *)row)->kind);
}

static struct sign
process_sign(const void *row)
{
	return sign_process_state(
	    ((const struct drover_process_row *)row)->state);
}

#define OBJECTS(title, TABLE, table, name, sign, fields, note)		\
	{title, DROVER_TABLE_##TABLE, 0, 0, 0, sign, fields,		\
	    COUNT(fields), note, offsetof(struct drover_##table##_row, name)}
#define DEVICES(title, KIND, fields, note)				\
	{title, DROVER_TABLE_DEVICE, DROVER_DEVICE_KIND_##KIND, 0, 0,	\
	    NULL, fields, COUNT(fields), note,				\
	    offsetof(struct drover_device_row, name)}
/* The metrics from first up to, not including, end. */
#define METRICS(title, first, end)					\
	{title, DROVER_TABLE_NODE, 0, NODE_METRIC_##first, end, NULL,	\
	    NULL, 0, "", 0}
#define TO(name)	NODE_METRIC_##name

/*
 * What operators said stands first, then what serves models, drover itself
 * last.
 */
const struct section sections[SECTIONS] = {
	OBJECTS("holds", HOLD, hold, scope, hold_sign, hold_fields, "why"),
	OBJECTS("notes", NOTE, note, who, NULL, note_fields, ""),
	OBJECTS("backends", BACKEND, backend, name, backend_sign,
	    backend_fields, ""),
	OBJECTS("models", MODEL, model, name, model_sign, model_fields,
	    ""),
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
	OBJECTS("drover processes", PROCESS, process, name, process_sign,
	    process_fields, "last message"),
};

const struct section consensus_sections[CONSENSUS_SECTIONS] = {
	OBJECTS("members", MEMBER, member, name, member_sign, member_fields,
	    "what is wrong"),
	OBJECTS("drains", NODE, node, name, drain_sign, drain_fields, "why"),
	OBJECTS("holds", HOLD, hold, scope, hold_sign, hold_fields, "why"),
	OBJECTS("notes", NOTE, note, object, NULL, note_fields, ""),
};

uint64_t
section_key(bool consensus, const char *title)
{
	return text_hash(text_hash(TEXT_HASH_START, consensus ? "consensus" :
	    "node"), title);
}

uint32_t
section_rows(const struct section *section, const struct model *model)
{
	return section->fields == NULL ? section->end :
	    model->table[section->table].slots;
}

bool
section_shows(const struct section *section, const struct model *model,
    uint32_t i)
{
	const void *row = model_row(model, section->table, i);

	if (row == NULL || section->table != DROVER_TABLE_NODE)
		return row != NULL;
	return ((const struct drover_node_row *)row)->drain !=
	    DROVER_NODE_DRAIN_NONE;
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
	case DROVER_TABLE_NOTE:
		return ((const struct drover_note_row *)row)->object;
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
	if (row != NULL && section->table == DROVER_TABLE_HOLD)
		return hold_concerns(model, row, node);
	if (row == NULL || strcmp(row_node(section, row), node) != 0)
		return false;
	return section->table != DROVER_TABLE_DEVICE ||
	    ((const struct drover_device_row *)row)->kind == section->device;
}

const char *
section_row_name(const struct section *section, const struct model *model,
    uint32_t i)
{
	const char *name, *slash = NULL;

	if (section->fields == NULL)
		return node_metrics[i].title;
	name = (const char *)model_row(model, section->table, i) +
	    section->name_offset;
	/* disk/sda stands under "disks": its kind is known. */
	if (section->table == DROVER_TABLE_DEVICE)
		slash = strchr(name, '/');
	return slash != NULL ? slash + 1 : name;
}

uint64_t
section_row_key(const struct section *section, const struct model *model,
    uint32_t i, uint64_t base)
{
	uint64_t key = text_hash(base, section_row_name(section, model, i));
	const void *row = model_row(model, section->table, i);

	/* Many holds may name the same thing. */
	if (section->table == DROVER_TABLE_HOLD)
		key ^= (uint64_t)((const struct drover_hold_row *)row)->id;
	else if (section->table == DROVER_TABLE_NOTE)
		key ^= (uint64_t)((const struct drover_note_row *)row)->id;
	return key;
}

static const char *
row_note(const struct section *section, const void *row)
{
	const struct drover_backend_row *backend = row;

	switch (section->table) {
	case DROVER_TABLE_BACKEND:
		return backend->message[0] != '\0' ? backend->message :
		    backend->url;
	case DROVER_TABLE_MODEL:
		return ((const struct drover_model_row *)row)->quantization;
	case DROVER_TABLE_PROCESS:
		return ((const struct drover_process_row *)row)->message;
	case DROVER_TABLE_NOTE:
		return ((const struct drover_note_row *)row)->text;
	case DROVER_TABLE_MEMBER:
		return ((const struct drover_member_row *)row)->problem;
	default:
		return ((const struct drover_device_row *)row)->label;
	}
}

void
section_row_note(const struct section *section, const struct model *model,
    uint32_t i, char note[SECTION_NOTE_BYTES])
{
	const struct drover_hold_row *hold;
	const struct drover_node_row *node;

	if (section->fields == NULL) {
		snprintf(note, SECTION_NOTE_BYTES, "%s", node_metrics[i].help);
	} else if (section->table == DROVER_TABLE_HOLD) {
		hold = model_row(model, section->table, i);
		snprintf(note, SECTION_NOTE_BYTES, "%s: %s", hold->who,
		    hold->reason);
	} else if (section->table == DROVER_TABLE_NODE) {
		node = model_row(model, section->table, i);
		snprintf(note, SECTION_NOTE_BYTES, "%s: %s",
		    node->drain_who, node->drain_reason);
	} else {
		snprintf(note, SECTION_NOTE_BYTES, "%s", row_note(section,
		    model_row(model, section->table, i)));
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
