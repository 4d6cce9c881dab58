#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/text.h"
#include "core/provider_config.h"
#include "process/log.h"
#include "rules/kind.h"

static void
recorded(void *context, const struct rules_result *result)
{
	const struct core *core = context;

	if (!reply_is_done(result->reply))
		log_warnx("%s: the audit does not have the reload: %d %s",
		    core->name, result->reply,
		    reply_find(result->reply)->text);
}

/* peer NULL: drover itself. */
static void
record(struct core *core, const struct peer *peer, const char *text)
{
	struct entry entry = { .kind = ENTRY_CONFIG_RELOAD };
	char own[ENTRY_NAME_MAX + 1], request[ENTRY_NAME_MAX + 1];
	static uint64_t records;

	if (shared_model(&core->shared, NULL, NULL) == NULL)
		return;
	snprintf(own, sizeof(own), "drover/%.57s", core->name);
	snprintf(request, sizeof(request), "reload.%" PRId64 ".%d.%" PRIu64,
	    shared_applied(&core->shared), (int)getpid(), ++records);
	entry.request = request;
	entry.caller = peer == NULL ? (struct entry_caller){ .name = own,
		.origin = "", .role = ROLE_SYSTEM, .via = VIA_SYSTEM } :
	    (struct entry_caller){ .name = peer->name,
		.origin = peer->origin, .role = (uint8_t)peer->role,
		.via = (uint8_t)peer->via };
	entry.measured_index = shared_applied(&core->shared);
	entry.measured_ms = shared_time_ms(&core->shared);
	(void)entry_add_target(&entry, core->name);
	(void)entry_add_text(&entry, ARGUMENT_TEXT, text);
	shared_propose(&core->shared, &entry, recorded, core);
}

static json_t *
changes_of(const struct reload_report *report)
{
	json_t *list = json_array();
	const struct config_change *change;
	size_t i;

	for (i = 0; list != NULL && i < report->count; i++) {
		change = &report->changes[i];
		/* A value that is long is cut. */
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:b}",
		    "path", change->path, "old", text_json(change->old_text),
		    "new", text_json(change->new_text),
		    "live", change->live));
	}
	return list;
}

static json_t *
errors_of(const struct reload_report *report)
{
	const struct config_error *error;
	json_t *list = json_array();
	size_t i;

	for (i = 0; list != NULL && i < report->errors.count; i++) {
		error = &report->errors.errors[i];
		json_array_append_new(list, json_pack("{s:o, s:i, s:i}",
		    "text", text_json(error->text), "line", (int)error->line,
		    "column", (int)error->column));
	}
	return list;
}

static json_t *
body_of(const struct reload_report *report)
{
	return json_pack("{s:o, s:i, s:i, s:o, s:I}",
	    "changes", changes_of(report), "changed", (int)report->count,
	    "for_restart", (int)report->for_restart,
	    "confirm_by", report->confirm_by_ns == 0 ? json_null() :
	    json_integer((json_int_t)report->confirm_by_ns),
	    "apply_us", (json_int_t)report->apply_us);
}

static enum reply
reply_of(enum reload_end end, bool preview)
{
	static const enum reply replies[] = {
		[RELOAD_DONE] = REPLY_OK,
		[RELOAD_UNCHANGED] = REPLY_UNCHANGED,
		[RELOAD_WAITS] = REPLY_ACCEPTED,
		[RELOAD_PENDING] = REPLY_PENDING,
		[RELOAD_REFUSED] = REPLY_BAD_CONFIG,
		[RELOAD_NOT_PENDING] = REPLY_NOT_PENDING,
		[RELOAD_FAILED] = REPLY_NO_ROOM,
	};

	if (preview && end == RELOAD_DONE)
		return REPLY_PREVIEW;
	return replies[end];
}

static void
record_run(struct core *core, const struct peer *peer, enum reload_end end,
    int64_t confirm_ms, const struct reload_report *report)
{
	char text[96];

	if (end == RELOAD_WAITS)
		snprintf(text, sizeof(text), "%zu change(s), to be confirmed "
		    "within %" PRId64 " s", report->count, confirm_ms / 1000);
	else
		snprintf(text, sizeof(text), "%zu change(s), %zu of them "
		    "wait for a restart", report->count, report->for_restart);
	if (end == RELOAD_DONE || end == RELOAD_WAITS)
		record(core, peer, text);
}

static enum reply
run(void *context, const struct api_reload *asked, const struct peer *peer,
    json_t **body)
{
	struct core *core = context;
	struct reload_report report = { 0 };
	enum reload_end end = reload_run(&core->reload, asked->preview,
	    asked->confirm_ms, peer->name, &report);

	if (!asked->preview)
		record_run(core, peer, end, asked->confirm_ms, &report);
	*body = end == RELOAD_REFUSED ?
	    json_pack("{s:o}", "errors", errors_of(&report)) :
	    body_of(&report);
	reload_report_free(&report);
	return reply_of(end, asked->preview);
}

void
reload_by_signal(struct core *core)
{
	struct reload_report report = { 0 };
	enum reload_end end = reload_run(&core->reload, false, 0, "SIGHUP",
	    &report);

	record_run(core, NULL, end, 0, &report);
	reload_report_free(&report);
}

static enum reply
confirm(void *context, const struct peer *peer, json_t **body)
{
	struct core *core = context;
	enum reload_end end = reload_confirm(&core->reload, peer->name);

	*body = NULL;
	if (end == RELOAD_DONE)
		record(core, peer, "the change is confirmed");
	return reply_of(end, false);
}

static enum reply
rollback(void *context, const struct peer *peer, json_t **body)
{
	struct core *core = context;
	struct reload_report report = { 0 };
	enum reload_end end = reload_rollback(&core->reload, peer->name,
	    &report);

	*body = end == RELOAD_DONE ? body_of(&report) : NULL;
	if (end == RELOAD_DONE)
		record(core, peer, "the change is taken back");
	reload_report_free(&report);
	return reply_of(end, false);
}

void
reload_was_undone(struct core *core)
{
	record(core, NULL, "the change was not confirmed in time, and is "
	    "taken back");
}

static int64_t
confirm_by_ns(void *context)
{
	const struct core *core = context;

	return core->reload.confirm_by_ns;
}

static enum reply
judge(void *context, const char *name, const char *value, char *detail,
    size_t size)
{
	const struct core *core = context;
	enum config_fit fit = reload_judge(&core->reload, name, value,
	    detail, size);

	if (fit == CONFIG_FITS)
		return REPLY_OK;
	return fit == CONFIG_NOT_LIVE ? REPLY_NOT_LIVE : REPLY_BAD_FIELD;
}

void
provide_config(struct api_provider *provider)
{
	provider->reload = run;
	provider->confirm = confirm;
	provider->rollback = rollback;
	provider->confirm_by_ns = confirm_by_ns;
	provider->setting = judge;
}
