/* What an act would do, what it did, and why it did not, for people. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "refusal.h"
#include "setting.h"
#include "tests/unit/suite.h"

static char *output;

static void	(*shown)(FILE *stream, const struct options *options,
		    const json_t *value);

/* Keeps what is printed of JSON in output, until the next call. */
static const char *
printed(const struct options *options, const char *text)
{
	json_t *value = json_loads(text, 0, NULL);
	size_t length = 0;
	FILE *stream;

	CU_ASSERT_PTR_NOT_NULL(value);
	free(output);
	stream = open_memstream(&output, &length);
	shown(stream, options, value);
	fclose(stream);
	json_decref(value);
	return output;
}

static char *nodes[] = { "n1", "n2" };
static char *pair[] = { "collect.interval", "2s" };

static struct options
options_of(enum verb_id id, char **arguments, int count)
{
	struct options options = { 0 };

	options.call.verb = &verbs[id];
	options.call.arguments = arguments;
	options.call.count = count;
	return options;
}

static void
moves(FILE *stream, const struct options *options, const json_t *value)
{
	(void)options;
	report_moves(stream, value);
}

static void
what_moves_is_shown_in_columns(void)
{
	struct options options = options_of(VERB_DRAIN, nodes, 2);

	shown = moves;
	CU_ASSERT_STRING_EQUAL(printed(&options,
	    "{\"preview\":{\"targets\":["
	    "{\"name\":\"n1\",\"state\":\"up\",\"drain\":\"in service\","
	    "\"in_flight\":3,\"in_flight_bound\":true},"
	    "{\"name\":\"node2\",\"state\":\"lost\",\"drain\":\"draining\","
	    "\"in_flight\":null,\"in_flight_bound\":false}],"
	    "\"models\":[{\"name\":\"llama3:8b\",\"here\":1,\"loaded\":1,"
	    "\"elsewhere\":0,\"last\":true},{\"name\":\"q\",\"here\":2,"
	    "\"loaded\":0,\"elsewhere\":4,\"last\":false}],"
	    "\"slots\":{\"before\":{\"total\":8,\"busy\":3,\"free\":5},"
	    "\"after\":{\"total\":4,\"busy\":1,\"free\":3}},"
	    "\"nodes\":{\"before\":3,\"after\":1},"
	    "\"limits\":[{\"limit\":\"last copy\",\"subject\":\"llama3:8b\","
	    "\"have\":0,\"need\":1}]}}"),
	    "TARGET  state  drain       in flight\n"
	    "n1      up     in service  at most 3\n"
	    "node2   lost   draining    not known\n"
	    "\n"
	    "MODEL      here  loaded  ready elsewhere\n"
	    "llama3:8b  1     1       none: the last copy goes\n"
	    "q          2     0       4\n"
	    "\n"
	    "nodes in service: 3 now, 1 then\n"
	    "slots: 5 of 8 free now, 3 of 4 then, less what moves\n"
	    "limit broken: last copy of llama3:8b: have 0, need 1\n");
	/* Other acts have nothing of that kind. */
	CU_ASSERT_STRING_EQUAL(printed(&options, "{\"would\":{}}"), "");
	/* Of another shape it does no harm. */
	CU_ASSERT_PTR_NOT_NULL(strstr(printed(&options, "{\"preview\":{"
	    "\"targets\":[1,[],{\"name\":\"\\u001b[2J\"}],"
	    "\"models\":{},\"slots\":4,\"limits\":\"all\"}}"),
	    "limits: none is broken"));
	CU_ASSERT_PTR_NULL(strchr(output, '\033'));
}

static void
what_would_become_of_it_is_one_line(void)
{
	struct options options = options_of(VERB_DRAIN, nodes, 1);

	shown = report_would;
	CU_ASSERT_STRING_EQUAL(printed(&options,
	    "{\"would\":{\"number\":1000}}"),
	    "drain would be done; nothing was done\n");
	CU_ASSERT_STRING_EQUAL(printed(&options,
	    "{\"would\":{\"number\":1001}}"),
	    "drain would be nothing new; nothing was done\n");
	CU_ASSERT_STRING_EQUAL(printed(&options,
	    "{\"would\":{\"number\":3001,\"name\":\"LAST_COPY\","
	    "\"text\":\"it would go\",\"detail\":\"q: have 0, need 1\"}}"),
	    "drain would be refused: 3001 LAST_COPY: it would go: q: have 0, "
	    "need 1; --force n1 overrules it\n");
}

static void
done(FILE *stream, const struct options *options, const json_t *value)
{
	report_done(stream, options, json_object_get(value, "body"), value);
}

