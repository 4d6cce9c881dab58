/* A droverd over its API: the images that it gives, one after the other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "shm/clock.h"
#include "source_parts.h"
#include "text.h"

#define TIMEOUT_MS	10000
#define HUNG_NS		5000000000LL	/* without a sign of life */
#define LATE_NS		5000000000LL
#define HTTP_OK		200

enum client_fault
source_open_api(struct source *source, const struct client_place *place,
    char complaint[CLIENT_COMPLAINT_BYTES])
{
	struct client client;
	enum client_fault fault = client_open(&client, place, TIMEOUT_MS);

	source_prepare(source);
	snprintf(source->path, sizeof(source->path), "%.255s", client.name);
	snprintf(complaint, CLIENT_COMPLAINT_BYTES, "%s", client.complaint);
	client_close(&client);
	if (fault != CLIENT_FINE)
		return fault;
	if (asker_open(&source->asker, place, TIMEOUT_MS) == 0)
		return CLIENT_FINE;
	snprintf(complaint, CLIENT_COMPLAINT_BYTES, "no thread can be made");
	return CLIENT_FAILED;
}

void
source_ask(struct source *source)
{
	struct asker_request request = { .number = source->asked + 1,
		.method = "GET", .target = "/api/v1/image" };

	if (source->asker == NULL || source->asking)
		return;
	if (asker_ask(source->asker, &request) != 0)
		return;
	source->asked++;
	source->asking = true;
	source->asked_ns = clock_ns(CLOCK_REALTIME);
}

int
source_descriptor(const struct source *source)
{
	return source->asker == NULL ? -1 :
	    asker_descriptor(source->asker);
}

void
source_explain_reply(const struct answer *answer, char *problem,
    size_t size)
{
	json_t *object = json_loadb(answer->body, answer->length, 0, NULL);
	const json_t *reply = json_object_get(object, "reply");
	const char *text = json_string_value(json_object_get(reply, "text"));
	const char *detail = json_string_value(json_object_get(reply,
	    "detail"));
	char clean[200], more[100] = "";

	text_clean(clean, sizeof(clean), text != NULL ? text :
	    "not the answer of a droverd");
	if (detail != NULL && *detail != '\0')
		text_clean(more, sizeof(more), detail);
	snprintf(problem, size, "%lld %s%s%s", text != NULL ?
	    (long long)json_integer_value(json_object_get(reply, "number")) :
	    (long long)answer->status, clean, *more != '\0' ? ": " : "",
	    more);
	json_decref(object);
}

/* What a sound image has takes the place of what was there. */
static int
take_image(struct source *source, struct answer *answer)
{
	struct drover_segment *segment;
	struct drover_segment_info info;
	int error = drover_segment_attach_image(&segment, answer->body,
	    answer->length);

	if (error != 0)
		return error;
	if (source->segment != NULL)
		drover_segment_detach(source->segment);
	free(source->bytes);
	source->segment = segment;
	source->bytes = answer->body;
	answer->body = NULL;
	source_bind(source);
	drover_segment_info(segment, &info);
	/* Events that were seen are not read again, but for another core. */
	if (info.instance != source->instance)
		memset(&source->cursor, 0, sizeof(source->cursor));
	source->instance = info.instance;
	return 0;
}

/* Its heart beats by a clock that is not ours: does it beat at all? */
static void
judge(struct source *source, struct model *model)
{
	struct drover_segment_info info;

	drover_segment_info(source->segment, &info);
	if (info.heartbeat_ns != source->beat || source->beat_ns == 0) {
		source->beat = info.heartbeat_ns;
		source->beat_ns = model->now_ns;
	}
	model->heartbeat_ns = source->beat_ns;
	model->liveness = model->now_ns - source->beat_ns > HUNG_NS ?
	    DROVER_WRITER_HUNG : DROVER_WRITER_ALIVE;
}

static int
show_image(struct source *source, struct model *model,
    struct answer *answer)
{
	int error = take_image(source, answer);

	if (error == 0)
		error = source_read_snapshot(source, model);
	if (error != 0) {
		snprintf(model->problem, sizeof(model->problem),
		    error == -EPROTONOSUPPORT ? "its segment has another "
		    "version: update drover" : "not a sound segment image");
		return error;
	}
	model_note(model);
	source_read_events(source, model);
	judge(source, model);
	model->attached = true;
	return 0;
}

/* "host:8443: nobody listens there" without the host, which is shown. */
static const char *
without_path(const char *problem, const char *path)
{
	size_t length = strlen(path);

	return strncmp(problem, path, length) == 0 &&
	    strncmp(problem + length, ": ", 2) == 0 ?
	    problem + length + 2 : problem;
}

static void
take(struct source *source, struct model *model,
    struct asker_answer *answer)
{
	bool fine = false;

	source->asking = false;
	if (answer->fault != CLIENT_FINE)
		snprintf(model->problem, sizeof(model->problem), "%.255s",
		    without_path(answer->problem, source->path));
	else if (answer->answer.status != HTTP_OK)
		source_explain_reply(&answer->answer, model->problem,
		    sizeof(model->problem));
	else
		fine = show_image(source, model, &answer->answer) == 0;
	model->lost = !fine;
	if (fine)
		model->seen_ns = model->now_ns;
}

bool
source_api_refresh(struct source *source, struct model *model)
{
	struct asker_answer answer;
	bool changed = false;

	model->remote = true;
	snprintf(model->path, sizeof(model->path), "%s", source->path);
	if (!model->attached && !model->lost)
		snprintf(model->problem, sizeof(model->problem),
		    "connecting ...");
	while (asker_take(source->asker, &answer)) {
		take(source, model, &answer);
		answer_release(&answer.answer);
		changed = true;
	}
	if (source->asking && !model->lost &&
	    model->now_ns - source->asked_ns > LATE_NS) {
		model->lost = changed = true;
		snprintf(model->problem, sizeof(model->problem),
		    "no answer yet");
	}
	return changed;
}
