/*
 * Reading a configuration: what is accepted, and how everything else is
 * refused, with its place.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/suite.h"
#include "tests/unit/config/text_of.h"

/* The complaints about text are exactly these lines. */
static void
expect(const char *text, const char *lines)
{
	char *all = complaints_of(text);

	if (strcmp(all, lines) != 0)
		fprintf(stderr, "\ntext:\n%s\nexpected:\n%s\ngot:\n%s\n", text,
		    lines, all);
	CU_ASSERT_STRING_EQUAL(all, lines);
	free(all);
}

static void
no_text_gives_the_defaults(void)
{
	static const char *const texts[] = { "", "\n", "# nothing\n", "---\n",
	    "--- {}\n", "node:\nbackends:\nfault_tolerance:\n", "{}",
	    "\xef\xbb\xbf# a byte order mark\n" };
	struct config *defaults = NULL, *config;
	struct config_errors errors = { 0 };
	size_t i;

	CU_ASSERT_EQUAL(config_load(&defaults, NULL, &errors), 0);
	CU_ASSERT_EQUAL(errors.count, 0);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		config = load(texts[i]);
		CU_ASSERT_PTR_NOT_NULL_FATAL(config);
		CU_ASSERT_EQUAL(config_difference(defaults, config, NULL,
		    NULL), 0);
		config_free(config);
	}
	config_free(defaults);
}

static void
every_type_reaches_its_field(void)
{
	struct config *config = load(
	    "node: {name: gpu-1.rack_2, address: \"[::1] \\u00e9\",\n"
	    "       runtime_directory: /run/x}\n"
	    "log: {level: debug, target: stderr}\n"
	    "collect:\n"
	    "    interval: 1.5s\n"
	    "    gpu: off\n"
	    "backend: {discover: no, probe_timeout: 1m}\n"
	    "backends:\n"
	    "  - {name: a, url: \"http://[::1]:80/\"}\n"
	    "  - name: b\n"
	    "    url: http://h:65535\n"
	    "    kind: llama-server\n"
	    "recovery: {max_retries: 0, initial_backoff: 10ms}\n"
	    "fault_tolerance:\n"
	    "    recovery_timeout: 29m60s\n"
	    "    predictive_detection: {threshold: 12.5%}\n");

	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	CU_ASSERT_STRING_EQUAL(config->node.name, "gpu-1.rack_2");
	CU_ASSERT_STRING_EQUAL(config->node.address, "[::1] \xc3\xa9");
	CU_ASSERT_STRING_EQUAL(config->node.runtime_directory, "/run/x");
	CU_ASSERT_EQUAL(config->log.level, CONFIG_LOG_DEBUG);
	CU_ASSERT_EQUAL(config->log.target, CONFIG_LOG_STDERR);
	CU_ASSERT_EQUAL(config->collect.interval_ms, 1500);
	CU_ASSERT_EQUAL(config->collect.gpu, CONFIG_GPU_OFF);
	CU_ASSERT_FALSE(config->backend.discover);
	CU_ASSERT_EQUAL(config->backend.probe_timeout_ms, 60000);
	CU_ASSERT_EQUAL_FATAL(config->backend_count, 2);
	CU_ASSERT_STRING_EQUAL(config->backends[0].url, "http://[::1]:80");
	CU_ASSERT_EQUAL(config->backends[0].kind, CONFIG_BACKEND_AUTO);
	CU_ASSERT_STRING_EQUAL(config->backends[1].name, "b");
	CU_ASSERT_EQUAL(config->backends[1].kind,
	    CONFIG_BACKEND_LLAMA_SERVER);
	CU_ASSERT_EQUAL(config->recovery.max_retries, 0);
	CU_ASSERT_EQUAL(config->recovery.initial_backoff_ms, 10);
	CU_ASSERT_EQUAL(config->fault_tolerance.recovery_timeout_ms, 1800000);
	CU_ASSERT_EQUAL(config->fault_tolerance.predictive_detection.threshold,
	    0.125);
	config_free(config);
}

