#include "core/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/complain.h"
#include "core/reload_make.h"
#include "core/reload_text.h"
#include "process/log.h"
#include "shm/clock.h"

#define OBJECT	"node/configuration"

int
reload_load(const char *path, const char *directory,
    struct reload_text *text, struct config **config,
    struct config_errors *errors)
{
	int error = reload_text_read(path, text, errors);

	*config = NULL;
	if (error == 0)
		error = reload_text_restore(directory, text);
	if (error == 0)
		error = config_load_text(config, reload_text_name(text),
		    text->text, text->length, errors);
	if (error != 0)
		reload_text_free(text);
	return error;
}

/* "drover.conf:2:11: ...": an event has little room. */
static const char *
without_directory(const char *complaint)
{
	const char *c, *name = complaint;

	for (c = complaint; complaint[0] == '/' && *c != ':' && *c != '\0';
	    c++)
		if (*c == '/')
			name = c + 1;
	return name;
}

static void
tell_found(const struct reload *reload)
{
	const struct event_sink *sink = reload->options.sink;
	const char *name = without_directory(
	    reload_text_name(&reload->taken));

	if (reload->found == RELOAD_KEPT_TAKEN)
		event_emit(sink, EVENT_CONFIG_UNCONFIRMED, OBJECT,
		    "%.30s was not confirmed: the one before is in force",
		    name);
	else if (reload->found == RELOAD_KEPT_EDITED)
		event_emit(sink, EVENT_CONFIG_RELOAD, OBJECT,
		    "%.30s was edited after what was not confirmed", name);
	else if (reload->found == RELOAD_KEPT_DAMAGED)
		event_emit(sink, EVENT_CONFIG_UNCONFIRMED, OBJECT,
		    "%.30s is in force: the one before it is damaged", name);
}

void
reload_start(struct reload *reload, const struct reload_options *options,
    struct reload_text *text)
{
	memset(reload, 0, sizeof(*reload));
	reload->options = *options;
	reload->taken = *text;
	reload->found = text->kept;
	memset(text, 0, sizeof(*text));
	uv_timer_init(options->loop, &reload->deadline);
	reload->deadline.data = reload;
	tell_found(reload);
	if (reload->found != RELOAD_KEPT_TAKEN)
		(void)reload_text_settle(options->directory);
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

/*
 * A start looks for what is kept in the state directory of the file, and
 * the parent takes both from the file alone.
 */
static bool
can_wait(const struct reload_text *text, struct reload_report *report)
{
	static const char *const found_by[] = { "node.runtime_directory",
	    "node.state_directory" };
	struct complaints complaints = { .file = reload_text_name(text),
		.errors = &report->errors };
	size_t i, j;

	for (i = 0; i < report->count; i++)
		for (j = 0; j < sizeof(found_by) / sizeof(found_by[0]); j++)
			if (strcmp(report->changes[i].path, found_by[j]) == 0)
				complain(&complaints, NULL, "%s cannot wait "
				    "to be confirmed: a start needs it to "
				    "find the one before; allowed: a reload "
				    "without a time to confirm it",
				    found_by[j]);
	return complaints.error == 0;
}

/* False: all is as before, and the errors of the report say why. */
static bool
prepare(const struct reload *reload, const struct reload_text *text,
    const struct config *config, struct reload_report *report)
{
	struct complaints complaints = { .file = reload_text_name(text),
		.errors = &report->errors };
	int64_t begun_ns = clock_ns(CLOCK_MONOTONIC);
	char detail[RELOAD_DETAIL_BYTES] = "";
	int error = reload->options.prepare == NULL ? 0 :
	    reload->options.prepare(reload->options.context, config, detail);

	report->apply_us += (clock_ns(CLOCK_MONOTONIC) - begun_ns) / 1000;
	if (error != 0)
		complain(&complaints, NULL, "%s", detail);
	return error == 0;
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
	report->apply_us += (clock_ns(CLOCK_MONOTONIC) - begun_ns) / 1000;
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
	    without_directory(errors->errors[0].text) : "out of memory");
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
	(void)reload_make(reload, &reload->former, &config, &report->errors);
	if (config == NULL) {
		log_errors(&report->errors);
		return RELOAD_FAILED;
	}
	/* What is not to be had any more does not keep the rest waiting. */
	if (!prepare(reload, &reload->former, config, report))
		refused(reload, &report->errors);
	else
		log_errors(&report->errors);
	config_difference(reload->options.config, config, note_change,
	    report);
	put_in_force(reload, config, report);
	take_text(&reload->taken, &reload->former);
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

/* What is in force now is kept first: a crash may follow at any time. */
static enum reload_end
begin_waiting(struct reload *reload, const struct reload_text *text,
    const struct config *config, int64_t confirm_ms,
    struct reload_report *report)
{
	int error = reload_text_keep(reload->options.directory,
	    &reload->taken, text);

