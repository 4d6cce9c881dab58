/*
 * What is left when nodes go out of service: which copies count, what the
 * rules are told of it, and what a preview of a drain shows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/serving.h"
#include "shm/writer.h"
#include "tests/unit/core/rows.h"
#include "tests/unit/suite.h"

static struct table_image nodes, backends, models;
static struct model *shared;
static struct serving serving;
static struct serving_model *found;

static void
image_begin(struct table_image *image, enum drover_core_table table)
{
	table_image_init(image, table, &segment_core_schema.tables[table]);
	table_image_begin(image);
}

static void
begin(void)
{
	image_begin(&nodes, DROVER_TABLE_NODE);
	image_begin(&backends, DROVER_TABLE_BACKEND);
	image_begin(&models, DROVER_TABLE_MODEL);
	shared = model_new();
	serving = (struct serving){ &nodes, &backends, &models, shared };
	found = NULL;
}

static void
end(void)
{
	free(found);
	model_free(shared);
	table_image_free(&nodes);
	table_image_free(&backends);
	table_image_free(&models);
}

static void
put_drain(const char *name, enum node_drain drain)
{
	struct row_node *row = calloc(1, sizeof(*row));

	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->drain = drain;
	CU_ASSERT_EQUAL(model_put(shared, ROW_TABLE_NODE, row), 0);
}

/* A node that is up with a backend "b" that is, and this model. */
static void
add_node(const char *name, const char *model, enum drover_model_state state)
{
	rows_name_node(&nodes, name, DROVER_NODE_STATE_UP, 0);
	rows_name_backend(&backends, name, "b", DROVER_BACKEND_STATE_UP, 4,
	    1, 1);
	if (model != NULL)
		rows_name_model(&models, name, "b", model, state);
}

static int
look(const char *target)
{
	free(found);
	return serving_models(&serving, &target, 1, &found);
}

static void
copies_elsewhere_are_those_on_nodes_that_stay(void)
{
	begin();
	add_node("n1", "llama", DROVER_MODEL_STATE_LOADED);
	add_node("n2", "llama", DROVER_MODEL_STATE_STORED);
	add_node("n3", "llama", DROVER_MODEL_STATE_LOADED);
	add_node("n4", "other", DROVER_MODEL_STATE_LOADED);
	CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
	CU_ASSERT_STRING_EQUAL(found[0].name, "llama");
	CU_ASSERT_EQUAL(found[0].here, 1);
	CU_ASSERT_EQUAL(found[0].loaded, 1);
	CU_ASSERT_EQUAL(found[0].elsewhere, 2);
	CU_ASSERT_EQUAL_FATAL(look("n4"), 1);
	CU_ASSERT_EQUAL(found[0].elsewhere, 0);
	CU_ASSERT_EQUAL(look("n5"), 0);
	end();
}

static void
a_copy_is_one_that_a_backend_answers_from(void)
{
	begin();
	add_node("n1", "llama", DROVER_MODEL_STATE_LOADED);
	add_node("n2", "llama", DROVER_MODEL_STATE_UNKNOWN);
	rows_name_node(&nodes, "n3", DROVER_NODE_STATE_UP, 0);
	rows_name_backend(&backends, "n3", "b", DROVER_BACKEND_STATE_SILENT,
	    4, 1, 1);
	rows_name_model(&models, "n3", "b", "llama",
	    DROVER_MODEL_STATE_LOADED);
	/* The backend of that name on another node does not answer here. */
	rows_name_node(&nodes, "n4", DROVER_NODE_STATE_UP, 0);
	rows_name_model(&models, "n4", "b", "llama",
	    DROVER_MODEL_STATE_LOADED);
	CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
	CU_ASSERT_EQUAL(found[0].elsewhere, 0);
	rows_name_backend(&backends, "n4", "b", DROVER_BACKEND_STATE_LOADING,
	    4, 1, 1);
	CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
	CU_ASSERT_EQUAL(found[0].elsewhere, 1);
	end();
}

