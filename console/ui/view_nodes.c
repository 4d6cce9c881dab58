/* The Nodes screen: a table of nodes, what is selected, the last events. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drain.h"
#include "frame.h"
#include "list.h"
#include "node_columns.h"
#include "sign.h"
#include "text.h"
#include "view.h"

enum kind { KIND_NODE, KIND_BACKEND, KIND_MODEL };

struct sorting {
	const struct model	*model;
	const struct ui		*ui;
	const struct list	*list;
};

/* Rows of the table, of the node selected, and of the events. */
struct panels {
	int	table;
	int	detail;
	int	events;
};

/* A short table leaves the rest of the screen to what happened. */
static struct panels
panels_of(const struct model *model, const struct ui *ui)
{
	int body = frame_body(ui), most;
	int rows = ui->list[SCREEN_NODES].count;
	int nodes = (int)model->table[DROVER_TABLE_NODE].slots;
	struct panels panels = {body, 0, 0};

	if (body < 14 || nodes == 0)
		return panels;
	if (rows < nodes)
		rows = nodes;
	panels.detail = body >= 30 ? 9 : 6;
	most = body - panels.detail - (body >= 30 ? 9 : 5);
	panels.table = rows + 2 < most ? rows + 2 : most;
	panels.events = body - panels.table - panels.detail;
	return panels;
}

int
view_nodes_page(const struct model *model, const struct ui *ui)
{
	return panels_of(model, ui).table - 1;
}

int
view_nodes_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui) + 1;
}

static int
compare(const void *one, const void *other, void *context)
{
	const struct sorting *sorting = context;
	const struct item *first = one, *second = other;
	const struct drover_node_row *a = model_row(sorting->model,
	    DROVER_TABLE_NODE, first->index);
	const struct drover_node_row *b = model_row(sorting->model,
	    DROVER_TABLE_NODE, second->index);
	int order = 0, column = sorting->ui->sort;

	if (sorting->list->frozen > 0)
		order = (first->kind > second->kind) -
		    (first->kind < second->kind);
	if (order != 0)
		return order;
	order = node_column_compare(column, a, b);
	if (sorting->ui->descending && !(column >= NODE_COLUMN_METRIC &&
	    (isnan(metric_value(&node_metrics[column - NODE_COLUMN_METRIC],
	    a)) || isnan(metric_value(
	    &node_metrics[column - NODE_COLUMN_METRIC], b)))))
		order = -order;
	return order != 0 ? order : strcmp(a->name, b->name);
}

static void
node_text(const struct drover_node_row *node, char *text, size_t size)
{
	snprintf(text, size, "%s %s %s %s %s %s %s %s", node->name,
	    sign_node_state(drain_state(node)).word, node->model,
	    node->address, node->system, drain_word(node), node->drain_who,
	    node->drain_reason);
}

/* The nodes that pass the filter, in order; kind is used as their rank. */
static void
collect_nodes(const struct model *model, const struct ui *ui,
    struct list *list)
{
	struct sorting sorting = {model, ui, list};
	const struct drover_node_row *node;
	char text[512];
	uint32_t slot;
	uint64_t key;

	list_clear(list);
	for (slot = 0; slot < model->table[DROVER_TABLE_NODE].slots; slot++) {
		node = model_row(model, DROVER_TABLE_NODE, slot);
		if (node == NULL)
			continue;
		node_text(node, text, sizeof(text));
		if (!text_contains(text, ui->filter[SCREEN_NODES]))
			continue;
		key = model_node_hash(node->name);
		list_add(list, list->frozen == 0 ? 0 :
		    (uint32_t)list_rank(list, key), slot, key);
	}
	if (list->count > 0)
		qsort_r(list->items, (size_t)list->count,
		    sizeof(*list->items), compare, &sorting);
	if (list->frozen == 0)
		list_keep_order(list);
}

