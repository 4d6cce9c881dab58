/* The box of an act, over the screen that it was begun on. */
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "flow.h"
#include "format.h"
#include "frame.h"
#include "text.h"
#include "ui.h"

#define LABEL_WIDTH	11
#define NARROW		60	/* below, labels stand in the lines */
#define ROW_BYTES	1024

static void
title_of(const struct ui *ui, char title[FLOW_TITLE_BYTES + 32])
{
	const struct flow *flow = &ui->flow;
	const char *what = "";

	if (!flow->act.reads && flow->state != FLOW_RESULT)
		what = flow->act.previews ? ": what it would do" : "";
	snprintf(title, FLOW_TITLE_BYTES + 32, "%s%s", flow->act.title, what);
}

static void
ask_for_name(const struct flow *flow, char text[256])
{
	if (flow->act.count > 1)
		snprintf(text, 256, "%d nodes at once: to go on, type the "
		    "name of the first, %s", flow->act.count,
		    flow->act.name);
	else
		snprintf(text, 256, "To do it all the same, type %s",
		    flow->act.name);
}

/* What is asked for or waited for, below the lines. */
static void
status_of(const struct ui *ui, char text[256])
{
	const struct flow *flow = &ui->flow;
	char waited[32] = "";

	text[0] = '\0';
	if (flow->waited_s > 0)
		snprintf(waited, sizeof(waited), ", %d s", flow->waited_s);
	switch (flow->state) {
	case FLOW_PREVIEW_WAIT:
		snprintf(text, 256, "%s%s ...", flow->act.reads ?
		    "asking" : "asking what it would do", waited);
		break;
	case FLOW_REASON:
		snprintf(text, 256, flow->act.reason == FLOW_MUST ?
		    "Why?  It stays in the audit." :
		    "Why?  It stays in the audit, and may be left empty.");
		break;
	case FLOW_DEADLINE:
		snprintf(text, 256, "Wait no longer than?  90s, 10m, 2h; "
		    "empty: until it is done");
		break;
	case FLOW_TYPED:
		ask_for_name(flow, text);
		break;
	case FLOW_SUBMIT:
		snprintf(text, 256, "sent; waiting for the answer%s ...",
		    waited);
		break;
	default:
		break;
	}
}

/*
 * The next part of *text that fits into width columns, broken at a blank
 * where there is one; *text moves past it.  False at the end.
 */
static bool
next_row(const char **text, int width, bool ascii, char row[ROW_BYTES])
{
	const char *at = *text, *blank = NULL, *before;
	int columns = 0;
	uint32_t code;

	if (*at == '\0')
		return false;
	for (before = at; (code = text_next(&at)) != 0; before = at) {
		columns += text_columns_of(code, ascii);
		if (columns > width && before > *text)
			break;
		if (code == ' ')
			blank = before;
	}
	if (code == 0)
		blank = before;
	else if (blank == NULL || blank == *text)
		blank = before;
	snprintf(row, ROW_BYTES, "%.*s", (int)(blank - *text), *text);
	*text = blank + strspn(blank, " ");
	return true;
}

static int
indent_of(const struct ui *ui)
{
	if (!ui->flow.labelled)
		return 1;
	return ui->width < NARROW ? 2 : 1 + LABEL_WIDTH;
}

/* What stands in its rows: where it is narrow, with the label. */
static void
text_of(const struct ui *ui, const struct flow_line *line,
    char text[ROW_BYTES])
{
	bool label = ui->width < NARROW && line->label[0] != '\0';

	snprintf(text, ROW_BYTES, "%s%s%s", label ? line->label : "",
	    label ? ": " : "", line->text);
}

static int
rows_of(const struct ui *ui, const struct flow_line *line)
{
	int width = ui->width - indent_of(ui), rows = 0;
	char text[ROW_BYTES], row[ROW_BYTES];
	const char *rest = text;

	text_of(ui, line, text);
	while (next_row(&rest, width, ui->glyphs == GLYPH_MODE_ASCII, row))
		rows++;
	return rows > 0 ? rows : 1;
}

/* Rows of the box: a rule, lines, what is waited for, another rule. */
static int
box_rows(const struct ui *ui)
{
	int rows = ui->flow.rows + 3;

	return rows < frame_body(ui) ? rows : frame_body(ui);
}

static const struct drover_hold_row *
hold_of(const struct model *model, const char *id)
{
	const struct drover_hold_row *hold;
	uint32_t slot;
	char text[32];

	for (slot = 0; slot < model->table[DROVER_TABLE_HOLD].slots; slot++) {
		hold = model_row(model, DROVER_TABLE_HOLD, slot);
		if (hold == NULL)
			continue;
		snprintf(text, sizeof(text), "%lld", (long long)hold->id);
		if (strcmp(text, id) == 0)
			return hold;
	}
	return NULL;
}

/* What is the matter with what is meant, while the box is open. */
static void
note_now(struct ui *ui, const struct model *model)
{
	struct flow *flow = &ui->flow;
	const struct drover_hold_row *hold;
	const struct drover_node_row *node;
	char text[DRAIN_LINE_BYTES] = "";

	if (flow->state != FLOW_NONE && !flow->act.reads &&
	    flow->act.count == 1) {
		hold = flow->act.releases ? hold_of(model, flow->act.name) :
		    NULL;
		node = model_node(model, flow->act.name);
		if (hold != NULL)
			hold_line(hold, model->now_ns, text);
		else if (node != NULL && !flow->act.releases)
			drain_line(node, model->now_ns, text);
	}
	flow->now.role = ROLE_WARNING;
	snprintf(flow->now.label, sizeof(flow->now.label), "now");
	snprintf(flow->now.text, sizeof(flow->now.text), "%.255s", text);
}

