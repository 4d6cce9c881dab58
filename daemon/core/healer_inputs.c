/* What the planner was asked is kept, for droverctl why. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/healer.h"
#include "core/inputs.h"
#include "plan/snapshot.h"
#include "process/log.h"
#include "shm/clock.h"

/* Once it is known what came of it: until then it waits here. */
void
healer_input_take(struct healer *healer, const struct planner_case *asked)
{
	const struct planner_plan *made = &healer->planned;

	json_decref(healer->input);
	healer->input_fault = asked->fault->id;
	healer->input = json_pack("{s:o, s:I, s:s, s:s}", "input",
	    snapshot_write(asked), "wall_ms",
	    (json_int_t)(clock_ns(CLOCK_REALTIME) / 1000000), "reason",
	    made->reason, "steps", made->text);
}

void
healer_input_keep(struct healer *healer, int64_t plan)
{
	char name[INPUTS_NAME_MAX + 1];
	int error;

	if (healer->input == NULL)
		return;
	if (plan != 0)
		snprintf(name, sizeof(name), "%" PRId64, plan);
	else
		snprintf(name, sizeof(name), "f%" PRId64,
		    healer->input_fault);
	error = inputs_save(healer->state_directory, name, healer->input);
	if (error != 0)
		log_warnx("%s/inputs/%s.json: %s", healer->state_directory,
		    name, strerror(-error));
	healer_input_drop(healer);
}

void
healer_input_drop(struct healer *healer)
{
	json_decref(healer->input);
	healer->input = NULL;
}
