/*
 * The one door through which shared state changes: rules_apply() decides
 * on an entry and says what would change, and changes nothing itself.
 * What it says is a function of the model, the entry and its place in the
 * log alone, the same on every replica.
 *
 *	rules_apply(model, index, term, entry, &changes)
 *	state_store(state, &changes, 1)		durable
 *	rules_commit(model, &changes)		seen
 *
 * A refusal is a result like any other: it changes nothing but what keeps
 * the record of it, an audit row with the number of the refusal and the
 * row of its request id.
 */
#ifndef DROVER_RULES_APPLY_H
#define DROVER_RULES_APPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/entry.h"
#include "rules/model.h"

/* Bounds of the model; past them an entry is refused with REPLY_LIMIT. */
#define RULES_NODES_MAX		4096
#define RULES_HOLDS_MAX		1024
#define RULES_NOTES_MAX		4096
#define RULES_SETTINGS_MAX	1024
#define RULES_ACCOUNTS_MAX	1024
#define RULES_FAULTS_MAX	2048	/* with those that are closed */
#define RULES_PREDICTIONS_MAX	1024	/* with those that are settled */
#define RULES_PLANS_MAX		1024	/* with those that ended */
#define RULES_TOKENS_MAX	16	/* of one account */
/* The first result of a request id is known for so long, or until so many
   came after it. */
#define RULES_REQUESTS_MAX	4096
#define RULES_REQUEST_AGE_MS	86400000
/* Facts older than this are not acted on (R6). */
#define RULES_FACT_AGE_MS	30000
/* No hold and no drain is planned for longer. */
#define RULES_SPAN_MS		((int64_t)30 * 86400000)

struct rules_result {
	int		reply;		/* enum reply */
	int64_t		have;
	int64_t		need;
	char		subject[129];	/* what it is about, or "" */
	int64_t		index;		/* of the entry that gave it */
	bool		repeated;	/* of an earlier entry: first result */
};

struct change {
	bool		put;		/* else: delete */
	enum row_table	table;
	void		*row;		/* owned; to delete: the key counts */
};

/* Of one entry.  Zero it before its first use; then it can be used again. */
struct changes {
	struct rules_result	result;
	struct model_meta	meta;	/* as it is after the entry */
	struct change		*list;	/* no row twice */
	size_t			count;
	size_t			room;
};

/*
 * entry comes from entry_decode().  -EALREADY: the model is at or past
 * that index; -ENOMEM.  After an error the changes are of no use.
 */
int	rules_apply(const struct model *model, int64_t index, int64_t term,
	    const struct entry *entry, struct changes *changes);
/*
 * The model takes the changes, which are empty afterwards.  -ENOMEM leaves
 * the model of no use: end the process, the log has it all.
 */
int	rules_commit(struct model *model, struct changes *changes);
void	changes_free(struct changes *changes);

#endif
