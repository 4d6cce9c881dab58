/*
 * The Consensus screen: what the nodes agreed on.  The log and its
 * members, and all holds and notes; more about what is selected at the
 * foot.
 */
#include <stdio.h>
#include <string.h>

#include "drain.h"
#include "frame.h"
#include "list.h"
#include "sections.h"
#include "text.h"
#include "view.h"

#define DETAIL_ROWS	7

/* An item's kind is its section; index -1 is the title of the section. */
#define TITLE		UINT32_MAX

static uint64_t
key_of(int section)
{
	return section_key(true, consensus_sections[section].title);
}

static bool
is_folded(const struct ui *ui, int section)
{
	return ui_has(ui->turned, ui->turned_count, key_of(section));
}

static void
add_section(const struct model *model, const struct ui *ui,
    struct list *list, int section)
{
	const struct section *part = &consensus_sections[section];
	uint32_t i, count = section_rows(part, model);
	uint64_t key = key_of(section);
	int before = list->count;
	char text[512];

	list_add(list, (uint32_t)section, TITLE, key);
	if (is_folded(ui, section))
		return;
	for (i = 0; i < count; i++) {
		struct item item = {(uint32_t)section, i, 0};

		if (!section_shows(part, model, i))
			continue;
		view_consensus_text(model, ui, &item, text, sizeof(text));
		if (text_contains(text, ui->filter[SCREEN_CONSENSUS]))
			list_add(list, (uint32_t)section, i,
			    section_row_key(part, model, i, key));
	}
	/* A section with nothing in it is not shown. */
	if (list->count == before + 1)
		list->count = before;
}

void
view_consensus_items(const struct model *model, const struct ui *ui,
    struct list *list)
{
	int section;

	list_clear(list);
	for (section = 0; section < CONSENSUS_SECTIONS; section++)
		add_section(model, ui, list, section);
}

static int
detail_rows(const struct ui *ui)
{
	return frame_body(ui) >= 16 ? DETAIL_ROWS : 0;
}

int
view_consensus_page(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_body(ui) - detail_rows(ui);
}

int
view_consensus_first(const struct model *model, const struct ui *ui)
{
	(void)model;
	return frame_top(ui);
}

void
view_consensus_text(const struct model *model, const struct ui *ui,
    const struct item *item, char *text, size_t size)
{
	const struct section *part = &consensus_sections[item->kind];
	char note[SECTION_NOTE_BYTES];

	(void)ui;
	if (item->index == TITLE) {
		snprintf(text, size, "%s", part->title);
		return;
	}
	section_row_note(part, model, item->index, note);
	snprintf(text, size, "%s %s %s",
	    section_row_name(part, model, item->index), part->sign == NULL ?
	    "" : part->sign(model_row(model, part->table,
	    item->index)).word, note);
}

/* "name value", as often as there is something to say. */
static int
draw_value(struct grid *grid, int y, int x, const char *name, double value,
    enum unit unit)
{
	char text[FORMAT_BYTES];

	format_long(text, value, unit);
	x += grid_print(grid, y, x, ROLE_DIM, "%s ", name);
	return x + 2 + grid_print(grid, y, x, ROLE_TEXT, "%s", text);
}

static void
draw_log(const struct drover_member_row *row, struct grid *grid, int y)
{
	int x = grid_print(grid, y, 0, ROLE_TEXT, "entries: ");

	x += grid_print(grid, y, x, ROLE_TEXT, "last %lld, committed %lld, "
	    "applied %lld, in a snapshot %lld", (long long)row->last_index,
	    (long long)row->commit_index, (long long)row->applied_index,
	    (long long)row->snapshot_index);
	if (row->log_base != 0)
		grid_print(grid, y, x, ROLE_TEXT, "; the log begins behind "
		    "%lld", (long long)row->log_base);
}

static void
draw_disk(const struct drover_member_row *row, struct grid *grid, int y)
{
	int x = draw_value(grid, y, 0, "append: last", row->append_last,
	    UNIT_ms);

	x = draw_value(grid, y, x, "mean", row->append_mean, UNIT_ms);
	x = draw_value(grid, y, x, "longest", row->append_longest, UNIT_ms);
	draw_value(grid, y, x, "of", row->appends, UNIT_count);
	x = draw_value(grid, y + 1, 0, "log", row->log_size, UNIT_bytes);
	x = draw_value(grid, y + 1, x, "state", row->state_size, UNIT_bytes);
	x = draw_value(grid, y + 1, x, "not answered", row->outstanding,
	    UNIT_count);
	if (row->disk_full)
		grid_text(grid, y + 1, x, grid->width - x, ROLE_MAJOR,
		    "! the disk is full");
}

static const char *
member_kind(unsigned int kind)
{
#define WORD(dictionary, name, value, text)	[value] = text,
	static const char *const words[] = {
		DROVER_DICTIONARY_MEMBER_KIND(WORD)};
#undef WORD

	return kind < sizeof(words) / sizeof(words[0]) ? words[kind] : "?";
}

