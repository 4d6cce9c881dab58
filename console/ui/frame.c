#include "frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "keys.h"
#include "past.h"
#include "sign.h"
#include "text.h"

#define LOW		12	/* below, the line of totals is left out */
#define NS_PER_S	1000000000

int
frame_top(const struct ui *ui)
{
	return ui->height < LOW ? 2 : 3;
}

int
frame_body(const struct ui *ui)
{
	return ui->height - frame_top(ui) - 1;
}

struct totals {
	int	nodes;
	int	by_state[6];
	int	severity;
	double	requests, tokens, ttft, waiting;
	double	backends, backends_up;
	double	cpu, memory;
};

static double
plus(double a, double b)
{
	return isnan(a) ? b : isnan(b) ? a : a + b;
}

static struct totals
totals_of(const struct model *model)
{
	struct totals sum = {.requests = NAN, .tokens = NAN, .ttft = NAN,
	    .waiting = NAN, .backends = NAN, .backends_up = NAN, .cpu = NAN,
	    .memory = NAN};
	unsigned int state;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_NODE].slots; slot++) {
		const struct drover_node_row *node =
		    model_row(model, DROVER_TABLE_NODE, slot);

		if (node == NULL)
			continue;
		sum.nodes++;
		state = drain_state(node);
		sum.by_state[state < 6 ? state : 0]++;
		if (node->severity > sum.severity)
			sum.severity = node->severity;
		sum.requests = plus(sum.requests, node->requests);
		sum.tokens = plus(sum.tokens, node->tokens);
		sum.ttft = fmax(sum.ttft, node->ttft);
		sum.waiting = plus(sum.waiting, node->requests_deferred);
		sum.backends = plus(sum.backends, node->backends);
		sum.backends_up = plus(sum.backends_up, node->backends_up);
		sum.cpu = fmax(sum.cpu, node->cpu_busy);
		sum.memory = fmax(sum.memory, node->memory_used);
	}
	return sum;
}

/* Returns the column where what stands before it must end. */
static int
put_writer(struct grid *grid, enum role role, const char *text)
{
	int width = (int)strlen(text);

	if (width > grid->width - 8)
		width = grid->width - 8;
	grid_text(grid, 0, grid->width - width, width, role, text);
	return grid->width - width - 1;
}

/* The state of the writer and the time of what is shown, at the right. */
static int
draw_writer(const struct ui *ui, const struct model *model,
    struct grid *grid)
{
	char text[64], when[FORMAT_BYTES] = "";
	enum role role = ROLE_GOOD;
	double age = (double)(model->now_ns - model->heartbeat_ns) / NS_PER_S;

	if (ui->past) {
		format_date(when, ui->past_ns);
		snprintf(text, sizeof(text), "%s %s, by %s", ui->playing ?
		    "REPLAY plays" : "REPLAY", when, past_pace_name(ui));
		return put_writer(grid, ROLE_REPLAY, text);
	}
	if (model->attached && model->lost) {
		format_age(when, (double)(model->now_ns - model->seen_ns) /
		    NS_PER_S);
		snprintf(text, sizeof(text), "LOST%s%s%s", ui->plain ? "" :
		    " seen ", ui->plain ? "" : when, ui->plain ? "" :
		    " ago");
		return put_writer(grid, ROLE_MAJOR, text);
	}
	switch (model->attached ? model->liveness : DROVER_WRITER_CLOSED) {
	case DROVER_WRITER_ALIVE:
	case DROVER_WRITER_SUPERSEDED:
		if (!ui->plain)
			format_date(when, model->now_ns);
		snprintf(text, sizeof(text), "LIVE%s%s",
		    *when != '\0' ? " " : "", when);
		break;
	case DROVER_WRITER_HUNG:
		role = ROLE_MAJOR;
		format_age(when, age);
		snprintf(text, sizeof(text), "HUNG%s%s", ui->plain ? "" :
		    " ", ui->plain ? "" : when);
		break;
	case DROVER_WRITER_DEAD:
		role = ROLE_MAJOR;
		format_clock(when, model->heartbeat_ns);
		snprintf(text, sizeof(text), "DEAD since %s", when);
		break;
	case DROVER_WRITER_IMAGE:
		role = ROLE_NOTICE;
		snprintf(text, sizeof(text), "IMAGE");
		break;
	default:
		role = ROLE_NOTICE;
		format_clock(when, model->heartbeat_ns);
		snprintf(text, sizeof(text), model->attached ?
		    "CLOSED at %s" : "WAITING", when);
	}
	return put_writer(grid, role, text);
}

