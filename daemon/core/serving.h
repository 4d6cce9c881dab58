/*
 * What the nodes serve, and what is left of it when some go out of
 * service: facts for the rules, and the preview of a drain.  Read from the
 * rows that are shown and the model, and nothing else; changes neither.
 */
#ifndef DROVER_CORE_SERVING_H
#define DROVER_CORE_SERVING_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "core/table_image.h"
#include "rules/entry.h"
#include "rules/model.h"

struct serving {
	const struct table_image	*nodes;
	const struct table_image	*backends;
	const struct table_image	*models;
	const struct model		*shared;
};

/*
 * A model that the targets serve.  A copy is one that a backend can answer
 * from, loaded or to be loaded when it is asked for.
 */
struct serving_model {
	char		name[97];
	unsigned int	here;		/* copies on the targets */
	unsigned int	loaded;		/* of them in memory */
	unsigned int	elsewhere;	/* copies on nodes that stay */
};

/* By name; *models is freed with free().  The count, or -ENOMEM. */
int	serving_models(const struct serving *serving,
	    const char *const *targets, size_t target_count,
	    struct serving_model **models);
/*
 * Adds a COPIES_ELSEWHERE fact for each of the models, those that have
 * none first, as many as an entry holds.  Their names stay those of
 * models.
 */
void	serving_facts(const struct serving_model *models, size_t count,
	    struct entry *entry);
/* The member "preview" of drover-api(7); NULL: no memory. */
json_t	*serving_preview(const struct serving *serving,
	    const char *const *targets, size_t target_count,
	    const struct serving_model *models, size_t count);

#endif
