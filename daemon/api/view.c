#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/view.h"
#include "shm/clock.h"

#define TEXT_BYTES		512
#define ATTEMPTS		8
#define REPLACEMENT		"\xef\xbf\xbd"

int
view_init(struct view *view, const char *directory, const char *name)
{
	int length;

	memset(view, 0, sizeof(*view));
	length = snprintf(view->path, sizeof(view->path), "%s/%s", directory,
	    name);
	return length < 0 || (size_t)length >= sizeof(view->path) ?
	    -ENAMETOOLONG : 0;
}

void
view_close(struct view *view)
{
	drover_segment_detach(view->segment);
	view->segment = NULL;
}

static uint64_t
instance_of(const struct drover_segment *segment)
{
	struct drover_segment_info info;

	drover_segment_info(segment, &info);
	return info.instance;
}

/* Another writer may have made another segment under that name. */
static void
renew(struct view *view)
{
	struct drover_segment *other;

	if (drover_segment_attach(&other, view->path) != 0)
		return;
	if (instance_of(other) == instance_of(view->segment)) {
		drover_segment_detach(other);
		return;
	}
	drover_segment_detach(view->segment);
	view->segment = other;
	view->liveness = drover_segment_liveness(other, 0);
}

int
view_refresh(struct view *view)
{
	int error;

	if (view->segment != NULL) {
		view->liveness = drover_segment_liveness(view->segment, 0);
		if (view->liveness != DROVER_WRITER_ALIVE &&
		    view->liveness != DROVER_WRITER_HUNG)
			renew(view);
		return 0;
	}
	error = drover_segment_attach(&view->segment, view->path);
	if (error == 0)
		view->liveness = drover_segment_liveness(view->segment, 0);
	return error;
}

/* jansson takes UTF-8 only; of other text each odd byte becomes U+FFFD. */
static json_t *
string(const char *text)
{
	char valid[TEXT_BYTES * 3 + 1];
	json_t *made = json_string(text);
	size_t stored = 0;

	if (made != NULL)
		return made;
	for (; *text != '\0' && stored < sizeof(valid) - 4; text++) {
		if ((unsigned char)*text < 0x80) {
			valid[stored++] = *text;
			continue;
		}
		memcpy(valid + stored, REPLACEMENT, sizeof(REPLACEMENT) - 1);
		stored += sizeof(REPLACEMENT) - 1;
	}
	return json_stringn(valid, stored);
}

static json_t *
real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
hexadecimal(uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%016" PRIx64, value);
	return json_string(text);
}

static json_t *
when(int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	char text[32];
	struct tm tm;

	if (time_ns == 0 || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return json_null();
	return json_string(text);
}

/* A table as it was copied, with what is needed to read it. */
struct copy {
	const struct drover_segment	*segment;
	struct drover_table		 table;
	struct drover_column		*columns;
	unsigned char			*rows;
	uint32_t			 slots;
};

static void
copy_free(struct copy *copy)
{
	free(copy->columns);
	free(copy->rows);
}

static int
copy_columns(struct copy *copy)
{
	uint32_t i;
	int error = 0;

	copy->columns = calloc(copy->table.columns + 1,
	    sizeof(*copy->columns));
	if (copy->columns == NULL)
		return -ENOMEM;
	for (i = 0; error == 0 && i < copy->table.columns; i++)
		error = drover_column_describe(copy->segment,
		    copy->table.index, i, &copy->columns[i]);
	return error;
}

/* It can grow between the measuring and the copying. */
static int
copy_rows(struct copy *copy)
{
	struct drover_snapshot snapshot;
	int64_t slots = -EAGAIN;
	uint32_t room;
	int attempt, error;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		error = drover_snapshot_begin(copy->segment, &snapshot);
		if (error != 0)
			return error;
		room = drover_rows(&snapshot, copy->table.index) + 16;
		free(copy->rows);
		copy->rows = calloc(room, copy->table.row_bytes);
		if (copy->rows == NULL)
			return -ENOMEM;
		slots = drover_table_copy(copy->segment, copy->table.index,
		    copy->rows, room, NULL);
		if (slots >= 0) {
			copy->slots = (uint32_t)slots;
			return 0;
		}
		if (slots != -ENOSPC && slots != -EAGAIN)
			return (int)slots;
	}
	return -EAGAIN;
}

static int
copy_table(struct copy *copy, const struct drover_segment *segment,
    const char *name)
{
	int index, error;

	memset(copy, 0, sizeof(*copy));
	copy->segment = segment;
	index = drover_table_find(segment, name);
	if (index < 0)
		return index;
	error = drover_table_describe(segment, (uint32_t)index, &copy->table);
	if (error == 0)
		error = copy_columns(copy);
	if (error == 0)
		error = copy_rows(copy);
	if (error != 0)
		copy_free(copy);
	return error;
}

static void
add_value(struct text *text, const struct drover_segment *segment,
    const struct drover_column *column, const void *row)
{
	char value[TEXT_BYTES];

	switch (column->type) {
	case DROVER_TYPE_F64:
		text_add_real(text, drover_get_f64(column, row));
		break;
	case DROVER_TYPE_I64:
		text_add_integer(text, drover_get_i64(column, row));
		break;
	default:
		drover_get_str(segment, column, row, value, sizeof(value));
		text_add_string(text, value);
		break;
	}
}