static void
add_models(const struct model *model, struct list *list,
    const struct drover_backend_row *backend, uint64_t key)
{
	const struct model_table *table = &model->table[DROVER_TABLE_MODEL];
	uint32_t slot;

	for (slot = 0; slot < table->slots; slot++) {
		const struct drover_model_row *row =
		    model_row(model, DROVER_TABLE_MODEL, slot);

		if (row != NULL && row->state == DROVER_MODEL_STATE_LOADED &&
		    strcmp(row->backend, backend->name) == 0 &&
		    strcmp(row->node, backend->node) == 0)
			list_add(list, KIND_MODEL, slot,
			    text_hash(key, row->name));
	}
}

static void
add_backends(const struct model *model, struct list *list, const char *node,
    uint64_t node_key)
{
	const struct model_table *table =
	    &model->table[DROVER_TABLE_BACKEND];
	uint32_t slot;
	uint64_t key;

	for (slot = 0; slot < table->slots; slot++) {
		const struct drover_backend_row *row =
		    model_row(model, DROVER_TABLE_BACKEND, slot);

		if (row == NULL || strcmp(row->node, node) != 0)
			continue;
		key = text_hash(node_key, row->name);
		list_add(list, KIND_BACKEND, slot, key);
		add_models(model, list, row, key);
	}
}

void
view_nodes_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	struct item *nodes;
	int count, i;

	collect_nodes(model, ui, list);
	count = list->count;
	nodes = malloc((size_t)count * sizeof(*nodes) + 1);
	if (nodes == NULL || count == 0) {
		free(nodes);
		return;
	}
	memcpy(nodes, list->items, (size_t)count * sizeof(*nodes));
	list_clear(list);
	for (i = 0; i < count; i++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, nodes[i].index);

		list_add(list, KIND_NODE, nodes[i].index, nodes[i].key);
		if (ui_has(ui->turned, ui->turned_count, nodes[i].key))
			add_backends(model, list, node->name, nodes[i].key);
	}
	free(nodes);
}

void
view_nodes_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct drover_backend_row *backend;
	const struct drover_model_row *loaded;

	(void)ui;
	*text = '\0';
	if (item->kind == KIND_NODE) {
		node_text(model_row(model, DROVER_TABLE_NODE, item->index),
		    text, size);
	} else if (item->kind == KIND_BACKEND) {
		backend = model_row(model, DROVER_TABLE_BACKEND,
		    item->index);
		snprintf(text, size, "%s %s", backend->name, backend->url);
	} else {
		loaded = model_row(model, DROVER_TABLE_MODEL, item->index);
		snprintf(text, size, "%s", loaded->name);
	}
}

static void
draw_titles(const struct ui *ui, const struct placed *placed, int count,
    struct grid *grid, int y)
{
	char title[64];
	int i;

	for (i = 0; i < count; i++) {
		int column = placed[i].column;
		enum role role = column == ui->sort ? ROLE_SORTED : ROLE_HEAD;
		int width = placed[i].width, x = placed[i].x;

		snprintf(title, sizeof(title), "%s",
		    node_column_title(column));
		if (column == NODE_COLUMN_TREND)
			snprintf(title, sizeof(title), "%s %ds",
			    node_metrics[ui->trend].title,
			    trend_seconds(width));
		if (node_column_is_text(column))
			x += grid_text(grid, y, x, width, role, title);
		else
			grid_right(grid, y, x, width, role, title);
		if (column != ui->sort)
			continue;
		if (!node_column_is_text(column))
			x = width > (int)strlen(title) ?
			    x + width - (int)strlen(title) - 1 : x - 1;
		grid_glyph(grid, y, x, role, ui->descending ?
		    GLYPH_FALLING : GLYPH_RISING);
	}
}

static void
draw_backend(const struct drover_backend_row *row, struct grid *grid, int y,
    int x)
{
	char text[FORMAT_BYTES];

	x += 1 + grid_text(grid, y, x, 20, ROLE_TEXT, row->name);
	x += 2 + sign_draw(sign_backend_state(row->state), grid, y, x,
	    grid->width - x);
	if (row->state != DROVER_BACKEND_STATE_UP) {
		grid_text(grid, y, x, grid->width - x, ROLE_TEXT,
		    row->message);
		return;
	}
	format_short(text, row->models_loaded, UNIT_count);
	x += grid_print(grid, y, x, ROLE_TEXT, "%s loaded", text);
	format_short(text, row->probe_time, UNIT_ms);
	x += grid_print(grid, y, x, ROLE_TEXT, "  answers in %s", text);
	format_short(text, row->tokens, UNIT_per_s);
	if (isfinite(row->tokens))
		x += grid_print(grid, y, x, ROLE_TEXT, "  %s tok/s", text);
	grid_print(grid, y, x + 2, ROLE_DIM, "%s", row->url);
}

