/*
 * The normal form, the differences between two configurations, and the
 * table that all is made from.
 */
#include <stdlib.h>
#include <unistd.h>

#include "config/schema.h"
#include "config/value.h"
#include "tests/unit/suite.h"
#include "tests/unit/config/text_of.h"

static uint64_t random_state;

static unsigned int
random_below(unsigned int limit)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695;
	return (unsigned int)((random_state >> 33) % limit);
}

static uint64_t
bound_of(const struct config_parameter *parameter, const char *text,
    uint64_t otherwise)
{
	uint64_t number;

	return value_number_read(parameter->type, text, strlen(text),
	    &number) == NULL ? number : otherwise;
}

/* Text that YAML finds hard, fit for the type. */
static void
write_random_text(const struct config_parameter *parameter, FILE *stream)
{
	static const char *const hard[] = { "yes", "null", "1.10", "~", "# x",
	    "a: b", "- c", "'q'", "\\\"d\\\"", "back\\\\slash", "\xc3\xa9t",
	    "\xf0\x9f\x90\x91", " lead", "trail ", "{x}", "&a", "*b", "!t" };
	static const char *const names[] = { "a", "no", "null", "1.5", "0x1",
	    "a-b_c.d", "9" };

	switch (parameter->type) {
	case CONFIG_NAME:
		fprintf(stream, "\"%s%u\"", names[random_below(7)],
		    random_below(10000000));
		break;
	case CONFIG_PATH:
		fprintf(stream, "\"/%s\"", hard[random_below(18)]);
		break;
	case CONFIG_URL:
		fprintf(stream, "http://h%u:%u%s", random_below(10000000),
		    1 + random_below(65535), random_below(2) ? "" : "/");
		break;
	default:
		/* A name or an absolute path, for the library. */
		fprintf(stream, "\"%s\"", hard[random_below(18)]);
	}
}

static void
write_random_value(const struct config_parameter *parameter, FILE *stream)
{
	const char *word = parameter->minimum;
	uint64_t low, high;
	char text[64];
	unsigned int i;

	fprintf(stream, "%s: ", parameter->name);
	if (value_is_text(parameter->type)) {
		write_random_text(parameter, stream);
	} else if (parameter->type == CONFIG_FLAG) {
		fputs(random_below(2) ? "yes" : "false", stream);
	} else if (parameter->type == CONFIG_WORD) {
		for (i = random_below(4); i > 0 && strchr(word, '|'); i--)
			word = strchr(word, '|') + 1;
		fprintf(stream, "%.*s", (int)strcspn(word, "|"), word);
	} else {
		low = bound_of(parameter, parameter->minimum, 0);
		high = bound_of(parameter, parameter->maximum, low + 100000);
		value_number_write(parameter->type, low +
		    random_below((unsigned int)(high - low + 1)), text,
		    sizeof(text));
		fputs(text, stream);
	}
	fputs("\n", stream);
}

static const char *
last_word(const char *path)
{
	const char *point = strrchr(path, '.');

	return point != NULL ? point + 1 : path;
}

/* A file of valid values; the rules between them may still refuse it. */
static char *
random_file(void)
{
	char *text = NULL;
	size_t size, i, j, items;
	int indent;
	FILE *stream = open_memstream(&text, &size);

	for (i = 0; i < CONFIG_SECTIONS; i++) {
		indent = strchr(config_sections[i].path, '.') != NULL ? 3 : 0;
		fprintf(stream, "%*s%s:\n", indent, "",
		    last_word(config_sections[i].path));
		for (j = 0; j < CONFIG_PARAMETERS; j++) {
			if (strcmp(config_parameters[j].section,
			    config_sections[i].path) != 0 || random_below(3))
				continue;
			fprintf(stream, "%*s", indent + 3, "");
			write_random_value(&config_parameters[j], stream);
		}
	}
	for (i = 0; i < CONFIG_LISTS; i++) {
		fprintf(stream, "%s:\n", config_lists[i].name);
		for (items = random_below(4); items > 0; items--) {
			for (j = 0; j < config_lists[i].members; j++) {
				fputs(j == 0 ? "- " : "  ", stream);
				write_random_value(&config_members[
				    config_lists[i].first + j], stream);
			}
		}
	}
	fclose(stream);
	return text;
}

