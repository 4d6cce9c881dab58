#include "core/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/reload_text.h"
#include "process/log.h"
#include "shm/clock.h"

#define OBJECT	"node/configuration"

static const char *
name_of(const struct reload_text *text)
{
	return text->path[0] == '\0' ? "defaults" : text->path;
}

int
reload_load(const char *path, const char *directory,
    struct reload_text *text, struct config **config,
    struct config_errors *errors)
{
	int error = reload_text_read(path, text, errors);

	*config = NULL;
	if (error == 0) {
		(void)reload_text_restore(directory, text);
		error = config_load_text(config, name_of(text), text->text,
		    text->length, errors);
	}
	if (error != 0)
		reload_text_free(text);
	return error;
}

void
reload_start(struct reload *reload, const struct reload_options *options,
    struct reload_text *text)
{
	memset(reload, 0, sizeof(*reload));
	reload->options = *options;
	reload->taken = *text;
	memset(text, 0, sizeof(*text));
	uv_timer_init(options->loop, &reload->deadline);
	reload->deadline.data = reload;
	if (reload->taken.kept)
		event_emit(options->sink, EVENT_CONFIG_UNCONFIRMED, OBJECT,
		    "%.40s was not confirmed: the one before is in force",
		    name_of(&reload->taken));
	else
		reload_text_settle(options->directory);
}

void
reload_stop(struct reload *reload)
{
	if (reload->deadline.type == UV_TIMER)
		uv_close((uv_handle_t *)&reload->deadline, NULL);
}

void
reload_free(struct reload *reload)
{
	reload_text_free(&reload->taken);
	reload_text_free(&reload->former);
}

void
reload_report_free(struct reload_report *report)
{
	free(report->changes);
	config_errors_free(&report->errors);
	memset(report, 0, sizeof(*report));
}

static int
by_revision(const void *left, const void *right)
{
	const struct row_setting *a = *(const struct row_setting *const *)left;
	const struct row_setting *b =
	    *(const struct row_setting *const *)right;

	return (a->revision > b->revision) - (a->revision < b->revision);
}

/*
 * The settings of the model in the order in which they were made, with
 * room for one more.  NULL: no memory.
 */
static struct config_setting *
settings_of(const struct model *model, size_t *count)
{
	size_t rows = model == NULL ? 0 : model_count(model,
	    ROW_TABLE_SETTING), i;
	const struct row_setting **ordered = calloc(rows + 1,
	    sizeof(*ordered));
	struct config_setting *settings = calloc(rows + 1,
	    sizeof(*settings));

	*count = rows;
	if (ordered == NULL || settings == NULL) {
		free(settings);
		settings = NULL;
		goto out;
	}
	for (i = 0; i < rows; i++)
		ordered[i] = model_at(model, ROW_TABLE_SETTING, i);
	qsort(ordered, rows, sizeof(*ordered), by_revision);
	for (i = 0; i < rows; i++)
		settings[i] = (struct config_setting){
			.path = ordered[i]->name,
			.value = ordered[i]->value,
			.who = ordered[i]->who };
out:
	free(ordered);
	return settings;
}

static const struct model *
model_of(const struct reload *reload)
{
	return reload->options.model == NULL ? NULL :
	    reload->options.model(reload->options.context);
}

/*
 * The text with the settings over it.  Settings that do not fit are left
 * out, and errors says so; *config NULL: the text itself has errors.
 */
static int
make_config(const struct reload *reload, const struct reload_text *text,
    struct config **config, struct config_errors *errors)
{
	struct config_setting *settings;
	size_t count;
	int error = config_load_text(config, name_of(text), text->text,
	    text->length, errors);

	if (error != 0)
		return error;
	settings = settings_of(model_of(reload), &count);
	error = settings == NULL ? -ENOMEM :
	    config_override(*config, settings, count, errors);
	free(settings);
	if (error == -ENOMEM) {
		config_free(*config);
		*config = NULL;
	}
	return error;
}

static void
log_errors(const struct config_errors *errors)
{
	size_t i;

	for (i = 0; i < errors->count; i++)
		log_warnx("%s", errors->errors[i].text);
}

static void
note_change(const struct config_change *change, void *context)
{
	struct reload_report *report = context;
	struct config_change *more;

	more = realloc(report->changes,
	    (report->count + 1) * sizeof(*more));
	if (more == NULL)
		return;
	report->changes = more;
	report->changes[report->count++] = *change;
	if (!change->live)
		report->for_restart++;
}

/* Takes the live parameters of config, which is freed. */
static void
put_in_force(struct reload *reload, struct config *config,
    struct reload_report *report)
{
	int64_t begun_ns = clock_ns(CLOCK_MONOTONIC);
	size_t i;

