#include "node_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "sign.h"
#include "text.h"

#define NUMBER_WIDTH	6
#define TITLE_MOST	15
#define TREND_LEAST	8
#define TREND_MOST	32
#define CURSOR_WIDTH	2

static const struct {
	const char	*name;
	const char	*title;
	const char	*help;
	int		 least;
	int		 most;
} properties[NODE_COLUMN_METRIC] = {
	[NODE_COLUMN_NAME] = {"name", "NODE", "name of the node", 5, 20},
	[NODE_COLUMN_STATE] = {"state", "STATE", "state of the node", 5, 12},
	[NODE_COLUMN_FLAG] = {"flag", "FLAG", "worst severity open", 4, 9},
	[NODE_COLUMN_MODEL] = {"model", "MODEL", "busiest model", 5, 24},
	[NODE_COLUMN_ADDRESS] = {"address", "ADDRESS", "address", 7, 24},
	[NODE_COLUMN_SYSTEM] = {"system", "SYSTEM",
	    "operating system and kernel", 6, 32},
	[NODE_COLUMN_VERSION] = {"version", "VERSION",
	    "version of droverd", 7, 12},
	[NODE_COLUMN_DRAIN] = {"drain", "DRAIN",
	    "how far the drain is: draining, drained, late", 5, 9},
	[NODE_COLUMN_DRAIN_WHO] = {"drain_who", "BY", "who drains it", 2, 16},
	[NODE_COLUMN_DRAIN_WHY] = {"drain_why", "WHY", "why it is drained",
	    3, 32},
	[NODE_COLUMN_DRAIN_SINCE] = {"drain_since", "SINCE",
	    "when the drain began, UTC", 5, 11},
	[NODE_COLUMN_DRAIN_UNTIL] = {"drain_until", "UNTIL",
	    "when the drain stops waiting, UTC", 5, 11},
	[NODE_COLUMN_TREND] = {"trend", "TREND",
	    "recent past of one metric (:trend)", TREND_LEAST, TREND_MOST},
};

/*
 * The usual columns from left to right, each with its rank: where the
 * screen is narrow, those of the greatest rank go first.  Those of a drain
 * are shown only while some node has one.
 */
static const struct {
	int	column;
	int	rank;
	bool	of_drain;
} usual[] = {
	{NODE_COLUMN_NAME, 0, false},
	{NODE_COLUMN_STATE, 1, false},
	{NODE_COLUMN_FLAG, 2, false},
	{NODE_COLUMN_DRAIN, 3, true},
	{NODE_COLUMN_DRAIN_WHO, 5, true},
	{NODE_COLUMN_DRAIN_SINCE, 12, true},
	{NODE_COLUMN_DRAIN_UNTIL, 10, true},
	{NODE_COLUMN_METRIC + NODE_METRIC_in_flight, 4, true},
	{NODE_COLUMN_DRAIN_WHY, 14, true},
	{NODE_COLUMN_MODEL, 9, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_requests, 13, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_tokens, 10, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_ttft, 16, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_requests_deferred, 17, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_kv_used, 18, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_gpu_busy, 11, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_gpu_memory_used, 19, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_cpu_busy, 6, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_memory_used, 7, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_load1, 15, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_temperature_max, 14, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_psi_memory_some, 20, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_psi_io_some, 21, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_store_free_share, 22, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_net_receive, 23, false},
	{NODE_COLUMN_METRIC + NODE_METRIC_net_transmit, 24, false},
	{NODE_COLUMN_TREND, 8, false},
};
#define USUAL	(int)(sizeof(usual) / sizeof(usual[0]))
_Static_assert(sizeof(usual) / sizeof(usual[0]) <= UI_COLUMNS,
    "more usual columns than can be chosen");

const char *
node_column_name(int column)
{
	return column < NODE_COLUMN_METRIC ? properties[column].name :
	    node_metrics[column - NODE_COLUMN_METRIC].name;
}

const char *
node_column_title(int column)
{
	return column < NODE_COLUMN_METRIC ? properties[column].title :
	    node_metrics[column - NODE_COLUMN_METRIC].title;
}

const char *
node_column_help(int column)
{
	return column < NODE_COLUMN_METRIC ? properties[column].help :
	    node_metrics[column - NODE_COLUMN_METRIC].help;
}

int
node_column_find(const char *name)
{
	int i;

	for (i = 0; i < NODE_COLUMN_COUNT; i++)
		if (strcasecmp(node_column_name(i), name) == 0)
			return i;
	return -1;
}

bool
node_column_is_text(int column)
{
	return column < NODE_COLUMN_METRIC;
}

/* The columns there would be on a screen without end. */
static int
columns_wanted(const struct ui *ui, int chosen[UI_COLUMNS])
{
	int i;

	if (ui->column_count > 0) {
		memcpy(chosen, ui->columns, sizeof(ui->columns));
		return ui->column_count;
	}
	for (i = 0; i < USUAL; i++)
		chosen[i] = usual[i].column;
	return USUAL;
}

