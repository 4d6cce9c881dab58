#include "here.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "list.h"
#include "plans.h"
#include "sections.h"
#include "sign.h"
#include "verb_line.h"
#include "view.h"

static struct list *
list_at(struct ui *ui)
{
	return &ui->list[ui->screen];
}

/* Screens of titles with rows under them, which can be folded away. */
bool
here_has_sections(const struct ui *ui)
{
	return ui->screen == SCREEN_NODE || ui->screen == SCREEN_CONSENSUS;
}

static const struct section *
section_of(const struct ui *ui, const struct item *item)
{
	return ui->screen == SCREEN_CONSENSUS ?
	    &consensus_sections[item->kind] : &sections[item->kind];
}

static bool
is_member_ill(const struct drover_member_row *member)
{
	return member->problem[0] != '\0' || member->disk_full ||
	    member->leader[0] == '\0';
}

static const struct drover_prediction_row *
prediction_at(const struct model *model, const struct item *item)
{
	return model_row(model, DROVER_TABLE_PREDICTION, item->index);
}

/* Is something wrong with what the item shows? */
bool
here_is_error(const struct ui *ui, const struct model *model,
    const struct item *item)
{
	const struct drover_audit_row *audit;
	const struct drover_fault_row *fault;
	const struct drover_node_row *node;
	const struct model_event *event;

	if (ui->screen == SCREEN_EVENTS) {
		event = model_event(model, item->index);
		return event != NULL &&
		    event->event.severity >= DROVER_SEVERITY_WARNING;
	}
	if (ui->screen == SCREEN_FAULTS) {
		fault = model_row(model, DROVER_TABLE_FAULT, item->index);
		return fault != NULL && !fault_is_over(fault);
	}
	if (ui->screen == SCREEN_PREDICTIONS)
		return prediction_at(model, item)->outcome ==
		    DROVER_OUTCOME_OPEN;
	if (ui->screen == SCREEN_PLANS)
		return plan_waits(model_row(model, DROVER_TABLE_PLAN,
		    item->index));
	if (ui->screen == SCREEN_PLAN)
		return false;
	if (ui->screen == SCREEN_AUDIT) {
		audit = model_row(model, DROVER_TABLE_AUDIT, item->index);
		return audit != NULL && sign_reply(audit->reply).glyph ==
		    GLYPH_BAD;
	}
	if (here_has_sections(ui)) {
		const struct section *part = section_of(ui, item);

		if (item->index != UINT32_MAX &&
		    part->table == DROVER_TABLE_MEMBER)
			return is_member_ill(model_row(model, part->table,
			    item->index));
		return item->index != UINT32_MAX && part->sign != NULL &&
		    part->sign(model_row(model, part->table,
		    item->index)).glyph == GLYPH_BAD;
	}
	if (item->kind != 0)
		return false;
	node = model_row(model, DROVER_TABLE_NODE, item->index);
	return node->severity > DROVER_SEVERITY_INFO ||
	    drain_state(node) != DROVER_NODE_STATE_UP;
}

void
here_next_error(struct ui *ui, const struct model *model)
{
	struct list *list = list_at(ui);
	int i, line;

	for (i = 1; i <= list->count; i++) {
		line = (list->cursor + i) % list->count;
		if (!here_is_error(ui, model, &list->items[line]))
			continue;
		list_go(list, line, false);
		return;
	}
	ui_say(ui, false, "no error here");
}

const struct drover_hold_row *
here_hold(const struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(&ui->list[ui->screen]);

	if (here == NULL || !here_has_sections(ui) ||
	    here->index == UINT32_MAX ||
	    section_of(ui, here)->table != DROVER_TABLE_HOLD)
		return NULL;
	return model_row(model, DROVER_TABLE_HOLD, here->index);
}

/* A member, what is held, what a note is about: where it is a node. */
static void
enter_named(struct ui *ui, const struct model *model, const char *name)
{
	if (model_node(model, name) != NULL)
		ui_show_node(ui, name);
	else
		ui_say(ui, false, "%s is no node that is published", name);
}

