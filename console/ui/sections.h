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
	size_t			 name_offset;	/* in its row */
};

#define SECTIONS	19
#define SECTION_NOTE_BYTES	384
#define SECTION_NAME_WIDTH	18

extern const struct section sections[SECTIONS];

/* Those of the Consensus screen: members, then what operators said. */
enum consensus_section { CONSENSUS_MEMBERS, CONSENSUS_DRAINS,
	CONSENSUS_HOLDS, CONSENSUS_NOTES, CONSENSUS_SECTIONS };

extern const struct section consensus_sections[CONSENSUS_SECTIONS];

/* Names a section among the items of the Node or the Consensus screen. */
uint64_t section_key(bool consensus, const char *title);
uint32_t section_rows(const struct section *section,
	    const struct model *model);
/* Is row i one for this section of the Consensus screen? */
bool	section_shows(const struct section *section,
	    const struct model *model, uint32_t i);
/* Does row i belong to this section of the node? */
bool	section_has(const struct section *section, const struct model *model,
	    const char *node, uint32_t i);
const char *section_row_name(const struct section *section,
	    const struct model *model, uint32_t i);
/* Names it among the rows of its section, base being the section's. */
uint64_t section_row_key(const struct section *section,
	    const struct model *model, uint32_t i, uint64_t base);
/* One more text of the row, dim behind the numbers. */
void	section_row_note(const struct section *section,
	    const struct model *model, uint32_t i,
	    char note[SECTION_NOTE_BYTES]);

/* The title with those of the fields; one row with its fields. */
void	section_draw_title(const struct section *section, bool folded,
	    struct grid *grid, int y);
void	section_draw_row(const struct section *section,
	    const struct model *model, uint32_t i, struct grid *grid, int y);

double	field_value(const struct field *field, const void *row,
	    int64_t now_ns);

#endif
