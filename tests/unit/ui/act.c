/* What keys and commands do, without a terminal. */
#include "act.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "keys.h"
#include "list.h"
#include "node_columns.h"
#include "settings.h"
#include "stage.h"
#include "theme.h"
#include "fixture.h"
#include "tests/unit/suite.h"

static struct stage stage;

static void
open_stage(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	stage_open(&stage, 80, 24, GLYPH_MODE_BLOCK);
}

static struct drover_node_row *
node_row(const char *name)
{
	return (struct drover_node_row *)model_node(&stage.model, name);
}

static bool
line_has(int y, const char *text)
{
	char line[512];

	grid_line(&stage.grid, y, line, sizeof(line));
	return strstr(line, text) != NULL;
}

static void
no_key_means_two_things(void)
{
	enum screen screen;
	int i, j, k;

	for (screen = 0; screen < SCREENS; screen++)
		for (i = 0; i < KEYS; i++) {
			CU_ASSERT(i == KEY_HELP ||
			    key_screen(keys[i].codes[0]) == SCREENS);
			for (k = 0; k < 10 && keys[i].codes[k] != 0; k++) {
				if (!key_on_screen((enum key)i, screen))
					continue;
				j = (int)key_find(keys[i].codes[k], screen);
				CU_ASSERT_EQUAL(j, i);
			}
		}
}

static void
a_screen_keeps_its_key(void)
{
	static const char known[] = "12345678M?";
	size_t screens = 0;
	int screen;

	for (screen = 0; screen < SCREENS; screen++)
		if (screen_keys[screen] != 0) {
			CU_ASSERT(strchr(known, screen_keys[screen]) != NULL);
			screens++;
		}
	CU_ASSERT_EQUAL(screens, strlen(known));
	open_stage();
	stage_type(&stage, "8");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_CONSENSUS);
	/* Nothing is there yet: nothing happens. */
	stage_type(&stage, "9");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_CONSENSUS);
	stage_type(&stage, "2");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_FAULTS);
	CU_ASSERT(strstr(keys[KEY_SCREEN].keys, "1 2 3 4 5 6 7 8 M") != NULL);
	stage_close(&stage);
}

static void
digits_and_tab_switch_screens(void)
{
	open_stage();
	stage_type(&stage, "6");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_EVENTS);
	stage_type(&stage, "\t");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_AUDIT);
	stage_type(&stage, "1\r");
	CU_ASSERT(stage_shows(&stage, "[Node]"));
	stage_type(&stage, "\t");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_FAULTS);
	stage_type(&stage, "?");
	CU_ASSERT(stage_shows(&stage, "[? Help]"));
	stage_type(&stage, "\033\033\033\033\033\033");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODES);
	stage_close(&stage);
}

static void
enter_shows_the_node_under_the_cursor(void)
{
	open_stage();
	stage_type(&stage, "jj\r");
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODE);
	CU_ASSERT_STRING_EQUAL(stage.ui.node, "n03");
	stage_key(&stage, 27);
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODES);
	stage_close(&stage);
}

static void
the_cursor_stays_on_its_node(void)
{
	open_stage();
	stage_type(&stage, "jjj");
	CU_ASSERT(line_has(3 + 1 + 3, "\342\226\270 n05"));
	/* A node that sorts before it appears: the cursor goes along. */
	stage.ui.list[SCREEN_NODES].frozen = 0;
	strcpy(node_row("n10")->name, "a10");
	stage_draw(&stage);
	CU_ASSERT(line_has(3 + 1 + 4, "\342\226\270 n05"));
	stage_close(&stage);
}

static void
rows_keep_their_order_for_five_ticks_after_a_move(void)
{
	int i;

	open_stage();
	command_run(&stage.ui, "sort cpu_busy down");
	stage_draw(&stage);
	CU_ASSERT_EQUAL(stage_row_of(&stage, "n03"), 4);
	stage_type(&stage, "j");
	node_row("n02")->cpu_busy = 99;
	for (i = 0; i < UI_FREEZE_TICKS; i++) {
		stage_draw(&stage);
		CU_ASSERT_EQUAL(stage_row_of(&stage, "n03"), 4);
		ui_tick(&stage.ui);
	}
	stage_draw(&stage);
	CU_ASSERT_EQUAL(stage_row_of(&stage, " n02"), 4);
	stage_close(&stage);
}

