#include "view.h"

#include "frame.h"
#include "view_list.h"

const struct view views[SCREENS] = {
	[SCREEN_NODES] = {view_nodes_items, view_nodes_page,
	    view_nodes_first, view_nodes_text, view_nodes_draw, false},
	[SCREEN_NODE] = {view_node_items, view_node_page, view_node_first,
	    view_node_text, view_node_draw, false},
	[SCREEN_EVENTS] = {view_events_items, view_events_page,
	    view_events_first, view_events_text, view_events_draw, false},
	[SCREEN_FAULTS] = {view_faults_items, view_list_page,
	    view_list_first, view_faults_text, view_faults_draw, false},
	[SCREEN_PREDICTIONS] = {view_predictions_items, view_list_page,
	    view_list_first, view_predictions_text, view_predictions_draw,
	    false},
	[SCREEN_PLANS] = {view_plans_items, view_list_page,
	    view_list_first, view_plans_text, view_plans_draw, false},
	[SCREEN_PLAN] = {view_plan_items, view_plan_page, view_plan_first,
	    view_plan_text, view_plan_draw, false},
	[SCREEN_AUDIT] = {view_audit_items, view_list_page,
	    view_list_first, view_audit_text, view_audit_draw, false},
	[SCREEN_CONSENSUS] = {view_consensus_items, view_consensus_page,
	    view_consensus_first, view_consensus_text, view_consensus_draw,
	    false},
	[SCREEN_GRAPH] = {view_graph_items, view_graph_page,
	    view_list_first, view_graph_text, view_graph_draw, false},
	[SCREEN_MANUAL] = {view_manual_items, view_manual_page,
	    view_manual_first, view_manual_text, view_manual_draw, true},
	[SCREEN_HELP] = {view_help_items, view_help_page, view_help_first,
	    view_help_text, view_help_draw, true},
};

static bool
needs_segment(enum screen screen)
{
	return screen != SCREEN_MANUAL && screen != SCREEN_HELP;
}

void
ui_draw(const struct ui *ui, const struct model *model, struct grid *grid)
{
	grid->mode = ui->glyphs;
	grid_clear(grid);
	if (ui->width < UI_LEAST_WIDTH || ui->height < UI_LEAST_HEIGHT) {
		grid_text(grid, 0, 0, grid->width, ROLE_TEXT, "too small");
		return;
	}
	if (!model->attached && needs_segment(ui->screen))
		view_waiting_draw(model, ui, grid);
	else
		views[ui->screen].draw(model, ui, grid);
	if (ui->flow.state != FLOW_NONE)
		flow_draw(ui, grid);
	frame_draw(ui, model, grid);
}
