/*
 * drover_segment(3): reading a drover segment, a shared-memory file with
 * one writer process and any number of readers in other processes, or the
 * same bytes as an image from somewhere else.
 *
 * Rules for every call here: after attach nothing is allocated, nothing
 * blocks and no byte of the segment is used unchecked.  A reader never
 * writes to the segment.  A handle belongs to one thread at a time;
 * several handles may read the same file.
 *
 * Errors are negative errno values:
 *   -EAGAIN        lapped: the writer reused what was being read; the
 *                  caller waits a little and begins again
 *   -EBADMSG       the bytes are not a sound segment (damaged, hostile)
 *   -EPROTONOSUPPORT  another ABI version or byte order
 *   -ENOENT        no such file, table, column
 *   -EINVAL        memory too small, or not aligned to eight bytes
 *   -ESTALE        a kept copy belongs to another segment
 *   others         as the system call gave them
 */
#ifndef DROVER_SEGMENT_H
#define DROVER_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <drover/rows.h>

#define DROVER_SEGMENT_ABI_MAJOR	1
#define DROVER_SEGMENT_ABI_MINOR	0
#define DROVER_ROW_BYTES_MAX		2048

enum drover_column_type {
	DROVER_TYPE_I64 = 1,
	DROVER_TYPE_F64 = 2,
	DROVER_TYPE_CHAR = 3,	/* fixed width, NUL padded, UTF-8 */
	DROVER_TYPE_ENUM8 = 4,	/* index into a dictionary of the schema */
	DROVER_TYPE_TEXT = 5	/* id of an interned string */
};

enum drover_liveness {
	DROVER_WRITER_ALIVE,
	DROVER_WRITER_HUNG,	/* holds its lock, heartbeat is stale */
	DROVER_WRITER_DEAD,	/* lock gone without a farewell */
	DROVER_WRITER_CLOSED,	/* ended in order */
	DROVER_WRITER_SUPERSEDED, /* a newer file stands under the name */
	DROVER_WRITER_IMAGE	/* an image has no writer */
};

struct drover_segment;

struct drover_table {
	char		 name[32];
	char		 help[96];
	uint32_t	 row_bytes;
	uint32_t	 rows_max;
	uint32_t	 columns;
	uint32_t	 index;
};

struct drover_column {
	char		 name[32];
	char		 unit[16];
	char		 help[128];
	enum drover_column_type	 type;
	enum drover_semantics	 semantics;
	uint32_t	 table;		/* index of its table */
	uint32_t	 offset;	/* in the row, bytes */
	uint32_t	 width;		/* bytes */
	int32_t		 dictionary;	/* of an ENUM8, otherwise -1 */
};

/* What one snapshot needs to know; the fields are for the library only. */
struct drover_snapshot {
	const struct drover_segment	*segment;
	uint64_t			 root;
	const void			*block;
};

struct drover_event_cursor {
	uint64_t	next;	/* sequence of the event wanted next */
	uint64_t	lost;	/* events overwritten before they were read */
	uint64_t	got;
};

struct drover_event {
	uint64_t	sequence;
	int64_t		time_ns;	/* wall time, UNIX */
	enum drover_severity severity;
	char		node[64];
	char		kind[32];	/* e.g. backend.down, process.exit */
	char		object[48];	/* e.g. backend/ollama, nic/eth0 */
	char		text[80];	/* one line for a person */
};

struct drover_segment_info {
	uint64_t	instance;	/* random, new for each file */
	uint64_t	size_bytes;
	uint64_t	version;	/* transactions published */
	int64_t		writer_pid;
	int64_t		writer_started_ns;	/* UNIX time */
	uint64_t	heartbeat_ns;	/* CLOCK_BOOTTIME of the writer */
	uint64_t	schema_hash;
	uint32_t	tables;
};

/*
 * Map the file at path, or take length bytes of an image (aligned to eight
 * bytes, to stay untouched until detach).  On success *segment is the
 * caller's, to be given back with drover_segment_detach(); a failed attach
 * leaves NULL.
 */
int	drover_segment_attach(struct drover_segment **segment,
	    const char *path);
int	drover_segment_attach_image(struct drover_segment **segment,
	    const void *bytes, size_t length);
void	drover_segment_detach(struct drover_segment *segment);

void	drover_segment_info(const struct drover_segment *segment,
	    struct drover_segment_info *info);

/*
 * Where the segment NAME.seg of this user is: in directory when that is not
 * NULL, else in $DROVER_RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/drover,
 * /tmp/drover-UID (only when it is ours and 0700) or /run/drover, whichever
 * has it first.  When none has it, -ENOENT, and path is the place where it
 * would be looked for first.
 */
int	drover_segment_path(const char *directory, const char *name,
	    char *path, size_t size);

/*
 * State of the writer; stale_ns is the age of a heartbeat from which on a
 * writer that holds its lock counts as hung (0: the default, 5 s).
 */
enum drover_liveness drover_segment_liveness(
	    const struct drover_segment *segment, uint64_t stale_ns);
const char *drover_liveness_name(enum drover_liveness liveness);

