/*
 * Models of Ollama, loaded and unloaded by its API, and believed only when
 * /api/ps says so: an unload that the server calls done may leave the
 * memory where it is (ollama#7606).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>
#include <jansson.h>

#include "effector/builtin.h"
#include "rules/plan.h"

#define ANSWER_BYTES_MAX	(1024 * 1024)
#define LOOKS			50
#define LOOK_MS			100

struct answer {
	char	*bytes;
	size_t	 length;
};

static size_t
take(char *bytes, size_t one, size_t count, void *context)
{
	struct answer *answer = context;
	char *grown;

	if (answer->length + count > ANSWER_BYTES_MAX)
		return 0;
	grown = realloc(answer->bytes, answer->length + count);
	if (grown == NULL)
		return 0;
	memcpy(grown + answer->length, bytes, one * count);
	answer->bytes = grown;
	answer->length += one * count;
	return count;
}

/* body NULL: GET.  The status, or 0; *object is NULL unless it is JSON. */
static long
ask(const char *base, const char *path, const char *body, json_t **object)
{
	struct curl_slist *headers = curl_slist_append(NULL,
	    "Content-Type: application/json");
	struct answer answer = { NULL, 0 };
	CURL *curl = curl_easy_init();
	char url[512];
	long status = 0;

	*object = NULL;
	snprintf(url, sizeof(url), "%.200s%s", base, path);
	if (curl != NULL && headers != NULL) {
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
		if (body != NULL)
			curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		if (curl_easy_perform(curl) == CURLE_OK)
			curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
			    &status);
	}
	if (status != 0)
		*object = json_loadb(answer.bytes, answer.length,
		    JSON_DISABLE_EOF_CHECK, NULL);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	free(answer.bytes);
	return status;
}

/* Bytes of all models in memory, or -1; *listed: that one is. */
static json_int_t
look(const char *base, const char *model, bool *listed)
{
	json_int_t bytes = 0;
	json_t *object, *one;
	const char *name;
	size_t i;

	*listed = false;
	if (ask(base, "/api/ps", NULL, &object) != 200 || object == NULL) {
		json_decref(object);
		return -1;
	}
	json_array_foreach(json_object_get(object, "models"), i, one) {
		name = json_string_value(json_object_get(one, "name"));
		if (name != NULL && strcmp(name, model) == 0)
			*listed = true;
		bytes += json_integer_value(json_object_get(one, "size"));
	}
	json_decref(object);
	return bytes;
}

static long
generate(const char *base, const char *model, int keep_alive)
{
	json_t *request = json_pack("{s:s, s:s, s:b, s:i}", "model", model,
	    "prompt", "", "stream", 0, "keep_alive", keep_alive), *object;
	char *body = request == NULL ? NULL : json_dumps(request, 0);
	long status = body == NULL ? 0 : ask(base, "/api/generate", body,
	    &object);

	if (body != NULL)
		json_decref(object);
	json_decref(request);
	free(body);
	return status;
}

static int
is_so(const struct builtin_case *asked, bool loaded)
{
	const struct config_backend_entry *backend = builtin_backend(asked);
	bool listed;

	if (backend == NULL || look(backend->url, asked->argument,
	    &listed) < 0)
		return builtin_say(STEP_CODE_UNKNOWN,
		    "it does not say what is in its memory");
	return builtin_say(listed == loaded ? STEP_CODE_DONE :
	    STEP_CODE_REFUSED, "%s is %sin memory", asked->argument,
	    listed ? "" : "not ");
}

int
model_load_probe(const struct builtin_case *asked)
{
	return is_so(asked, true);
}

int
model_unload_probe(const struct builtin_case *asked)
{
	return is_so(asked, false);
}

int
model_load(const struct builtin_case *asked)
{
	const struct config_backend_entry *backend = builtin_backend(asked);
	bool listed;
	long status;

	if (backend == NULL)
		return STEP_CODE_REFUSED;
	status = generate(backend->url, asked->argument, -1);
	if (status == 503 || status == 429)
		return builtin_say(STEP_CODE_NOT_NOW, "it is busy (%ld)",
		    status);
	if (status == 404 || status == 400)
		return builtin_say(STEP_CODE_REFUSED,
		    "it does not have %s, or is no Ollama (%ld)",
		    asked->argument, status);
	if (look(backend->url, asked->argument, &listed) < 0 || !listed)
		return builtin_say(STEP_CODE_UNKNOWN,
		    "it answered %ld, and %s is not in memory", status,
		    asked->argument);
	return builtin_say(STEP_CODE_DONE, "%s is in memory",
	    asked->argument);
}

int
model_unload(const struct builtin_case *asked)
{
	const struct config_backend_entry *backend = builtin_backend(asked);
	struct timespec look_time = { .tv_nsec = LOOK_MS * 1000000L };
	json_int_t before, after = -1;
	bool listed = true;
	long status;
	int i;

	if (backend == NULL)
		return STEP_CODE_REFUSED;
	before = look(backend->url, asked->argument, &listed);
	if (before < 0)
		return builtin_say(STEP_CODE_REFUSED, "it does not say what "
		    "is in its memory, or is no Ollama");
	if (!listed)
		return builtin_say(STEP_CODE_DONE, "%s was not in memory",
		    asked->argument);
	status = generate(backend->url, asked->argument, 0);
	for (i = 0; i < LOOKS && listed; i++) {
		after = look(backend->url, asked->argument, &listed);
		if (after < 0)
			break;
		if (listed)
			(void)nanosleep(&look_time, NULL);
	}
	if (listed || after < 0)
		return builtin_say(STEP_CODE_UNKNOWN, "it answered %ld, and "
		    "%s is still in memory", status, asked->argument);
	return builtin_say(STEP_CODE_DONE, "%s gave %lld MiB back",
	    asked->argument, (long long)(before - after) / 1048576);
}