static void
what_is_unknown_sorts_last_both_ways(void)
{
	open_stage();
	command_run(&stage.ui, "sort cpu_busy down");
	stage_draw(&stage);
	CU_ASSERT_EQUAL(stage_row_of(&stage, "n10"), 9);
	command_run(&stage.ui, "sort cpu_busy up");
	stage_draw(&stage);
	CU_ASSERT_EQUAL(stage_row_of(&stage, "n10"), 9);
	CU_ASSERT_EQUAL(stage_row_of(&stage, "n03"), 8);
	stage_close(&stage);
}

static void
s_sorts_and_turns_round(void)
{
	open_stage();
	stage_type(&stage, "s\r");
	CU_ASSERT_EQUAL(stage.ui.sort, NODE_COLUMN_NAME);
	CU_ASSERT(stage.ui.descending);
	stage_type(&stage, "sj\r");
	CU_ASSERT_EQUAL(stage.ui.sort, NODE_COLUMN_STATE);
	CU_ASSERT(stage.ui.want & WANT_SAVE);
	stage_close(&stage);
}

static void
C_hides_and_shows_columns(void)
{
	stage_open(&stage, 120, 24, GLYPH_MODE_BLOCK);
	CU_ASSERT(stage_shows(&stage, "MODEL"));
	stage_type(&stage, "Cjjj \033");
	CU_ASSERT_FALSE(line_has(3, "MODEL"));
	stage_type(&stage, "Cjjj \033");
	CU_ASSERT(line_has(3, "MODEL"));
	stage_close(&stage);
}

static void
a_filter_narrows_and_Esc_gives_it_up(void)
{
	open_stage();
	stage_type(&stage, "\\qwen\r");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].count, 1);
	CU_ASSERT(stage_shows(&stage, "filter \\qwen"));
	stage_key(&stage, 27);
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].count, FIXTURE_NODES);
	stage_close(&stage);
}

static void
a_search_moves_on_and_begins_again(void)
{
	open_stage();
	stage_type(&stage, "/llama3\r");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 1);
	stage_type(&stage, "n");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 2);
	stage_type(&stage, "n");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 1);
	CU_ASSERT(stage_shows(&stage, "from the beginning again"));
	stage_type(&stage, "/no such thing\r");
	CU_ASSERT(stage_shows(&stage, "not found: no such thing"));
	stage_close(&stage);
}

static void
e_goes_from_error_to_error(void)
{
	open_stage();
	stage_type(&stage, "e");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 2);
	stage_type(&stage, "e");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 3);
	stage_type(&stage, "6e");
	CU_ASSERT(line_has(stage_row_of(&stage, "\342\226\270"), "warning"));
	stage_close(&stage);
}

static void
space_marks_and_goes_on(void)
{
	open_stage();
	stage_type(&stage, "  ");
	CU_ASSERT_EQUAL(stage.ui.mark_count, 2);
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 2);
	stage_key(&stage, KEY_CODE_HOME);
	stage_type(&stage, " ");
	CU_ASSERT_EQUAL(stage.ui.mark_count, 1);
	stage_close(&stage);
}

static void
t_unfolds_a_node_and_folds_a_section(void)
{
	int before;

	open_stage();
	stage_type(&stage, "jt");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].count,
	    FIXTURE_NODES + 2);
	stage_type(&stage, "h");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].count, FIXTURE_NODES);
	stage_type(&stage, "\r");
	before = stage.ui.list[SCREEN_NODE].count;
	stage_type(&stage, "jt");
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODE].count, before - 1);
	stage_close(&stage);
}

