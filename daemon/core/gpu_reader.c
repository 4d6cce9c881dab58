#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/gpu_reader.h"
#include "core/rows.h"

#define ATTEMPTS	4

void
gpu_reader_init(struct gpu_reader *reader, const char *path)
{
	memset(reader, 0, sizeof(*reader));
	snprintf(reader->path, sizeof(reader->path), "%s", path);
}

void
gpu_reader_close(struct gpu_reader *reader)
{
	drover_segment_detach(reader->segment);
	reader->segment = NULL;
}

static bool
alive(const struct gpu_reader *reader)
{
	return drover_segment_liveness(reader->segment, 0) ==
	    DROVER_WRITER_ALIVE;
}

static bool
attached(struct gpu_reader *reader)
{
	if (reader->segment != NULL && alive(reader))
		return true;
	gpu_reader_close(reader);
	memset(&reader->cursor, 0, sizeof(reader->cursor));
	if (drover_segment_attach(&reader->segment, reader->path) != 0)
		return false;
	if (alive(reader) && drover_binding_make(&reader->binding,
	    reader->segment, DROVER_TABLE_DEVICE) == 0)
		return true;
	gpu_reader_close(reader);
	return false;
}

static size_t
read_rows(const struct gpu_reader *reader,
    const struct drover_snapshot *snapshot, struct sample_device *gpus)
{
	struct drover_device_row row;
	const void *source;
	uint32_t slot, slots;
	size_t count;

	count = 0;
	slots = drover_rows(snapshot, reader->binding.table);
	for (slot = 0; slot < slots && count < GPUS_MAX; slot++) {
		source = drover_row(snapshot, reader->binding.table, slot);
		if (source == NULL)
			continue;
		drover_binding_decode(&reader->binding, source, &row);
		sample_of_device_row(&gpus[count++], &row);
	}
	return count;
}

static void
forget_values(struct gpu_reader *reader)
{
	size_t gpu, metric;

	for (gpu = 0; gpu < reader->count; gpu++)
		for (metric = 0; metric < DEVICE_METRICS; metric++)
			reader->gpus[gpu].value[metric] = NAN;
}

void
gpu_reader_sample(struct gpu_reader *reader)
{
	struct sample_device gpus[GPUS_MAX];
	struct drover_snapshot snapshot;
	size_t count;
	int attempt;

	for (attempt = 0; attached(reader) && attempt < ATTEMPTS;
	    attempt++) {
		if (drover_snapshot_begin(reader->segment, &snapshot) != 0)
			continue;
		count = read_rows(reader, &snapshot, gpus);
		if (!drover_snapshot_valid(&snapshot))
			continue;
		/* A gpu process that begins has not shown its GPUs yet. */
		if (count == 0)
			break;
		memcpy(reader->gpus, gpus, count * sizeof(gpus[0]));
		reader->count = count;
		return;
	}
	forget_values(reader);
}

/*
 * What a gpu process that died had told is read before its segment is let
 * go, so this asks for no life.
 */
bool
gpu_reader_event(struct gpu_reader *reader, struct drover_event *event)
{
	return reader->segment != NULL && drover_event_next(reader->segment,
	    &reader->cursor, event) == 1;
}