static void
wrong_values_are_refused_with_place_and_range(void)
{
	expect("collect:\n    interval: 5\n    gpu: on\n",
	    "test:2:15: collect.interval: \"5\" has no unit; allowed: a "
	    "duration from 100ms to 1m\n"
	    "test:3:10: collect.gpu: \"on\" is none of them; allowed: one of "
	    "auto, off\n");
	expect("fault_tolerance: {retry_attempts: 11, max_retries: 0}\n",
	    "test:1:35: fault_tolerance.retry_attempts: \"11\" is too large; "
	    "allowed: a whole number from 1 to 10\n"
	    "test:1:52: fault_tolerance.max_retries: \"0\" is too small; "
	    "allowed: a whole number from 1 to 20\n");
	expect("backend: {discover: maybe}\n",
	    "test:1:21: backend.discover: \"maybe\" is neither true nor "
	    "false; allowed: true or false\n");
	expect("node:\n    name:\n    address: ~\n",
	    "test:2:10: node.name has no value; allowed: a name of letters, "
	    "digits, \".\", \"_\", \"-\", at most 63 bytes\n"
	    "test:3:14: node.address has no value; allowed: text, at most 63 "
	    "bytes\n");
	expect("node: {state_directory: var/lib}\n",
	    "test:1:25: node.state_directory: \"var/lib\" is no absolute "
	    "path; allowed: an absolute path, at most 1000 bytes\n");
	expect("node: {address: \"a\\0b\\u009b\"}\n",
	    "test:1:17: node.address: \"a\\x00b\\xc2\\x9b\" holds control "
	    "characters; allowed: text, at most 63 bytes\n");
}

static void
wrong_shapes_are_refused(void)
{
	expect("- a\n", "test:1:1: the file is a list; allowed: a mapping, "
	    "\"name: value\" on each line\n");
	expect("collect: 3\nlog: {level: [info], target: {a: b}}\n",
	    "test:1:10: collect is a single value; allowed: a mapping, "
	    "\"name: value\" on each line\n"
	    "test:2:14: log.level is a list; allowed: one of warning, info, "
	    "debug\n"
	    "test:2:30: log.target is a mapping; allowed: one of auto, "
	    "stderr, journal\n");
	expect("backends: {name: a}\n",
	    "test:1:11: backends is a mapping; allowed: a list, each item on "
	    "a line that begins with \"- \"\n");
	expect("backends: [a, []]\n",
	    "test:1:12: an item of backends is a single value; allowed: a "
	    "mapping, name: ...\n"
	    "test:1:15: an item of backends is a list; allowed: a mapping, "
	    "name: ...\n");
	expect("? [a]\n: b\n? {c: d}\n: e\nlog: {level: debug}\n",
	    "test:1:3: a list where a key is expected; allowed: a word\n"
	    "test:3:3: a mapping where a key is expected; allowed: a word\n");
}

static void
unknown_keys_are_told_what_was_meant(void)
{
	expect("colect: {interval: 1s}\n",
	    "test:1:1: unknown key \"colect\"; did you mean \"collect\"?\n");
	expect("backend: {probe-interval: 1s, probeTimeout: 2s}\n",
	    "test:1:11: unknown key \"probe-interval\" in backend; did you "
	    "mean \"probe_interval\"?\n"
	    "test:1:31: unknown key \"probeTimeout\" in backend; did you mean "
	    "\"probe_timeout\"?\n");
	expect("log: {gpu_timeout: 1s}\n",
	    "test:1:7: unknown key \"gpu_timeout\" in log; it belongs under "
	    "collect\n");
	expect("log: {colour: red}\n",
	    "test:1:7: unknown key \"colour\" in log; allowed: level, "
	    "target\n");
	expect("backends: [{name: a, url: http://h:1, knd: auto}]\n",
	    "test:1:39: unknown key \"knd\" in backends; did you mean "
	    "\"kind\"?\n");
	expect("\"a\\0b\": 1\n\"\": 2\n",
	    "test:1:1: unknown key \"a\\x00b\"\n"
	    "test:2:1: unknown key \"\"\n");
}

