/*
 * Settings for all nodes over the file of one: what they change, and how
 * what does not fit is left out.
 */
#include <errno.h>
#include <stdlib.h>

#include "config/schema.h"
#include "tests/unit/suite.h"
#include "tests/unit/config/text_of.h"

#define SETTINGS_MAX	8
#define HEALING		"fault_tolerance.self_healing.healing_interval"
#define MONITORING	"fault_tolerance.self_healing.monitoring_interval"
#define WINDOW		"fault_tolerance.predictive_detection.window_size"

/* Puts the settings over the file; lines are the complaints about them. */
static int
override(struct config *config, struct config_setting *settings,
    size_t count, const char *lines)
{
	struct config_errors errors = { 0 };
	char *all = NULL;
	size_t size, i;
	FILE *stream = open_memstream(&all, &size);
	int error = config_override(config, settings, count, &errors);

	for (i = 0; i < errors.count; i++)
		fprintf(stream, "%s\n", errors.errors[i].text);
	fclose(stream);
	if (strcmp(all, lines) != 0)
		fprintf(stderr, "\nexpected:\n%s\ngot:\n%s\n", lines, all);
	CU_ASSERT_STRING_EQUAL(all, lines);
	config_errors_free(&errors);
	free(all);
	return error;
}

static void
a_setting_outweighs_the_file(void)
{
	struct config *config = load("collect: {interval: 2s}\n");
	struct config_setting settings[] = {
		{ .path = "collect.interval", .value = "500ms", .who = "a" },
		{ .path = "log.level", .value = "debug", .who = "b" },
		{ .path = "fault_tolerance.enabled", .value = "no",
		    .who = "c" },
	};

	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	CU_ASSERT_EQUAL(override(config, settings, 3, ""), 0);
	CU_ASSERT_EQUAL(config->collect.interval_ms, 500);
	CU_ASSERT_EQUAL(config->log.level, CONFIG_LOG_DEBUG);
	CU_ASSERT_FALSE(config->fault_tolerance.enabled);
	CU_ASSERT_EQUAL(settings[0].fit, CONFIG_FITS);
	config_free(config);
}

static void
nothing_set_changes_nothing(void)
{
	struct config *config = load("collect: {interval: 2s}\n");

	CU_ASSERT_EQUAL(override(config, NULL, 0, ""), 0);
	CU_ASSERT_EQUAL(config->collect.interval_ms, 2000);
	config_free(config);
}

/* One setting that is left out, for that reason, with that complaint. */
static void
refused(const char *path, const char *value, enum config_fit fit,
    const char *line)
{
	struct config *config = load("collect: {interval: 2s}\n");
	struct config *before = load("collect: {interval: 2s}\n");
	struct config_setting setting = { .path = path, .value = value,
		.who = "alice" };

	CU_ASSERT_EQUAL(override(config, &setting, 1, line), -EINVAL);
	CU_ASSERT_EQUAL(setting.fit, fit);
	CU_ASSERT_EQUAL(config_difference(before, config, NULL, NULL), 0);
	config_free(config);
	config_free(before);
}

static void
what_is_unknown_is_told_what_was_meant(void)
{
	refused("collect.intervall", "1s", CONFIG_UNKNOWN,
	    "setting collect.intervall = 1s (by alice): unknown key "
	    "\"intervall\" in collect; did you mean \"interval\"?\n");
	refused("colect.interval", "1s", CONFIG_UNKNOWN,
	    "setting colect.interval = 1s (by alice): unknown key "
	    "\"colect\"; did you mean \"collect\"?\n");
	refused("fault_tolerance.self_heling.enabled", "yes", CONFIG_UNKNOWN,
	    "setting fault_tolerance.self_heling.enabled = yes (by alice): "
	    "unknown key \"self_heling\" in fault_tolerance; did you mean "
	    "\"self_healing\"?\n");
	refused("collect", "1s", CONFIG_UNKNOWN,
	    "setting collect = 1s (by alice): collect is a section; "
	    "allowed: one of its parameters\n");
	refused("collect.interval.x", "1s", CONFIG_UNKNOWN,
	    "setting collect.interval.x = 1s (by alice): unknown key "
	    "\"interval.x\" in collect; did you mean \"interval\"?\n");
	refused("log.", "1s", CONFIG_UNKNOWN,
	    "setting log. = 1s (by alice): unknown key \"\" in log; allowed: "
	    "level, target\n");
}

