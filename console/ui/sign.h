/* A state as a symbol and a word; the role adds colour. */
#ifndef DROVER_UI_SIGN_H
#define DROVER_UI_SIGN_H

#include "grid.h"

struct sign {
	const char	*word;
	enum glyph	 glyph;
	enum role	 role;
};

struct sign sign_node_state(unsigned int state);
struct sign sign_backend_state(unsigned int state);
struct sign sign_model_state(unsigned int state);
struct sign sign_process_state(unsigned int state);
struct sign sign_node_drain(unsigned int drain);
struct sign sign_hold_kind(unsigned int kind);
struct sign sign_member_role(unsigned int role);
struct sign sign_outcome(unsigned int outcome);
struct sign sign_plan_state(unsigned int state);
struct sign sign_step_state(unsigned int state);
struct sign sign_fault_state(unsigned int state);
/* Of a numbered reply: done, or refused. */
struct sign sign_reply(int64_t number);
struct sign sign_severity(unsigned int severity);

/* "x down"; returns the columns used. */
int	sign_draw(struct sign sign, struct grid *grid, int y, int x,
	    int columns);

#endif