static void
a_node_that_is_drained_or_down_holds_no_copy(void)
{
	static const enum node_drain drains[] = { DRAIN_RUNNING, DRAIN_DONE,
		DRAIN_LATE };
	static const enum drover_node_state states[] = {
		DROVER_NODE_STATE_SUSPECT, DROVER_NODE_STATE_DOWN,
		DROVER_NODE_STATE_QUARANTINE };
	size_t i;

	begin();
	add_node("n1", "llama", DROVER_MODEL_STATE_LOADED);
	add_node("n2", "llama", DROVER_MODEL_STATE_LOADED);
	for (i = 0; i < 3; i++) {
		put_drain("n2", drains[i]);
		CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
		CU_ASSERT_EQUAL(found[0].elsewhere, 0);
	}
	put_drain("n2", DRAIN_NONE);
	CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
	CU_ASSERT_EQUAL(found[0].elsewhere, 1);
	for (i = 0; i < 3; i++) {
		rows_name_node(&nodes, "n2", states[i], 0);
		CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
		CU_ASSERT_EQUAL(found[0].elsewhere, 0);
	}
	end();
}

static void
targets_do_not_count_on_each_other(void)
{
	static const char *const both[] = { "n1", "n2" };

	begin();
	add_node("n1", "llama", DROVER_MODEL_STATE_LOADED);
	add_node("n2", "llama", DROVER_MODEL_STATE_STORED);
	CU_ASSERT_EQUAL_FATAL(serving_models(&serving, both, 2, &found), 1);
	CU_ASSERT_EQUAL(found[0].here, 2);
	CU_ASSERT_EQUAL(found[0].loaded, 1);
	CU_ASSERT_EQUAL(found[0].elsewhere, 0);
	end();
}

/* An entry takes lines only, and no fact may be lost for a name. */
static void
a_name_that_is_no_line_is_made_one(void)
{
	begin();
	add_node("n1", "a\033[2Jb", DROVER_MODEL_STATE_LOADED);
	add_node("n2", "a\033[2Jb", DROVER_MODEL_STATE_LOADED);
	CU_ASSERT_EQUAL_FATAL(look("n1"), 1);
	CU_ASSERT_STRING_EQUAL(found[0].name, "a?[2Jb");
	CU_ASSERT_EQUAL(found[0].elsewhere, 1);
	end();
}

static void
the_last_copies_are_told_first(void)
{
	struct serving_model many[80];
	struct entry entry = { .kind = 0 };
	size_t i, zeros = 0;

	memset(many, 0, sizeof(many));
	for (i = 0; i < 80; i++) {
		snprintf(many[i].name, sizeof(many[i].name), "m%02zu", i);
		many[i].elsewhere = i >= 70 ? 0 : 3;
	}
	serving_facts(many, 80, &entry);
	CU_ASSERT_EQUAL(entry.fact_count, ENTRY_FACTS_MAX);
	for (i = 0; i < entry.fact_count; i++) {
		CU_ASSERT_EQUAL(entry.facts[i].number,
		    FACT_COPIES_ELSEWHERE);
		zeros += entry.facts[i].value == 0;
	}
	CU_ASSERT_EQUAL(zeros, 10);
	CU_ASSERT_STRING_EQUAL(entry.facts[0].subject, "m70");
	CU_ASSERT_EQUAL(entry.facts[10].value, 3);
}

static void
expect_preview(const char *const *targets, size_t count,
    const char *expected)
{
	json_t *preview;
	char *shown;
	int models_found;

	free(found);
	models_found = serving_models(&serving, targets, count, &found);
	CU_ASSERT_TRUE_FATAL(models_found >= 0);
	preview = serving_preview(&serving, targets, count, found,
	    (size_t)models_found);
	CU_ASSERT_PTR_NOT_NULL_FATAL(preview);
	shown = json_dumps(preview, JSON_COMPACT);
	CU_ASSERT_STRING_EQUAL(shown, expected);
	if (strcmp(shown, expected) != 0)
		printf("\n    %s\n", shown);
	free(shown);
	json_decref(preview);
}