static void
m_reads_the_procedure_of_an_event(void)
{
	open_stage();
	stage_type(&stage, "6jjm");
	CU_ASSERT(stage.ui.want & WANT_PAGE);
	CU_ASSERT_STRING_EQUAL(stage.ui.want_page, "drover-backend-down(7)");
	stage_type(&stage, "1m");
	CU_ASSERT_STRING_EQUAL(stage.ui.want_page, "drover(7)");
	stage_close(&stage);
}

static void
links_of_a_page_are_followed_and_left(void)
{
	open_stage();
	manual_set_path(MAN_DIRECTORY);
	CU_ASSERT_EQUAL(manual_load(&stage.ui.manual, "drover-sample(7)", 80,
	    false), 0);
	CU_ASSERT_EQUAL(stage.ui.manual.link_count, 2);
	act_page_loaded(&stage.ui, "", 0);
	stage_draw(&stage);
	stage_type(&stage, "l\r");
	CU_ASSERT_STRING_EQUAL(stage.ui.want_page, "drover-other(7)");
	CU_ASSERT_EQUAL(manual_load(&stage.ui.manual, "drover-other(7)", 80,
	    false), 0);
	act_page_loaded(&stage.ui, "drover-sample(7)", 3);
	CU_ASSERT_EQUAL(stage.ui.page_back_count, 1);
	stage.ui.want = 0;
	stage_key(&stage, 27);
	CU_ASSERT(stage.ui.want & WANT_PAGE);
	CU_ASSERT_STRING_EQUAL(stage.ui.want_page, "drover-sample(7)");
	stage_close(&stage);
}

static void
a_page_with_a_path_in_its_name_is_refused(void)
{
	struct manual manual = {0};

	CU_ASSERT(manual_load(&manual, "../../etc/passwd(7)", 80, false) < 0);
	CU_ASSERT(manual_load(&manual, "-v", 80, false) < 0);
	CU_ASSERT(manual_load(&manual, "drover(x)", 80, false) < 0);
	CU_ASSERT(manual_load(&manual, "", 80, false) < 0);
	CU_ASSERT_EQUAL(manual.line_count, 0);
}

static void
commands_may_be_shortened(void)
{
	open_stage();
	CU_ASSERT_EQUAL(command_run(&stage.ui, "ev"), 0);
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_EVENTS);
	CU_ASSERT(command_run(&stage.ui, "ma x") != 0);
	CU_ASSERT_STRING_EQUAL(stage.ui.message,
	    "several commands begin so: ma");
	CU_ASSERT(command_run(&stage.ui, "frobnicate") != 0);
	CU_ASSERT(stage.ui.message_bad);
	CU_ASSERT_EQUAL(command_run(&stage.ui, "q"), 0);
	CU_ASSERT(stage.ui.want & WANT_QUIT);
	stage_close(&stage);
}

static void
a_command_that_is_wrong_says_why_and_changes_nothing(void)
{
	open_stage();
	stage_type(&stage, ":sort nothing\r");
	CU_ASSERT(stage_shows(&stage, "! sort: no such column: nothing"));
	stage_type(&stage, ":columns name nothing\r");
	CU_ASSERT_EQUAL(stage.ui.column_count, 0);
	stage_type(&stage, ":theme pink\r");
	CU_ASSERT_EQUAL(stage.ui.theme, 0);
	CU_ASSERT(stage_shows(&stage, "default, safe or mono, not: pink"));
	stage_close(&stage);
}

static void
tab_completes_commands_and_words(void)
{
	open_stage();
	stage_type(&stage, ":th\ts\t");
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "theme safe ");
	stage_type(&stage, "\033:sort mem\t");
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "sort memory_");
	stage_type(&stage, "\033:node n0\t");
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "node n0");
	stage_close(&stage);
}

