/*
 * The screens.  A view is pure: from a model and the state of the screen
 * it makes cells.  items() lists what the screen is made of, page() says
 * how many lines of it can be seen, text() is what a search looks at,
 * draw() fills the body of the grid, the rows from frame_top() on that
 * frame_body() counts.
 */
#ifndef DROVER_UI_VIEW_H
#define DROVER_UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "grid.h"
#include "model.h"
#include "ui.h"

struct view {
	void	(*items)(const struct model *, const struct ui *,
		    struct list *);
	int	(*page)(const struct model *, const struct ui *);
	/* Row of the first line. */
	int	(*first)(const struct model *, const struct ui *);
	void	(*text)(const struct model *, const struct ui *,
		    const struct item *, char *, size_t);
	void	(*draw)(const struct model *, const struct ui *,
		    struct grid *);
	bool	scrolls;		/* lines to read, no cursor */
};

extern const struct view views[SCREENS];

void	view_nodes_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_nodes_page(const struct model *model, const struct ui *ui);
int	view_nodes_first(const struct model *model, const struct ui *ui);
void	view_nodes_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_nodes_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

void	view_node_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_node_page(const struct model *model, const struct ui *ui);
int	view_node_first(const struct model *model, const struct ui *ui);
void	view_node_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_node_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

void	view_events_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_events_page(const struct model *model, const struct ui *ui);
int	view_events_first(const struct model *model, const struct ui *ui);
void	view_events_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_events_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);
/* One event in a row, in so many columns; on Nodes and Events. */
void	event_line(const struct model_event *event, struct grid *grid,
	    int y, int x, bool dated);
/* The man page of the procedure for a kind of event, "" for none. */
const char *event_page(const char *kind);
const char *event_help(const char *kind);

void	view_audit_items(const struct model *model, const struct ui *ui,
	    struct list *list);
void	view_audit_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_audit_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

void	view_faults_items(const struct model *model, const struct ui *ui,
	    struct list *list);
void	view_faults_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_faults_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);
/* Is it gone, though it may come back? */
bool	fault_is_over(const struct drover_fault_row *row);

void	view_predictions_items(const struct model *model,
	    const struct ui *ui, struct list *list);
void	view_predictions_text(const struct model *model,
	    const struct ui *ui, const struct item *item, char *text,
	    size_t size);
void	view_predictions_draw(const struct model *model,
	    const struct ui *ui, struct grid *grid);

void	view_plans_items(const struct model *model, const struct ui *ui,
	    struct list *list);
void	view_plans_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_plans_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);
void	view_plan_items(const struct model *model, const struct ui *ui,
	    struct list *list);
void	view_plan_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_plan_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);
int	view_plan_page(const struct model *model, const struct ui *ui);
int	view_plan_first(const struct model *model, const struct ui *ui);

void	view_graph_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_graph_page(const struct model *model, const struct ui *ui);
void	view_graph_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_graph_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

void	view_consensus_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_consensus_page(const struct model *model, const struct ui *ui);
int	view_consensus_first(const struct model *model,
	    const struct ui *ui);
void	view_consensus_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_consensus_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

void	view_manual_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_manual_page(const struct model *model, const struct ui *ui);
int	view_manual_first(const struct model *model, const struct ui *ui);
void	view_manual_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_manual_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

void	view_help_items(const struct model *model, const struct ui *ui,
	    struct list *list);
int	view_help_page(const struct model *model, const struct ui *ui);
int	view_help_first(const struct model *model, const struct ui *ui);
void	view_help_text(const struct model *model, const struct ui *ui,
	    const struct item *item, char *text, size_t size);
void	view_help_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);

/* Shown in place of a screen that needs a segment while there is none. */
void	view_waiting_draw(const struct model *model, const struct ui *ui,
	    struct grid *grid);
/* Laid over the Nodes screen. */
void	chooser_draw(const struct ui *ui, const struct model *model,
	    struct grid *grid);

#endif
