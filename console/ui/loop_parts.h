/* What the parts of the loop share. */
#ifndef DROVER_UI_LOOP_PARTS_H
#define DROVER_UI_LOOP_PARTS_H

#include <stdbool.h>

#include "asker.h"
#include "format.h"
#include "grid.h"
#include "model.h"
#include "past.h"
#include "plain.h"
#include "source.h"
#include "ui.h"

struct term;

struct loop {
	struct ui	*ui;
	struct source	*source;
	struct model	 model;
	struct past	 past;
	const struct client_place *place;	/* as of the options */
	const char	*no_acts;	/* of the present, while in the past */
	struct grid	 grid;
	struct term	*term;
	struct plain	 plain;
	struct asker	*asker;		/* for acts; NULL: there are none */
	int		 signals;
	int		 timer;
	bool		 stop;
	bool		 stale;		/* the grid has to be drawn anew */
	bool		 dropped;	/* the last frame was left out */
	int		 status;
	char		 clock[FORMAT_BYTES];
};

/* What is on the screen: what is, or what was. */
static inline struct model *
shown(struct loop *loop)
{
	return loop->ui->past ? &loop->past.model : &loop->model;
}

/* loop_past.c: to another time, as far as want says so. */
void	loop_travel(struct loop *loop, unsigned int want);
/* The answer of another host, asked for its past. */
void	loop_take_past(struct loop *loop);
/* A step on, where the past is played. */
void	loop_play(struct loop *loop);

#endif