	config_take_live(reload->options.config, config);
	reload->options.changed(reload->options.context);
	report->apply_us = (clock_ns(CLOCK_MONOTONIC) - begun_ns) / 1000;
	config_free(config);
	for (i = 0; i < report->count; i++)
		log_info("configuration: %s was %s, is %s%s",
		    report->changes[i].path, report->changes[i].old_text,
		    report->changes[i].new_text, report->changes[i].live ?
		    "" : " (from the next restart on)");
}

static void
refused(const struct reload *reload, const struct config_errors *errors)
{
	log_errors(errors);
	event_emit(reload->options.sink, EVENT_CONFIG_REFUSED, OBJECT,
	    "%zu error(s): %s", errors->count, errors->count > 0 ?
	    errors->errors[0].text : "out of memory");
}

/* The text is the one in force from now on. */
static void
take_text(struct reload_text *taken, struct reload_text *text)
{
	reload_text_free(taken);
	*taken = *text;
	memset(text, 0, sizeof(*text));
}

static void
stop_waiting(struct reload *reload)
{
	uv_timer_stop(&reload->deadline);
	reload->confirm_by_ns = 0;
	reload_text_free(&reload->former);
}

/* What was in force before the change that waits is in force again. */
static enum reload_end
go_back(struct reload *reload, struct reload_report *report)
{
	struct config *config;

	/* It was in force: it has no errors of its own. */
	(void)make_config(reload, &reload->former, &config, &report->errors);
	log_errors(&report->errors);
	if (config == NULL)
		return RELOAD_FAILED;
	config_difference(reload->options.config, config, note_change,
	    report);
	put_in_force(reload, config, report);
	take_text(&reload->taken, &reload->former);
	reload->taken.kept = true;
	stop_waiting(reload);
	return RELOAD_DONE;
}

static void
on_deadline(uv_timer_t *timer)
{
	struct reload *reload = timer->data;
	struct reload_report report = { 0 };

	if (go_back(reload, &report) == RELOAD_DONE) {
		event_emit(reload->options.sink, EVENT_CONFIG_UNCONFIRMED,
		    OBJECT, "%zu change(s) by %.24s taken back", report.count,
		    reload->who);
		reload->options.undone(reload->options.context);
	} else {
		/* No memory just now. */
		uv_timer_start(timer, on_deadline, 1000, 0);
	}
	reload_report_free(&report);
}

/* It waits: what is in force now is kept, on disk first. */
static int
begin_waiting(struct reload *reload, const struct reload_text *text,
    int64_t confirm_ms, const char *who)
{
	int error = reload_text_keep(reload->options.directory,
	    &reload->taken, text);

	if (error != 0)
		return error;
	reload->former = reload->taken;
	memset(&reload->taken, 0, sizeof(reload->taken));
	reload->confirm_by_ns = clock_ns(CLOCK_REALTIME) +
	    confirm_ms * 1000000;
	snprintf(reload->who, sizeof(reload->who), "%s", who);
	uv_timer_start(&reload->deadline, on_deadline,
	    (uint64_t)confirm_ms, 0);
	return 0;
}

static enum reload_end
take_over(struct reload *reload, struct reload_text *text,
    struct config *config, int64_t confirm_ms, const char *who,
    struct reload_report *report)
{
	int error;

	if (confirm_ms > 0 && report->count > 0) {
		error = begin_waiting(reload, text, confirm_ms, who);
		if (error != 0) {
			log_warnx("%s/%s: %s", reload->options.directory,
			    RELOAD_KEPT_NAME, strerror(-error));
			config_free(config);
			return RELOAD_FAILED;
		}
		report->confirm_by_ns = reload->confirm_by_ns;
	} else {
		reload_text_settle(reload->options.directory);
	}
	take_text(&reload->taken, text);
	put_in_force(reload, config, report);
	if (reload->confirm_by_ns != 0)
		return RELOAD_WAITS;
	reload->options.settled(reload->options.context);
	return report->count > 0 ? RELOAD_DONE : RELOAD_UNCHANGED;
}

static void
tell_run(const struct reload *reload, enum reload_end end,
    int64_t confirm_ms, const char *who, const struct reload_report *report)
{
	if (end == RELOAD_WAITS)
		event_emit(reload->options.sink, EVENT_CONFIG_PENDING, OBJECT,
		    "%zu change(s) by %.24s, to be confirmed in %lld s",
		    report->count, who, (long long)(confirm_ms / 1000));
	else if (end == RELOAD_DONE || end == RELOAD_UNCHANGED)
		event_emit(reload->options.sink, EVENT_CONFIG_RELOAD, OBJECT,
		    "%zu change(s) by %.24s, %zu of them wait for a restart",
		    report->count, who, report->for_restart);
}

