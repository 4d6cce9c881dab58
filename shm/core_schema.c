/* The schema of core.seg and gpu.seg, made from include/drover/tables/. */
#include <stddef.h>

#include "shm/writer.h"

#define WORD(dictionary, NAME, value, text)	[value] = text,
#define DICTIONARY(name, NAME)						\
	static const char *const name##_words[] = {			\
		DROVER_DICTIONARY_##NAME(WORD)				\
	};
DROVER_DICTIONARIES(DICTIONARY)
#undef DICTIONARY
#undef WORD

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define DICTIONARY(name, NAME)	{ #name, name##_words, COUNT(name##_words) },
static const struct segment_dictionary core_dictionaries[] = {
	DROVER_DICTIONARIES(DICTIONARY)
};
#undef DICTIONARY

#define DICTIONARY_CHAR(argument)	NULL
#define DICTIONARY_ENUM8(argument)	#argument
#define DICTIONARY_F64(argument)	NULL
#define DICTIONARY_I64(argument)	NULL
#define COLUMN(name, type, argument, semantics, unit, help)		\
	{ #name, #unit, help, DICTIONARY_##type(argument),		\
	    DROVER_TYPE_##type, DROVER_SEMANTICS_##semantics,		\
	    offsetof(struct ROW, name),					\
	    sizeof(((struct ROW *)NULL)->name) },

static const struct segment_column node_columns[] = {
#define ROW	drover_node_row
#include <drover/tables/node.def>
#undef ROW
};

static const struct segment_column metric_columns[] = {
#define ROW	drover_metric_row
#include <drover/tables/metric.def>
#undef ROW
};

static const struct segment_column device_columns[] = {
#define ROW	drover_device_row
#include <drover/tables/device.def>
#undef ROW
};

static const struct segment_column backend_columns[] = {
#define ROW	drover_backend_row
#include <drover/tables/backend.def>
#undef ROW
};

static const struct segment_column model_columns[] = {
#define ROW	drover_model_row
#include <drover/tables/model.def>
#undef ROW
};

static const struct segment_column process_columns[] = {
#define ROW	drover_process_row
#include <drover/tables/process.def>
#undef ROW
};

static const struct segment_column member_columns[] = {
#define ROW	drover_member_row
#include <drover/tables/member.def>
#undef ROW
};

static const struct segment_column hold_columns[] = {
#define ROW	drover_hold_row
#include <drover/tables/hold.def>
#undef ROW
};

static const struct segment_column note_columns[] = {
#define ROW	drover_note_row
#include <drover/tables/note.def>
#undef ROW
};

static const struct segment_column audit_columns[] = {
#define ROW	drover_audit_row
#include <drover/tables/audit.def>
#undef ROW
};

static const struct segment_column fault_columns[] = {
#define ROW	drover_fault_row
#include <drover/tables/fault.def>
#undef ROW
};

static const struct segment_column prediction_columns[] = {
#define ROW	drover_prediction_row
#include <drover/tables/prediction.def>
#undef ROW
};

static const struct segment_column accuracy_columns[] = {
#define ROW	drover_accuracy_row
#include <drover/tables/accuracy.def>
#undef ROW
};

static const struct segment_column plan_columns[] = {
#define ROW	drover_plan_row
#include <drover/tables/plan.def>
#undef ROW
};

static const struct segment_column step_columns[] = {
#define ROW	drover_step_row
#include <drover/tables/step.def>
#undef ROW
};

static const struct segment_column arm_columns[] = {
#define ROW	drover_arm_row
#include <drover/tables/arm.def>
#undef ROW
};

#define TABLE(name, NAME, rows_max, help)				\
	{ #name, help, name##_columns, COUNT(name##_columns),		\
	    sizeof(struct drover_##name##_row), rows_max },
static const struct segment_table core_tables[] = {
#include <drover/tables/tables.def>
};
#undef TABLE

const struct segment_schema segment_core_schema = {
	.tables = core_tables,
	.dictionaries = core_dictionaries,
	.table_count = COUNT(core_tables),
	.dictionary_count = COUNT(core_dictionaries)
};