static void
draw_states(const struct totals *sum, struct grid *grid, int x, int end)
{
	char text[160];
	int i, length;

	length = snprintf(text, sizeof(text), "%d node%s:", sum->nodes,
	    sum->nodes == 1 ? "" : "s");
	for (i = 0; i < 6; i++)
		if (sum->by_state[i] > 0)
			length += snprintf(text + length,
			    sizeof(text) - (size_t)length, " %d %s",
			    sum->by_state[i],
			    sign_node_state((unsigned int)i).word);
	grid_text(grid, 0, x, end - x, ROLE_TEXT, text);
}

static int
draw_notes(const struct ui *ui, const struct model *model,
    struct grid *grid, int x, int end)
{
	static const char *const notes[] = {"FROZEN", "slow link", "lapped"};
	const bool on[] = {ui->frozen, ui->slow, model->lapped};
	int i;

	for (i = 0; i < 3; i++)
		if (on[i])
			x += 2 + grid_text(grid, 0, x, end - x, ROLE_WARNING,
			    notes[i]);
	return x;
}

static void
draw_first_line(const struct ui *ui, const struct model *model,
    const struct totals *sum, struct grid *grid)
{
	struct sign sign = sign_severity((unsigned int)sum->severity);
	int end = draw_writer(ui, model, grid), x;

	x = grid_text(grid, 0, 0, end, ROLE_BRAND, "drover");
	/* Whose screen it is, where it is not that of this machine. */
	if (model->remote)
		x += 1 + grid_text(grid, 0, x + 1, end - x - 1, ROLE_STRONG,
		    model->path);
	x += 2;
	if (!model->attached)
		return;
	if (sum->severity > DROVER_SEVERITY_INFO) {
		grid_glyph(grid, 0, x++, sign.role, sign.glyph);
		x += 2 + grid_text(grid, 0, x, end - x, sign.role,
		    sign.word);
	} else {
		grid_glyph(grid, 0, x, ROLE_GOOD, GLYPH_GOOD);
		x += 4 + grid_text(grid, 0, x + 2, end - x - 2, ROLE_GOOD,
		    "ok");
	}
	x = draw_notes(ui, model, grid, x, end);
	draw_states(sum, grid, x, end);
}

static int
draw_total(struct grid *grid, int x, const char *before, double value,
    enum unit unit, const char *after)
{
	char text[FORMAT_BYTES];

	format_short(text, value, unit);
	/* What does not fit as a whole is left out. */
	if (x + (int)(strlen(before) + strlen(text)) > grid->width)
		return grid->width;
	x += grid_print(grid, 1, x, ROLE_DIM, "%s", before);
	x += grid_print(grid, 1, x, isnan(value) ? ROLE_DIM : ROLE_TEXT,
	    "%s", text);
	return x + grid_print(grid, 1, x, ROLE_DIM, "%s", after);
}