	if (error != 0) {
		log_warnx("%s/%s: %s", reload->options.directory,
		    RELOAD_KEPT_NAME, strerror(-error));
		return RELOAD_FAILED;
	}
	if (!prepare(reload, text, config, report)) {
		(void)reload_text_settle(reload->options.directory);
		return RELOAD_REFUSED;
	}
	reload->former = reload->taken;
	memset(&reload->taken, 0, sizeof(reload->taken));
	reload->confirm_by_ns = clock_ns(CLOCK_REALTIME) +
	    confirm_ms * 1000000;
	report->confirm_by_ns = reload->confirm_by_ns;
	uv_timer_start(&reload->deadline, on_deadline,
	    (uint64_t)confirm_ms, 0);
	return RELOAD_WAITS;
}

static enum reload_end
take_at_once(const struct reload *reload, const struct reload_text *text,
    const struct config *config, struct reload_report *report)
{
	if (!prepare(reload, text, config, report))
		return RELOAD_REFUSED;
	if (reload_text_settle(reload->options.directory) == 0)
		return report->count > 0 ? RELOAD_DONE : RELOAD_UNCHANGED;
	(void)prepare(reload, &reload->taken, reload->options.config, report);
	return RELOAD_FAILED;
}

static enum reload_end
take_over(struct reload *reload, struct reload_text *text,
    struct config *config, int64_t confirm_ms, const char *who,
    struct reload_report *report)
{
	enum reload_end end = confirm_ms > 0 && report->count > 0 ?
	    begin_waiting(reload, text, config, confirm_ms, report) :
	    take_at_once(reload, text, config, report);

	if (end == RELOAD_REFUSED)
		refused(reload, &report->errors);
	if (end == RELOAD_REFUSED || end == RELOAD_FAILED) {
		config_free(config);
		return end;
	}
	take_text(&reload->taken, text);
	put_in_force(reload, config, report);
	if (end == RELOAD_WAITS)
		snprintf(reload->who, sizeof(reload->who), "%s", who);
	else
		reload->options.settled(reload->options.context);
	return end;
}

static void
tell_run(const struct reload *reload, enum reload_end end,
    int64_t confirm_ms, const char *who, const struct reload_report *report)
{
	if (end == RELOAD_WAITS)
		event_emit(reload->options.sink, EVENT_CONFIG_PENDING, OBJECT,
		    "%zu change(s) by %.20s in %lld us, to be confirmed "
		    "in %lld s", report->count, who,
		    (long long)report->apply_us,
		    (long long)((confirm_ms + 999) / 1000));
	else if (end == RELOAD_DONE || end == RELOAD_UNCHANGED)
		event_emit(reload->options.sink, EVENT_CONFIG_RELOAD, OBJECT,
		    "%zu change(s) by %.24s in %lld us, %zu for a restart",
		    report->count, who, (long long)report->apply_us,
		    report->for_restart);
	else if (end == RELOAD_FAILED)
		event_emit(reload->options.sink, EVENT_CONFIG_REFUSED, OBJECT,
		    "by %.24s: no room to keep what is in force", who);
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
		(void)reload_make(reload, &text, &config, &report->errors);
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
	if (confirm_ms > 0 && !can_wait(&text, report)) {
		if (!preview)
			refused(reload, &report->errors);
		config_free(config);
		end = RELOAD_REFUSED;
	} else if (preview) {
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
	/* Else a start would still take the one before. */
	if (reload_text_settle(reload->options.directory) != 0)
		return RELOAD_FAILED;
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
	const struct model *model = reload_model(reload);
	struct config *config;
	int64_t count, sum;

	measure_settings(model, &count, &sum);
	/* While there is no state, what it said last holds. */
	if (model == NULL || (count == reload->settings_count &&
	    sum == reload->settings_sum))
		return;
	(void)reload_make(reload, &reload->taken, &config, &report.errors);
	if (config != NULL)
		(void)prepare(reload, &reload->taken, config, &report);
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