static void
what_is_read_at_the_start_is_not_set(void)
{
	static const char *const paths[] = { "node.name", "log.target",
		"backends", "backends[0].url", "backends.url",
		"backend.discover" };
	char line[256];
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(line, sizeof(line), "setting %s = x (by alice): it "
		    "is read at the start; allowed: a live parameter of all "
		    "nodes, this one is set in the file of each node\n",
		    paths[i]);
		refused(paths[i], "x", CONFIG_NOT_LIVE, line);
	}
}

/* A reload takes it over, but no two nodes have the same. */
static void
what_is_of_one_node_is_not_set(void)
{
	static const char *const paths[] = { "api.listen",
		"api.certificate", "api.key" };
	char line[256];
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(line, sizeof(line), "setting %s = /x (by alice): it "
		    "is of one node; allowed: a live parameter of all "
		    "nodes, this one is set in the file of each node\n",
		    paths[i]);
		refused(paths[i], "/x", CONFIG_NOT_LIVE, line);
	}
}

static void
wrong_values_are_told_the_range(void)
{
	refused("collect.interval", "3y", CONFIG_UNFIT,
	    "setting collect.interval = 3y (by alice): \"3y\" has an unknown "
	    "unit; allowed: a duration from 100ms to 1m\n");
	refused("log.level", "loud\nand more", CONFIG_UNFIT,
	    "setting log.level = loud?and more (by alice): "
	    "\"loud\\x0aand more\" is none of them; allowed: one of warning, "
	    "info, debug\n");
}

static void
nobody_is_named_where_nobody_is_known(void)
{
	struct config *config = load("");
	struct config_setting setting = { .path = "log.level", .value = "x",
		.who = "" };

	CU_ASSERT_EQUAL(override(config, &setting, 1, "setting log.level = "
	    "x: \"x\" is none of them; allowed: one of warning, info, "
	    "debug\n"), -EINVAL);
	config_free(config);
}

static void
rules_hold_between_settings_and_the_file(void)
{
	struct config *config = load("fault_tolerance:\n"
	    "    self_healing: {monitoring_interval: 20s}\n");
	struct config_setting settings[] = {
		{ .path = HEALING, .value = "50s", .who = "alice" },
		{ .path = "collect.interval", .value = "5s", .who = "bob" },
	};

	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	CU_ASSERT_EQUAL(override(config, settings, 2, "setting " HEALING
	    " = 50s (by alice): " HEALING ": 50s is less than 3 times "
	    MONITORING ", which is 20s; allowed: at least 1m, because the "
	    "outcome must be seen before the next round\n"), -EINVAL);
	CU_ASSERT_EQUAL(settings[0].fit, CONFIG_UNFIT);
	CU_ASSERT_EQUAL(settings[1].fit, CONFIG_FITS);
	CU_ASSERT_EQUAL(config->fault_tolerance.self_healing.
	    healing_interval_ms, 60000);
	CU_ASSERT_EQUAL(config->collect.interval_ms, 5000);
	config_free(config);
}