/* Schema: by name or by index, -ENOENT when there is none. */
int	drover_table_find(const struct drover_segment *segment,
	    const char *name);
int	drover_table_describe(const struct drover_segment *segment,
	    uint32_t table, struct drover_table *description);
int	drover_column_find(const struct drover_segment *segment,
	    uint32_t table, const char *name, struct drover_column *column);
int	drover_column_describe(const struct drover_segment *segment,
	    uint32_t table, uint32_t index, struct drover_column *column);
/* The word of a dictionary, "?" for a value it does not have. */
const char *drover_word(const struct drover_segment *segment,
	    int32_t dictionary, unsigned int value);

/*
 * A snapshot is all tables at one moment.  Rows are read in place, without
 * a copy: what drover_row() returns is untrusted until
 * drover_snapshot_valid() has said so, after the last use.  Between begin
 * and valid do little and make no decision that cannot be taken back.
 */
int	drover_snapshot_begin(const struct drover_segment *segment,
	    struct drover_snapshot *snapshot);
bool	drover_snapshot_valid(const struct drover_snapshot *snapshot);
uint64_t drover_snapshot_version(const struct drover_snapshot *snapshot);
/* Slots in use, up to and including the last filled one. */
uint32_t drover_rows(const struct drover_snapshot *snapshot,
	    uint32_t table);
/* The row in that slot, NULL when the slot is empty or out of range. */
const void *drover_row(const struct drover_snapshot *snapshot,
	    uint32_t table, uint32_t slot);

/*
 * The whole table at one moment into rows (capacity in rows of row_bytes
 * each, empty slots zeroed).  Tries again when lapped, a bounded number of
 * times.  Returns the number of slots, or a negative error; -ENOSPC when
 * capacity is too small.  *version, when not NULL, receives the version.
 */
int64_t	drover_table_copy(const struct drover_segment *segment,
	    uint32_t table, void *rows, uint32_t capacity,
	    uint64_t *version);

/*
 * A kept copy of a table, brought up to date by copying only the leaves
 * that changed since the last refresh.  The caller owns the memory:
 * drover_cache_bytes() says how much a table of that many slots needs.
 */
struct drover_cache {
	const struct drover_segment	*segment;
	unsigned char			*rows;
	uint64_t			*references;
	uint64_t			 version;
	uint64_t			 instance;
	uint32_t			 table;
	uint32_t			 row_bytes;
	uint32_t			 capacity;	/* slots */
	uint32_t			 used;		/* slots */
};

size_t	drover_cache_bytes(const struct drover_segment *segment,
	    uint32_t table, uint32_t capacity);
int	drover_cache_init(struct drover_cache *cache,
	    const struct drover_segment *segment, uint32_t table,
	    uint32_t capacity, void *memory, size_t memory_bytes);
/*
 * Returns the number of leaves copied, 0 when nothing changed.  After an
 * error the rows are not to be used until a refresh has succeeded.
 */
int64_t	drover_cache_refresh(struct drover_cache *cache);

/* One value of a row that was copied or is being read in place. */
int64_t	drover_get_i64(const struct drover_column *column, const void *row);
double	drover_get_f64(const struct drover_column *column, const void *row);
/* NUL-terminated, shortened to fit; returns the length stored. */
size_t	drover_get_str(const struct drover_segment *segment,
	    const struct drover_column *column, const void *row,
	    char *text, size_t size);

/*
 * Events.  A cursor of zeros begins with the oldest event kept;
 * drover_event_end() makes one that waits for the next event.
 * Returns 1 with an event, 0 when there is none yet, or an error.
 */
int	drover_event_next(const struct drover_segment *segment,
	    struct drover_event_cursor *cursor, struct drover_event *event);
void	drover_event_end(const struct drover_segment *segment,
	    struct drover_event_cursor *cursor);

/*
 * A consistent copy of the whole segment as an image that
 * drover_segment_attach_image() reads.  Returns the bytes stored, or the
 * bytes needed now when bytes is NULL, or a negative error: -ENOSPC when
 * the segment needs more than size.
 */
int64_t	drover_segment_image(const struct drover_segment *segment,
	    void *bytes, size_t size);

/*
 * Binding: decodes rows of a segment, whatever its version, into the
 * structures of rows.h.  Columns are matched by name; a missing one, or
 * one of another type, is NaN, 0 or "".
 */
#define DROVER_BINDING_COLUMNS_MAX	128

struct drover_binding {
	uint32_t	table;		/* index in the segment */
	uint32_t	row_bytes;	/* of the C structure */
	uint32_t	columns;
	struct drover_bound {
		struct drover_column	source;	/* width 0: missing */
		uint32_t		offset;	/* in the C structure */
		uint32_t		width;
		enum drover_column_type	type;
	} bound[DROVER_BINDING_COLUMNS_MAX];
};

int	drover_binding_make(struct drover_binding *binding,
	    const struct drover_segment *segment,
	    enum drover_core_table table);
void	drover_binding_decode(const struct drover_binding *binding,
	    const void *source, void *row);

#endif
