#include "stage.h"

#include <string.h>

#include "act.h"
#include "fixture.h"

static void
add_rows(struct model *model)
{
	struct drover_backend_row backend;
	struct drover_model_row served;
	struct drover_device_row device;
	struct drover_process_row process;
	int i;

	for (i = 0; i < FIXTURE_BACKENDS; i++) {
		fixture_backend(&backend, i);
		model_add(model, DROVER_TABLE_BACKEND, &backend);
	}
	for (i = 0; i < FIXTURE_MODELS; i++) {
		fixture_model(&served, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_MODEL, &served);
	}
	for (i = 0; i < FIXTURE_DEVICES; i++) {
		fixture_device(&device, i);
		model_add(model, DROVER_TABLE_DEVICE, &device);
	}
	for (i = 0; i < FIXTURE_PROCESSES; i++) {
		fixture_process(&process, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_PROCESS, &process);
	}
}

static void
add_plans(struct model *model)
{
	struct drover_plan_row plan;
	struct drover_step_row step;
	struct drover_arm_row arm;
	int i;

	for (i = 0; i < FIXTURE_PLANS; i++) {
		fixture_plan(&plan, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_PLAN, &plan);
	}
	for (i = 0; i < FIXTURE_STEPS; i++) {
		fixture_step(&step, i);
		model_add(model, DROVER_TABLE_STEP, &step);
	}
	for (i = 0; i < 2; i++) {
		fixture_arm(&arm, i);
		model_add(model, DROVER_TABLE_ARM, &arm);
	}
}

static void
add_shared_state(struct model *model)
{
	struct drover_member_row member;
	struct drover_accuracy_row accuracy;
	struct drover_prediction_row prediction;
	struct drover_fault_row fault;
	struct drover_hold_row hold;
	struct drover_note_row note;
	struct drover_audit_row audit;
	int i;

	fixture_member(&member);
	model_add(model, DROVER_TABLE_MEMBER, &member);
	for (i = 0; i < FIXTURE_FAULTS; i++) {
		fixture_fault(&fault, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_FAULT, &fault);
	}
	for (i = 0; i < FIXTURE_PREDICTIONS; i++) {
		fixture_prediction(&prediction, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_PREDICTION, &prediction);
	}
	add_plans(model);
	fixture_accuracy(&accuracy);
	model_add(model, DROVER_TABLE_ACCURACY, &accuracy);
	for (i = 0; i < FIXTURE_HOLDS; i++) {
		fixture_hold(&hold, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_HOLD, &hold);
	}
	for (i = 0; i < FIXTURE_NOTES; i++) {
		fixture_note(&note, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_NOTE, &note);
	}
	for (i = 0; i < FIXTURE_AUDITS; i++) {
		fixture_audit(&audit, i, FIXTURE_NOW_NS);
		model_add(model, DROVER_TABLE_AUDIT, &audit);
	}
}

/* A past of eighty seconds, so that the curves have a shape. */
static void
add_past(struct model *model)
{
	struct drover_node_row node;
	int i, second;

	for (second = -80; second < 0; second++) {
		for (i = 0; i < FIXTURE_NODES; i++) {
			fixture_node(&node, i, FIXTURE_NOW_NS +
			    second * 1000000000LL);
			node.cpu_busy += (second + 80) / 4;
			trend_note(&model->trends,
			    model_node_hash(node.name), &node);
		}
	}
}

void
stage_open(struct stage *stage, int width, int height, enum glyph_mode mode)
{
	struct drover_node_row node;
	struct drover_event event;
	int i;

	memset(stage, 0, sizeof(*stage));
	model_init(&stage->model);
	ui_init(&stage->ui);
	stage->ui.width = width;
	stage->ui.height = height;
	stage->ui.glyphs = mode;
	for (i = 0; i < FIXTURE_NODES; i++) {
		fixture_node(&node, i, FIXTURE_NOW_NS);
		model_add(&stage->model, DROVER_TABLE_NODE, &node);
	}
	add_rows(&stage->model);
	add_shared_state(&stage->model);
	for (i = 0; i < FIXTURE_EVENTS; i++) {
		fixture_event(&event, i, FIXTURE_NOW_NS);
		model_add_event(&stage->model, &event);
	}
	add_past(&stage->model);
	model_note(&stage->model);
	stage->model.attached = true;
	stage->model.liveness = DROVER_WRITER_ALIVE;
	stage->model.now_ns = FIXTURE_NOW_NS;
	stage->model.heartbeat_ns = FIXTURE_NOW_NS;
	stage_draw(stage);
}

void
stage_close(struct stage *stage)
{
	grid_release(&stage->grid);
	ui_release(&stage->ui);
	model_release(&stage->model);
}

void
stage_draw(struct stage *stage)
{
	grid_resize(&stage->grid, stage->ui.width, stage->ui.height);
	ui_settle(&stage->ui, &stage->model);
	ui_draw(&stage->ui, &stage->model, &stage->grid);
}

void
stage_key(struct stage *stage, uint32_t code)
{
	act_key(&stage->ui, &stage->model, code, 0, 0);
	stage_draw(stage);
}

void
stage_type(struct stage *stage, const char *keys)
{
	for (; *keys != '\0'; keys++)
		stage_key(stage, (unsigned char)*keys);
}

int
stage_row_of(struct stage *stage, const char *text)
{
	char line[4096];
	int y;

	for (y = 0; y < stage->grid.height; y++) {
		grid_line(&stage->grid, y, line, sizeof(line));
		if (strstr(line, text) != NULL)
			return y;
	}
	return -1;
}

bool
stage_shows(struct stage *stage, const char *text)
{
	return stage_row_of(stage, text) >= 0;
}
