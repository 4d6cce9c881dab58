#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "collect/backend_json.h"
#include "collect/backend_llama.h"
#include "collect/backend_text.h"

int
llama_parse_health(const char *body, size_t length)
{
	json_t *root = backend_json_parse(body, length);
	int error = -EBADMSG;

	/* "ok", and of old also "no slot available", "error". */
	if (json_is_string(json_object_get(root, "status")))
		error = 0;
	json_decref(root);
	return error;
}

/* {"error":{"message":TEXT}} of llama-server, {"error":TEXT} of Ollama. */
void
llama_parse_error(const char *body, size_t length, char *message,
    size_t size)
{
	json_t *root = backend_json_parse(body, length);

	backend_json_text(json_object_get(root, "error"), "message", message,
	    size);
	if (message[0] == '\0')
		backend_json_text(root, "error", message, size);
	json_decref(root);
}

/* {"status":"loading model"} before the middle of 2024. */
bool
llama_is_loading(const char *body, size_t length)
{
	json_t *root = backend_json_parse(body, length);
	char message[64];
	bool loading;

	backend_json_text(root, "status", message, sizeof(message));
	json_decref(root);
	loading = strcasecmp(message, "loading model") == 0;
	llama_parse_error(body, length, message, sizeof(message));
	return loading || strcasecmp(message, "Loading model") == 0;
}

bool
llama_owns_models(const char *body, size_t length)
{
	json_t *root = backend_json_parse(body, length), *entry;
	const char *owner;
	bool owns = false;
	size_t i;

	json_array_foreach(json_object_get(root, "data"), i, entry) {
		owner = json_string_value(json_object_get(entry, "owned_by"));
		owns = owns || (owner != NULL &&
		    strcmp(owner, "llamacpp") == 0);
	}
	json_decref(root);
	return owns;
}

static int64_t
integer(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* is_processing since the end of 2024, state 1 before. */
static bool
slot_busy(const json_t *entry)
{
	const json_t *processing = json_object_get(entry, "is_processing");

	if (json_is_boolean(processing))
		return json_is_true(processing);
	return integer(entry, "state", 0) != 0;
}

/* next_token is an object, or since 2025 an array of one. */
static double
slot_decoded(const json_t *entry)
{
	const json_t *next = json_object_get(entry, "next_token");
	double decoded;

	if (json_is_array(next))
		next = json_array_get(next, 0);
	decoded = backend_json_amount(next, "n_decoded");
	return isnan(decoded) ? backend_json_amount(entry, "n_decoded") :
	    decoded;
}

static void
take_slot(struct llama_slot *slot, const json_t *entry)
{
	slot->id = integer(entry, "id", -1);
	slot->task = integer(entry, "id_task", integer(entry, "task_id", -1));
	slot->busy = slot_busy(entry);
	slot->decoded = slot_decoded(entry);
	slot->context = backend_json_amount(entry, "n_ctx");
	slot->used = backend_json_amount(entry, "n_prompt_tokens");
}

int
llama_parse_slots(const char *body, size_t length, struct llama_slots *slots)
{
	json_t *root = backend_json_parse(body, length), *entry;
	int error = json_is_array(root) ? 0 : -EBADMSG;
	size_t i;

	slots->count = 0;
	slots->seen = 0;
	slots->busy = 0;
	json_array_foreach(root, i, entry) {
		if (!json_is_object(entry)) {
			error = -EBADMSG;
			break;
		}
		slots->seen++;
		slots->busy += slot_busy(entry);
		if (slots->count < LLAMA_SLOTS_MAX)
			take_slot(&slots->slot[slots->count++], entry);
	}
	json_decref(root);
	return error;
}

/* "8.0B", as Ollama writes it. */
static void
format_parameters(char *text, size_t size, double count)
{
	if (!(count >= 1) || count > 1e15)
		text[0] = '\0';
	else if (count >= 1e9)
		snprintf(text, size, "%.1fB", count / 1e9);
	else if (count >= 1e6)
		snprintf(text, size, "%.1fM", count / 1e6);
	else
		snprintf(text, size, "%.1fK", count / 1e3);
}

static enum drover_model_state
model_state(const json_t *entry)
{
	const char *value = json_string_value(json_object_get(
	    json_object_get(entry, "status"), "value"));

	/* Only a router of several models tells; a plain one has loaded it. */
	if (value == NULL || strcmp(value, "loaded") == 0)
		return DROVER_MODEL_STATE_LOADED;
	return DROVER_MODEL_STATE_STORED;
}

/* A model without an alias is named by its path. */
static void
take_name(struct backend_model *model, const json_t *entry)
{
	char id[1024];
	const char *name = id;

	backend_json_text(entry, "id", id, sizeof(id));
	if (id[0] == '/' && strrchr(id, '/')[1] != '\0')
		name = strrchr(id, '/') + 1;
	backend_text_clean(model->name, sizeof(model->name), name,
	    strlen(name));
}

static void
take_model(struct backend_model *model, const json_t *entry)
{
	const json_t *meta = json_object_get(entry, "meta");

	backend_model_init(model, model_state(entry));
	take_name(model, entry);
	model->size_bytes = backend_json_amount(meta, "size");
	format_parameters(model->parameters, sizeof(model->parameters),
	    backend_json_amount(meta, "n_params"));
	if (model->state == DROVER_MODEL_STATE_LOADED)
		model->context_tokens = backend_json_amount(meta, "n_ctx");
}

int
llama_parse_models(const char *body, size_t length, struct model_list *models)
{
	json_t *root = backend_json_parse(body, length), *entry;
	json_t *data = json_object_get(root, "data");
	int error = json_is_array(data) ? 0 : -EBADMSG;
	struct backend_model model;
	size_t i;

	model_list_clear(models);
	json_array_foreach(data, i, entry) {
		take_model(&model, entry);
		if (error == 0 && model.name[0] != '\0')
			error = model_list_add(models, &model);
	}
	if (error != 0)
		model_list_clear(models);
	model_list_sort(models);
	json_decref(root);
	return error;
}

int
llama_parse_props(const char *body, size_t length, struct llama_props *props)
{
	json_t *root = backend_json_parse(body, length);
	const json_t *settings = json_object_get(root,
	    "default_generation_settings");
	int error = json_is_object(root) ? 0 : -EBADMSG;

	backend_json_text(root, "build_info", props->version,
	    sizeof(props->version));
	props->slots_total = backend_json_amount(root, "total_slots");
	props->context_tokens = backend_json_amount(settings, "n_ctx");
	props->can_sleep = json_is_boolean(json_object_get(root,
	    "is_sleeping"));
	props->sleeping = json_is_true(json_object_get(root, "is_sleeping"));
	json_decref(root);
	return error;
}
