#include "past.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asker.h"
#include "format.h"
#include "source_parts.h"
#include "store/flight_reader.h"
#include "store/replay.h"
#include "trend.h"

#define NS_PER_S	INT64_C(1000000000)
#define ASK_MS		10000
#define HTTP_OK		200
#define TREND_NS	((int64_t)TREND_STEPS * TREND_STEP_S * NS_PER_S)

static const struct {
	const char	*name;
	int64_t		 seconds;
} paces[] = { { "1s", 1 }, { "10s", 10 }, { "1min", 60 }, { "10min", 600 },
	{ "1h", 3600 } };
#define PACES	(int)(sizeof(paces) / sizeof(paces[0]))

static int
open_reader(struct past *past, const struct source *source)
{
	int error;

	if (source->image || source->asker != NULL)
		return -ENOTSUP;
	if (past->reader != NULL)
		return 0;
	error = replay_directory(source->path, past->directory,
	    sizeof(past->directory));
	return error != 0 ? error :
	    flight_reader_open(&past->reader, past->directory);
}

static void
explain(const struct past *past, int error, char *complaint, size_t size)
{
	char date[FORMAT_BYTES];

	if (error == -ENOTSUP)
		snprintf(complaint, size, "an image has no other time than "
		    "its own");
	else if (past->reader == NULL)
		snprintf(complaint, size, "%.200s: %s", past->directory,
		    error == -ENOENT ? "no flight log; does the recorder "
		    "run?" : strerror(-error));
	else if (error == -ENOENT &&
	    flight_reader_first(past->reader) != 0) {
		format_date(date, flight_reader_first(past->reader));
		snprintf(complaint, size, "the flight log begins with %s",
		    date);
	} else {
		snprintf(complaint, size, "flight log: %s",
		    strerror(-error));
	}
}

/*
 * The rows of the node table as this console knows them, where they were
 * written by such a one; others have no curve.
 */
static void
note_trends(const struct flight_image *image, struct trends *trends)
{
	int number = flight_table_find(image, "node");
	const struct drover_node_row *row;
	const struct flight_table *table;
	uint32_t slot;

	if (number < 0)
		return;
	table = &image->tables[number];
	if (table->row_bytes != sizeof(*row))
		return;
	for (slot = 0; slot < table->used; slot++) {
		row = (const void *)flight_row(table, slot);
		if (row->header.generation != 0)
			trend_note(trends, model_node_hash(row->name), row);
	}
}

/* From a little before, record by record, up to the moment. */
static int
run_up_to(struct past *past, int64_t wall_ns, struct trends *trends)
{
	int error = flight_reader_seek(past->reader, wall_ns - TREND_NS);

	/* Before the log began there are no curves. */
	while (error == 0 || error == 1) {
		note_trends(flight_reader_image(past->reader), trends);
		if (flight_reader_image(past->reader)->moment.wall_ns >=
		    wall_ns)
			break;
		error = flight_reader_next(past->reader);
		if (error == 0)
			break;
	}
	return flight_reader_seek(past->reader, wall_ns);
}

void
past_fill(struct past *past, const struct source *source,
    struct model *model)
{
	struct trends trends = { 0 };

	if (!model->attached || open_reader(past, source) != 0 ||
	    run_up_to(past, model->now_ns, &trends) != 0) {
		trends_release(&trends);
		return;
	}
	trends_release(&model->trends);
	model->trends = trends;
	model_note(model);
}

static void
drop(struct past *past)
{
	if (!past->shown)
		return;
	source_close(&past->source);
	model_release(&past->model);
	past->shown = false;
}

/* bytes are taken over. */
static int
show_bytes(struct past *past, const struct source *source, void *bytes,
    size_t length, int64_t wall_ns)
{
	int error;

	drop(past);
	error = source_open_bytes(&past->source, bytes, length,
	    source->path);
	if (error == 0)
		error = model_init(&past->model);
	if (error != 0)
		return error;
	past->shown = true;
	(void)source_refresh(&past->source, &past->model);
	past->model.now_ns = past->model.heartbeat_ns = wall_ns;
	return 0;
}

static int
show(struct past *past, const struct source *source, struct trends *trends)
{
	const struct flight_image *image =
	    flight_reader_image(past->reader);
	size_t length;
	void *bytes;
	int error = flight_image_bytes(image, &bytes, &length);

	if (error == 0)
		error = show_bytes(past, source, bytes, length,
		    image->moment.wall_ns);
	if (error != 0)
		return error;
	trends_release(&past->model.trends);
	past->model.trends = *trends;
	memset(trends, 0, sizeof(*trends));
	return 0;
}

