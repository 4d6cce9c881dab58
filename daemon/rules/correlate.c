#include "rules/correlate.h"

#include <string.h>

#include "detect/fault.h"
#include "rules/fault.h"

enum where { WHERE_NODE, WHERE_TARGET };

static const struct {
	int64_t		root;
	int64_t		fault;
	enum where	where;
} causes[] = {
#define CAUSE(ROOT, FAULT, WHERE)					\
	{ FAULT_##ROOT, FAULT_##FAULT, WHERE_##WHERE },
#include <drover/tables/causes.def>
#undef CAUSE
};
#define CAUSES	(sizeof(causes) / sizeof(causes[0]))

bool
correlate_pair(size_t i, int64_t *root, int64_t *fault)
{
	if (i >= CAUSES)
		return false;
	*root = causes[i].root;
	*fault = causes[i].fault;
	return true;
}

/* It is believed, and not over. */
static bool
is_standing(const struct row_fault *fault)
{
	return fault_is_live(fault->state) && fault->open_ms != 0 &&
	    fault->end_ms == 0 && fault->state != FAULT_STATE_SUSPECTED;
}

static bool
is_cause(const struct row_fault *root, const struct row_fault *fault,
    enum where where)
{
	return is_standing(root) &&
	    strcmp(root->node, fault->node) == 0 &&
	    (where == WHERE_NODE ||
	    strcmp(root->target, fault->target) == 0) &&
	    root->first_ms <= fault->first_ms + CORRELATE_WINDOW_MS;
}

static const struct row_fault *
find(const struct model *model, const struct row_fault *fault, size_t cause)
{
	const struct row_fault *root;
	size_t i;

	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++) {
		root = model_at(model, ROW_TABLE_FAULT, i);
		if (root->class == causes[cause].root &&
		    is_cause(root, fault, causes[cause].where))
			return root;
	}
	return NULL;
}

const struct row_fault *
correlate_cause(const struct model *model, const struct row_fault *fault)
{
	const struct row_fault *root = NULL;
	size_t i;

	if (!fault_is_live(fault->state))
		return NULL;
	for (i = 0; root == NULL && i < CAUSES; i++)
		if (causes[i].fault == fault->class)
			root = find(model, fault, i);
	return root;
}

bool
correlate_waits(const struct model *model, const struct row_fault *fault,
    int64_t now_ms)
{
	const struct row_fault *root = correlate_cause(model, fault);

	if (root == NULL)
		return false;
	if (root->state == FAULT_STATE_HEALING ||
	    root->state == FAULT_STATE_VERIFYING)
		return true;
	return (root->state == FAULT_STATE_OPEN ||
	    root->state == FAULT_STATE_PLANNED) &&
	    now_ms - fault->open_ms < CORRELATE_WAIT_MS;
}