static void
what_was_done_is_one_line(void)
{
	struct options one = options_of(VERB_DRAIN, nodes, 1);
	struct options two = options_of(VERB_DRAIN, nodes, 2);
	struct options set = options_of(VERB_CONFIG_SET, pair, 2);

	shown = done;
	CU_ASSERT_STRING_EQUAL(printed(&one,
	    "{\"body\":{\"reason\":\"new fans\"},"
	    "\"reply\":{\"number\":1000},\"index\":7}"),
	    "node n1 drains: 'new fans' (entry 7)\n");
	CU_ASSERT_STRING_EQUAL(printed(&two,
	    "{\"body\":{},\"reply\":{\"number\":1000},\"index\":7,"
	    "\"repeated\":true}"),
	    "nodes n1, n2 drain (entry 7, repeated: it was done then)\n");
	CU_ASSERT_STRING_EQUAL(printed(&set,
	    "{\"body\":{},\"reply\":{\"number\":1001},\"index\":8}"),
	    "collect.interval is 2s on all nodes, as it was already "
	    "(entry 8)\n");
}

static void
act_of_audit(FILE *stream, const struct options *options,
    const json_t *value)
{
	(void)options;
	list_act(stream, value);
}

static void
an_act_says_once_why(void)
{
	shown = act_of_audit;
	CU_ASSERT_STRING_EQUAL(printed(NULL,
	    "{\"id\":9,\"wall_ms\":1795719748000,\"actor\":\"ann\","
	    "\"origin\":\"uid 7\",\"verb\":\"node.drain\","
	    "\"object\":\"node/n1\",\"reply\":1000,\"old\":\"in service\","
	    "\"new\":\"draining by ann: fans\",\"note\":\"fans\"}"),
	    "9 2026-11-26T19:02:28Z  ann (uid 7) node.drain node/n1  "
	    "in service -> draining by ann: fans\n");
	CU_ASSERT_STRING_EQUAL(printed(NULL,
	    "{\"id\":9,\"wall_ms\":1795719748000,\"actor\":\"ann\","
	    "\"origin\":\"\",\"verb\":\"hold.release\","
	    "\"object\":\"hold/7\",\"reply\":4022,\"old\":\"\","
	    "\"new\":\"\",\"note\":\"done\"}"),
	    "9 2026-11-26T19:02:28Z  ann hold.release hold/7  refused: 4022"
	    "  'done'\n");
}

static const char *
setting(const char *name)
{
	static const char text[] =
	    "node:\n"
	    "    name: n1\n"
	    "    collect: x\n"
	    "collect:\n"
	    "    interval: 1s  # default\n"
	    "    deep:\n"
	    "        name: a\n"
	    "    gpu: auto\n"
	    "backends:\n"
	    "    - name: b\n"
	    "last: 1\n";
	size_t length = 0;
	FILE *stream;
	bool found;

	free(output);
	stream = open_memstream(&output, &length);
	found = setting_print(stream, text, name);
	fclose(stream);
	CU_ASSERT_EQUAL(found, length > 0);
	return found ? output : NULL;
}

static void
one_parameter_is_found_in_all(void)
{
	static const char *const none[] = { "", ".", "name", "collect.",
	    ".name", "collect.name", "collect.interval.1s", "colle",
	    "collect.deep.gpu", "node.interval", "backends.name",
	    "collect.deep.", "collect..deep", "last.1", "- name" };
	size_t i;

	CU_ASSERT_STRING_EQUAL(setting("collect.interval"),
	    "1s  # default\n");
	CU_ASSERT_STRING_EQUAL(setting("node.name"), "n1\n");
	CU_ASSERT_STRING_EQUAL(setting("node.collect"), "x\n");
	CU_ASSERT_STRING_EQUAL(setting("collect.deep.name"), "a\n");
	CU_ASSERT_STRING_EQUAL(setting("last"), "1\n");
	CU_ASSERT_STRING_EQUAL(setting("collect"), "interval: 1s  # default\n"
	    "deep:\n    name: a\ngpu: auto\n");
	CU_ASSERT_STRING_EQUAL(setting("backends"), "- name: b\n");
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		CU_ASSERT_PTR_NULL(setting(none[i]));
}

static const struct suite_test tests[] = {
	{ "what moves is shown in columns", what_moves_is_shown_in_columns },
	{ "what would become of it is one line",
	    what_would_become_of_it_is_one_line },
	{ "what was done is one line", what_was_done_is_one_line },
	{ "an act says once why", an_act_says_once_why },
	{ "one parameter is found in all", one_parameter_is_found_in_all },
};

int
main(int argc, char **argv)
{
	int status = suite_run("ctl-report", tests,
	    sizeof(tests) / sizeof(tests[0]), argc, argv);

	free(output);
	return status;
}
