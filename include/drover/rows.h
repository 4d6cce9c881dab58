/*
 * The rows of core.seg and gpu.seg as C structures, and the enumerations
 * they hold, made from tables/.
 *
 * Inside drover these structures are what the writer stores.  A reader
 * that may meet another version of droverd does not lay them over the
 * bytes of a segment: it finds columns by name (segment.h), or decodes
 * rows into them through a binding (drover_binding_make()), where a
 * column the segment lacks reads as NaN, 0 or "".
 */
#ifndef DROVER_ROWS_H
#define DROVER_ROWS_H

#include <stdint.h>

#include <drover/tables/enums.def>

#define DROVER_ENUM_WORD(dictionary, name, value, text)			\
	DROVER_##dictionary##_##name = (value),
#define DROVER_ENUM(dictionary, NAME)					\
	enum drover_##dictionary {					\
		DROVER_DICTIONARY_##NAME(DROVER_ENUM_WORD)		\
	};
DROVER_DICTIONARIES(DROVER_ENUM)
#undef DROVER_ENUM
#undef DROVER_ENUM_WORD

/*
 * Every row begins with this header.  generation is 0 in an empty slot;
 * otherwise it is the number of times the slot has been filled, so a
 * reader that remembers {slot, generation} notices a slot that was
 * emptied and given to another object.
 */
struct drover_row_header {
	uint32_t	generation;
	uint32_t	reserved;
} __attribute__((aligned(8)));	/* rows are a multiple of 8 bytes */

#define DROVER_FIELD_CHAR(name, argument)	char name[argument];
#define DROVER_FIELD_ENUM8(name, argument)	uint8_t name;
#define DROVER_FIELD_F64(name, argument)	double name;
#define DROVER_FIELD_I64(name, argument)	int64_t name;
#define COLUMN(name, type, argument, semantics, unit, help)		\
	DROVER_FIELD_##type(name, argument)

struct drover_node_row {
	struct drover_row_header	header;
#include <drover/tables/node.def>
};

struct drover_metric_row {
	struct drover_row_header	header;
#include <drover/tables/metric.def>
};

struct drover_device_row {
	struct drover_row_header	header;
#include <drover/tables/device.def>
};

struct drover_backend_row {
	struct drover_row_header	header;
#include <drover/tables/backend.def>
};

struct drover_model_row {
	struct drover_row_header	header;
#include <drover/tables/model.def>
};

struct drover_process_row {
	struct drover_row_header	header;
#include <drover/tables/process.def>
};

struct drover_member_row {
	struct drover_row_header	header;
#include <drover/tables/member.def>
};

struct drover_hold_row {
	struct drover_row_header	header;
#include <drover/tables/hold.def>
};

struct drover_note_row {
	struct drover_row_header	header;
#include <drover/tables/note.def>
};

struct drover_audit_row {
	struct drover_row_header	header;
#include <drover/tables/audit.def>
};

struct drover_fault_row {
	struct drover_row_header	header;
#include <drover/tables/fault.def>
};

struct drover_prediction_row {
	struct drover_row_header	header;
#include <drover/tables/prediction.def>
};

struct drover_accuracy_row {
	struct drover_row_header	header;
#include <drover/tables/accuracy.def>
};

struct drover_plan_row {
	struct drover_row_header	header;
#include <drover/tables/plan.def>
};

struct drover_step_row {
	struct drover_row_header	header;
#include <drover/tables/step.def>
};

struct drover_arm_row {
	struct drover_row_header	header;
#include <drover/tables/arm.def>
};

#undef COLUMN
#undef DROVER_FIELD_I64
#undef DROVER_FIELD_F64
#undef DROVER_FIELD_ENUM8
#undef DROVER_FIELD_CHAR

/* Indexes of the tables of core.seg. */
enum drover_core_table {
#define TABLE(name, NAME, rows_max, help)	DROVER_TABLE_##NAME,
#include <drover/tables/tables.def>
#undef TABLE
	DROVER_TABLES
};

#endif