static void
draw_model(const struct drover_model_row *row, struct grid *grid, int y,
    int x)
{
	char text[FORMAT_BYTES];

	x += 2 + grid_text(grid, y, x, 32, ROLE_TEXT, row->name);
	x += 2 + sign_draw(sign_model_state(row->state), grid, y, x,
	    grid->width - x);
	format_long(text, row->memory, UNIT_bytes);
	grid_print(grid, y, x, ROLE_TEXT, "%s  %s", text,
	    row->quantization);
}

static void
draw_item(const struct model *model, const struct ui *ui,
    const struct item *item, const struct placed *placed, int count,
    struct grid *grid, int y)
{
	int i;

	if (item->kind != KIND_NODE) {
		int x = item->kind == KIND_BACKEND ? 4 : 6;

		grid_glyph(grid, y, x - 2, ROLE_DIM, GLYPH_BRANCH);
		if (item->kind == KIND_BACKEND)
			draw_backend(model_row(model, DROVER_TABLE_BACKEND,
			    item->index), grid, y, x);
		else
			draw_model(model_row(model, DROVER_TABLE_MODEL,
			    item->index), grid, y, x);
		return;
	}
	if (ui_has(ui->marks, ui->mark_count, item->key))
		grid_glyph(grid, y, 1, ROLE_KEY, GLYPH_MARK);
	for (i = 0; i < count; i++)
		node_column_draw(ui, model, model_row(model,
		    DROVER_TABLE_NODE, item->index), &placed[i], grid, y);
}

static const struct drover_node_row *
selected_node(const struct model *model, const struct list *list)
{
	int i;

	/* A backend or model belongs to the node above it. */
	for (i = list->cursor; i >= 0 && i < list->count; i--)
		if (list->items[i].kind == KIND_NODE)
			return model_row(model, DROVER_TABLE_NODE,
			    list->items[i].index);
	return NULL;
}

/* Its drain, the holds on it and its notes, a line each. */
static int
draw_said(const struct model *model, const struct drover_node_row *node,
    struct grid *grid, int y, int end)
{
	const struct model_table *holds = &model->table[DROVER_TABLE_HOLD];
	const struct model_table *notes = &model->table[DROVER_TABLE_NOTE];
	char line[DRAIN_LINE_BYTES];
	uint32_t slot;

	drain_line(node, model->now_ns, line);
	if (line[0] != '\0' && y < end)
		grid_text(grid, y++, 0, grid->width, ROLE_NOTICE, line);
	for (slot = 0; slot < holds->slots && y < end; slot++) {
		const struct drover_hold_row *hold =
		    model_row(model, DROVER_TABLE_HOLD, slot);

		if (hold == NULL || !hold_concerns(model, hold, node->name))
			continue;
		hold_line(hold, model->now_ns, line);
		grid_text(grid, y++, 0, grid->width, ROLE_NOTICE, line);
	}
	for (slot = 0; slot < notes->slots && y < end; slot++) {
		const struct drover_note_row *note =
		    model_row(model, DROVER_TABLE_NOTE, slot);

		if (note == NULL || strcmp(note->object, node->name) != 0)
			continue;
		note_line(note, model->now_ns, line);
		grid_text(grid, y++, 0, grid->width, ROLE_TEXT, line);
	}
	return y;
}

