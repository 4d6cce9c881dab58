#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collect/backend_json.h"
#include "collect/backend_ollama.h"
#include "collect/backend_text.h"

#define NS_PER_S	INT64_C(1000000000)

int
ollama_parse_version(const char *body, size_t length, char *version,
    size_t size)
{
	json_t *root = backend_json_parse(body, length);
	int error = 0;

	if (!json_is_string(json_object_get(root, "version")))
		error = -EBADMSG;
	else
		backend_json_text(root, "version", version, size);
	json_decref(root);
	return error;
}

/* Digits only, exactly that many; -1 when there are others. */
static int
digits(const char *text, size_t count)
{
	int value = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* ".93355" in ns; *text moves behind it. */
static int64_t
fraction_ns(const char **text)
{
	int64_t ns = 0, unit = NS_PER_S / 10;

	if (**text != '.')
		return 0;
	for ((*text)++; isdigit((unsigned char)**text); (*text)++) {
		ns += (**text - '0') * unit;
		unit /= 10;
	}
	return ns;
}

/* "Z" or "+hh:mm" in seconds east of UTC. */
static int
offset_seconds(const char *text, int *seconds)
{
	int hours, minutes;

	*seconds = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return 0;
	if ((text[0] != '+' && text[0] != '-') || strlen(text) != 6 ||
	    text[3] != ':')
		return -EBADMSG;
	hours = digits(text + 1, 2);
	minutes = digits(text + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return -EBADMSG;
	*seconds = (hours * 60 + minutes) * 60;
	if (text[0] == '-')
		*seconds = -*seconds;
	return 0;
}

int64_t
ollama_parse_time(const char *text)
{
	int64_t ns, seconds;
	struct tm tm;
	int offset;

	memset(&tm, 0, sizeof(tm));
	if (strlen(text) < sizeof("2000-01-01T00:00:00Z") - 1 ||
	    text[4] != '-' || text[7] != '-' ||
	    (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
	    text[13] != ':' || text[16] != ':')
		return 0;
	tm.tm_year = digits(text, 4) - 1900;
	tm.tm_mon = digits(text + 5, 2) - 1;
	tm.tm_mday = digits(text + 8, 2);
	tm.tm_hour = digits(text + 11, 2);
	tm.tm_min = digits(text + 14, 2);
	tm.tm_sec = digits(text + 17, 2);
	if (tm.tm_year < 70 || tm.tm_year >= 300 || tm.tm_mon < 0 ||
	    tm.tm_mon > 11 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
	    tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 ||
	    tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60)
		return 0;
	text += 19;
	ns = fraction_ns(&text);
	if (offset_seconds(text, &offset) != 0)
		return 0;
	seconds = (int64_t)timegm(&tm) - offset;
	return seconds > 0 ? seconds * NS_PER_S + ns : 0;
}

/* "sha256:" and the like before the digits say nothing in 24 bytes. */
static void
take_digest(struct backend_model *model, const json_t *entry)
{
	char digest[128];
	const char *colon;

	backend_json_text(entry, "digest", digest, sizeof(digest));
	colon = strchr(digest, ':');
	backend_text_clean(model->digest, sizeof(model->digest),
	    colon != NULL ? colon + 1 : digest,
	    strlen(colon != NULL ? colon + 1 : digest));
}

static void
take_common(struct backend_model *model, const json_t *entry)
{
	const json_t *details = json_object_get(entry, "details");

	backend_json_text(entry, "name", model->name, sizeof(model->name));
	if (model->name[0] == '\0')
		backend_json_text(entry, "model", model->name,
		    sizeof(model->name));
	take_digest(model, entry);
	backend_json_text(details, "quantization_level",
	    model->quantization, sizeof(model->quantization));
	backend_json_text(details, "parameter_size", model->parameters,
	    sizeof(model->parameters));
}

static void
take_stored(struct backend_model *model, const json_t *entry)
{
	backend_model_init(model, DROVER_MODEL_STATE_STORED);
	take_common(model, entry);
	model->size_bytes = backend_json_amount(entry, "size");
}

static void
take_loaded(struct backend_model *model, const json_t *entry)
{
	char expires[64];

	backend_model_init(model, DROVER_MODEL_STATE_LOADED);
	take_common(model, entry);
	model->memory_bytes = backend_json_amount(entry, "size");
	model->memory_gpu_bytes = backend_json_amount(entry, "size_vram");
	model->context_tokens = backend_json_amount(entry, "context_length");
	backend_json_text(entry, "expires_at", expires, sizeof(expires));
	model->expires_ns = ollama_parse_time(expires);
}

static int
parse_models(const char *body, size_t length, struct model_list *list,
    void (*take)(struct backend_model *, const json_t *))
{
	json_t *root = backend_json_parse(body, length), *entry;
	json_t *models = json_object_get(root, "models");
	struct backend_model model;
	int error = 0;
	size_t i;

	model_list_clear(list);
	/* Ollama writes null for an empty list. */
	if (!json_is_array(models) && !json_is_null(models))
		error = -EBADMSG;
	json_array_foreach(models, i, entry) {
		take(&model, entry);
		if (error == 0 && model.name[0] != '\0')
			error = model_list_add(list, &model);
	}
	if (error != 0)
		model_list_clear(list);
	model_list_sort(list);
	json_decref(root);
	return error;
}

int
ollama_parse_tags(const char *body, size_t length, struct model_list *stored)
{
	return parse_models(body, length, stored, take_stored);
}

int
ollama_parse_ps(const char *body, size_t length, struct model_list *loaded)
{
	return parse_models(body, length, loaded, take_loaded);
}
