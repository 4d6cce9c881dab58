/*
 * What operators have said about a node, as an operator reads it: its
 * drain, the holds that concern it, and notes.
 */
#ifndef DROVER_UI_DRAIN_H
#define DROVER_UI_DRAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

#define DRAIN_LINE_BYTES	512

/*
 * The state to show, of enum drover_node_state: a node that is taken out
 * of service on purpose shows that, unless it is down.
 */
unsigned int drain_state(const struct drover_node_row *node);
/* "draining", "drained", "late"; "" for a node in service. */
const char *drain_word(const struct drover_node_row *node);
/*
 * "draining by alice since 10:02 (until 10:30): new kernel - in flight 3";
 * empty for a node in service.  Times of another day come with their date.
 */
void	drain_line(const struct drover_node_row *node, int64_t now_ns,
	    char line[DRAIN_LINE_BYTES]);

/* Does the hold name the node, something on it, or the whole cluster? */
bool	hold_concerns(const struct model *model,
	    const struct drover_hold_row *hold, const char *node);
/* "hold 17, pause of n1 by alice until 12:00: firmware". */
void	hold_line(const struct drover_hold_row *hold, int64_t now_ns,
	    char line[DRAIN_LINE_BYTES]);
/* "note 18 on n1 by bob, 10:02: the text". */
void	note_line(const struct drover_note_row *note, int64_t now_ns,
	    char line[DRAIN_LINE_BYTES]);

#endif
