/* The sections of the Node screen: which rows, with which fields. */
#ifndef DROVER_UI_SECTIONS_H
#define DROVER_UI_SECTIONS_H

#include "model.h"
#include "sign.h"

struct field {
	const char	*title;
	size_t		 offset;
	enum unit	 unit;
	int		 width;
	enum { FIELD_F64, FIELD_I64, FIELD_SINCE, FIELD_UNTIL } type;
};

struct section {
	const char		*title;
	enum drover_core_table	 table;		/* of its rows */
	int			 device;	/* kind, for devices */
	uint32_t		 first;		/* metrics: first and end */
	uint32_t		 end;
	struct sign		(*sign)(const void *row);
	const struct field	*fields;	/* NULL: node metrics */
	int			 field_count;
	const char		*note_title;
};

#define SECTIONS	17

extern const struct section sections[SECTIONS];

uint32_t section_rows(const struct section *section,
	    const struct model *model);
/* Does row i belong to this section of the node? */
bool	section_has(const struct section *section, const struct model *model,
	    const char *node, uint32_t i);
const char *section_row_name(const struct section *section,
	    const struct model *model, uint32_t i);
/* One more text of the row, dim behind the numbers. */
const char *section_row_note(const struct section *section,
	    const struct model *model, uint32_t i);
double	field_value(const struct field *field, const void *row,
	    int64_t now_ns);

#endif
