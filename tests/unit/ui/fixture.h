/*
 * A cluster that never was, with one of everything a screen can meet:
 * nodes in each state, values that are missing, names of wide letters and
 * names made to harm a terminal.  Time stands still at FIXTURE_NOW_NS.
 */
#ifndef DROVER_TESTS_UI_FIXTURE_H
#define DROVER_TESTS_UI_FIXTURE_H

#include <drover/rows.h>
#include <drover/segment.h>

/* 2026-11-21 00:12:07 UTC */
#define FIXTURE_NOW_NS		1795219927000000000LL

#define FIXTURE_NODES		6
#define FIXTURE_BACKENDS	6
#define FIXTURE_MODELS		5
#define FIXTURE_DEVICES		8
#define FIXTURE_PROCESSES	3
#define FIXTURE_EVENTS		12
#define FIXTURE_FAULTS		3
#define FIXTURE_PREDICTIONS	4
#define FIXTURE_PLANS		5
#define FIXTURE_STEPS		4	/* of the first plan */
#define FIXTURE_HOLDS		3
#define FIXTURE_NOTES		2
#define FIXTURE_AUDITS		6

void	fixture_node(struct drover_node_row *row, int i, int64_t now_ns);
void	fixture_backend(struct drover_backend_row *row, int i);
void	fixture_model(struct drover_model_row *row, int i, int64_t now_ns);
void	fixture_device(struct drover_device_row *row, int i);
void	fixture_process(struct drover_process_row *row, int i,
	    int64_t now_ns);
/* The log of a cluster of one, that of n02. */
void	fixture_member(struct drover_member_row *row);
void	fixture_fault(struct drover_fault_row *row, int i, int64_t now_ns);
void	fixture_prediction(struct drover_prediction_row *row, int i,
	    int64_t now_ns);
/* Of the class of the predictions. */
void	fixture_accuracy(struct drover_accuracy_row *row);
void	fixture_plan(struct drover_plan_row *row, int i, int64_t now_ns);
void	fixture_step(struct drover_step_row *row, int i);
/* Of the class of the first plan. */
void	fixture_arm(struct drover_arm_row *row, int i);
void	fixture_hold(struct drover_hold_row *row, int i, int64_t now_ns);
void	fixture_note(struct drover_note_row *row, int i, int64_t now_ns);
void	fixture_audit(struct drover_audit_row *row, int i, int64_t now_ns);
void	fixture_event(struct drover_event *event, int i, int64_t now_ns);

#endif
