/*
 * An act, from the first look at what it would do to its result:
 *
 *	PREVIEW_WAIT --answer--> PREVIEW --Enter--> REASON --line--> TYPED
 *	--line--> SUBMIT --answer--> RESULT, or a line at the foot
 *
 * What need not be asked for is passed over: a reason that was given, the
 * name where no limit breaks and one node is meant.  A deadline is asked
 * for on a key of its own, from PREVIEW and back.  Esc leaves at any
 * point; what was sent by then is done all the same, and its result told.
 * What is acted on was settled at the beginning: names, never rows.
 *
 * Keys and answers go in, requests come out: nothing here knows a
 * terminal, a clock or a connection.
 */
#ifndef DROVER_UI_FLOW_H
#define DROVER_UI_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "grid.h"

#define FLOW_TITLE_BYTES	192
#define FLOW_TARGET_BYTES	2048
#define FLOW_NAME_BYTES		80
#define FLOW_ID_BYTES		80
#define FLOW_REASON_LEAST	3	/* characters */

struct model;
struct ui;

enum flow_state {
	FLOW_NONE,
	FLOW_PREVIEW_WAIT,
	FLOW_PREVIEW,
	FLOW_REASON,
	FLOW_DEADLINE,
	FLOW_TYPED,
	FLOW_SUBMIT,
	FLOW_RESULT
};

enum flow_need { FLOW_NO, FLOW_MAY, FLOW_MUST };

/* What Enter does at the end. */
enum flow_again {
	FLOW_ONCE,		/* nothing: the box closes */
	FLOW_SEND_AGAIN,	/* the same request, which may have been done */
	FLOW_LOOK_AGAIN		/* it was refused: from the preview on */
};

/* What is to be done. */
struct flow_act {
	char		 title[FLOW_TITLE_BYTES];	/* "drain n1, n2" */
	/* How it is told when it is done: "n1, n2 drain". */
	char		 done[FLOW_TITLE_BYTES];
	char		 method[8];
	char		 target[FLOW_TARGET_BYTES];
	json_t		*body;		/* NULL: none, and no preview */
	char		 id[FLOW_ID_BYTES];	/* "": it takes none */
	bool		 previews;
	bool		 reads;		/* asks, and changes nothing */
	enum flow_need	 reason;
	bool		 deadline;	/* it may have one */
	bool		 guarded;	/* a typed name may overrule it */
	char		 name[FLOW_NAME_BYTES];	/* of the first that is meant */
	int		 count;		/* of what is meant */
	bool		 releases;	/* name is the id of a hold */
	bool		 marked;	/* it was the marks that said what */
	/* Makes lines of an answer; NULL: those of any object. */
	void		(*show)(struct ui *ui, json_t *answer);
};

struct flow_line {
	char		label[12];
	char		text[256];
	enum role	role;
};

struct flow {
	enum flow_state	 state;
	struct flow_act	 act;
	struct flow_line now;		/* of the one that is meant */
	struct flow_line *lines;
	int		 line_count;
	int		 line_capacity;
	bool		 labelled;	/* any of them */
	/* A line may take several rows of the screen. */
	int		 rows;
	int		 top;		/* first row shown */
	int		 page;		/* rows that can be seen */
	int		 waited_s;	/* for an answer */
	/* What the preview said. */
	int64_t		 version;	/* -1: nothing */
	int64_t		 would;		/* number of the reply */
	char		 why[256];	/* it would be refused */
	bool		 limited;	/* a limit breaks */
	enum flow_again	 again;
	int		 looks;		/* at a preview, from the first on */
	char		 note[160];	/* what is wrong with what was typed */
	/* What to ask, for flow_take(). */
	json_t		*asks;
	uint32_t	 number;	/* of the last request */
	uint32_t	 dropped;	/* WANT_DROP: nobody waits for it */
	/* Left while it was under way: its result is still told. */
	uint32_t	 left_number;
	char		 left_title[FLOW_TITLE_BYTES];
	char		 left_done[FLOW_TITLE_BYTES];
};

/* One request, to be sent as it is. */
struct flow_request {
	uint32_t	 number;
	const char	*method;
	const char	*target;
	char		*body;		/* the caller's; NULL: none */
};

struct flow_answer {
	uint32_t	 number;	/* of its request */
	const char	*problem;	/* NULL, or why there is none */
	bool		 sent;		/* it may have been done all the same */
	const char	*body;
	size_t		 length;
};

/* Replies from here on did nothing; from UNABLE on they may yet. */
#define FLOW_REFUSED	3000
#define FLOW_UNABLE	5000

void	flow_release(struct ui *ui);

/* act->body is the flow's from here on; a flow under way is left. */
void	flow_begin(struct ui *ui, const struct flow_act *act);
void	flow_key(struct ui *ui, uint32_t code);
/* A line that the flow asked for was typed. */
void	flow_typed(struct ui *ui, const char *line);
/* Nothing was typed: back to the preview, or out of it all. */
void	flow_escape(struct ui *ui);
void	flow_leave(struct ui *ui);
/* flow_answer.c: one that nobody waits for is passed over. */
void	flow_answered(struct ui *ui, const struct flow_answer *answer);
/*
 * After WANT_ASK: the request, its strings to be used before the next
 * call here.  False: there is none.
 */
bool	flow_take(struct ui *ui, struct flow_request *request);

/* A second went by. */
void	flow_tick(struct ui *ui);

bool	flow_is_waiting(const struct flow *flow);
bool	flow_has_reason(const struct flow *flow);
/* Seconds, 0: none. */
int64_t	flow_deadline_s(const struct flow *flow);
/* Would it be refused so that a typed name does not help? */
bool	flow_is_barred(const struct flow *flow);
/* The box closes; nothing is told. */
void	flow_end(struct ui *ui);

/* flow_lines.c: what an answer comes to. */
void	flow_clear(struct ui *ui);
void	flow_add(struct ui *ui, enum role role, const char *label,
	    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Sets version, would, why and limited too. */
void	flow_add_preview(struct ui *ui, const json_t *answer);
/* What a reload changes, or what is wrong with the file. */
void	flow_add_changes(struct ui *ui, const json_t *answer);
void	flow_add_object(struct ui *ui, const json_t *object);

/* view_flow.c */
/* Fit the box to the model and the screen; before each draw. */
void	flow_settle(struct ui *ui, const struct model *model);
void	flow_draw(const struct ui *ui, struct grid *grid);
/* What the keys mean just now, for the foot. */
const char *flow_hint(const struct ui *ui);

#endif
