/*
 * A node's values as sums over its backends and GPUs.
 */
#include <math.h>
#include <string.h>

#include "core/summary.h"
#include "tests/unit/suite.h"

static struct backend_status
backend(enum drover_backend_state state, double tokens, double ttft)
{
	struct backend_status status;
	size_t i;

	memset(&status, 0, sizeof(status));
	for (i = 0; i < BACKEND_METRICS; i++)
		status.value[i] = NAN;
	status.state = state;
	status.value[BACKEND_METRIC_tokens] = tokens;
	status.value[BACKEND_METRIC_ttft] = ttft;
	return status;
}

static void
tokens_add_up_and_the_worst_ttft_counts(void)
{
	struct backend_status statuses[3];
	struct sample sample;

	statuses[0] = backend(DROVER_BACKEND_STATE_UP, 100, 80);
	statuses[1] = backend(DROVER_BACKEND_STATE_UP, 50, 300);
	statuses[2] = backend(DROVER_BACKEND_STATE_DOWN, 999, 999);
	summary_of_backends(&sample, statuses, 3);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_backends], 3);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_backends_up], 2);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_tokens], 150);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_ttft], 300);
	CU_ASSERT_TRUE(isnan(sample.node[NODE_METRIC_slots_busy]));
}

static void
no_gpu_is_absent_and_not_zero(void)
{
	struct sample sample;

	summary_of_gpus(&sample, NULL, 0);
	CU_ASSERT_TRUE(isnan(sample.node[NODE_METRIC_gpus]));
	CU_ASSERT_TRUE(isnan(sample.node[NODE_METRIC_gpu_busy]));
	CU_ASSERT_TRUE(isnan(sample.node[NODE_METRIC_gpu_memory_used]));
}

static void
gpus_that_do_not_answer_are_left_out_of_the_mean(void)
{
	struct sample_device gpus[2];
	struct sample sample;
	size_t i;

	memset(gpus, 0, sizeof(gpus));
	for (i = 0; i < DEVICE_METRICS; i++)
		gpus[1].value[i] = NAN;
	gpus[0].value[DEVICE_METRIC_busy] = 60;
	gpus[0].value[DEVICE_METRIC_used] = 20;
	gpus[0].value[DEVICE_METRIC_size] = 80;
	summary_of_gpus(&sample, gpus, 2);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_gpus], 1);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_gpu_busy], 60);
	CU_ASSERT_EQUAL(sample.node[NODE_METRIC_gpu_memory_used], 25);
}

static void
the_model_of_the_busiest_backend_is_shown(void)
{
	struct backend_model idle = { .name = "idle",
	    .state = DROVER_MODEL_STATE_LOADED };
	struct backend_model stored = { .name = "stored",
	    .state = DROVER_MODEL_STATE_STORED };
	struct backend_model busy = { .name = "busy",
	    .state = DROVER_MODEL_STATE_LOADED };
	struct backend_status statuses[3];

	statuses[0] = backend(DROVER_BACKEND_STATE_UP, NAN, NAN);
	statuses[0].models = &idle;
	statuses[0].model_count = 1;
	statuses[1] = backend(DROVER_BACKEND_STATE_UP, 5, NAN);
	statuses[1].models = &busy;
	statuses[1].model_count = 1;
	statuses[2] = backend(DROVER_BACKEND_STATE_UP, 50, NAN);
	statuses[2].models = &stored;
	statuses[2].model_count = 1;
	CU_ASSERT_STRING_EQUAL(summary_model(statuses, 3), "busy");
	CU_ASSERT_STRING_EQUAL(summary_model(statuses, 1), "idle");
	CU_ASSERT_PTR_NULL(summary_model(&statuses[2], 1));
}

static const struct suite_test tests[] = {
	{ "tokens add up and the worst ttft counts",
	    tokens_add_up_and_the_worst_ttft_counts },
	{ "no gpu is absent and not zero", no_gpu_is_absent_and_not_zero },
	{ "gpus that do not answer are left out of the mean",
	    gpus_that_do_not_answer_are_left_out_of_the_mean },
	{ "the model of the busiest backend is shown",
	    the_model_of_the_busiest_backend_is_shown },
};

SUITE_MAIN("summary", tests)
