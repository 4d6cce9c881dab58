/*
 * A list of models, sorted by name, each name once, of bounded length.
 */
#ifndef DROVER_COLLECT_BACKEND_MODELS_H
#define DROVER_COLLECT_BACKEND_MODELS_H

#include "collect/backend.h"

struct model_list {
	struct backend_model	*models;
	size_t			 count;
	size_t			 room;
	size_t			 seen;	/* with those beyond the bound */
};

/* A model with nothing known but its state. */
void	backend_model_init(struct backend_model *model,
	    enum drover_model_state state);

/* 0 also when the list is full: the model is then only counted. */
int	model_list_add(struct model_list *list,
	    const struct backend_model *model);
void	model_list_sort(struct model_list *list);
/*
 * All of stored, with what loaded knows of a model taken over, and what
 * stored lacks put in; both sorted.  -ENOMEM leaves merged empty.
 */
int	model_list_merge(struct model_list *merged,
	    const struct model_list *stored, const struct model_list *loaded);
/* The server cannot be asked: loaded or not is no longer known. */
void	model_list_forget_state(struct model_list *list);
void	model_list_clear(struct model_list *list);
void	model_list_free(struct model_list *list);

#endif
