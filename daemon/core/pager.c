#include "core/pager.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/fault.h"
#include "process/command_line.h"
#include "process/log.h"
#include "rules/fault.h"
#include "rules/plan.h"

#define VARIABLES	9
#define VARIABLE_BYTES	640

struct call {
	uv_process_t	process;
	uv_timer_t	limit;
	int		handles;
};

/* What is told. */
struct page {
	const char	*what;
	int64_t		 id;
	const char	*state;
	const char	*node;
	const char	*target;
	int64_t		 class;
	const char	*text;
};

static void
closed(uv_handle_t *handle)
{
	struct call *call = handle->data;

	if (--call->handles == 0)
		free(call);
}

static void
ended(uv_process_t *process, int64_t status, int number)
{
	struct call *call = process->data;

	if (status != 0 || number != 0)
		log_warnx("healing.notify ended with %" PRId64 ", signal %d",
		    status, number);
	uv_close((uv_handle_t *)&call->limit, closed);
	uv_close((uv_handle_t *)process, closed);
}

static void
too_long(uv_timer_t *timer)
{
	struct call *call = timer->data;

	(void)kill(-uv_process_get_pid(&call->process), SIGKILL);
}

static void
make_variables(const struct page *page,
    char texts[VARIABLES][VARIABLE_BYTES], char *list[VARIABLES + 1])
{
	const struct fault_kind *kind = fault_kind_find(
	    (unsigned int)page->class);
	int i;

	snprintf(texts[0], VARIABLE_BYTES, "DROVER_WHAT=%s", page->what);
	snprintf(texts[1], VARIABLE_BYTES, "DROVER_ID=%" PRId64, page->id);
	snprintf(texts[2], VARIABLE_BYTES, "DROVER_STATE=%s", page->state);
	snprintf(texts[3], VARIABLE_BYTES, "DROVER_NODE=%s", page->node);
	snprintf(texts[4], VARIABLE_BYTES, "DROVER_TARGET=%s", page->target);
	snprintf(texts[5], VARIABLE_BYTES, "DROVER_CLASS=%s", kind == NULL ?
	    "" : kind->name);
	snprintf(texts[6], VARIABLE_BYTES, "DROVER_TEXT=%.600s", page->text);
	snprintf(texts[7], VARIABLE_BYTES,
	    "PATH=/usr/local/bin:/usr/bin:/bin");
	snprintf(texts[8], VARIABLE_BYTES, "LANG=C.UTF-8");
	for (i = 0; i < VARIABLES; i++)
		list[i] = texts[i];
	list[VARIABLES] = NULL;
}

static int
run(struct pager *pager, char *words[], const struct page *page)
{
	char texts[VARIABLES][VARIABLE_BYTES], *list[VARIABLES + 1];
	uv_process_options_t options = { .exit_cb = ended,
		.file = words[0], .args = words, .env = list,
		.flags = UV_PROCESS_DETACHED };
	struct call *call = calloc(1, sizeof(*call));
	int error;

	if (call == NULL)
		return UV_ENOMEM;
	make_variables(page, texts, list);
	call->handles = 2;
	call->process.data = call->limit.data = call;
	uv_timer_init(pager->loop, &call->limit);
	error = uv_spawn(pager->loop, &call->process, &options);
	if (error != 0) {
		uv_close((uv_handle_t *)&call->limit, closed);
		uv_close((uv_handle_t *)&call->process, closed);
		return error;
	}
	uv_timer_start(&call->limit, too_long, PAGER_LIMIT_MS, 0);
	/* Neither keeps the core from its end. */
	uv_unref((uv_handle_t *)&call->limit);
	uv_unref((uv_handle_t *)&call->process);
	return 0;
}

/* True: it is told from now on. */
static bool
is_new(struct pager *pager, int64_t key)
{
	size_t i;

	for (i = 0; i < PAGER_TOLD_MAX; i++)
		if (pager->told[i] == key)
			return false;
	pager->told[pager->at++ % PAGER_TOLD_MAX] = key;
	return true;
}

static void
tell(struct pager *pager, const char *command, const struct page *page)
{
	char *words[COMMAND_WORDS_MAX + 1];
	int error = command_split(command, words);

	if (error > 0) {
		error = run(pager, words, page);
		free(words[0]);
	}
	if (error != 0 && !pager->complained)
		log_warnx("healing.notify: %s: %s", command,
		    uv_strerror(error));
	pager->complained = error != 0;
}

/* Ids are indexes of the log: a plan and a fault never have the same. */
static void
look_at_plan(struct pager *pager, const char *command,
    const struct row_plan *plan)
{
	struct page page = { "plan", plan->id, plan_state_word(plan->state),
	    plan->node, plan->target, plan->class, plan->reason };

	if (plan->kept != 0)
		page.text = plan->end_reason;
	else if (plan->state != PLAN_STATE_PROPOSED)
		return;
	if (is_new(pager, plan->kept != 0 ? -plan->id : plan->id))
		tell(pager, command, &page);
}

static void
look_at_fault(struct pager *pager, const char *command,
    const struct row_fault *fault)
{
	struct page page = { "fault", fault->id,
	    fault_state_word(fault->state), fault->node, fault->target,
	    fault->class, fault->text };

	if (fault->state == FAULT_STATE_ESCALATED &&
	    is_new(pager, fault->id))
		tell(pager, command, &page);
}

void
pager_look(struct pager *pager, const char *command,
    const struct model *model)
{
	size_t i;

	if (command[0] == '\0')
		return;
	for (i = 0; i < model_count(model, ROW_TABLE_PLAN); i++)
		look_at_plan(pager, command, model_at(model, ROW_TABLE_PLAN,
		    i));
	for (i = 0; i < model_count(model, ROW_TABLE_FAULT); i++)
		look_at_fault(pager, command, model_at(model,
		    ROW_TABLE_FAULT, i));
}
