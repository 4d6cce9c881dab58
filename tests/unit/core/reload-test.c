/*
 * The configuration in force: taken, refused, kept and taken back, over
 * real files and a model of settings.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/reload.h"
#include "tests/unit/collect/loop_await.h"
#include "tests/unit/suite.h"

static uv_loop_t loop;
static struct reload reload;
static struct config *config;
static struct model *model;
static char directory[64], file[96];
static unsigned int changed, settled, undone, told[EVENTS];
/* Where it would listen, and where it can by no means. */
static char prepared[128];
static const char *unusable;
static int64_t revision;

static void
emit(void *context, enum event_id id, const char *object, const char *text)
{
	(void)context;
	(void)object;
	(void)text;
	told[id]++;
}

static const struct event_sink sink = { .emit = emit };

static int
on_prepare(void *context, const struct config *next,
    char detail[RELOAD_DETAIL_BYTES])
{
	(void)context;
	if (unusable != NULL && strcmp(next->api.listen, unusable) == 0) {
		snprintf(detail, RELOAD_DETAIL_BYTES, "api.listen: %s: no",
		    unusable);
		return -EADDRNOTAVAIL;
	}
	snprintf(prepared, sizeof(prepared), "%s", next->api.listen);
	return 0;
}

static void
on_changed(void *context)
{
	(void)context;
	changed++;
}

static void
on_settled(void *context)
{
	(void)context;
	settled++;
}

static void
on_undone(void *context)
{
	(void)context;
	undone++;
}

static const struct model *
model_of(void *context)
{
	(void)context;
	return model;
}

static void
write_file(const char *text)
{
	FILE *stream = fopen(file, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	fputs(text, stream);
	fclose(stream);
}

static bool
is_kept(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	return access(path, F_OK) == 0;
}

static void
set(const char *name, const char *value)
{
	struct row_setting *row = calloc(1, sizeof(*row));

	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	snprintf(row->name, sizeof(row->name), "%s", name);
	snprintf(row->value, sizeof(row->value), "%s", value);
	snprintf(row->who, sizeof(row->who), "ann");
	row->revision = ++revision;
	CU_ASSERT_EQUAL(model_put(model, ROW_TABLE_SETTING, row), 0);
}

static void
unset(const char *name)
{
	struct row_setting row = { .revision = 0 };

	snprintf(row.name, sizeof(row.name), "%s", name);
	model_delete(model, ROW_TABLE_SETTING, &row);
}

/* As the core does it; what was told before is forgotten. */
static void
start(void)
{
	struct reload_options options = { .loop = &loop, .path = file,
		.directory = directory, .sink = &sink, .model = model_of,
		.prepare = on_prepare, .changed = on_changed,
		.settled = on_settled, .undone = on_undone };
	struct config_errors errors = { 0 };
	struct reload_text text;

	changed = settled = undone = 0;
	memset(told, 0, sizeof(told));
	CU_ASSERT_EQUAL_FATAL(reload_load(file, directory, &text, &config,
	    &errors), 0);
	CU_ASSERT_EQUAL_FATAL(uv_loop_init(&loop), 0);
	options.config = config;
	reload_start(&reload, &options, &text);
}

static void
stop(void)
{
	reload_stop(&reload);
	uv_run(&loop, UV_RUN_DEFAULT);
	CU_ASSERT_EQUAL(uv_loop_close(&loop), 0);
	reload_free(&reload);
	config_free(config);
}

static void
restart(void)
{
	stop();
	start();
}

static void
begin(const char *text)
{
	strcpy(directory, "/tmp/drover-reload-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	snprintf(file, sizeof(file), "%s/drover.conf", directory);
	write_file(text);
	model = model_new();
	start();
}

static void
end(void)
{
	char path[128];

	stop();
	model_free(model);
	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	unlink(path);
	unlink(file);
	CU_ASSERT_EQUAL(rmdir(directory), 0);
}

static enum reload_end
run(int64_t confirm_ms)
{
	struct reload_report report = { 0 };
	enum reload_end came = reload_run(&reload, false, confirm_ms, "ann",
	    &report);

	reload_report_free(&report);
	return came;
}

#define SECOND	"collect:\n  interval: 1s\n"
#define MINUTE	"collect:\n  interval: 1m\n"
#define INTERVAL	(config->collect.interval_ms)

static void
live_parameters_are_taken_over(void)
{
	struct reload_report report = { 0 };

	begin(SECOND);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	write_file(MINUTE "node:\n  name: other\n");
	CU_ASSERT_EQUAL(reload_run(&reload, false, 0, "ann", &report),
	    RELOAD_DONE);
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	CU_ASSERT_STRING_EQUAL(config->node.name, "");
	CU_ASSERT_EQUAL(report.count, 2);
	CU_ASSERT_EQUAL(report.for_restart, 1);
	CU_ASSERT_EQUAL(changed, 1);
	CU_ASSERT_EQUAL(settled, 1);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_RELOAD], 1);
	CU_ASSERT_FALSE(is_kept());
	reload_report_free(&report);
	end();
}