static void
the_prompt_edits_and_remembers(void)
{
	open_stage();
	stage_type(&stage, ":events\r1:nodes\r:");
	stage_key(&stage, KEY_CODE_UP);
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "nodes");
	stage_key(&stage, KEY_CODE_UP);
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "events");
	stage_key(&stage, KEY_CODE_DOWN);
	stage_key(&stage, KEY_CODE_LEFT);
	stage_key(&stage, KEY_CODE_BACKSPACE);
	stage_key(&stage, 0xe9);
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "nod\303\251s");
	stage_key(&stage, KEY_CODE_BACKSPACE);
	stage_key(&stage, 21);
	CU_ASSERT_STRING_EQUAL(stage.ui.prompt.text, "s");
	stage_key(&stage, 27);
	CU_ASSERT_EQUAL(stage.ui.prompt.mode, PROMPT_NONE);
	stage_close(&stage);
}

static void
a_long_line_does_no_harm(void)
{
	int i;

	open_stage();
	stage_type(&stage, ":");
	for (i = 0; i < 1000; i++)
		stage_key(&stage, 0x6771);
	CU_ASSERT(strlen(stage.ui.prompt.text) < UI_LINE_BYTES);
	stage_type(&stage, "\r");
	CU_ASSERT(stage.ui.message_bad);
	stage_close(&stage);
}

static void
a_click_selects_and_opens(void)
{
	open_stage();
	act_key(&stage.ui, &stage.model, KEY_CODE_CLICK, 6, 10);
	stage_draw(&stage);
	CU_ASSERT_EQUAL(stage.ui.list[SCREEN_NODES].cursor, 2);
	act_key(&stage.ui, &stage.model, KEY_CODE_CLICK, 6, 10);
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODE);
	stage_draw(&stage);
	act_key(&stage.ui, &stage.model, KEY_CODE_CLICK, 2, 3);
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODES);
	act_key(&stage.ui, &stage.model, KEY_CODE_CLICK, 23, 79);
	act_key(&stage.ui, &stage.model, KEY_CODE_CLICK, -1, 500);
	CU_ASSERT_EQUAL(stage.ui.screen, SCREEN_NODES);
	stage_close(&stage);
}

static bool
is_harmless(const struct grid *grid)
{
	int i;

	for (i = 0; i < grid->width * grid->height; i++) {
		uint32_t code = grid->cells[i].code;

		if ((code != 0 && code < 0x20) ||
		    (code >= 0x7f && code < 0xa0) ||
		    (code >= 0x202a && code <= 0x202e))
			return false;
	}
	return true;
}

static void
no_name_reaches_the_terminal_as_a_control_character(void)
{
	static const char *const walks[] = {"", "t", "\r", "6", "7",
		"7jjjj", "8", "8jjjjj", "jjj", "?"};
	enum glyph_mode mode;
	size_t i;

	for (mode = 0; mode < GLYPH_MODE_COUNT; mode++) {
		for (i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
			stage_open(&stage, 100, 30, mode);
			stage_type(&stage, walks[i]);
			CU_ASSERT(is_harmless(&stage.grid));
			stage_close(&stage);
		}
	}
}

static void
every_size_down_to_one_cell_is_drawn(void)
{
	static const char *const walks[] = {"", "\r", "6", "7", "8jj", "?",
		"C", ":abc"};
	int height, width;
	size_t i;

	for (i = 0; i < sizeof(walks) / sizeof(walks[0]); i++) {
		open_stage();
		stage_type(&stage, walks[i]);
		for (width = 1; width < 130; width += 7) {
			for (height = 1; height < 40; height += 3) {
				stage.ui.width = width;
				stage.ui.height = height;
				stage_draw(&stage);
			}
		}
		stage.ui.width = 10;
		stage.ui.height = 3;
		stage_draw(&stage);
		CU_ASSERT(stage_shows(&stage, "too small"));
		stage_close(&stage);
	}
}

static void
an_empty_model_is_drawn(void)
{
	static const char *const keys_to_try = "jk\rmet shl/x\rn167et\r8etl\r9";
	struct stage empty = {0};

	open_stage();
	model_init(&empty.model);
	ui_init(&empty.ui);
	empty.model.attached = true;
	stage_draw(&empty);
	stage_type(&empty, keys_to_try);
	stage_type(&empty, "1");
	CU_ASSERT(stage_shows(&empty, "no node is published yet"));
	stage_close(&empty);
	stage_close(&stage);
}