static void
draw_machine(const struct drover_node_row *node, struct grid *grid, int y)
{
	char memory[FORMAT_BYTES], total[FORMAT_BYTES], up[FORMAT_BYTES];
	char cpus[FORMAT_BYTES];

	format_long(memory, node->memory_available, UNIT_bytes);
	format_long(total, node->memory_total, UNIT_bytes);
	format_age(up, node->uptime);
	format_short(cpus, node->cpus, UNIT_count);
	grid_print(grid, y, 0, ROLE_TEXT,
	    "%s CPUs  %s of %s available  up %s", cpus, memory, total, up);
}

static void
draw_pressure(const struct drover_node_row *node, struct grid *grid, int y)
{
	char some[3][FORMAT_BYTES];

	format_short(some[0], node->psi_cpu_some, UNIT_percent);
	format_short(some[1], node->psi_memory_some, UNIT_percent);
	format_short(some[2], node->psi_io_some, UNIT_percent);
	grid_print(grid, y, 0, ROLE_TEXT,
	    "waiting for CPU %s, memory %s, I/O %s", some[0], some[1],
	    some[2]);
}

static int
draw_node_backends(const struct model *model, const char *node,
    struct grid *grid, int y, int end)
{
	const struct model_table *table =
	    &model->table[DROVER_TABLE_BACKEND];
	uint32_t slot;

	for (slot = 0; slot < table->slots && y < end; slot++) {
		const struct drover_backend_row *row =
		    model_row(model, DROVER_TABLE_BACKEND, slot);

		if (row != NULL && strcmp(row->node, node) == 0)
			draw_backend(row, grid, y++, 0);
	}
	return y;
}

static void
draw_detail(const struct model *model, const struct list *list,
    struct grid *grid, int y, int rows)
{
	const struct drover_node_row *node = selected_node(model, list);
	int end = y + rows, first = y + 1, backends;
	bool roomy;

	if (node == NULL || rows < 4)
		return;
	grid_rule(grid, y++, node->name);
	/* What was said comes first; half of the room stays for the rest. */
	y = draw_said(model, node, grid, y, y + (rows - 1) / 2);
	roomy = y == first || rows > 6;
	if (roomy)
		grid_print(grid, y++, 0, ROLE_DIM, "%s  droverd %s  %s",
		    node->system, node->version, node->address);
	draw_machine(node, grid, y++);
	if (roomy)
		draw_pressure(node, grid, y++);
	backends = draw_node_backends(model, node->name, grid, y, end);
	if (backends == y && y < end)
		grid_text(grid, y, 0, grid->width, ROLE_DIM,
		    "no model server found; see backend in drover.conf(5)");
}

static void
draw_events(const struct model *model, struct grid *grid, int y, int rows)
{
	int i;

	if (rows < 2)
		return;
	grid_rule(grid, y, "events");
	for (i = 0; i < rows - 1; i++) {
		const struct model_event *event =
		    model_event(model, (uint64_t)i);

		if (event != NULL)
			event_line(event, grid, y + 1 + i, 0, false);
	}
}

void
view_nodes_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct list *list = &ui->list[SCREEN_NODES];
	struct panels panels = panels_of(model, ui);
	struct placed placed[UI_COLUMNS];
	int count = node_columns_place(ui, model, placed);
	int i, y = frame_top(ui);

	draw_titles(ui, placed, count, grid, y);
	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		int line = list->top + i;

		draw_item(model, ui, &list->items[line], placed, count,
		    grid, y + 1 + i);
		if (ui->search[0] != '\0')
			grid_find(grid, y + 1 + i, ui->search, ROLE_FOUND);
		if (line != list->cursor || ui->plain)
			continue;
		grid_glyph(grid, y + 1 + i, 0, ROLE_KEY, GLYPH_CURSOR);
		grid_select(grid, y + 1 + i);
	}
	if (list->count == 0)
		grid_text(grid, y + 2, 2, grid->width - 2, ROLE_DIM,
		    ui->filter[SCREEN_NODES][0] != '\0' ?
		    "nothing passes the filter; Esc gives it up" :
		    "no node is published yet");
	draw_detail(model, list, grid, y + panels.table, panels.detail);
	draw_events(model, grid, y + panels.table + panels.detail,
	    panels.events);
	if (ui->chooser != CHOOSER_NONE)
		chooser_draw(ui, model, grid);
}