static void
keys_are_given_once(void)
{
	expect("log:\n    level: info\n    level: debug\nlog: {}\n",
	    "test:3:5: log.level is given twice, first in line 2; allowed: "
	    "once\n"
	    "test:4:1: log is given twice, first in line 1; allowed: once\n");
	expect("backends: []\nbackends: [a]\n",
	    "test:2:1: backends is given twice, first in line 1; allowed: "
	    "once\n");
	expect("backends: [{name: a, name: b, url: http://h:1}]\n",
	    "test:1:22: backends[0].name is given twice, first in line 1; "
	    "allowed: once\n");
}

static void
anchors_aliases_tags_and_further_documents_are_refused(void)
{
	expect("log: &a {level: !!str info}\ncollect: *a\n",
	    "test:1:6: an anchor, &a; allowed: the value alone\n"
	    "test:1:17: a tag, tag:yaml.org,2002:str; allowed: the value "
	    "alone\n"
	    "test:2:10: an alias, *a; allowed: the value itself\n");
	expect("log: {level: debug}\n---\nlog: {level: info}\n",
	    "test:2:1: a second document; allowed: one in a file\n");
}

static void
errors_of_syntax_end_the_reading_but_hide_nothing(void)
{
	expect("log:\n    level: \"loud\"\ncollect:\n\tgpu: auto\n",
	    "test:2:12: log.level: \"loud\" is none of them; allowed: one of "
	    "warning, info, debug\n"
	    "test:4:1: a tab; allowed: blanks, as many as deep\n");
	expect("log: {level: info\n",
	    "test:2:1: no YAML: did not find expected ',' or '}', while "
	    "parsing a flow mapping that began in line 1\n");
	expect("# caf\xc3\xa9\nnode: {name: \xff}\n",
	    "test:2:14: invalid leading UTF-8 octet; allowed: printable text "
	    "in UTF-8\n");
	expect("node: {name: a\x01}\n",
	    "test:1:15: control characters are not allowed; allowed: "
	    "printable text in UTF-8\n");
}

static void
depth_is_limited(void)
{
	char text[1200];
	size_t i;

	for (i = 0; i < 1000; i++)
		text[i] = i == 0 ? '[' : i % 2 != 0 ? '[' : ' ';
	text[i] = '\0';
	expect(text, "test:1:1: the file is a list; allowed: a mapping, "
	    "\"name: value\" on each line\n"
	    "test:1:32: nested 17 levels deep; allowed: 16\n");
}

static void
errors_are_limited(void)
{
	struct config_errors errors = { 0 };
	struct config *config;
	size_t size, i;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);

	for (i = 0; i < 3 * CONFIG_ERRORS_MAX; i++)
		fprintf(stream, "wrong%zu: 1\n", i);
	fclose(stream);
	CU_ASSERT_EQUAL(config_load_text(&config, "test", text, size, &errors),
	    -EINVAL);
	CU_ASSERT_EQUAL_FATAL(errors.count, CONFIG_ERRORS_MAX + 1);
	CU_ASSERT_STRING_EQUAL(errors.errors[CONFIG_ERRORS_MAX].text,
	    "test: more than 1000 errors; the others are not shown");
	config_errors_free(&errors);
	free(text);
}

static void
backends_are_complete_and_unlike(void)
{
	expect("backends:\n"
	    "  - name: a\n"
	    "    url: http://h:1\n"
	    "  - name: A\n"
	    "    url: http://H:1/\n"
	    "  - kind: ollama\n",
	    "test:4:11: backends[1].name: \"A\" is that of backends[0] too, "
	    "line 2; allowed: one that no other has\n"
	    "test:5:10: backends[1].url: \"http://H:1\" is that of backends[0] "
	    "too, line 3; allowed: one that no other has\n"
	    "test:6:5: backends[2] has no name; it must be given: a name of "
	    "letters, digits, \".\", \"_\", \"-\", at most 63 bytes\n"
	    "test:6:5: backends[2] has no url; it must be given: "
	    "http://HOST:PORT, at most 127 bytes\n");
}