static void
choices_outlive_the_console(void)
{
	char directory[] = "/tmp/drover-ui-XXXXXX", command[64];

	open_stage();
	CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
	setenv("XDG_STATE_HOME", directory, 1);
	command_run(&stage.ui, "sort memory_used down");
	command_run(&stage.ui, "columns name memory_used trend");
	command_run(&stage.ui, "theme safe");
	CU_ASSERT_EQUAL(settings_save(&stage.ui), 0);
	ui_release(&stage.ui);
	ui_init(&stage.ui);
	settings_load(&stage.ui);
	CU_ASSERT_EQUAL(stage.ui.sort,
	    NODE_COLUMN_METRIC + NODE_METRIC_memory_used);
	CU_ASSERT_EQUAL(stage.ui.column_count, 3);
	CU_ASSERT_EQUAL(stage.ui.theme, 1);
	CU_ASSERT_EQUAL(stage.ui.want, 0U);
	/* What the surroundings made of it is not remembered. */
	stage.ui.theme = THEME_MONO;
	stage.ui.glyphs = GLYPH_MODE_ASCII;
	CU_ASSERT_EQUAL(settings_save(&stage.ui), 0);
	ui_release(&stage.ui);
	ui_init(&stage.ui);
	settings_load(&stage.ui);
	CU_ASSERT_EQUAL(stage.ui.theme, THEME_SAFE);
	CU_ASSERT_EQUAL(stage.ui.glyphs, GLYPH_MODE_BLOCK);
	stage_close(&stage);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	CU_ASSERT_EQUAL(system(command), 0);
}

static const struct suite_test tests[] = {
	{"no key means two things", no_key_means_two_things},
	{"a screen keeps its key", a_screen_keeps_its_key},
	{"digits and Tab switch screens", digits_and_tab_switch_screens},
	{"Enter shows the node under the cursor",
	    enter_shows_the_node_under_the_cursor},
	{"the cursor stays on its node", the_cursor_stays_on_its_node},
	{"rows keep their order for five ticks after a move",
	    rows_keep_their_order_for_five_ticks_after_a_move},
	{"what is unknown sorts last both ways",
	    what_is_unknown_sorts_last_both_ways},
	{"s sorts and turns round", s_sorts_and_turns_round},
	{"C hides and shows columns", C_hides_and_shows_columns},
	{"a filter narrows and Esc gives it up",
	    a_filter_narrows_and_Esc_gives_it_up},
	{"a search moves on and begins again",
	    a_search_moves_on_and_begins_again},
	{"e goes from error to error", e_goes_from_error_to_error},
	{"Space marks and goes on", space_marks_and_goes_on},
	{"t unfolds a node and folds a section",
	    t_unfolds_a_node_and_folds_a_section},
	{"m reads the procedure of an event",
	    m_reads_the_procedure_of_an_event},
	{"links of a page are followed and left",
	    links_of_a_page_are_followed_and_left},
	{"a page with a path in its name is refused",
	    a_page_with_a_path_in_its_name_is_refused},
	{"commands may be shortened", commands_may_be_shortened},
	{"a command that is wrong says why and changes nothing",
	    a_command_that_is_wrong_says_why_and_changes_nothing},
	{"Tab completes commands and words",
	    tab_completes_commands_and_words},
	{"the prompt edits and remembers", the_prompt_edits_and_remembers},
	{"a long line does no harm", a_long_line_does_no_harm},
	{"a click selects and opens", a_click_selects_and_opens},
	{"no name reaches the terminal as a control character",
	    no_name_reaches_the_terminal_as_a_control_character},
	{"every size down to one cell is drawn",
	    every_size_down_to_one_cell_is_drawn},
	{"an empty model is drawn", an_empty_model_is_drawn},
	{"choices outlive the console", choices_outlive_the_console},
};

SUITE_MAIN("ui-act", tests)