static void
a_preview_does_nothing(void)
{
	struct reload_report report = { 0 };

	begin(SECOND);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(reload_run(&reload, true, 0, "ann", &report),
	    RELOAD_DONE);
	CU_ASSERT_EQUAL(report.count, 1);
	CU_ASSERT_STRING_EQUAL(report.changes[0].path, "collect.interval");
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(changed + settled, 0);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_RELOAD], 0);
	reload_report_free(&report);
	end();
}

static void
a_file_with_errors_changes_nothing(void)
{
	struct reload_report report = { 0 };

	begin(SECOND);
	write_file(MINUTE "log:\n  level: loud\n");
	CU_ASSERT_EQUAL(reload_run(&reload, false, 0, "ann", &report),
	    RELOAD_REFUSED);
	CU_ASSERT_EQUAL(report.errors.count, 1);
	CU_ASSERT_EQUAL(report.errors.errors[0].line, 4);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(changed + settled, 0);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_REFUSED], 1);
	reload_report_free(&report);
	CU_ASSERT_EQUAL(unlink(file), 0);
	CU_ASSERT_EQUAL(run(0), RELOAD_REFUSED);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	end();
}

static void
a_change_that_is_confirmed_is_kept(void)
{
	begin(SECOND);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	CU_ASSERT_TRUE(reload.confirm_by_ns > 0);
	CU_ASSERT_TRUE(is_kept());
	CU_ASSERT_EQUAL(settled, 0);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_PENDING], 1);
	CU_ASSERT_EQUAL(reload_confirm(&reload, "ann"), RELOAD_DONE);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_CONFIRMED], 1);
	CU_ASSERT_EQUAL(settled, 1);
	CU_ASSERT_FALSE(is_kept());
	CU_ASSERT_EQUAL(reload_confirm(&reload, "ann"), RELOAD_NOT_PENDING);
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	end();
}

static void
a_change_nobody_confirms_is_taken_back(void)
{
	begin(SECOND);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(20), RELOAD_WAITS);
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	AWAIT(&loop, undone == 1);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 1);
	CU_ASSERT_EQUAL(reload.confirm_by_ns, 0);
	CU_ASSERT_EQUAL(settled, 0);
	CU_ASSERT_EQUAL(reload_confirm(&reload, "ann"), RELOAD_NOT_PENDING);
	/* Nor does it come back with a restart, or with another one, */
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 1);
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	/* until somebody says so. */
	CU_ASSERT_EQUAL(run(0), RELOAD_DONE);
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 0);
	end();
}

static void
an_operator_takes_it_back_at_once(void)
{
	struct reload_report report = { 0 };

	begin(SECOND);
	CU_ASSERT_EQUAL(reload_rollback(&reload, "ann", &report),
	    RELOAD_NOT_PENDING);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	CU_ASSERT_EQUAL(reload_rollback(&reload, "ann", &report),
	    RELOAD_DONE);
	CU_ASSERT_EQUAL(report.count, 1);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_FALSE(uv_is_active((uv_handle_t *)&reload.deadline));
	reload_report_free(&report);
	end();
}

static void
one_change_waits_at_a_time(void)
{
	begin(SECOND);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	write_file("collect:\n  interval: 5s\n");
	CU_ASSERT_EQUAL(run(0), RELOAD_PENDING);
	CU_ASSERT_EQUAL(run(60000), RELOAD_PENDING);
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	end();
}

/* The process was killed while it waited. */
static void
a_start_does_not_take_what_waits(void)
{
	begin(SECOND);
	write_file(MINUTE "api:\n  listen: \"127.0.0.1:9\"\n");
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_STRING_EQUAL(config->api.listen, "");
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 1);
	/* A file that was edited since is what its editor wants. */
	write_file("collect:\n  interval: 5s\n");
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 5000);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 0);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_RELOAD], 1);
	CU_ASSERT_FALSE(is_kept());
	restart();
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_RELOAD], 0);
	end();
}

