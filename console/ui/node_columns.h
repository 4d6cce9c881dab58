/* The columns of the Nodes screen: properties, every metric, the curve. */
#ifndef DROVER_UI_NODE_COLUMNS_H
#define DROVER_UI_NODE_COLUMNS_H

#include "ui.h"

enum node_column {
	NODE_COLUMN_NAME,
	NODE_COLUMN_STATE,
	NODE_COLUMN_FLAG,
	NODE_COLUMN_MODEL,
	NODE_COLUMN_ADDRESS,
	NODE_COLUMN_SYSTEM,
	NODE_COLUMN_VERSION,
	NODE_COLUMN_DRAIN,
	NODE_COLUMN_DRAIN_WHO,
	NODE_COLUMN_DRAIN_WHY,
	NODE_COLUMN_DRAIN_SINCE,
	NODE_COLUMN_DRAIN_UNTIL,
	NODE_COLUMN_TREND,
	NODE_COLUMN_METRIC,	/* the first of all metrics */
	NODE_COLUMN_COUNT = NODE_COLUMN_METRIC + NODE_METRICS
};

/* A column as it was laid out. */
struct placed {
	int	column;
	int	x;
	int	width;
};

const char *node_column_name(int column);
const char *node_column_title(int column);
const char *node_column_help(int column);
/* -1 when there is none of that name. */
int	node_column_find(const char *name);
/* Is the value a text, and not a number? */
bool	node_column_is_text(int column);

/*
 * Fill chosen with what the operator chose, or, as long as nothing was
 * chosen, with the usual columns that fit; returns their number.
 */
int	node_columns_chosen(const struct ui *ui, const struct model *model,
	    int chosen[UI_COLUMNS]);
/* Those that fit into the width, in order; returns their number. */
int	node_columns_place(const struct ui *ui, const struct model *model,
	    struct placed placed[UI_COLUMNS]);

void	node_column_draw(const struct ui *ui, const struct model *model,
	    const struct drover_node_row *node, const struct placed *placed,
	    struct grid *grid, int y);
int	node_column_compare(int column, const struct drover_node_row *a,
	    const struct drover_node_row *b);

#endif
