/*
 * The model: all shared state, in memory.  The rules decide on it and
 * never on the disk; it changes only by what rules_apply() returned, or
 * when the store fills it at the start.  Not for threads.
 *
 * What later rules own (faults, plans, steps, locks, paces, arms) comes in
 * as tables of rows.def: the list, the chain and the store follow.
 */
#ifndef DROVER_RULES_MODEL_H
#define DROVER_RULES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/digest.h"
#include "rules/reply.h"
#include "rules/row.h"

/* The highest feature level that this version knows. */
#define MODEL_FEATURE_LEVEL	4

/* What there is one of. */
struct model_meta {
	int64_t		applied_index;
	int64_t		applied_term;
	int64_t		cluster_ms;
	int64_t		wall_ms;
	int64_t		feature_level;
	/* The entry that last took something out of service: facts that
	   were measured before it are too old for a guard. */
	int64_t		serving_index;
	/*
	 * The log begins behind this entry and this cluster time: it was
	 * made anew over a state that outlived it.  Entry i of the log is
	 * entry log_base + i.
	 */
	int64_t		log_base;
	int64_t		log_base_ms;
	unsigned char	chain[DIGEST_BYTES];	/* H(chain||entry||changes) */
	unsigned char	audit_hash[DIGEST_BYTES];
	/* Sum over the digests of all rows kept, lane by lane: the same
	   for the same rows, however they came about. */
	uint64_t	sum[4];
};

struct model;

/* Empty, as before the first entry.  NULL: no memory. */
struct model *model_new(void);
void	model_free(struct model *model);
/* The same rows and meta.  NULL: no memory. */
struct model *model_copy(const struct model *model);

const struct model_meta *model_meta(const struct model *model);
void	model_set_meta(struct model *model, const struct model_meta *meta);

size_t	model_count(const struct model *model, enum row_table table);
/* In the order of the key; a struct row_NAME of the table. */
const void *model_at(const struct model *model, enum row_table table,
	    size_t i);
/* The row with the key that is in the row key; NULL: there is none. */
const void *model_find(const struct model *model, enum row_table table,
	    const void *key);

/* NULL: there is none.  Names too long are those of nothing. */
const struct row_node *model_node(const struct model *model,
	    const char *name);
const struct row_setting *model_setting(const struct model *model,
	    const char *name);
const struct row_account *model_account(const struct model *model,
	    const char *name);
const struct row_token *model_token(const struct model *model,
	    const char *id);
const struct row_hold *model_hold(const struct model *model, int64_t id);
const struct row_note *model_note(const struct model *model, int64_t id);
const struct row_fault *model_fault(const struct model *model, int64_t id);
/* The live one of that class, target and device. */
const struct row_fault *model_fault_of(const struct model *model,
	    int64_t class, const char *target, const char *device);
const struct row_prediction *model_prediction(const struct model *model,
	    int64_t id);
/* The one of that class, target and device that is not settled. */
const struct row_prediction *model_prediction_of(const struct model *model,
	    int64_t class, const char *target, const char *device);
const struct row_accuracy *model_accuracy(const struct model *model,
	    int64_t class);
const struct row_plan *model_plan(const struct model *model, int64_t id);
/* The live one for that fault. */
const struct row_plan *model_plan_of(const struct model *model,
	    int64_t fault);
/* One that acts on target just now. */
const struct row_plan *model_plan_on(const struct model *model,
	    const char *target);
const struct row_step *model_step(const struct model *model, int64_t plan,
	    int64_t n);
/* All of a plan, in their order, at most room; how many. */
size_t	model_steps(const struct model *model, int64_t plan,
	    struct row_step *steps, size_t room);
const struct row_approval *model_approval(const struct model *model,
	    int64_t plan, const char *who);
const struct row_lock *model_lock(const struct model *model,
	    const char *resource);
const struct row_pace *model_pace(const struct model *model,
	    const char *axis, const char *value);
const struct row_flap *model_flap(const struct model *model, int64_t class,
	    const char *target, const char *device);
const struct row_arm *model_arm(const struct model *model, int64_t class,
	    int64_t strategy);
/* NULL: nothing holds it back. */
const struct row_curb *model_curb(const struct model *model,
	    const char *target);
const struct row_request *model_request(const struct model *model,
	    const char *caller, const char *id);
/* The requests in the order of their entries; NULL past the last. */
const struct row_request *model_oldest_request(const struct model *model,
	    size_t i);
/* A hold on scope, or on "cluster", of that kind that has not ended. */
const struct row_hold *model_hold_on(const struct model *model,
	    enum hold_kind kind, const char *scope);

/*
 * Put takes the row over (it was allocated with malloc) also when it
 * fails, for want of memory.  A row of the same key is replaced.
 */
int	model_put(struct model *model, enum row_table table, void *row);
void	model_delete(struct model *model, enum row_table table,
	    const void *key);

/* The sum over the rows as they are; to be held against that of meta. */
int	model_sum(const struct model *model, uint64_t sum[4]);
/* Adds the digest of a row to a sum, or takes it out. */
int	model_sum_add(uint64_t sum[4], enum row_table table, const void *row);
int	model_sum_subtract(uint64_t sum[4], enum row_table table,
	    const void *row);

/* The same rows and the same meta. */
bool	model_equal(const struct model *left, const struct model *right);

#endif
