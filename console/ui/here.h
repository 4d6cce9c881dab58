/* What is under the cursor, and where Enter leads from there. */
#ifndef DROVER_UI_HERE_H
#define DROVER_UI_HERE_H

#include "model.h"
#include "ui.h"

/* Screens of titles with rows under them, which can be folded away. */
bool	here_has_sections(const struct ui *ui);

/* Is something wrong with what the item shows?  Go to the next such. */
bool	here_is_error(const struct ui *ui, const struct model *model,
	    const struct item *item);
void	here_next_error(struct ui *ui, const struct model *model);

/* The node under the cursor or on the screen, or NULL. */
const struct drover_node_row *here_node(const struct ui *ui,
	    const struct model *model);

/* The hold under the cursor, or NULL. */
/* NULL where none is selected. */
/* On the Plans screen that of the row, on the Plan screen the one shown. */
const struct drover_plan_row *here_plan(const struct ui *ui,
	    const struct model *model);
/* The procedure of its fault; "": there is none. */
const char *here_plan_page(const struct ui *ui, const struct model *model);
const struct drover_prediction_row *here_prediction(const struct ui *ui,
	    const struct model *model);
const struct drover_fault_row *here_fault(const struct ui *ui,
	    const struct model *model);
const struct drover_hold_row *here_hold(const struct ui *ui,
	    const struct model *model);

/* Draw the metric under the cursor, or the curve of the node there. */
void	here_graph(struct ui *ui, const struct model *model);

/* Show the node that it is about; not for the title of a section. */
void	here_enter(struct ui *ui, const struct model *model);

#endif