static void
the_largest_file_is_kept_too(void)
{
	char *text = malloc(CONFIG_FILE_BYTES_MAX + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, '#', CONFIG_FILE_BYTES_MAX);
	text[CONFIG_FILE_BYTES_MAX] = '\0';
	memcpy(text, SECOND, sizeof(SECOND) - 1);
	begin(text);
	free(text);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(reload.taken.length, CONFIG_FILE_BYTES_MAX);
	end();
}

static void
what_a_start_needs_to_go_back_cannot_wait(void)
{
	struct reload_report report = { 0 };

	begin(SECOND);
	write_file(MINUTE "node:\n  state_directory: /nonexistent\n");
	CU_ASSERT_EQUAL(reload_run(&reload, false, 60000, "ann", &report),
	    RELOAD_REFUSED);
	CU_ASSERT_EQUAL_FATAL(report.errors.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(report.errors.errors[0].text,
	    "node.state_directory"));
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_FALSE(is_kept());
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_REFUSED], 1);
	reload_report_free(&report);
	CU_ASSERT_EQUAL(run(0), RELOAD_DONE);
	end();
}

/* Else a start would take back what was confirmed. */
static void
it_waits_on_while_the_confirmation_cannot_be_kept(void)
{
	char path[128];

	begin(SECOND);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	CU_ASSERT_EQUAL_FATAL(unlink(path), 0);
	CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
	CU_ASSERT_EQUAL(reload_confirm(&reload, "ann"), RELOAD_FAILED);
	CU_ASSERT_TRUE(reload.confirm_by_ns > 0);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_CONFIRMED], 0);
	CU_ASSERT_EQUAL(rmdir(path), 0);
	CU_ASSERT_EQUAL(reload_confirm(&reload, "ann"), RELOAD_DONE);
	end();
}

static void
what_is_kept_and_damaged_is_told(void)
{
	char path[128];
	FILE *stream;

	begin(SECOND);
	write_file(MINUTE);
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	stream = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	fputs("# in force", stream);
	fclose(stream);
	restart();
	CU_ASSERT_EQUAL(INTERVAL, 60000);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 1);
	CU_ASSERT_FALSE(is_kept());
	end();
}

/* Without room to keep what was, the change is not taken at all. */
static void
nothing_changes_that_could_not_be_taken_back(void)
{
	begin(SECOND);
	write_file(MINUTE);
	reload.options.directory = "/nonexistent";
	CU_ASSERT_EQUAL(run(60000), RELOAD_FAILED);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(reload.confirm_by_ns, 0);
	reload.options.directory = directory;
	CU_ASSERT_EQUAL(run(60000), RELOAD_WAITS);
	end();
}

#define HERE	"api:\n  listen: \"127.0.0.1:1\"\n"
#define THERE	"api:\n  listen: \"127.0.0.1:2\"\n"

static void
what_cannot_be_used_is_refused_and_changes_nothing(void)
{
	struct reload_report report = { 0 };

	begin(SECOND HERE);
	write_file(MINUTE THERE);
	unusable = "127.0.0.1:2";
	CU_ASSERT_EQUAL(reload_run(&reload, false, 0, "ann", &report),
	    RELOAD_REFUSED);
	CU_ASSERT_EQUAL_FATAL(report.errors.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(report.errors.errors[0].text,
	    "drover.conf: api.listen: 127.0.0.1:2: no"));
	CU_ASSERT_EQUAL(run(60000), RELOAD_REFUSED);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_REFUSED], 2);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_STRING_EQUAL(config->api.listen, "127.0.0.1:1");
	CU_ASSERT_EQUAL(changed + settled, 0);
	CU_ASSERT_EQUAL(reload.confirm_by_ns, 0);
	CU_ASSERT_FALSE(is_kept());
	reload_report_free(&report);
	unusable = NULL;
	CU_ASSERT_EQUAL(run(0), RELOAD_DONE);
	CU_ASSERT_STRING_EQUAL(prepared, "127.0.0.1:2");
	end();
}

/* Else an address that is gone would keep all else from going back. */
static void
it_goes_back_though_not_all_can_be_had(void)
{
	begin(SECOND HERE);
	write_file(MINUTE THERE);
	CU_ASSERT_EQUAL(run(20), RELOAD_WAITS);
	CU_ASSERT_STRING_EQUAL(prepared, "127.0.0.1:2");
	unusable = "127.0.0.1:1";
	AWAIT(&loop, undone == 1);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_STRING_EQUAL(config->api.listen, "127.0.0.1:1");
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_REFUSED], 1);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_UNCONFIRMED], 1);
	unusable = NULL;
	end();
}