static void
enter_audit(struct ui *ui, const struct model *model,
    const struct drover_audit_row *row)
{
	static const char before[] = "node/";
	const char *object = row == NULL ? "" : row->object;

	if (strncmp(object, before, strlen(before)) == 0)
		object += strlen(before);
	if (*object != '\0')
		enter_named(ui, model, object);
}

static const struct drover_fault_row *
fault_at(const struct model *model, const struct item *item)
{
	return model_row(model, DROVER_TABLE_FAULT, item->index);
}

const struct drover_fault_row *
here_fault(const struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(&ui->list[ui->screen]);

	return here == NULL || ui->screen != SCREEN_FAULTS ? NULL :
	    fault_at(model, here);
}

const struct drover_prediction_row *
here_prediction(const struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(&ui->list[ui->screen]);

	return here == NULL || ui->screen != SCREEN_PREDICTIONS ? NULL :
	    prediction_at(model, here);
}

const struct drover_plan_row *
here_plan(const struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(&ui->list[ui->screen]);

	if (ui->screen == SCREEN_PLAN)
		return plan_find(model, ui->plan);
	return here == NULL || ui->screen != SCREEN_PLANS ? NULL :
	    model_row(model, DROVER_TABLE_PLAN, here->index);
}

const char *
here_plan_page(const struct ui *ui, const struct model *model)
{
	const struct drover_plan_row *plan = here_plan(ui, model);
	const struct drover_fault_row *fault = plan == NULL ? NULL :
	    plan_fault(model, plan);

	return fault == NULL ? "" : fault->page;
}

/* On the Nodes screen: that of the row, or of the backend under it. */
static const struct drover_node_row *
node_here(const struct ui *ui, const struct model *model)
{
	const struct list *list = &ui->list[SCREEN_NODES];
	int line = list->cursor;

	if (line < 0 || line >= list->count)
		return NULL;
	while (line > 0 && list->items[line].kind != 0)
		line--;
	return model_row(model, DROVER_TABLE_NODE, list->items[line].index);
}

const struct drover_node_row *
here_node(const struct ui *ui, const struct model *model)
{
	const struct list *list = &ui->list[ui->screen];
	const struct item *here = list_here(list);
	const struct drover_plan_row *plan = here_plan(ui, model);
	const struct section *part;

	if (plan != NULL)
		return model_node(model, plan->node);
	if (ui->screen == SCREEN_NODES)
		return node_here(ui, model);
	if (ui->screen == SCREEN_NODE)
		return ui_node(ui, model);
	if (here == NULL || ui->screen == SCREEN_PLAN)
		return NULL;
	if (ui->screen == SCREEN_EVENTS)
		return model_node(model,
		    model_event(model, here->index)->event.node);
	if (ui->screen == SCREEN_FAULTS)
		return model_node(model, fault_at(model, here)->node);
	if (ui->screen == SCREEN_PREDICTIONS)
		return model_node(model, prediction_at(model, here)->node);
	part = ui->screen == SCREEN_CONSENSUS ? section_of(ui, here) : NULL;
	return part == NULL || here->index == UINT32_MAX ? NULL :
	    model_node(model, section_row_name(part, model, here->index));
}

/* The entry of the last act on the screen, before which there are more. */
static int64_t
oldest(const struct ui *ui, const struct model *model)
{
	const struct list *list = &ui->list[SCREEN_AUDIT];
	const struct drover_audit_row *row = list->count < 2 ? NULL :
	    model_row(model, DROVER_TABLE_AUDIT,
	    list->items[list->count - 2].index);

	return row != NULL ? row->id : INT64_MAX;
}

/* What is done about it, if anything; else where it is. */
static void
enter_fault(struct ui *ui, const struct model *model,
    const struct drover_fault_row *fault)
{
	const struct drover_plan_row *plan = plan_of_fault(model, fault->id);

	if (plan != NULL)
		ui_show_plan(ui, plan->id);
	else
		ui_show_node(ui, fault->node);
}

