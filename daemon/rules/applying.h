/*
 * Between the door (apply.c) and the rules of each kind of entry: what
 * they decide on, and how they say what changes.
 *
 * A rule returns the number of its reply.  What it put before it refused
 * is dropped.
 */
#ifndef DROVER_RULES_APPLYING_H
#define DROVER_RULES_APPLYING_H

#include <assert.h>
#include <string.h>

#include "rules/apply.h"
#include "rules/kind.h"

struct applying {
	const struct model	*model;
	const struct entry	*entry;
	const struct kind	*kind;
	struct changes		*changes;
	int64_t			 index;
	int64_t			 term;
	int64_t			 now_ms;	/* cluster time */
	int64_t			 acts;		/* audit rows so far */
	int			 error;		/* -ENOMEM */
};

/* The row is copied. */
void	applying_put(struct applying *applying, enum row_table table,
	    const void *row);
void	applying_delete(struct applying *applying, enum row_table table,
	    const void *row);
/* One act on object, from old to new. */
void	applying_audit(struct applying *applying, const char *object,
	    const char *old, const char *new);
/* Returns reply, and notes what it is about. */
int	refuse(struct applying *applying, enum reply reply,
	    const char *subject, int64_t have, int64_t need);
/* At most limit rows of the table once one more is put. */
int	check_room(struct applying *applying, enum row_table table,
	    int64_t limit);

/* Targets and arguments as the kind wants them (R7). */
int	check_entry(struct applying *applying);

/* Texts of entries fit: their limits are those of the rows. */
static inline void
copy_text(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	assert(length < room);
	memcpy(to, from, length + 1);
}
#define put_text(field, from)	copy_text(field, sizeof(field), from)

/* A plan takes a node out of service, and puts it back. */
void	node_drain_by(struct applying *applying,
	    const struct row_node *before, const char *who,
	    const char *reason, int64_t deadline_ms);
void	node_undrain_by(struct applying *applying,
	    const struct row_node *before);

int	apply_node_register(struct applying *applying);
int	apply_node_state(struct applying *applying);
int	apply_node_drain(struct applying *applying);
int	apply_node_undrain(struct applying *applying);
int	apply_drain_end(struct applying *applying);
int	apply_hold_put(struct applying *applying);
int	apply_hold_release(struct applying *applying);
int	apply_note_put(struct applying *applying);
int	apply_note_remove(struct applying *applying);
int	apply_config_set(struct applying *applying);
int	apply_config_unset(struct applying *applying);
int	apply_account_put(struct applying *applying);
int	apply_account_remove(struct applying *applying);
int	apply_token_put(struct applying *applying);
int	apply_token_revoke(struct applying *applying);
int	apply_feature_level(struct applying *applying);
int	apply_state_mended(struct applying *applying);
int	apply_config_reload(struct applying *applying);
int	apply_fault_seen(struct applying *applying);
int	apply_fault_clear(struct applying *applying);
int	apply_fault_close(struct applying *applying);
int	apply_fault_acknowledge(struct applying *applying);
int	apply_prediction_made(struct applying *applying);
int	apply_prediction_reached(struct applying *applying);
int	apply_prediction_due(struct applying *applying);
int	apply_plan_propose(struct applying *applying);
int	apply_plan_approve(struct applying *applying);
int	apply_plan_reject(struct applying *applying);
int	apply_plan_rollback(struct applying *applying);
int	apply_plan_release(struct applying *applying);
int	apply_plan_start(struct applying *applying);
int	apply_plan_verdict(struct applying *applying);
int	apply_plan_due(struct applying *applying);
int	apply_plan_supersede(struct applying *applying);
int	apply_step_dispatch(struct applying *applying);
int	apply_step_begin(struct applying *applying);
int	apply_step_result(struct applying *applying);
int	apply_step_due(struct applying *applying);
int	apply_fault_escalate(struct applying *applying);

#endif