static void
a_preview_shows_what_moves_and_what_is_left(void)
{
	static const char *const target[] = { "n1" };

	begin();
	rows_name_node(&nodes, "n1", DROVER_NODE_STATE_UP, 3);
	rows_name_backend(&backends, "n1", "b", DROVER_BACKEND_STATE_UP, 4,
	    2, 3);
	rows_name_model(&models, "n1", "b", "llama",
	    DROVER_MODEL_STATE_LOADED);
	rows_name_model(&models, "n1", "b", "qwen",
	    DROVER_MODEL_STATE_STORED);
	add_node("n2", "llama", DROVER_MODEL_STATE_LOADED);
	expect_preview(target, 1, "{"
	    "\"targets\":[{\"name\":\"n1\",\"state\":\"up\","
	    "\"drain\":\"in service\",\"in_flight\":3.0,"
	    "\"in_flight_bound\":false}],"
	    "\"models\":[{\"name\":\"llama\",\"here\":1,\"loaded\":1,"
	    "\"elsewhere\":1,\"last\":false},"
	    "{\"name\":\"qwen\",\"here\":1,\"loaded\":0,"
	    "\"elsewhere\":0,\"last\":true}],"
	    "\"slots\":{\"before\":{\"total\":8.0,\"busy\":3.0,"
	    "\"free\":5.0},\"after\":{\"total\":4.0,\"busy\":1.0,"
	    "\"free\":3.0}},"
	    "\"nodes\":{\"before\":2,\"after\":1},"
	    "\"limits\":[{\"limit\":\"last copy\",\"subject\":\"qwen\","
	    "\"have\":0,\"need\":1}]}");
	end();
}

static void
a_preview_says_what_is_not_known(void)
{
	static const char *const target[] = { "n1" };

	begin();
	rows_name_node(&nodes, "n1", DROVER_NODE_STATE_UP, UNTOLD);
	rows_name_backend(&backends, "n1", "b", DROVER_BACKEND_STATE_UP,
	    UNTOLD, UNTOLD, UNTOLD);
	put_drain("n1", DRAIN_LATE);
	expect_preview(target, 1, "{"
	    "\"targets\":[{\"name\":\"n1\",\"state\":\"up\","
	    "\"drain\":\"late\",\"in_flight\":null,"
	    "\"in_flight_bound\":false}],"
	    "\"models\":[],"
	    "\"slots\":{\"before\":null,\"after\":null},"
	    "\"nodes\":{\"before\":0,\"after\":0},"
	    "\"limits\":[{\"limit\":\"last node in service\","
	    "\"subject\":\"\",\"have\":0,\"need\":1}]}");
	end();
}

/* Connections, where the backend does not tell its slots. */
static void
a_preview_says_what_is_a_bound(void)
{
	static const char *const targets[] = { "n1", "n9" };

	begin();
	rows_name_node(&nodes, "n1", DROVER_NODE_STATE_UP, 5);
	rows_name_backend(&backends, "n1", "b", DROVER_BACKEND_STATE_UP,
	    UNTOLD, UNTOLD, 5);
	add_node("n2", NULL, DROVER_MODEL_STATE_UNKNOWN);
	expect_preview(targets, 2, "{"
	    "\"targets\":[{\"name\":\"n1\",\"state\":\"up\","
	    "\"drain\":\"in service\",\"in_flight\":5.0,"
	    "\"in_flight_bound\":true},"
	    "{\"name\":\"n9\",\"state\":\"unknown\","
	    "\"drain\":\"in service\",\"in_flight\":null,"
	    "\"in_flight_bound\":false}],"
	    "\"models\":[],"
	    "\"slots\":{\"before\":{\"total\":4.0,\"busy\":1.0,"
	    "\"free\":3.0},\"after\":{\"total\":4.0,\"busy\":1.0,"
	    "\"free\":3.0}},"
	    "\"nodes\":{\"before\":2,\"after\":1},"
	    "\"limits\":[]}");
	end();
}

static const struct suite_test tests[] = {
	{ "copies elsewhere are those on nodes that stay",
	    copies_elsewhere_are_those_on_nodes_that_stay },
	{ "a copy is one that a backend answers from",
	    a_copy_is_one_that_a_backend_answers_from },
	{ "a node that is drained or down holds no copy",
	    a_node_that_is_drained_or_down_holds_no_copy },
	{ "targets do not count on each other",
	    targets_do_not_count_on_each_other },
	{ "a name that is no line is made one",
	    a_name_that_is_no_line_is_made_one },
	{ "the last copies are told first", the_last_copies_are_told_first },
	{ "a preview shows what moves and what is left",
	    a_preview_shows_what_moves_and_what_is_left },
	{ "a preview says what is not known",
	    a_preview_says_what_is_not_known },
	{ "a preview says what is a bound", a_preview_says_what_is_a_bound },
};

SUITE_MAIN("serving", tests)