static void
draw_member(const struct drover_member_row *row, struct grid *grid, int y)
{
	char voters[FORMAT_BYTES];

	grid_rule(grid, y, row->name);
	format_short(voters, row->voters, UNIT_count);
	grid_print(grid, y + 1, 0, ROLE_TEXT, "%s, of %s in all%s%s; %s%s, "
	    "term %lld", member_kind(row->kind), voters,
	    row->address[0] != '\0' ? ", at " : "", row->address,
	    row->leader[0] != '\0' ? "led by " : "without a leader",
	    row->leader, (long long)row->term);
	draw_log(row, grid, y + 2);
	draw_disk(row, grid, y + 3);
	grid_print(grid, y + 5, 0, ROLE_DIM, "feature level %lld  chain %s",
	    (long long)row->feature_level, row->chain);
	if (row->problem[0] != '\0')
		grid_print(grid, y + 6, 0, ROLE_MAJOR, "! %s", row->problem);
}

/* Bytes of text that fit into so many columns, whole words if there are. */
static int
line_bytes(const char *text, int columns, bool ascii)
{
	const char *at = text, *end = text, *blank = NULL;
	int used = 0;

	while (*at != '\0') {
		if (*at == ' ')
			blank = at;
		used += text_columns_of(text_next(&at), ascii);
		if (used > columns)
			break;
		end = at;
	}
	if (*end != '\0' && blank != NULL)
		end = blank;
	return (int)(end - text);
}

/* A text of several rows; no line begins with a blank. */
static void
draw_wrapped(const char *text, struct grid *grid, int y, int rows)
{
	bool ascii = grid->mode == GLYPH_MODE_ASCII;
	char line[DRAIN_LINE_BYTES];
	int bytes;

	for (; rows > 0 && *text != '\0'; rows--) {
		bytes = line_bytes(text, grid->width, ascii);
		if (bytes == 0)
			return;
		snprintf(line, sizeof(line), "%.*s", bytes, text);
		grid_text(grid, y++, 0, grid->width, ROLE_TEXT, line);
		text += bytes;
		text += strspn(text, " ");
	}
}

static void
draw_detail(const struct model *model, const struct item *item,
    struct grid *grid, int y)
{
	const struct section *part = &consensus_sections[item->kind];
	const void *row = model_row(model, part->table, item->index);
	char line[DRAIN_LINE_BYTES], *text;
	uint32_t slot;

	/* On a title, of the first row under it. */
	for (slot = 0; row == NULL && slot < section_rows(part, model); slot++)
		if (section_shows(part, model, slot))
			row = model_row(model, part->table, slot);
	if (row == NULL)
		return;
	if (part->table == DROVER_TABLE_MEMBER) {
		draw_member(row, grid, y);
		return;
	}
	if (part->table == DROVER_TABLE_NODE)
		snprintf(line, sizeof(line), "%s ", ((const struct
		    drover_node_row *)row)->name);
	if (part->table == DROVER_TABLE_NODE)
		drain_line(row, model->now_ns, line + strlen(line));
	else if (part->table == DROVER_TABLE_HOLD)
		hold_line(row, model->now_ns, line);
	else
		note_line(row, model->now_ns, line);
	text = strstr(line, ": ");
	if (text != NULL)
		*text = '\0';
	grid_rule(grid, y, line);
	if (text != NULL)
		draw_wrapped(text + 2, grid, y + 1, DETAIL_ROWS - 1);
}

static void
draw_item(const struct model *model, const struct ui *ui,
    const struct item *item, struct grid *grid, int y)
{
	const struct section *part = &consensus_sections[item->kind];

	if (item->index == TITLE)
		section_draw_title(part, is_folded(ui, (int)item->kind),
		    grid, y);
	else
		section_draw_row(part, model, item->index, grid, y);
}

void
view_consensus_draw(const struct model *model, const struct ui *ui,
    struct grid *grid)
{
	const struct list *list = &ui->list[SCREEN_CONSENSUS];
	const struct item *here = list_here(list);
	int i, y = frame_top(ui);

	for (i = 0; i < list->page && list->top + i < list->count; i++) {
		int line = list->top + i;

		draw_item(model, ui, &list->items[line], grid, y + i);
		if (ui->search[0] != '\0')
			grid_find(grid, y + i, ui->search, ROLE_FOUND);
		if (line != list->cursor || ui->plain)
			continue;
		grid_glyph(grid, y + i, 0, ROLE_KEY, GLYPH_CURSOR);
		grid_select(grid, y + i);
	}
	if (list->count == 0)
		grid_text(grid, y + 1, 2, grid->width - 2, ROLE_DIM,
		    ui->filter[SCREEN_CONSENSUS][0] != '\0' ?
		    "nothing passes the filter; Esc gives it up" :
		    "no member of a log is published");
	if (here != NULL && detail_rows(ui) > 0)
		draw_detail(model, here, grid,
		    frame_top(ui) + frame_body(ui) - DETAIL_ROWS);
}
