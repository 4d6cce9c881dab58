#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shm/clock.h"
#include "source_parts.h"

#define SNAPSHOT_TRIES	8
#define EVENTS_AT_ONCE	65536
#define NS_PER_S	1000000000LL

void
source_prepare(struct source *source)
{
	int i;

	memset(source, 0, sizeof(*source));
	for (i = 0; i < DROVER_TABLES; i++)
		source->staging[i].row_bytes = model_row_bytes[i];
}

void
source_open(struct source *source, const char *directory)
{
	source_prepare(source);
	source->directory = directory;
}

static int
read_whole(const char *path, void **bytes, size_t *length)
{
	struct stat status;
	size_t got = 0;
	ssize_t n = 1;
	int error = 0, fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) != 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -EINVAL;
	else if ((*bytes = aligned_alloc(4096,
	    ((size_t)status.st_size + 4096) & ~(size_t)4095)) == NULL)
		error = -ENOMEM;
	if (error != 0)
		goto out;
	while (got < (size_t)status.st_size && n > 0) {
		n = read(fd, (char *)*bytes + got,
		    (size_t)status.st_size - got);
		if (n < 0)
			error = -errno;
		else
			got += (size_t)n;
	}
	*length = got;
out:
	close(fd);
	return error;
}

void
source_bind(struct source *source)
{
	int i;

	for (i = 0; i < DROVER_TABLES; i++)
		source->bound[i] = drover_binding_make(&source->binding[i],
		    source->segment, (enum drover_core_table)i) == 0;
}

int
source_open_bytes(struct source *source, void *bytes, size_t length,
    const char *path)
{
	int error;

	source_prepare(source);
	source->image = true;
	source->bytes = bytes;
	snprintf(source->path, sizeof(source->path), "%s", path);
	error = drover_segment_attach_image(&source->segment, bytes, length);
	if (error == 0)
		source_bind(source);
	else
		source_close(source);
	return error;
}

int
source_open_image(struct source *source, const char *path)
{
	void *bytes = NULL;
	size_t length = 0;
	int error = read_whole(path, &bytes, &length);

	if (error == 0)
		return source_open_bytes(source, bytes, length, path);
	free(bytes);
	return error;
}

static void
let_go(struct source *source)
{
	if (source->segment != NULL)
		drover_segment_detach(source->segment);
	source->segment = NULL;
}

void
source_close(struct source *source)
{
	int i;

	let_go(source);
	free(source->bytes);
	asker_close(source->asker);
	for (i = 0; i < DROVER_TABLES; i++)
		free(source->staging[i].rows);
	memset(source, 0, sizeof(*source));
}

static void
explain(struct model *model, int error)
{
	const char *why;

	switch (error) {
	case -ENOENT:
		why = "no segment there yet: droverd is not running";
		break;
	case -EPROTONOSUPPORT:
		why = "its segment has another version: update drover";
		break;
	case -EBADMSG:
		why = "its segment is damaged";
		break;
	default:
		why = strerror(-error);
	}
	snprintf(model->problem, sizeof(model->problem), "%s", why);
}

static int
attach(struct source *source, struct model *model)
{
	struct stat status;
	int error;

	error = drover_segment_path(source->directory, "core", source->path,
	    sizeof(source->path));
	snprintf(model->path, sizeof(model->path), "%s", source->path);
	if (error == 0 && stat(source->path, &status) != 0)
		error = -errno;
	if (error == 0)
		error = drover_segment_attach(&source->segment,
		    source->path);
	if (error != 0) {
		explain(model, error);
		return error;
	}
	source->inode = status.st_ino;
	source->device = status.st_dev;
	source_bind(source);
	memset(&source->cursor, 0, sizeof(source->cursor));
	return 0;
}

/* Does another file stand under the name by now? */
static bool
replaced(const struct source *source)
{
	struct stat status;

	return stat(source->path, &status) == 0 &&
	    (status.st_ino != source->inode ||
	    status.st_dev != source->device);
}