static void
draw_second_line(const struct totals *sum, struct grid *grid)
{
	bool one = sum->nodes == 1;
	int x = 0;

	if (sum->nodes == 0)
		return;
	if (sum->backends > 0) {
		x = draw_total(grid, x, "", sum->requests, UNIT_per_s,
		    " req/s  ");
		x = draw_total(grid, x, "", sum->tokens, UNIT_per_s,
		    " tok/s  ");
		x = draw_total(grid, x, "TTFT ", sum->ttft, UNIT_ms, "  ");
		x = draw_total(grid, x, "wait ", sum->waiting, UNIT_count,
		    "  ");
		x = draw_total(grid, x, "backends ", sum->backends_up,
		    UNIT_count, "/");
		x = draw_total(grid, x, "", sum->backends, UNIT_count,
		    " up  ");
	} else {
		x += 2 + grid_print(grid, 1, x, ROLE_DIM,
		    "no model server");
	}
	x = draw_total(grid, x, one ? "CPU " : "CPU at most ", sum->cpu,
	    UNIT_percent, "  ");
	draw_total(grid, x, one ? "memory " : "memory at most ", sum->memory,
	    UNIT_percent, "");
}

/* In place of the totals, which are old. */
static void
draw_lost(const struct model *model, struct grid *grid)
{
	grid_glyph(grid, 1, 0, ROLE_MAJOR, GLYPH_ALARM);
	grid_text(grid, 1, 2, grid->width - 2, ROLE_MAJOR, model->problem);
}

/* Events since one last looked that need looking at. */
static int
unseen(const struct ui *ui, const struct model *model)
{
	uint64_t fresh = model->attached ? model->event_count - ui->seen : 0;
	uint64_t i;
	int count = 0;

	for (i = 0; i < fresh && i < model_events(model); i++)
		if (model_event(model, i)->event.severity >=
		    DROVER_SEVERITY_MINOR)
			count++;
	return count;
}

/* "[1 Nodes]", " 6 Events ", or from the tab untitled on " 6 ". */
static int
tab_label(const struct ui *ui, int screen, int untitled, char *label,
    size_t size)
{
	bool here = screen == (int)ui->screen;
	char key[3] = {screen_keys[screen], ' ', '\0'};

	if (!here && screen >= untitled)
		return snprintf(label, size, " %c ", key[0]);
	return snprintf(label, size, "%s%s%s%s", here ? "[" : " ",
	    key[0] != '\0' ? key : "", screen_titles[screen],
	    here ? "]" : " ");
}

/* Is there a tab for it just now? */
static bool
has_tab(const struct ui *ui, int screen)
{
	return screen == (int)ui->screen || screen_keys[screen] != 0;
}

/* The first tab that has to do without its title, so that all are seen. */
static int
first_untitled(const struct ui *ui, const char *fresh)
{
	int i, width, untitled = SCREENS;
	char label[48];

	for (; untitled > 0; untitled--) {
		width = (int)strlen(fresh);
		for (i = 0; i < SCREENS; i++)
			if (has_tab(ui, i))
				width += tab_label(ui, i, untitled, label,
				    sizeof(label));
		if (width <= ui->width)
			break;
	}
	return untitled;
}

/* Walks the tabs; draws them, or finds the one at column at. */
static int
tabs(const struct ui *ui, const struct model *model, struct grid *grid,
    int at)
{
	int i, length, untitled, y = frame_top(ui) - 1, x = 0;
	int count = ui->plain ? 0 : unseen(ui, model);
	char label[48], fresh[24] = "";

	if (count > 0)
		snprintf(fresh, sizeof(fresh), "!%d ", count);
	untitled = first_untitled(ui, fresh);
	for (i = 0; i < SCREENS; i++) {
		if (!has_tab(ui, i))
			continue;
		length = tab_label(ui, i, untitled, label, sizeof(label));
		if (grid != NULL)
			grid_text(grid, y, x, grid->width - x,
			    i == (int)ui->screen ? ROLE_TAB_HERE : ROLE_TAB,
			    label);
		if (at >= x && at < x + length)
			return i;
		x += length;
		if (i != SCREEN_EVENTS)
			continue;
		if (grid != NULL)
			grid_text(grid, y, x, grid->width - x, ROLE_MAJOR,
			    fresh);
		x += (int)strlen(fresh);
	}
	return -1;
}

int
frame_tab_at(const struct ui *ui, const struct model *model, int y, int x)
{
	if (y != frame_top(ui) - 1)
		return -1;
	return tabs(ui, model, NULL, x);
}