static void
settings_that_fit_together_may_come_in_any_order(void)
{
	static const char *const paths[] = { HEALING, WINDOW,
		"fault_tolerance.config_adaptation.interval" };
	static const char *const values[] = { "2m", "6m", "20m" };
	struct config_setting settings[3];
	struct config *config;
	size_t first, i;

	for (first = 0; first < 3; first++) {
		for (i = 0; i < 3; i++)
			settings[i] = (struct config_setting){
			    .path = paths[(first + i) % 3],
			    .value = values[(first + i) % 3], .who = "a" };
		config = load("");
		CU_ASSERT_EQUAL(override(config, settings, 3, ""), 0);
		CU_ASSERT_EQUAL(config->fault_tolerance.self_healing.
		    healing_interval_ms, 120000);
		config_free(config);
	}
}

#define EXCLUDED(who, path, value)					\
	"setting recovery." path " = " value " (by " who "): "		\
	"recovery.maximum_backoff: 40s is less than "			\
	"recovery.initial_backoff, which is 50s; allowed: at least "	\
	"50s, because the wait grows from the one to the other\n"

static void
of_two_that_exclude_each_other_the_later_is_left_out(void)
{
	struct config_setting settings[] = {
		{ .path = "recovery.initial_backoff", .value = "50s",
		    .who = "a" },
		{ .path = "recovery.maximum_backoff", .value = "40s",
		    .who = "b" },
	};
	struct config_setting reversed[] = { settings[1], settings[0] };
	struct config *config = load("");

	CU_ASSERT_EQUAL(override(config, settings, 2,
	    EXCLUDED("b", "maximum_backoff", "40s")), -EINVAL);
	CU_ASSERT_EQUAL(settings[0].fit, CONFIG_FITS);
	CU_ASSERT_EQUAL(settings[1].fit, CONFIG_UNFIT);
	CU_ASSERT_EQUAL(config->recovery.initial_backoff_ms, 50000);
	config_free(config);
	config = load("");
	CU_ASSERT_EQUAL(override(config, reversed, 2,
	    EXCLUDED("a", "initial_backoff", "50s")), -EINVAL);
	CU_ASSERT_EQUAL(reversed[0].fit, CONFIG_FITS);
	CU_ASSERT_EQUAL(config->recovery.maximum_backoff_ms, 40000);
	config_free(config);
}

static void
what_rests_on_a_setting_left_out_goes_with_it(void)
{
	struct config *config = load("fault_tolerance:\n"
	    "    self_healing: {healing_interval: 90s}\n"
	    "    predictive_detection: {window_size: 5m}\n");
	struct config_setting settings[] = {
		{ .path = HEALING, .value = "50s", .who = "b" },
		{ .path = MONITORING, .value = "18s", .who = "a" },
	};

	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	CU_ASSERT_EQUAL(override(config, settings, 2, "setting " MONITORING
	    " = 18s (by a): " HEALING ": 50s is less than 3 times "
	    MONITORING ", which is 18s; allowed: at least 54s, because the "
	    "outcome must be seen before the next round\n"
	    "setting " HEALING " = 50s (by b): " HEALING ": 50s is less "
	    "than 3 times " MONITORING ", which is 30s; allowed: at least "
	    "1m30s, because the outcome must be seen before the next "
	    "round\n"), -EINVAL);
	CU_ASSERT_EQUAL(config->fault_tolerance.self_healing.
	    healing_interval_ms, 90000);
	config_free(config);
}

static void
the_last_of_one_path_counts(void)
{
	struct config *config = load("");
	struct config_setting settings[] = {
		{ .path = MONITORING, .value = "18s", .who = "a" },
		{ .path = MONITORING, .value = "25s", .who = "b" },
	};

	CU_ASSERT_EQUAL(override(config, settings, 2, "setting " MONITORING
	    " = 25s (by b): " HEALING ": 1m is less than 3 times "
	    MONITORING ", which is 25s; allowed: at least 1m15s, because "
	    "the outcome must be seen before the next round\n"), -EINVAL);
	CU_ASSERT_EQUAL(config->fault_tolerance.self_healing.
	    monitoring_interval_ms, 18000);
	config_free(config);
}