static void
add_row(struct text *text, const struct copy *copy, const void *row)
{
	uint32_t i;

	for (i = 0; i < copy->table.columns; i++) {
		text_add(text, i == 0 ? "{" : ",", 1);
		text_add_string(text, copy->columns[i].name);
		text_add(text, ":", 1);
		add_value(text, copy->segment, &copy->columns[i], row);
	}
	text_add(text, "}", 1);
}

/* Is this a row, and is it of that node? */
static bool
row_fits(const struct copy *copy, const struct drover_column *by,
    const void *row, const char *node)
{
	const struct drover_row_header *header = row;
	char text[TEXT_BYTES];

	if (header->generation == 0)
		return false;
	if (node == NULL)
		return true;
	drover_get_str(copy->segment, by, row, text, sizeof(text));
	return strcmp(text, node) == 0;
}

int
view_rows(const struct view *view, const char *table, const char *node,
    struct text *text)
{
	const unsigned char *row;
	struct drover_column by;
	struct copy copy;
	int count = 0, error;
	uint32_t i;

	error = copy_table(&copy, view->segment, table);
	if (error != 0)
		return error;
	if (node != NULL && drover_column_find(view->segment,
	    copy.table.index, "node", &by) != 0)
		error = drover_column_find(view->segment, copy.table.index,
		    "name", &by);
	for (i = 0; error == 0 && i < copy.slots; i++) {
		row = copy.rows + (size_t)i * copy.table.row_bytes;
		if (!row_fits(&copy, &by, row, node))
			continue;
		if (count++ > 0)
			text_add(text, ",", 1);
		add_row(text, &copy, row);
	}
	copy_free(&copy);
	if (error == 0 && text->failed)
		error = -ENOMEM;
	return error != 0 ? error : count;
}

double
view_silent_seconds(const struct view *view)
{
	int64_t now_ns = clock_ns(CLOCK_BOOTTIME);
	struct drover_segment_info info;

	drover_segment_info(view->segment, &info);
	if (info.heartbeat_ns > (uint64_t)now_ns)
		return NAN;
	return (double)((uint64_t)now_ns - info.heartbeat_ns) / 1e9;
}

static json_t *
segment_object(const struct view *view,
    const struct drover_segment_info *info)
{
	return json_pack("{s:o, s:I, s:o, s:o, s:I}",
	    "path", string(view->path),
	    "version", (json_int_t)info->version,
	    "instance", hexadecimal(info->instance),
	    "schema", hexadecimal(info->schema_hash),
	    "size_bytes", (json_int_t)info->size_bytes);
}

static json_t *
writer_object(const struct view *view,
    const struct drover_segment_info *info)
{
	return json_pack("{s:s, s:I, s:I, s:o, s:o}",
	    "state", drover_liveness_name(view->liveness),
	    "pid", (json_int_t)info->writer_pid,
	    "started_ns", (json_int_t)info->writer_started_ns,
	    "started", when(info->writer_started_ns),
	    "silent_seconds", real(view_silent_seconds(view)));
}

int
view_frame(const struct view *view, json_t *object)
{
	struct drover_segment_info info;
	int64_t now_ns = clock_ns(CLOCK_REALTIME);
	int failed;

	drover_segment_info(view->segment, &info);
	failed = json_object_set_new(object, "time", when(now_ns));
	failed |= json_object_set_new(object, "time_ns",
	    json_integer(now_ns));
	failed |= json_object_set_new(object, "segment",
	    segment_object(view, &info));
	failed |= json_object_set_new(object, "writer",
	    writer_object(view, &info));
	return failed == 0 ? 0 : -ENOMEM;
}

json_t *
view_event(const struct drover_event *event)
{
	static const char *const severities[] = {
#define WORD(dictionary, NAME, value, text)	[value] = text,
		DROVER_DICTIONARY_SEVERITY(WORD)
#undef WORD
	};
	size_t severity = (size_t)event->severity;

	return json_pack("{s:I, s:o, s:I, s:s, s:o, s:o, s:o, s:o}",
	    "sequence", (json_int_t)event->sequence,
	    "time", when(event->time_ns),
	    "time_ns", (json_int_t)event->time_ns,
	    "severity", severity < sizeof(severities) /
	    sizeof(severities[0]) ? severities[severity] : "?",
	    "node", string(event->node),
	    "kind", string(event->kind),
	    "object", string(event->object),
	    "text", string(event->text));
}

int
view_image(const struct view *view, void **bytes, size_t *length)
{
	int64_t needed, stored;
	int attempt;

	*bytes = NULL;
	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		needed = drover_segment_image(view->segment, NULL, 0);
		if (needed < 0)
			return (int)needed;
		free(*bytes);
		*bytes = malloc((size_t)needed);
		if (*bytes == NULL)
			return -ENOMEM;
		stored = drover_segment_image(view->segment, *bytes,
		    (size_t)needed);
		if (stored >= 0) {
			*length = (size_t)stored;
			return 0;
		}
		if (stored != -ENOSPC && stored != -EAGAIN)
			break;
	}
	free(*bytes);
	*bytes = NULL;
	return -EAGAIN;
}