static void
draw_keys(const struct ui *ui, struct grid *grid, int y)
{
	int i, x = 0;

	for (i = 0; i < KEYS; i++) {
		const char *name = keys[i].keys;
		int length;

		if (*keys[i].bar == '\0' ||
		    !key_on_screen((enum key)i, ui->screen))
			continue;
		length = (int)(strlen(name) + 1 + strlen(keys[i].bar));
		if (x + length > grid->width)
			continue;
		x += 1 + grid_text(grid, y, x, grid->width, ROLE_KEY, name);
		x += 2 + grid_text(grid, y, x, grid->width, ROLE_DIM,
		    keys[i].bar);
	}
}

static const char *
prompt_sign(const struct ui *ui)
{
	static const char *const signs[] = {"", ":", "/", "\\",
		"go to (UTC, or 10m ago): ", "reason: ", "deadline: ",
		"name: "};

	return signs[ui->prompt.mode];
}

/* The prompt scrolls sideways so that the cursor can always be seen. */
static int
prompt_skip(const struct ui *ui)
{
	int room = ui->width - 1 - (int)strlen(prompt_sign(ui));

	return ui->prompt.cursor > room ? ui->prompt.cursor - room : 0;
}

int
frame_prompt_column(const struct ui *ui)
{
	char before[UI_LINE_BYTES];
	int skip = prompt_skip(ui);

	if (ui->prompt.mode == PROMPT_NONE)
		return -1;
	snprintf(before, sizeof(before), "%.*s", ui->prompt.cursor - skip,
	    ui->prompt.text + skip);
	return (int)strlen(prompt_sign(ui)) + text_columns(before,
	    ui->glyphs == GLYPH_MODE_ASCII);
}

static void
draw_foot(const struct ui *ui, struct grid *grid)
{
	int x, y = grid->height - 1;

	if (ui->prompt.mode != PROMPT_NONE) {
		x = grid_text(grid, y, 0, grid->width, ROLE_KEY,
		    prompt_sign(ui));
		grid_text(grid, y, x, grid->width - x, ROLE_PROMPT,
		    ui->prompt.text + prompt_skip(ui));
	} else if (ui->message[0] != '\0') {
		x = ui->message_bad ? 2 : 0;
		if (ui->message_bad)
			grid_glyph(grid, y, 0, ROLE_MAJOR, GLYPH_ALARM);
		grid_text(grid, y, x, grid->width - x, ui->message_bad ?
		    ROLE_MAJOR : ROLE_STRONG, ui->message);
	} else if (ui->flow.state != FLOW_NONE) {
		grid_text(grid, y, 0, grid->width, ROLE_KEY, flow_hint(ui));
	} else if (!ui->plain && ui->chooser == CHOOSER_NONE) {
		draw_keys(ui, grid, y);
	}
}

static void
draw_filter(const struct ui *ui, struct grid *grid)
{
	const char *filter = ui->filter[ui->screen];
	char text[UI_LINE_BYTES + 16];
	int width;

	if (*filter == '\0')
		return;
	snprintf(text, sizeof(text), "filter \\%s", filter);
	width = text_columns(text, ui->glyphs == GLYPH_MODE_ASCII);
	if (width > grid->width / 2)
		width = grid->width / 2;
	grid_text(grid, frame_top(ui) - 1, grid->width - width, width,
	    ROLE_NOTICE, text);
}

void
frame_draw(const struct ui *ui, const struct model *model,
    struct grid *grid)
{
	struct totals sum = totals_of(model);

	draw_first_line(ui, model, &sum, grid);
	if (frame_top(ui) > 2 && model->attached && model->lost)
		draw_lost(model, grid);
	else if (frame_top(ui) > 2 && model->attached)
		draw_second_line(&sum, grid);
	tabs(ui, model, grid, -1);
	draw_filter(ui, grid);
	draw_foot(ui, grid);
}