static void
what_is_printed_loads_the_same(void)
{
	struct config *config, *again;
	char *text, *printed, *reprinted;
	unsigned int valid = 0, seed;

	for (seed = 0; seed < 4000; seed++) {
		random_state = seed;
		text = random_file();
		config = load(text);
		free(text);
		if (config == NULL)
			continue;
		valid++;
		printed = normal_form(config);
		again = load(printed);
		if (again == NULL)
			fprintf(stderr, "\nseed %u:\n%s\n", seed, printed);
		CU_ASSERT_PTR_NOT_NULL_FATAL(again);
		reprinted = normal_form(again);
		CU_ASSERT_STRING_EQUAL(printed, reprinted);
		CU_ASSERT_EQUAL(config_difference(config, again, NULL, NULL),
		    0);
		config_free(config);
		config_free(again);
		free(printed);
		free(reprinted);
	}
	/* The generator is of use only while the rules let much through. */
	CU_ASSERT(valid >= 200);
}

static void
defaults_are_marked_and_load_the_same(void)
{
	struct config *config = load(""), *again;
	char *printed = normal_form(config), *line, *rest = printed;

	again = load(printed);
	CU_ASSERT_PTR_NOT_NULL_FATAL(again);
	CU_ASSERT_EQUAL(config_difference(config, again, NULL, NULL), 0);
	while ((line = strtok_r(rest, "\n", &rest)) != NULL)
		CU_ASSERT(line[strlen(line) - 1] == ':' ||
		    strstr(line, "  # default") != NULL);
	free(printed);
	config_free(config);
	config_free(again);
}

static void
an_item_is_printed_as_one(void)
{
	struct config *config = load("backends: [{url: http://h:1/, "
	    "name: 'off'}]\nlog: {level: debug}\n");
	char *printed = normal_form(config);

	CU_ASSERT_PTR_NOT_NULL(strstr(printed, "\nbackends:\n"
	    "  - name: \"off\"\n"
	    "    url: http://h:1\n"
	    "    kind: auto  # default\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(printed, "    level: debug\n"));
	free(printed);
	config_free(config);
}

static void
write_change(const struct config_change *change, void *context)
{
	fprintf(context, "%s %s>%s %s\n", change->path, change->old_text,
	    change->new_text, change->live ? "live" : "restart");
}

static void
differences_name_path_values_and_when_they_count(void)
{
	struct config *from = load("collect: {interval: 2s, gpu: off}\n"
	    "backends: [{name: a, url: http://h:1}]\n");
	struct config *to = load("collect: {interval: 60s}\n"
	    "fault_tolerance: {redundancy: {max_factor: 7}}\n");
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	CU_ASSERT_EQUAL(config_difference(from, to, write_change, stream), 9);
	fclose(stream);
	CU_ASSERT_STRING_EQUAL(text,
	    "collect.interval 2s>1m live\n"
	    "collect.gpu off>auto restart\n"
	    "fault_tolerance.redundancy.max_factor 5>7 live\n"
	    "backends[0].name a> restart\n"
	    "backends[0].url http://h:1> restart\n"
	    "backends[0].kind auto> restart\n"
	    "backends[0].unit > restart\n"
	    "backends[0].command > restart\n"
	    "backends[0].models > restart\n");
	free(text);
	config_take_live(from, to);
	CU_ASSERT_EQUAL(from->collect.interval_ms, 60000);
	CU_ASSERT_EQUAL(from->collect.gpu, CONFIG_GPU_OFF);
	CU_ASSERT_EQUAL(from->fault_tolerance.redundancy.max_factor, 7);
	CU_ASSERT_EQUAL(from->backend_count, 1);
	CU_ASSERT_EQUAL(to->collect.interval_ms, 2000);
	config_free(from);
	config_free(to);
}

/* Taking over live values alone must not break a rule. */
static void
a_rule_joins_parameters_that_change_together(void)
{
	const struct config_parameter *left, *right;
	size_t i;
	int a, b;

	for (i = 0; i < CONFIG_RULES; i++) {
		a = config_parameter_find(config_rules[i].left);
		b = config_parameter_find(config_rules[i].right);
		CU_ASSERT_FATAL(a >= 0 && b >= 0);
		left = &config_parameters[a];
		right = &config_parameters[b];
		CU_ASSERT_EQUAL(left->live, right->live);
		CU_ASSERT_EQUAL(left->type, right->type);
	}
}

static void
defaults_lie_within_their_bounds(void)
{
	char message[VALUE_MESSAGE_BYTES], *text;
	struct config *config = load("");
	const struct config_parameter *parameter;
	size_t i;

	for (i = 0; i < CONFIG_PARAMETERS; i++) {
		parameter = &config_parameters[i];
		text = strdup(parameter->value);
		CU_ASSERT_EQUAL(value_read(parameter, text, strlen(text),
		    config_field(config, parameter), message), 0);
		free(text);
		if (value_is_text(parameter->type) ||
		    parameter->type == CONFIG_FLAG ||
		    parameter->type == CONFIG_WORD)
			continue;
		CU_ASSERT(bound_of(parameter, parameter->maximum, 0) >
		    bound_of(parameter, parameter->minimum, UINT64_MAX));
	}
	config_free(config);
}

/* The names that files of another system use. */
static void
there_are_39_parameters_of_fault_tolerance(void)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < CONFIG_PARAMETERS; i++)
		count += strncmp(config_parameters[i].section,
		    "fault_tolerance", 15) == 0;
	CU_ASSERT_EQUAL(count, 39);
}

