/*
 * Tells people that something needs one: runs the command of healing.notify
 * for each plan that waits for a decision or for its release, and for each
 * fault that is escalated, once each.  What happened before this start is
 * told again: rather twice than never.
 *
 *	DROVER_WHAT	"plan" or "fault"
 *	DROVER_ID	its number
 *	DROVER_STATE	"proposed", "failed", "escalated"
 *	DROVER_NODE, DROVER_TARGET, DROVER_CLASS
 *	DROVER_TEXT	one line for people
 */
#ifndef DROVER_CORE_PAGER_H
#define DROVER_CORE_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "rules/model.h"

#define PAGER_TOLD_MAX		256
/* A command that takes longer is ended. */
#define PAGER_LIMIT_MS		30000

struct pager {
	uv_loop_t	*loop;
	int64_t		 told[PAGER_TOLD_MAX];	/* ids; a ring */
	size_t		 at;
	bool		 complained;	/* that it cannot be run */
};

/* command "": nobody is told. */
void	pager_look(struct pager *pager, const char *command,
	    const struct model *model);

#endif
