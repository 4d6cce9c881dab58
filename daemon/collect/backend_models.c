#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/backend_models.h"

void
backend_model_init(struct backend_model *model,
    enum drover_model_state state)
{
	memset(model, 0, sizeof(*model));
	model->state = state;
	model->size_bytes = NAN;
	model->memory_bytes = NAN;
	model->memory_gpu_bytes = NAN;
	model->context_tokens = NAN;
}

int
model_list_add(struct model_list *list, const struct backend_model *model)
{
	struct backend_model *models;
	size_t room;

	list->seen++;
	if (list->count == BACKEND_MODELS_MAX)
		return 0;
	if (list->count == list->room) {
		room = list->room == 0 ? 8 : list->room * 2;
		models = reallocarray(list->models, room, sizeof(*models));
		if (models == NULL)
			return -ENOMEM;
		list->models = models;
		list->room = room;
	}
	list->models[list->count++] = *model;
	return 0;
}

static int
by_name(const void *one, const void *other)
{
	const struct backend_model *left = one, *right = other;

	return strcmp(left->name, right->name);
}

void
model_list_sort(struct model_list *list)
{
	size_t from, to = 0;

	if (list->count == 0)
		return;
	qsort(list->models, list->count, sizeof(list->models[0]), by_name);
	for (from = 1; from < list->count; from++)
		if (by_name(&list->models[to], &list->models[from]) != 0)
			list->models[++to] = list->models[from];
	list->seen -= list->count - (to + 1);
	list->count = to + 1;
}

static void
take_text(char *to, const char *from, size_t size)
{
	if (from[0] != '\0')
		memcpy(to, from, size);
}

static void
take_loaded(struct backend_model *model, const struct backend_model *loaded)
{
	model->state = loaded->state;
	model->memory_bytes = loaded->memory_bytes;
	model->memory_gpu_bytes = loaded->memory_gpu_bytes;
	model->context_tokens = loaded->context_tokens;
	model->expires_ns = loaded->expires_ns;
	take_text(model->digest, loaded->digest, sizeof(model->digest));
	take_text(model->quantization, loaded->quantization,
	    sizeof(model->quantization));
	take_text(model->parameters, loaded->parameters,
	    sizeof(model->parameters));
}

int
model_list_merge(struct model_list *merged, const struct model_list *stored,
    const struct model_list *loaded)
{
	struct backend_model model;
	size_t i = 0, j = 0;
	int order;

	model_list_clear(merged);
	while (i < stored->count || j < loaded->count) {
		if (i == stored->count)
			order = 1;
		else if (j == loaded->count)
			order = -1;
		else
			order = by_name(&stored->models[i],
			    &loaded->models[j]);
		model = order <= 0 ? stored->models[i] : loaded->models[j];
		if (order == 0)
			take_loaded(&model, &loaded->models[j]);
		i += order <= 0;
		j += order >= 0;
		if (model_list_add(merged, &model) != 0) {
			model_list_clear(merged);
			return -ENOMEM;
		}
	}
	return 0;
}

void
model_list_forget_state(struct model_list *list)
{
	struct backend_model *model;
	size_t i;

	for (i = 0; i < list->count; i++) {
		model = &list->models[i];
		model->state = DROVER_MODEL_STATE_UNKNOWN;
		model->memory_bytes = NAN;
		model->memory_gpu_bytes = NAN;
		model->context_tokens = NAN;
		model->expires_ns = 0;
	}
}

void
model_list_clear(struct model_list *list)
{
	list->count = 0;
	list->seen = 0;
}

void
model_list_free(struct model_list *list)
{
	free(list->models);
	memset(list, 0, sizeof(*list));
}