static int
rank_of(const struct ui *ui, int place)
{
	return ui->column_count > 0 ? place : usual[place].rank;
}

/* Some are made in text, which has to outlive what is returned. */
static const char *
property(const struct drover_node_row *node, int column, int64_t now_ns,
    char text[FORMAT_BYTES])
{
	switch (column) {
	case NODE_COLUMN_NAME:
		return node->name;
	case NODE_COLUMN_STATE:
		return sign_node_state(drain_state(node)).word;
	case NODE_COLUMN_FLAG:
		return sign_severity(node->severity).word;
	case NODE_COLUMN_MODEL:
		return node->model;
	case NODE_COLUMN_ADDRESS:
		return node->address;
	case NODE_COLUMN_SYSTEM:
		return node->system;
	case NODE_COLUMN_VERSION:
		return node->version;
	case NODE_COLUMN_DRAIN:
		return drain_word(node);
	case NODE_COLUMN_DRAIN_WHO:
		return node->drain_who;
	case NODE_COLUMN_DRAIN_WHY:
		return node->drain_reason;
	case NODE_COLUMN_DRAIN_SINCE:
		format_moment(text, node->drain_since, now_ns);
		return text;
	case NODE_COLUMN_DRAIN_UNTIL:
		format_moment(text, node->drain_deadline, now_ns);
		return text;
	default:
		return "";
	}
}

static int
text_width(const struct drover_node_row *node, int column, int64_t now_ns,
    bool ascii)
{
	char text[FORMAT_BYTES];
	int columns = text_columns(property(node, column, now_ns, text),
	    ascii);

	if (column == NODE_COLUMN_STATE)
		return columns + 2;
	if (column == NODE_COLUMN_FLAG)
		return node->severity > DROVER_SEVERITY_INFO ? columns + 1 :
		    0;
	return columns;
}

/* As wide as its longest text, so that it does not move with numbers. */
static int
property_width(const struct model *model, const struct ui *ui, int column)
{
	const struct model_table *nodes = &model->table[DROVER_TABLE_NODE];
	bool ascii = ui->glyphs == GLYPH_MODE_ASCII;
	int columns, width = properties[column].least;
	uint32_t slot;

	/* Room for the arrow behind the title. */
	if (column == ui->sort)
		width = (int)strlen(properties[column].title) + 1;
	for (slot = 0; slot < nodes->slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		columns = node == NULL ? 0 : text_width(node, column,
		    model->now_ns, ascii);
		if (columns > width)
			width = columns;
	}
	return width < properties[column].most ?
	    width : properties[column].most;
}

static bool
some_node_drains(const struct model *model)
{
	uint32_t slot, slots = model->table[DROVER_TABLE_NODE].slots;

	for (slot = 0; slot < slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		if (node != NULL && node->drain != DROVER_NODE_DRAIN_NONE)
			return true;
	}
	return false;
}

/* Does no node have it? */
static bool
is_missing(const struct model *model, int column)
{
	uint32_t slot, slots = model->table[DROVER_TABLE_NODE].slots;

	for (slot = 0; slot < slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		if (node == NULL)
			continue;
		if (column < NODE_COLUMN_METRIC ?
		    column != NODE_COLUMN_MODEL || node->model[0] != '\0' :
		    !isnan(metric_value(
		    &node_metrics[column - NODE_COLUMN_METRIC], node)))
			return false;
	}
	return slots > 0;
}

static int
column_width(const struct model *model, const struct ui *ui, int column)
{
	int title;

	if (column < NODE_COLUMN_METRIC)
		return property_width(model, ui, column);
	title = (int)strlen(node_column_title(column));
	if (title > TITLE_MOST)
		title = TITLE_MOST;
	return title > NUMBER_WIDTH ? title : NUMBER_WIDTH;
}

/* Index of the column to leave out first. */
static int
least_wanted(const int *ranks, int count)
{
	int i, worst = 0;

	for (i = 1; i < count; i++)
		if (ranks[i] > ranks[worst])
			worst = i;
	return worst;
}

static int
leave_out(struct placed *placed, int *ranks, int count, int room)
{
	int i, used, worst;

	for (;;) {
		for (i = 0, used = 0; i < count; i++)
			used += placed[i].width + (i > 0);
		if (used <= room || count <= 1)
			return count;
		worst = least_wanted(ranks, count);
		count--;
		memmove(placed + worst, placed + worst + 1,
		    (size_t)(count - worst) * sizeof(*placed));
		memmove(ranks + worst, ranks + worst + 1,
		    (size_t)(count - worst) * sizeof(*ranks));
	}
}

static void
spread(struct placed *placed, int count, int room)
{
	int i, x = CURSOR_WIDTH;

	for (i = 0; i < count; i++) {
		placed[i].x = x;
		x += placed[i].width + 1;
	}
	/* A curve at the right takes what is left. */
	i = count - 1;
	if (i < 0)
		return;
	x = room - (placed[i].x - CURSOR_WIDTH);
	if (placed[i].column == NODE_COLUMN_TREND)
		placed[i].width = x < TREND_MOST ? x : TREND_MOST;
	else if (placed[i].width > x)
		placed[i].width = x;
}

