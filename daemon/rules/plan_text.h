/*
 * The steps of a plan as one canonical line, in which they travel in an
 * entry, and from which the hash is made that approvals are bound to:
 *
 *	step = n phase operation node target argument timeout tries after
 *	    undo_of
 *	line = step *(";" step)
 *
 * with one space between the fields.  Numbers are decimal, operations have
 * their names, "-" is an empty text; space, "%", ";" and "-" alone are
 * percent-encoded in capital digits.  after has a bit for each step to be
 * done first, each with a lower number: no circle can be written down.
 * undo_of is the step that it undoes plus 1; 0 is none.  Pure.
 */
#ifndef DROVER_RULES_PLAN_TEXT_H
#define DROVER_RULES_PLAN_TEXT_H

#include <stddef.h>

#include "rules/digest.h"
#include "rules/plan.h"
#include "rules/row.h"

#define PLAN_TEXT_MAX	8192

/*
 * Sets what the plan says of its steps, and leaves the rest 0.  -EPROTO:
 * it is not what plan_text_write() writes, or breaks the rules above.
 */
int	plan_text_read(const char *text, struct row_step
	    steps[PLAN_STEPS_MAX], size_t *count);
/* -ENOSPC: it does not fit. */
int	plan_text_write(const struct row_step *steps, size_t count,
	    char *text, size_t size);
/* SHA-256 over strategy, fault, target, device and steps. */
int	plan_hash(const struct row_plan *plan, const struct row_step *steps,
	    size_t count, char hash[DIGEST_TEXT]);

#endif