void
here_enter(struct ui *ui, const struct model *model)
{
	const struct item *here = list_here(list_at(ui));

	if (here == NULL)
		return;
	if (here_has_sections(ui)) {
		if (ui->screen == SCREEN_CONSENSUS)
			enter_named(ui, model, section_row_name(
			    section_of(ui, here), model, here->index));
	} else if (ui->screen == SCREEN_FAULTS) {
		enter_fault(ui, model, fault_at(model, here));
	} else if (ui->screen == SCREEN_PREDICTIONS) {
		ui_show_node(ui, prediction_at(model, here)->node);
	} else if (ui->screen == SCREEN_PLANS) {
		ui_show_plan(ui, here_plan(ui, model)->id);
	} else if (ui->screen == SCREEN_PLAN) {
		if (here_plan(ui, model) != NULL)
			ui_show_node(ui, here_plan(ui, model)->node);
	} else if (ui->screen == SCREEN_EVENTS) {
		ui_show_node(ui, model_event(model, here->index)->event.node);
	} else if (ui->screen == SCREEN_AUDIT &&
	    here->index == UINT32_MAX) {
		verb_line_audit(ui, oldest(ui, model));
	} else if (ui->screen == SCREEN_AUDIT) {
		enter_audit(ui, model, model_row(model, DROVER_TABLE_AUDIT,
		    here->index));
	} else {
		ui_show_node(ui, node_here(ui, model)->name);
	}
}

/* The metric of a device that says most. */
static const char *
device_metric(const struct drover_device_row *device)
{
	const struct {
		double		 value;
		const char	*name;
	} known[] = { { device->busy, "busy" },
		{ device->used_share, "used_share" }, { device->in, "in" },
		{ device->temperature, "temperature" } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]) - 1; i++)
		if (!isnan(known[i].value))
			break;
	return known[i].name;
}

/* A row of the Node screen that is a metric, a device or a backend. */
static void
graph_of_item(const struct ui *ui, const struct model *model,
    const struct item *item, const char *node, char spec[GRAPH_SPEC_BYTES])
{
	const struct section *section = &sections[item->kind];
	const struct drover_device_row *device;
	const struct drover_backend_row *backend;

	(void)ui;
	if (item->index == UINT32_MAX)
		return;
	if (section->fields == NULL && item->index < NODE_METRICS) {
		snprintf(spec, GRAPH_SPEC_BYTES, "%s:%s", node,
		    node_metrics[item->index].name);
	} else if (section->table == DROVER_TABLE_DEVICE) {
		device = model_row(model, DROVER_TABLE_DEVICE, item->index);
		if (device != NULL)
			snprintf(spec, GRAPH_SPEC_BYTES, "%s:%s:%s", node,
			    device->name, device_metric(device));
	} else if (section->table == DROVER_TABLE_BACKEND) {
		backend = model_row(model, DROVER_TABLE_BACKEND,
		    item->index);
		if (backend != NULL)
			snprintf(spec, GRAPH_SPEC_BYTES,
			    "%s:backend/%s:probe_time", node, backend->name);
	}
}

void
here_graph(struct ui *ui, const struct model *model)
{
	const struct drover_node_row *node = here_node(ui, model);
	const struct item *here = list_here(list_at(ui));
	char spec[GRAPH_SPEC_BYTES] = "", complaint[UI_LINE_BYTES];

	if (node == NULL)
		node = ui_node(ui, model);
	if (node == NULL) {
		ui_say(ui, true, "there is no node to draw a graph of");
		return;
	}
	snprintf(spec, sizeof(spec), "%s:%s", node->name,
	    node_metrics[ui->trend].name);
	if (ui->screen == SCREEN_NODE && here != NULL)
		graph_of_item(ui, model, here, node->name, spec);
	graph_clear(&ui->graph);
	if (graph_add(&ui->graph, spec, node->name, complaint,
	    sizeof(complaint)) != 0)
		ui_say(ui, true, "%s", complaint);
	ui_show(ui, SCREEN_GRAPH);
}