int
node_columns_place(const struct ui *ui, const struct model *model,
    struct placed placed[UI_COLUMNS])
{
	int chosen[UI_COLUMNS], ranks[UI_COLUMNS];
	int count = columns_wanted(ui, chosen), i, kept = 0;
	int room = ui->width - CURSOR_WIDTH;
	bool drains = some_node_drains(model);

	for (i = 0; i < count; i++) {
		if (chosen[i] == NODE_COLUMN_TREND && ui->plain)
			continue;
		if (ui->column_count == 0 && (is_missing(model, chosen[i]) ||
		    (usual[i].of_drain && !drains)))
			continue;
		placed[kept].column = chosen[i];
		placed[kept].width = column_width(model, ui, chosen[i]);
		ranks[kept++] = rank_of(ui, i);
	}
	kept = leave_out(placed, ranks, kept, room);
	spread(placed, kept, room);
	return kept;
}

int
node_columns_chosen(const struct ui *ui, const struct model *model,
    int chosen[UI_COLUMNS])
{
	struct placed placed[UI_COLUMNS];
	int count, i;

	if (ui->column_count > 0)
		return columns_wanted(ui, chosen);
	count = node_columns_place(ui, model, placed);
	for (i = 0; i < count; i++)
		chosen[i] = placed[i].column;
	return count;
}

static enum role
value_role(const struct metric *metric, double value)
{
	if (isnan(value))
		return ROLE_DIM;
	if (metric->unit != UNIT_percent ||
	    strstr(metric->name, "free") != NULL)
		return ROLE_TEXT;
	return value >= 95 ? ROLE_MAJOR : value >= 85 ? ROLE_WARNING :
	    ROLE_TEXT;
}

static void
draw_metric(const struct drover_node_row *node, const struct placed *place,
    struct grid *grid, int y)
{
	const struct metric *metric =
	    &node_metrics[place->column - NODE_COLUMN_METRIC];
	double value = metric_value(metric, node);
	char text[FORMAT_BYTES];

	format_short(text, value, metric->unit);
	grid_right(grid, y, place->x, place->width,
	    value_role(metric, value), text);
}

static void
draw_flag(const struct drover_node_row *node, const struct placed *place,
    struct grid *grid, int y)
{
	struct sign sign = sign_severity(node->severity);

	if (node->severity == DROVER_SEVERITY_INFO)
		return;
	grid_glyph(grid, y, place->x, sign.role, sign.glyph);
	grid_text(grid, y, place->x + 1, place->width - 1, sign.role,
	    sign.word);
}

void
node_column_draw(const struct ui *ui, const struct model *model,
    const struct drover_node_row *node, const struct placed *placed,
    struct grid *grid, int y)
{
	char made[FORMAT_BYTES];
	const char *text;

	if (placed->column >= NODE_COLUMN_METRIC) {
		draw_metric(node, placed, grid, y);
	} else if (placed->column == NODE_COLUMN_STATE) {
		sign_draw(sign_node_state(drain_state(node)), grid, y,
		    placed->x, placed->width);
	} else if (placed->column == NODE_COLUMN_FLAG) {
		draw_flag(node, placed, grid, y);
	} else if (placed->column == NODE_COLUMN_TREND) {
		trend_draw(trend_of(&model->trends,
		    model_node_hash(node->name)), ui->trend, grid, y,
		    placed->x, placed->width);
	} else {
		text = property(node, placed->column, model->now_ns, made);
		grid_text(grid, y, placed->x, placed->width,
		    placed->column == NODE_COLUMN_NAME ? ROLE_NAME :
		    ROLE_TEXT, *text == '\0' ? "-" : text);
	}
}

/* What is unknown stands last, whichever way one sorts. */
static int
compare_metric(const struct metric *metric, const struct drover_node_row *a,
    const struct drover_node_row *b)
{
	double first = metric_value(metric, a);
	double second = metric_value(metric, b);

	if (isnan(first) || isnan(second))
		return isnan(first) - isnan(second);
	return (first > second) - (first < second);
}

static int
compare_time(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int
node_column_compare(int column, const struct drover_node_row *a,
    const struct drover_node_row *b)
{
	char first[FORMAT_BYTES], second[FORMAT_BYTES];

	if (column >= NODE_COLUMN_METRIC)
		return compare_metric(
		    &node_metrics[column - NODE_COLUMN_METRIC], a, b);
	switch (column) {
	case NODE_COLUMN_FLAG:
		return a->severity - b->severity;
	case NODE_COLUMN_DRAIN_SINCE:
		return compare_time(a->drain_since, b->drain_since);
	case NODE_COLUMN_DRAIN_UNTIL:
		return compare_time(a->drain_deadline, b->drain_deadline);
	default:
		return strcmp(property(a, column, 0, first),
		    property(b, column, 0, second));
	}
}
