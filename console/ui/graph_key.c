#include "graph_key.h"

#include <string.h>

#include "here.h"

/* The first curve is the one that j and k choose. */
static void
add_curve(struct ui *ui)
{
	struct graph *graph = &ui->graph;

	if (graph->count == 0 || graph->count == GRAPH_CURVES) {
		ui_say(ui, true, "a graph has from 1 to %d curves",
		    GRAPH_CURVES);
		return;
	}
	memmove(&graph->curves[1], &graph->curves[0],
	    (size_t)graph->count * sizeof(graph->curves[0]));
	memset(&graph->curves[0].data, 0, sizeof(graph->curves[0].data));
	graph->count++;
	graph_step_metric(graph, 1);
}

/* The keys that move elsewhere. */
static bool
move(struct graph *graph, enum key key)
{
	switch (key) {
	case KEY_UP:
	case KEY_DOWN:
		graph_step_metric(graph, key == KEY_DOWN ? 1 : -1);
		return true;
	case KEY_LEFT:
	case KEY_RIGHT:
		graph_move_cursor(graph, key == KEY_RIGHT ? 1 : -1);
		return true;
	default:
		return false;
	}
}

bool
graph_key(struct ui *ui, const struct model *model, enum key key)
{
	if (ui->screen == SCREEN_GRAPH && move(&ui->graph, key))
		return true;
	switch (key) {
	case KEY_GRAPH:
		here_graph(ui, model);
		break;
	case KEY_ZOOM_IN:
	case KEY_ZOOM_OUT:
		graph_zoom(&ui->graph, key == KEY_ZOOM_OUT ? 1 : -1);
		break;
	case KEY_PAN_BACK:
	case KEY_PAN_ON:
		graph_pan(&ui->graph, key == KEY_PAN_ON ? 1 : -1);
		break;
	case KEY_CURSOR:
		if (ui->graph.cursor)
			ui->graph.cursor = false;
		else
			graph_move_cursor(&ui->graph, 0);
		break;
	case KEY_COMPARE:
		graph_compare(&ui->graph);
		break;
	case KEY_ADD:
		add_curve(ui);
		break;
	default:
		return false;
	}
	return true;
}