/* Returns whether the model now comes from another file. */
static bool
follow_writer(struct source *source, struct model *model)
{
	struct source former = *source;

	if (source->image)
		return false;
	if (source->segment != NULL && (drover_segment_liveness(
	    source->segment, 0) == DROVER_WRITER_ALIVE ||
	    !replaced(source)))
		return false;
	source->segment = NULL;
	if (attach(source, model) != 0) {
		/* What was last seen stays readable. */
		source->segment = former.segment;
		return false;
	}
	let_go(&former);
	return true;
}

static int
read_table(struct source *source, struct drover_snapshot *snapshot,
    int table)
{
	struct model_table *rows = &source->staging[table];
	const struct drover_binding *binding = &source->binding[table];
	uint32_t slot, slots;

	rows->slots = 0;
	if (!source->bound[table])
		return 0;
	slots = drover_rows(snapshot, binding->table);
	if (model_table_reserve(rows, slots) != 0)
		return -ENOMEM;
	for (slot = 0; slot < slots; slot++) {
		unsigned char *row = rows->rows +
		    (size_t)slot * rows->row_bytes;
		const struct drover_row_header *from =
		    drover_row(snapshot, binding->table, slot);
		struct drover_row_header *to = (void *)row;

		to->generation = 0;
		if (from == NULL)
			continue;
		drover_binding_decode(binding, from, row);
		to->generation = from->generation;
	}
	rows->slots = slots;
	return 0;
}

/* The model changes only once the whole snapshot is known to be sound. */
static void
take_staging(struct source *source, struct model *model)
{
	int i;

	for (i = 0; i < DROVER_TABLES; i++) {
		struct model_table former = model->table[i];

		model->table[i] = source->staging[i];
		source->staging[i] = former;
	}
}

int
source_read_snapshot(struct source *source, struct model *model)
{
	struct drover_snapshot snapshot;
	int error = -EAGAIN, i, table;

	for (i = 0; i < SNAPSHOT_TRIES && error == -EAGAIN; i++) {
		error = drover_snapshot_begin(source->segment, &snapshot);
		for (table = 0; table < DROVER_TABLES && error == 0; table++)
			error = read_table(source, &snapshot, table);
		if (error == 0 && !drover_snapshot_valid(&snapshot))
			error = -EAGAIN;
	}
	if (error == 0) {
		take_staging(source, model);
		model->version = drover_snapshot_version(&snapshot);
	}
	return error;
}

bool
source_read_events(struct source *source, struct model *model)
{
	struct drover_event event;
	uint64_t before = model->event_count;

	int i;

	/* What a ring holds has an end, even when its writer never rests. */
	for (i = 0; i < EVENTS_AT_ONCE && drover_event_next(source->segment,
	    &source->cursor, &event) == 1; i++)
		model_add_event(model, &event);
	model->events_lost = source->cursor.lost;
	return model->event_count != before;
}

/* Returns whether the writer is in another state than before. */
static bool
read_liveness(struct source *source, struct model *model)
{
	enum drover_liveness before = model->liveness;
	struct drover_segment_info info;

	drover_segment_info(source->segment, &info);
	model->liveness = drover_segment_liveness(source->segment, 0);
	model->heartbeat_ns = model->now_ns -
	    (clock_ns(CLOCK_BOOTTIME) - (int64_t)info.heartbeat_ns);
	return model->liveness != before;
}

static bool
version_changed(const struct source *source, const struct model *model)
{
	struct drover_segment_info info;

	drover_segment_info(source->segment, &info);
	return info.version != model->version;
}

bool
source_refresh(struct source *source, struct model *model)
{
	bool changed, first = !model->attached;

	model->now_ns = clock_ns(CLOCK_REALTIME);
	if (source->asker != NULL)
		return source_api_refresh(source, model);
	changed = follow_writer(source, model) || first;
	if (source->segment == NULL)
		return false;
	snprintf(model->path, sizeof(model->path), "%s", source->path);
	if (changed || version_changed(source, model)) {
		int error = source_read_snapshot(source, model);

		model->lapped = error == -EAGAIN;
		if (error == 0)
			model_note(model);
		else if (error != -EAGAIN)
			explain(model, error);
		changed = true;
	}
	model->attached = true;
	changed |= source_read_events(source, model);
	changed |= read_liveness(source, model);
	return changed;
}