enum reload_end
reload_run(struct reload *reload, bool preview, int64_t confirm_ms,
    const char *who, struct reload_report *report)
{
	struct reload_text text;
	struct config *config = NULL;
	enum reload_end end;

	if (reload->confirm_by_ns != 0 && !preview) {
		report->confirm_by_ns = reload->confirm_by_ns;
		event_emit(reload->options.sink, EVENT_CONFIG_REFUSED, OBJECT,
		    "a change by %.24s waits to be confirmed", reload->who);
		return RELOAD_PENDING;
	}
	if (reload_text_read(reload->options.path, &text,
	    &report->errors) == 0)
		(void)make_config(reload, &text, &config, &report->errors);
	if (config == NULL) {
		if (!preview)
			refused(reload, &report->errors);
		reload_text_free(&text);
		return RELOAD_REFUSED;
	}
	/* Of settings alone, which are left out. */
	log_errors(&report->errors);
	config_errors_free(&report->errors);
	config_difference(reload->options.config, config, note_change,
	    report);
	if (preview) {
		config_free(config);
		end = report->count > 0 ? RELOAD_DONE : RELOAD_UNCHANGED;
	} else {
		end = take_over(reload, &text, config, confirm_ms, who,
		    report);
		tell_run(reload, end, confirm_ms, who, report);
	}
	reload_text_free(&text);
	return end;
}

enum reload_end
reload_confirm(struct reload *reload, const char *who)
{
	if (reload->confirm_by_ns == 0)
		return RELOAD_NOT_PENDING;
	reload_text_settle(reload->options.directory);
	stop_waiting(reload);
	event_emit(reload->options.sink, EVENT_CONFIG_CONFIRMED, OBJECT,
	    "the change by %.24s, by %.24s", reload->who, who);
	reload->options.settled(reload->options.context);
	return RELOAD_DONE;
}

enum reload_end
reload_rollback(struct reload *reload, const char *who,
    struct reload_report *report)
{
	enum reload_end end;

	if (reload->confirm_by_ns == 0)
		return RELOAD_NOT_PENDING;
	end = go_back(reload, report);
	if (end == RELOAD_DONE)
		event_emit(reload->options.sink, EVENT_CONFIG_UNCONFIRMED,
		    OBJECT, "%zu change(s) by %.24s taken back by %.24s",
		    report->count, reload->who, who);
	return end;
}

/*
 * Revisions only grow: whatever is set or unset changes one of the two.
 */
static void
measure_settings(const struct model *model, int64_t *count, int64_t *sum)
{
	const struct row_setting *row;
	size_t i;

	*count = model == NULL ? 0 : (int64_t)model_count(model,
	    ROW_TABLE_SETTING);
	*sum = 0;
	for (i = 0; i < (size_t)*count; i++) {
		row = model_at(model, ROW_TABLE_SETTING, i);
		*sum += row->revision;
	}
}

void
reload_settings(struct reload *reload)
{
	struct reload_report report = { 0 };
	const struct model *model = model_of(reload);
	struct config *config;
	int64_t count, sum;

	measure_settings(model, &count, &sum);
	/* While there is no state, what it said last holds. */
	if (model == NULL || (count == reload->settings_count &&
	    sum == reload->settings_sum))
		return;
	(void)make_config(reload, &reload->taken, &config, &report.errors);
	if (report.errors.count > 0)
		refused(reload, &report.errors);
	if (config != NULL) {
		reload->settings_count = count;
		reload->settings_sum = sum;
		config_difference(reload->options.config, config,
		    note_change, &report);
		put_in_force(reload, config, &report);
	}
	reload_report_free(&report);
}

enum config_fit
reload_judge(const struct reload *reload, const char *name,
    const char *value, char *detail, size_t size)
{
	struct config_errors errors = { 0 };
	struct config_setting *settings;
	struct config *config = NULL;
	enum config_fit fit = CONFIG_UNFIT;
	size_t count, i;

	snprintf(detail, size, "no memory");
	settings = settings_of(model_of(reload), &count);
	if (settings == NULL || config_load_text(&config,
	    name_of(&reload->taken), reload->taken.text,
	    reload->taken.length, &errors) != 0)
		goto out;
	/* In the place of the one that it replaces. */
	for (i = 0; i < count && strcmp(settings[i].path, name) != 0; i++)
		continue;
	if (i < count)
		memmove(&settings[i], &settings[i + 1],
		    (--count - i) * sizeof(*settings));
	settings[count++] = (struct config_setting){ .path = name,
		.value = value, .who = "" };
	(void)config_override(config, settings, count, &errors);
	fit = settings[count - 1].fit;
	if (errors.count > 0)
		snprintf(detail, size, "%s",
		    errors.errors[errors.count - 1].text);
out:
	if (fit == CONFIG_FITS)
		detail[0] = '\0';
	config_free(config);
	config_errors_free(&errors);
	free(settings);
	return fit;
}