static void
a_check_prints_complaints_and_their_number(void)
{
	char path[] = "/tmp/drover-config-XXXXXX", *text = NULL, want[512];
	int fd = mkstemp(path);
	size_t size;
	FILE *stream;

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(dprintf(fd, "log: {level: loud, colour: 1}\n"), 30);
	close(fd);
	stream = open_memstream(&text, &size);
	CU_ASSERT_EQUAL(config_command(path, true, stdout, stream), 1);
	fclose(stream);
	snprintf(want, sizeof(want),
	    "%s:1:14: log.level: \"loud\" is none of them; allowed: one of "
	    "warning, info, debug\n"
	    "%s:1:20: unknown key \"colour\" in log; allowed: level, target\n"
	    "2 errors\n", path, path);
	CU_ASSERT_STRING_EQUAL(text, want);
	free(text);
	unlink(path);
}

static void
the_example_of_the_manual_loads(void)
{
	struct config *config = load_file(EXAMPLE_FILE);

	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	CU_ASSERT_EQUAL(config->backend_count, 2);
	config_free(config);
}

static const struct suite_test tests[] = {
	{ "what is printed loads the same", what_is_printed_loads_the_same },
	{ "defaults are marked and load the same",
	    defaults_are_marked_and_load_the_same },
	{ "an item is printed as one", an_item_is_printed_as_one },
	{ "differences name path, values and when they count",
	    differences_name_path_values_and_when_they_count },
	{ "a rule joins parameters that change together",
	    a_rule_joins_parameters_that_change_together },
	{ "defaults lie within their bounds",
	    defaults_lie_within_their_bounds },
	{ "there are 39 parameters of fault tolerance",
	    there_are_39_parameters_of_fault_tolerance },
	{ "a check prints complaints and their number",
	    a_check_prints_complaints_and_their_number },
	{ "the example of the manual loads",
	    the_example_of_the_manual_loads },
};

SUITE_MAIN("config print", tests)