/* The change is undone when nobody could say later that it was wanted. */
static void
what_cannot_be_settled_is_prepared_back(void)
{
	char path[128];

	begin(SECOND HERE);
	snprintf(path, sizeof(path), "%s/" RELOAD_KEPT_NAME, directory);
	CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
	write_file(MINUTE THERE);
	CU_ASSERT_EQUAL(run(0), RELOAD_FAILED);
	CU_ASSERT_STRING_EQUAL(prepared, "127.0.0.1:1");
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(rmdir(path), 0);
	end();
}

static void
settings_lie_over_the_file(void)
{
	begin(SECOND);
	set("collect.interval", "7s");
	reload_settings(&reload);
	CU_ASSERT_EQUAL(INTERVAL, 7000);
	CU_ASSERT_EQUAL(changed, 1);
	reload_settings(&reload);
	CU_ASSERT_EQUAL(changed, 1);
	/* Also over one that is read again, and after it is taken back. */
	write_file(MINUTE "log:\n  level: debug\n");
	CU_ASSERT_EQUAL(run(20), RELOAD_WAITS);
	CU_ASSERT_EQUAL(INTERVAL, 7000);
	AWAIT(&loop, undone == 1);
	CU_ASSERT_EQUAL(INTERVAL, 7000);
	unset("collect.interval");
	reload_settings(&reload);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	end();
}

static void
a_setting_that_does_not_fit_is_left_out_and_told(void)
{
	begin(SECOND);
	set("collect.interval", "soon");
	set("log.level", "debug");
	reload_settings(&reload);
	CU_ASSERT_EQUAL(INTERVAL, 1000);
	CU_ASSERT_EQUAL(config->log.level, CONFIG_LOG_DEBUG);
	CU_ASSERT_EQUAL(told[EVENT_CONFIG_REFUSED], 1);
	end();
}

static void
a_setting_is_judged_before_it_is_made(void)
{
	char detail[256];

	begin(SECOND);
	CU_ASSERT_EQUAL(reload_judge(&reload, "collect.interval", "5s",
	    detail, sizeof(detail)), CONFIG_FITS);
	CU_ASSERT_STRING_EQUAL(detail, "");
	CU_ASSERT_EQUAL(reload_judge(&reload, "collect.interval", "soon",
	    detail, sizeof(detail)), CONFIG_UNFIT);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, "allowed"));
	CU_ASSERT_EQUAL(reload_judge(&reload, "collect.intervall", "5s",
	    detail, sizeof(detail)), CONFIG_UNKNOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(detail, "interval"));
	CU_ASSERT_EQUAL(reload_judge(&reload, "node.name", "n9", detail,
	    sizeof(detail)), CONFIG_NOT_LIVE);
	/* It takes the place of the one that is there. */
	set("collect.interval", "5s");
	CU_ASSERT_EQUAL(reload_judge(&reload, "collect.interval", "6s",
	    detail, sizeof(detail)), CONFIG_FITS);
	end();
}

static const struct suite_test tests[] = {
	{ "live parameters are taken over", live_parameters_are_taken_over },
	{ "a preview does nothing", a_preview_does_nothing },
	{ "a file with errors changes nothing",
	    a_file_with_errors_changes_nothing },
	{ "a change that is confirmed is kept",
	    a_change_that_is_confirmed_is_kept },
	{ "a change nobody confirms is taken back",
	    a_change_nobody_confirms_is_taken_back },
	{ "an operator takes it back at once",
	    an_operator_takes_it_back_at_once },
	{ "one change waits at a time", one_change_waits_at_a_time },
	{ "a start does not take what waits",
	    a_start_does_not_take_what_waits },
	{ "what is kept and damaged is told",
	    what_is_kept_and_damaged_is_told },
	{ "the largest file is kept too", the_largest_file_is_kept_too },
	{ "what a start needs to go back cannot wait",
	    what_a_start_needs_to_go_back_cannot_wait },
	{ "it waits on while the confirmation cannot be kept",
	    it_waits_on_while_the_confirmation_cannot_be_kept },
	{ "nothing changes that could not be taken back",
	    nothing_changes_that_could_not_be_taken_back },
	{ "what cannot be used is refused and changes nothing",
	    what_cannot_be_used_is_refused_and_changes_nothing },
	{ "it goes back though not all can be had",
	    it_goes_back_though_not_all_can_be_had },
	{ "what cannot be settled is prepared back",
	    what_cannot_be_settled_is_prepared_back },
	{ "settings lie over the file", settings_lie_over_the_file },
	{ "a setting that does not fit is left out and told",
	    a_setting_that_does_not_fit_is_left_out_and_told },
	{ "a setting is judged before it is made",
	    a_setting_is_judged_before_it_is_made },
};

SUITE_MAIN("core-reload", tests)