static void
addresses_are_a_host_and_a_port(void)
{
	static const struct { const char *url, *why; } cases[] = {
		{ "https://h:1", "asks for TLS, which backends do not speak" },
		{ "h:1", "does not begin with http://" },
		{ "http://:1", "has no host" },
		{ "http://h", "has no port" },
		{ "http://h:", "has no port" },
		{ "http://h:0", "has no port from 1 to 65535" },
		{ "http://h:65536", "has no port from 1 to 65535" },
		{ "http://h:1/v1",
		    "has something other than a port at its end" },
		{ "http://h/v1", "holds more than a host and a port" },
		{ "http://u@h:1", "holds more than a host and a port" },
		{ "http://[::1:1", "has no IPv6 address in its brackets" },
		{ "http://[::g]:1", "has no IPv6 address in its brackets" },
		{ "http://[", "has no IPv6 address in its brackets" },
		{ "http://[::1%]:1", "has no IPv6 address in its brackets" },
	};
	char text[256], lines[256];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "backends: [{name: a, url: "
		    "\"%s\"}]\n", cases[i].url);
		snprintf(lines, sizeof(lines), "test:1:27: backends[0].url: "
		    "\"%s\" %s; allowed: http://HOST:PORT, at most 127 bytes\n",
		    cases[i].url, cases[i].why);
		expect(text, lines);
	}
	expect("backends: [{name: a, url: \"http://[fe80::1%eth0]:1\"}]\n",
	    "");
}

static void
what_is_listened_on_is_an_address_and_a_port(void)
{
	static const struct { const char *listen, *why; } cases[] = {
		{ "8443", "does not begin with an IP address" },
		{ ":8443", "does not begin with an IP address" },
		{ "node1:8443", "does not begin with an IP address" },
		{ "10.0.0.256:8443", "does not begin with an IP address" },
		{ "10.0.0.1", "has no port" },
		{ "10.0.0.1:", "has no port" },
		{ "10.0.0.1:0", "has no port from 1 to 65535" },
		{ "10.0.0.1:65536", "has no port from 1 to 65535" },
		{ "10.0.0.1/8:1", "holds more than an address and a port" },
		{ "[::1]", "has no port" },
		{ "[10.0.0.1]:1", "has no IPv6 address in its brackets" },
		{ "::1:8443", "has an IPv6 address without brackets" },
	};
	char text[256], lines[256];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "api: {listen: \"%s\"}\n",
		    cases[i].listen);
		snprintf(lines, sizeof(lines), "test:1:15: api.listen: "
		    "\"%s\" %s; allowed: ADDRESS:PORT or [ADDRESS]:PORT, as "
		    "0.0.0.0:8443\n", cases[i].listen, cases[i].why);
		expect(text, lines);
	}
	expect("api: {listen: \"0.0.0.0:8443\"}\n", "");
	expect("api: {listen: \"[::]:8443\"}\n", "");
	expect("api: {listen: \"[fe80::1%eth0]:1\"}\n", "");
	expect("api: {listen: \"\"}\n", "");
}

static void
a_certificate_comes_with_its_key(void)
{
	expect("api: {certificate: /c, key: /k}\n", "");
	expect("api:\n    certificate: /c\n",
	    "test:2:18: api.certificate: api.key is not given; allowed: both "
	    "or neither\n");
	expect("api:\n    key: /k\n",
	    "test:2:10: api.key: api.certificate is not given; allowed: both "
	    "or neither\n");
	expect("api: {certificate: /c, key: k}\n",
	    "test:1:29: api.key: \"k\" is no absolute path; allowed: an "
	    "absolute path, at most 1000 bytes\n");
}