static void
the_normal_form_says_who_set_what(void)
{
	struct config *config = load("log: {level: debug}\n"), *again;
	struct config_setting settings[] = {
		{ .path = "collect.interval", .value = "1s", .who = "alice" },
		{ .path = "log.level", .value = "info", .who = "a\nb\x80" },
		{ .path = "backend.probe_interval", .value = "5s",
		    .who = "" },
	};
	char *text;

	CU_ASSERT_EQUAL(override(config, settings, 3, ""), 0);
	text = normal_form(config);
	CU_ASSERT_PTR_NOT_NULL(strstr(text,
	    "    interval: 1s  # set for all nodes by alice\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text,
	    "    level: info  # set for all nodes by a?b?\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text,
	    "    probe_interval: 5s  # set for all nodes\n"));
	again = load(text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(again);
	CU_ASSERT_EQUAL(config_difference(config, again, NULL, NULL), 0);
	config_free(again);
	config_free(config);
	free(text);
}

static void
marks_go_with_the_live_parameters(void)
{
	struct config *config = load("node: {name: a}\n");
	struct config *other = load("node: {name: b}\n");
	struct config_setting setting = { .path = "collect.interval",
		.value = "5s", .who = "alice" };
	char *text;

	CU_ASSERT_EQUAL(override(other, &setting, 1, ""), 0);
	config_take_live(config, other);
	text = normal_form(config);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "by alice"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "name: a\n"));
	free(text);
	config_take_live(config, other);
	text = normal_form(config);
	CU_ASSERT_PTR_NULL(strstr(text, "by alice"));
	free(text);
	config_free(config);
	config_free(other);
}

/* Whatever is of all nodes can be set to its own default. */
static void
every_shared_parameter_can_be_set(void)
{
	struct config *config, *defaults = load("");
	struct config_setting setting = { .who = "a" };
	char path[128];
	size_t i, set = 0;

	for (i = 0; i < CONFIG_PARAMETERS; i++) {
		if (!config_parameters[i].shared)
			continue;
		snprintf(path, sizeof(path), "%s.%s",
		    config_parameters[i].section, config_parameters[i].name);
		setting.path = path;
		setting.value = config_parameters[i].value;
		config = load("");
		CU_ASSERT_EQUAL(override(config, &setting, 1, ""), 0);
		CU_ASSERT_EQUAL(config_difference(defaults, config, NULL,
		    NULL), 0);
		config_free(config);
		set++;
	}
	CU_ASSERT(set >= 40);
	config_free(defaults);
}

static const struct suite_test tests[] = {
	{ "a setting outweighs the file", a_setting_outweighs_the_file },
	{ "nothing set changes nothing", nothing_set_changes_nothing },
	{ "what is unknown is told what was meant",
	    what_is_unknown_is_told_what_was_meant },
	{ "what is read at the start is not set",
	    what_is_read_at_the_start_is_not_set },
	{ "what is of one node is not set", what_is_of_one_node_is_not_set },
	{ "wrong values are told the range",
	    wrong_values_are_told_the_range },
	{ "nobody is named where nobody is known",
	    nobody_is_named_where_nobody_is_known },
	{ "rules hold between settings and the file",
	    rules_hold_between_settings_and_the_file },
	{ "settings that fit together may come in any order",
	    settings_that_fit_together_may_come_in_any_order },
	{ "of two that exclude each other the later is left out",
	    of_two_that_exclude_each_other_the_later_is_left_out },
	{ "what rests on a setting left out goes with it",
	    what_rests_on_a_setting_left_out_goes_with_it },
	{ "the last of one path counts", the_last_of_one_path_counts },
	{ "the normal form says who set what",
	    the_normal_form_says_who_set_what },
	{ "marks go with the live parameters",
	    marks_go_with_the_live_parameters },
	{ "every shared parameter can be set",
	    every_shared_parameter_can_be_set },
};

SUITE_MAIN("config override", tests)