void
flow_settle(struct ui *ui, const struct model *model)
{
	struct flow *flow = &ui->flow;
	int i;

	note_now(ui, model);
	flow->labelled = flow->now.text[0] != '\0';
	for (i = 0; i < flow->line_count; i++)
		flow->labelled = flow->labelled ||
		    flow->lines[i].label[0] != '\0';
	flow->rows = flow->now.text[0] != '\0' ? rows_of(ui, &flow->now) : 0;
	for (i = 0; i < flow->line_count; i++)
		flow->rows += rows_of(ui, &flow->lines[i]);
	flow->page = box_rows(ui) - 3;
	if (flow->page < 1)
		flow->page = 1;
	if (flow->top > flow->rows - flow->page)
		flow->top = flow->rows - flow->page;
	if (flow->top < 0)
		flow->top = 0;
}

/* Its rows from y on that lie within the page; returns the row after it. */
static int
draw_line(const struct ui *ui, const struct flow_line *line,
    struct grid *grid, int y)
{
	int first = frame_top(ui) + 1, end = first + ui->flow.page;
	int indent = indent_of(ui);
	char text[ROW_BYTES], row[ROW_BYTES];
	const char *rest = text;
	bool any = false;

	text_of(ui, line, text);
	if (y >= first && y < end && ui->width >= NARROW)
		grid_text(grid, y, 1, LABEL_WIDTH - 1, ROLE_HEAD,
		    line->label);
	while (next_row(&rest, ui->width - indent,
	    ui->glyphs == GLYPH_MODE_ASCII, row)) {
		if (y >= first && y < end)
			grid_text(grid, y, indent, grid->width - indent,
			    line->role, row);
		y++;
		any = true;
	}
	return any ? y : y + 1;
}

static void
clear_rows(struct grid *grid, int y, int rows)
{
	int i, x;

	for (i = y; i < y + rows && i < grid->height; i++)
		for (x = 0; x < grid->width; x++) {
			grid_put(grid, i, x, ROLE_TEXT, ' ');
			grid->cells[i * grid->width + x].selected = false;
		}
}

static void
draw_status(const struct ui *ui, struct grid *grid, int y)
{
	const struct flow *flow = &ui->flow;
	int hidden = flow->rows - flow->top - flow->page, x;
	char text[256], span[FORMAT_BYTES];

	status_of(ui, text);
	if (text[0] == '\0' && flow->state == FLOW_PREVIEW &&
	    flow_deadline_s(flow) > 0) {
		format_age(span, (double)flow_deadline_s(flow));
		snprintf(text, sizeof(text), "deadline %s", span);
	}
	if (hidden > 0 && text[0] == '\0')
		snprintf(text, sizeof(text), "%d more lines: j", hidden);
	/* What is wrong comes first where there is no room for both. */
	if (flow->note[0] != '\0') {
		x = 3 + grid_text(grid, y, 1, grid->width - 1, ROLE_MAJOR,
		    flow->note);
		grid_text(grid, y, x, grid->width - x, ROLE_STRONG, text);
	} else {
		grid_text(grid, y, 1, grid->width - 1, ROLE_STRONG, text);
	}
}

void
flow_draw(const struct ui *ui, struct grid *grid)
{
	const struct flow *flow = &ui->flow;
	char title[FLOW_TITLE_BYTES + 32];
	int i, rows = box_rows(ui), top = frame_top(ui);
	int y = top + 1 - flow->top;

	clear_rows(grid, top, rows);
	title_of(ui, title);
	grid_rule(grid, top, title);
	if (flow->now.text[0] != '\0')
		y = draw_line(ui, &flow->now, grid, y);
	for (i = 0; i < flow->line_count; i++)
		y = draw_line(ui, &flow->lines[i], grid, y);
	draw_status(ui, grid, top + rows - 2);
	grid_rule(grid, top + rows - 1, "");
}

static const char *
preview_hint(const struct flow *flow)
{
	if (flow_is_barred(flow))
		return "Esc leave";
	if (flow->act.reason == FLOW_NO || flow_has_reason(flow))
		return flow->act.deadline ?
		    "Enter do it  t deadline  Esc leave" :
		    "Enter do it  Esc leave";
	return flow->act.deadline ?
	    "Enter give the reason  t deadline  Esc leave" :
	    "Enter give the reason  Esc leave";
}

const char *
flow_hint(const struct ui *ui)
{
	const struct flow *flow = &ui->flow;

	switch (flow->state) {
	case FLOW_PREVIEW:
		return preview_hint(flow);
	case FLOW_SUBMIT:
		return "Esc wait no longer; what was sent is done all the "
		    "same";
	case FLOW_RESULT:
		return flow->again == FLOW_SEND_AGAIN ?
		    "Enter ask again  Esc leave" :
		    flow->again == FLOW_LOOK_AGAIN ?
		    "Enter look again  Esc leave" : "Esc leave";
	default:
		return "Esc leave";
	}
}