int
past_go(struct past *past, const struct source *source, int64_t wall_ns,
    char *complaint, size_t size)
{
	struct trends trends = { 0 };
	int error = open_reader(past, source);

	if (error == 0)
		error = run_up_to(past, wall_ns, &trends);
	if (error == 0)
		error = show(past, source, &trends);
	if (error != 0)
		explain(past, error, complaint, size);
	trends_release(&trends);
	return error;
}

int
past_ask(struct past *past, const struct client_place *place,
    int64_t wall_ns, int64_t later_ns)
{
	struct asker_request request = { .method = "GET" };
	char target[64];
	int error;

	if (past->asker == NULL) {
		error = asker_open(&past->asker, place, ASK_MS);
		if (error != 0)
			return error;
	}
	/* Only the newest question counts. */
	asker_drop(past->asker, past->asked);
	snprintf(target, sizeof(target), "/api/v1/image?at=%lld",
	    (long long)(wall_ns + later_ns));
	request.number = ++past->asked;
	request.target = target;
	past->asked_ns = wall_ns;
	return asker_ask(past->asker, &request);
}

int
past_descriptor(const struct past *past)
{
	return past->asker == NULL ? -1 : asker_descriptor(past->asker);
}

static int
take_answer(struct past *past, const struct source *source,
    struct asker_answer *answer, char *complaint, size_t size)
{
	int error;

	if (answer->fault != CLIENT_FINE) {
		snprintf(complaint, size, "%s", answer->problem);
		return -EIO;
	}
	if (answer->answer.status != HTTP_OK) {
		source_explain_reply(&answer->answer, complaint, size);
		return -ENOENT;
	}
	error = show_bytes(past, source, answer->answer.body,
	    answer->answer.length, past->asked_ns);
	answer->answer.body = NULL;
	if (error != 0)
		snprintf(complaint, size, "not a sound segment image");
	return error != 0 ? error : 1;
}

int
past_take(struct past *past, const struct source *source, int64_t *wall_ns,
    char *complaint, size_t size)
{
	struct asker_answer answer;
	int result = 0;

	while (asker_take(past->asker, &answer)) {
		if (answer.number == past->asked)
			result = take_answer(past, source, &answer,
			    complaint, size);
		answer_release(&answer.answer);
	}
	*wall_ns = past->asked_ns;
	return result;
}

void
past_release(struct past *past)
{
	drop(past);
	asker_close(past->asker);
	past->asker = NULL;
	flight_reader_close(past->reader);
	past->reader = NULL;
}

static void
consider(int64_t time_ns, int64_t wall_ns, bool before, int64_t *found)
{
	if (time_ns == 0 || (before ? time_ns >= wall_ns :
	    time_ns <= wall_ns))
		return;
	if (*found == 0 || (before ? time_ns > *found : time_ns < *found))
		*found = time_ns;
}

static void
consider_model(const struct model *model, int64_t wall_ns, bool before,
    int64_t *found)
{
	const struct drover_fault_row *fault;
	const struct drover_plan_row *plan;
	uint32_t slot;

	for (slot = 0; slot < model->table[DROVER_TABLE_FAULT].slots;
	    slot++) {
		fault = model_row(model, DROVER_TABLE_FAULT, slot);
		if (fault == NULL)
			continue;
		consider(fault->since, wall_ns, before, found);
		consider(fault->ended, wall_ns, before, found);
	}
	for (slot = 0; slot < model->table[DROVER_TABLE_PLAN].slots;
	    slot++) {
		plan = model_row(model, DROVER_TABLE_PLAN, slot);
		if (plan == NULL)
			continue;
		consider(plan->proposed, wall_ns, before, found);
		consider(plan->decided, wall_ns, before, found);
		consider(plan->started, wall_ns, before, found);
		consider(plan->acted, wall_ns, before, found);
		consider(plan->ended, wall_ns, before, found);
	}
}

int64_t
past_change(const struct model *live, const struct model *past,
    int64_t wall_ns, bool before)
{
	int64_t found = 0;

	consider_model(live, wall_ns, before, &found);
	if (past != NULL)
		consider_model(past, wall_ns, before, &found);
	return found;
}

void
past_step(struct ui *ui, const struct model *model, int steps)
{
	int64_t step_ns = paces[ui->pace].seconds * NS_PER_S;
	int64_t from_ns = ui->past ? ui->past_ns : model->now_ns;

	ui->want_ns = from_ns + steps * step_ns;
	ui->want |= WANT_PAST;
}

void
past_pace(struct ui *ui, int longer)
{
	ui->pace += longer;
	if (ui->pace < 0)
		ui->pace = 0;
	if (ui->pace >= PACES)
		ui->pace = PACES - 1;
	ui_say(ui, false, "[ and ] go %s at a time", paces[ui->pace].name);
}

const char *
past_pace_name(const struct ui *ui)
{
	return paces[ui->pace].name;
}