static void
rules_hold_between_values(void)
{
	expect("fault_tolerance:\n    self_healing:\n"
	    "        monitoring_interval: 20s\n", "");
	expect("fault_tolerance:\n    self_healing:\n"
	    "        monitoring_interval: 25s\n",
	    "test:3:30: fault_tolerance.self_healing.healing_interval: 1m is "
	    "less than 3 times fault_tolerance.self_healing."
	    "monitoring_interval, which is 25s; allowed: at least 1m15s, "
	    "because the outcome must be seen before the next round\n");
	expect("fault_tolerance:\n    self_healing: {healing_interval: 2m}\n",
	    "test:2:38: fault_tolerance.predictive_detection.window_size: 5m "
	    "is less than 3 times fault_tolerance.self_healing."
	    "healing_interval, which is 2m; allowed: at least 6m, because a "
	    "prediction needs several rounds of history\n"
	    "test:2:38: fault_tolerance.config_adaptation.interval: 15m is "
	    "less than 10 times fault_tolerance.self_healing."
	    "healing_interval, which is 2m; allowed: at least 20m, because "
	    "adapting faster than healing works would oscillate\n");
	expect("fault_tolerance: {predictive_detection: {prediction_interval: "
	    "61s}}\n",
	    "test:1:63: fault_tolerance.predictive_detection."
	    "prediction_interval: 1m1s is more than fault_tolerance."
	    "self_healing.healing_interval, which is 1m; allowed: at most "
	    "1m, because each round needs a fresh prediction\n");
}

static void
a_rule_is_silent_about_refused_values(void)
{
	expect("recovery: {initial_backoff: 2h, maximum_backoff: 20ms}\n",
	    "test:1:29: recovery.initial_backoff: \"2h\" is too large; "
	    "allowed: a duration from 10ms to 1h\n");
	expect("recovery: {initial_backoff: 30ms, maximum_backoff: 20ms}\n",
	    "test:1:52: recovery.maximum_backoff: 20ms is less than "
	    "recovery.initial_backoff, which is 30ms; allowed: at least 30ms, "
	    "because the wait grows from the one to the other\n");
}

static void
files_that_cannot_be_read_are_told(void)
{
	char path[] = "/tmp/drover-config-XXXXXX";
	struct config_errors errors = { 0 };
	struct config *config;
	int fd = mkstemp(path);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(ftruncate(fd, CONFIG_FILE_BYTES_MAX + 1), 0);
	close(fd);
	CU_ASSERT_EQUAL(config_load(&config, path, &errors), -EFBIG);
	CU_ASSERT_PTR_NULL(config);
	CU_ASSERT_EQUAL_FATAL(errors.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(errors.errors[0].text,
	    ": more than 1024 KiB"));
	config_errors_free(&errors);
	unlink(path);
	CU_ASSERT_EQUAL(config_load(&config, path, &errors), -ENOENT);
	CU_ASSERT_EQUAL_FATAL(errors.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(errors.errors[0].text,
	    ": cannot be read: No such file or directory"));
	config_errors_free(&errors);
	CU_ASSERT_EQUAL(config_load(&config, "/", &errors), -EISDIR);
	config_errors_free(&errors);
}

static const struct suite_test tests[] = {
	{ "no text gives the defaults", no_text_gives_the_defaults },
	{ "every type reaches its field", every_type_reaches_its_field },
	{ "wrong values are refused with place and range",
	    wrong_values_are_refused_with_place_and_range },
	{ "wrong shapes are refused", wrong_shapes_are_refused },
	{ "unknown keys are told what was meant",
	    unknown_keys_are_told_what_was_meant },
	{ "keys are given once", keys_are_given_once },
	{ "anchors, aliases, tags and further documents are refused",
	    anchors_aliases_tags_and_further_documents_are_refused },
	{ "errors of syntax end the reading but hide nothing",
	    errors_of_syntax_end_the_reading_but_hide_nothing },
	{ "depth is limited", depth_is_limited },
	{ "errors are limited", errors_are_limited },
	{ "backends are complete and unlike",
	    backends_are_complete_and_unlike },
	{ "addresses are a host and a port", addresses_are_a_host_and_a_port },
	{ "what is listened on is an address and a port",
	    what_is_listened_on_is_an_address_and_a_port },
	{ "a certificate comes with its key",
	    a_certificate_comes_with_its_key },
	{ "rules hold between values", rules_hold_between_values },
	{ "a rule is silent about refused values",
	    a_rule_is_silent_about_refused_values },
	{ "files that cannot be read are told",
	    files_that_cannot_be_read_are_told },
};

SUITE_MAIN("config load", tests)
