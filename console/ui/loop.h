/* The console at work: model, keys, clock and terminal in one loop. */
#ifndef DROVER_UI_LOOP_H
#define DROVER_UI_LOOP_H

#include "source.h"
#include "ui.h"

struct loop_options {
	int		interval_ms;
	int		wait_s;		/* for a segment, by --once */
	const char	*dump;		/* file of --once, NULL: stdout */
	/* Whom acts are asked of; NULL: of nobody. */
	const struct client_place *place;
};

/* Each returns the exit status of the program. */
int	loop_screen(struct ui *ui, struct source *source,
	    const struct loop_options *options);
int	loop_plain(struct ui *ui, struct source *source,
	    const struct loop_options *options);
int	loop_once(struct ui *ui, struct source *source,
	    const struct loop_options *options);

#endif
