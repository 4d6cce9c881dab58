/*
 * What the operator has done to the screen: which one is shown, cursors,
 * order, filters, what is being typed.  Dispatch changes it, views read it.
 * Nothing in it knows a terminal; what needs one, or a file, is asked for
 * in `want` and done by the loop.
 */
#ifndef DROVER_UI_UI_H
#define DROVER_UI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "flow.h"
#include "graph.h"
#include "grid.h"
#include "key_code.h"
#include "manual.h"
#include "model.h"

#define UI_LEAST_WIDTH	20
#define UI_LEAST_HEIGHT	5
#define UI_FREEZE_TICKS	5	/* rows keep their order after a move */
#define UI_MARKS	64
#define UI_HISTORY	32
#define UI_LINE_BYTES	256
#define UI_COLUMNS	32	/* chosen at a time */
#define UI_BACK		16

enum screen {
#define SCREEN(NAME, name, title, key, help)	SCREEN_##NAME,
#include <drover/tables/screens.def>
#undef SCREEN
	SCREENS
};

/* One line of a list: an object of the model, known again by its key. */
struct item {
	uint32_t	kind;
	uint32_t	index;
	uint64_t	key;
};

struct list {
	struct item	*items;
	int		 count;
	int		 capacity;
	int		 cursor;
	int		 top;
	int		 page;		/* lines that can be seen */
	uint64_t	 cursor_key;
	int		 frozen;	/* ticks until it is sorted again */
	uint64_t	*order;		/* keys as last sorted */
	int		 order_count;
	int		 order_capacity;
};

enum prompt_mode { PROMPT_NONE, PROMPT_COMMAND, PROMPT_SEARCH,
	PROMPT_FILTER, PROMPT_TIME,
	/* Those of an act, see flow.h. */
	PROMPT_REASON, PROMPT_DEADLINE, PROMPT_TYPED };

struct prompt {
	enum prompt_mode mode;
	char		 text[UI_LINE_BYTES];
	int		 cursor;	/* byte */
	char		 history[UI_HISTORY][UI_LINE_BYTES];
	int		 history_count;
	int		 history_at;	/* history_count: the line itself */
};

enum chooser_mode { CHOOSER_NONE, CHOOSER_SORT, CHOOSER_COLUMNS };

enum want {
	WANT_QUIT = 1,
	WANT_PAGE = 2,		/* load want_page into page */
	WANT_DUMP = 4,		/* save the screen to want_path */
	WANT_REDRAW = 8,
	WANT_SAVE = 16,		/* settings changed */
	WANT_ASK = 32,		/* flow_take() has a request */
	WANT_DROP = 64,		/* nobody waits for flow.dropped any more */
	WANT_PAST = 128,	/* show the moment want_ns */
	WANT_NOW = 256,		/* leave the past */
	WANT_BEFORE = 512,	/* show the last change before this moment */
	WANT_AFTER = 1024,	/* show the next one */
	WANT_TIME = 2048	/* show the moment that want_path says */
};

struct ui {
	enum screen	 screen;
	enum screen	 back[UI_BACK];
	int		 back_count;
	int		 width;
	int		 height;
	int		 theme;
	enum glyph_mode	 glyphs;
	bool		 mouse;
	int		 kept_theme;	/* by command, to be remembered; */
	int		 kept_glyphs;	/* -1: never chosen */
	int		 kept_mouse;
	bool		 plain;		/* no clock, no curves, no key bar */
	bool		 frozen;	/* by p */
	bool		 past;		/* past_ns is shown, not what is */
	bool		 playing;	/* and goes on, step by step */
	int64_t		 past_ns;
	int		 pace;		/* of the steps */
	bool		 slow;		/* the terminal takes no more */

	struct list	 list[SCREENS];
	char		 filter[SCREENS][UI_LINE_BYTES];
	char		 search[UI_LINE_BYTES];
	uint64_t	 marks[UI_MARKS];
	int		 mark_count;
	uint64_t	 turned[UI_MARKS];	/* not folded as usual */
	int		 turned_count;

	int		 sort;			/* column of the nodes */
	bool		 descending;
	int		 columns[UI_COLUMNS];	/* none: the usual ones */
	int		 column_count;
	int		 trend;			/* node metric */
	char		 node[64];		/* on the Node screen */
	int64_t		 plan;			/* on the Plan screen */
	struct graph	 graph;			/* on the Graphs screen */
	uint64_t	 seen;			/* events looked at */

	struct prompt	 prompt;
	enum chooser_mode chooser;
	int		 chooser_cursor;
	char		 message[UI_LINE_BYTES];
	bool		 message_bad;

	struct manual	 manual;		/* page shown */
	int		 link;
	char		 page_back[UI_BACK][MANUAL_NAME_BYTES];
	int		 page_back_top[UI_BACK];
	int		 page_back_count;

	struct flow	 flow;		/* the act under way */
	const char	*no_acts;	/* why there are none, or NULL */

	unsigned int	 want;
	char		 want_page[MANUAL_NAME_BYTES];
	char		 want_path[UI_LINE_BYTES];
	int64_t		 want_ns;
};

void	ui_init(struct ui *ui);
void	ui_release(struct ui *ui);

/* One line for the operator at the foot of the screen. */
void	ui_say(struct ui *ui, bool bad, const char *format, ...)
	    __attribute__((format(printf, 3, 4)));
void	ui_show(struct ui *ui, enum screen screen);
void	ui_show_node(struct ui *ui, const char *name);
void	ui_show_plan(struct ui *ui, int64_t id);
void	ui_show_page(struct ui *ui, const char *name);
void	ui_back(struct ui *ui);

/* Sets of keys: marks, and what is folded the other way than usual. */
bool	ui_has(const uint64_t *set, int count, uint64_t key);
void	ui_toggle(uint64_t *set, int *count, uint64_t key);

/* The node of the Node screen, or the first there is; may be NULL. */
const struct drover_node_row *ui_node(const struct ui *ui,
	    const struct model *model);

/* Fit lists and cursors to the model and the size; before each draw. */
void	ui_settle(struct ui *ui, const struct model *model);
/* A second went by: order that was kept is given up after a while. */
void	ui_tick(struct ui *ui);

/* The whole screen. */
void	ui_draw(const struct ui *ui, const struct model *model,
	    struct grid *grid);

extern const char *const screen_names[SCREENS];
extern const char *const screen_titles[SCREENS];
extern const char screen_keys[SCREENS];	/* 0: none */

#endif
