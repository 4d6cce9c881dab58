#include "parent/supervise.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "process/child.h"

#define SECOND_NS	INT64_C(1000000000)
#define MILLISECOND_NS	INT64_C(1000000)

const struct supervise_rules supervise_rules_default = {
	.first_ns = 250 * MILLISECOND_NS,
	.last_ns = 30 * SECOND_NS,
	.stable_ns = 60 * SECOND_NS,
	.absent_ns = 600 * SECOND_NS,
	.stop_ns = CHILD_STOP_MS * MILLISECOND_NS,
	.life_ns = CHILD_LIFE_MS * MILLISECOND_NS,
	.late_ns = 2 * SECOND_NS,
	.jitter = 0.2,
};

static void
message_set(char *message, const char *text)
{
	snprintf(message, SUPERVISE_MESSAGE_BYTES, "%s", text);
}

/* xorshift64* of Vigna, "An experimental exploration of Marsaglia's
 * xorshift generators, scrambled" (2016). */
static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static int64_t
jittered(struct supervised *process, int64_t delay_ns)
{
	double share;

	/* 53 random bits as a number from 0 to 1. */
	share = (double)(random_next(&process->random) >> 11) /
	    9007199254740992.0;
	return (int64_t)((double)delay_ns *
	    (1.0 + process->rules->jitter * (2.0 * share - 1.0)));
}

void
supervise_init(struct supervised *process,
    const struct supervise_rules *rules, uint64_t seed)
{
	memset(process, 0, sizeof(*process));
	process->rules = rules;
	process->state = DROVER_PROCESS_STATE_STOPPED;
	process->wake_ns = SUPERVISE_NEVER;
	process->backoff_ns = rules->first_ns;
	process->random = seed != 0 ? seed : 1;
}

unsigned int
supervise_start(struct supervised *process)
{
	if (process->running || process->stopping)
		return 0;
	process->wake_ns = SUPERVISE_NEVER;
	return SUPERVISE_START;
}

unsigned int
supervise_started(struct supervised *process, int64_t now_ns)
{
	process->running = true;
	process->state = DROVER_PROCESS_STATE_STARTING;
	process->started_ns = now_ns;
	process->watched = false;
	process->said[0] = '\0';
	return SUPERVISE_TELL;
}

static void
back_off(struct supervised *process, int64_t now_ns, bool hopeless)
{
	const struct supervise_rules *rules;

	rules = process->rules;
	if (hopeless)
		process->backoff_ns = rules->last_ns;
	process->state = DROVER_PROCESS_STATE_BACKOFF;
	process->wake_ns = now_ns + jittered(process, process->backoff_ns);
	process->backoff_ns *= 2;
	if (process->backoff_ns > rules->last_ns)
		process->backoff_ns = rules->last_ns;
}

unsigned int
supervise_failed(struct supervised *process, int64_t now_ns, const char *why)
{
	process->running = false;
	message_set(process->message, why);
	if (process->stopping)
		process->state = DROVER_PROCESS_STATE_STOPPED;
	else
		back_off(process, now_ns, false);
	return SUPERVISE_TELL;
}

unsigned int
supervise_said(struct supervised *process, enum drover_process_state state,
    const char *message)
{
	message_set(process->said, message);
	if (!process->running || process->stopping ||
	    (state != DROVER_PROCESS_STATE_UP &&
	    state != DROVER_PROCESS_STATE_HUNG) || state == process->state)
		return 0;
	process->state = state;
	return SUPERVISE_TELL;
}

void
supervise_lives(struct supervised *process, int64_t now_ns)
{
	if (!process->running || process->stopping ||
	    process->state != DROVER_PROCESS_STATE_UP)
		return;
	process->watched = true;
	process->wake_ns = now_ns + process->rules->life_ns;
}

static const char *
exit_meaning(int code)
{
	switch (code) {
	case CHILD_EXIT_ORDERLY:
		return "ended unasked";
	case CHILD_EXIT_USAGE:
		return "bad arguments";
	case CHILD_EXIT_ABSENT:
		return "nothing to do on this machine";
	case CHILD_EXIT_OUTPUT:
		return "directory or segment not to be had";
	case CHILD_EXIT_HUNG:
		return "hung";
	case CHILD_EXIT_CONFIGURATION:
		return "configuration refused";
	default:
		return "";
	}
}

static void
describe_end(struct supervised *process, int status)
{
	const char *meaning, *name;

	if (WIFSIGNALED(status) && process->watched &&
	    process->state == DROVER_PROCESS_STATE_HUNG) {
		message_set(process->message, process->said);
		return;
	}
	if (WIFSIGNALED(status)) {
		name = sigabbrev_np(WTERMSIG(status));
		snprintf(process->message, sizeof(process->message),
		    "killed by signal %d (SIG%s)%s", WTERMSIG(status),
		    name != NULL ? name : "?",
		    WCOREDUMP(status) ? ", core dumped" : "");
		return;
	}
	/* What it said itself is better than what its exit code says. */
	meaning = process->said[0] != '\0' ? process->said :
	    exit_meaning(WEXITSTATUS(status));
	snprintf(process->message, sizeof(process->message), "exit %d%s%.*s",
	    WEXITSTATUS(status), meaning[0] != '\0' ? ": " : "",
	    SUPERVISE_MESSAGE_BYTES - 16, meaning);
}

unsigned int
supervise_ended(struct supervised *process, int64_t now_ns, int status)
{
	int code;

	code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	process->running = false;
	process->wake_ns = SUPERVISE_NEVER;
	if (process->stopping) {
		process->state = DROVER_PROCESS_STATE_STOPPED;
		return SUPERVISE_TELL;
	}
	describe_end(process, status);
	if (code == CHILD_EXIT_ABSENT) {
		/* No fault, so no exit code. */
		message_set(process->message, process->said[0] != '\0' ?
		    process->said : exit_meaning(code));
		process->state = DROVER_PROCESS_STATE_ABSENT;
		process->wake_ns = now_ns + process->rules->absent_ns;
		return SUPERVISE_TELL;
	}
	if (now_ns - process->started_ns >= process->rules->stable_ns)
		process->backoff_ns = process->rules->first_ns;
	back_off(process, now_ns,
	    code == CHILD_EXIT_USAGE || code == CHILD_EXIT_CONFIGURATION);
	return SUPERVISE_TELL;
}

unsigned int
supervise_reload(struct supervised *process)
{
	if (process->running)
		return process->stopping ? 0 : SUPERVISE_RELOAD;
	if (process->state != DROVER_PROCESS_STATE_BACKOFF &&
	    process->state != DROVER_PROCESS_STATE_ABSENT)
		return 0;
	process->backoff_ns = process->rules->first_ns;
	process->wake_ns = INT64_MIN;
	return 0;
}

unsigned int
supervise_stop(struct supervised *process, int64_t now_ns, const char *why)
{
	if (process->stopping)
		return 0;
	process->stopping = true;
	message_set(process->message, why);
	process->wake_ns = SUPERVISE_NEVER;
	if (!process->running) {
		process->state = DROVER_PROCESS_STATE_STOPPED;
		return SUPERVISE_TELL;
	}
	process->wake_ns = now_ns + process->rules->stop_ns;
	return SUPERVISE_TERMINATE;
}

static unsigned int
judge_silence(struct supervised *process, int64_t late_ns, int64_t now_ns)
{
	if (late_ns > process->rules->late_ns) {
		process->wake_ns = now_ns + process->rules->life_ns;
		return 0;
	}
	process->state = DROVER_PROCESS_STATE_HUNG;
	snprintf(process->said, sizeof(process->said),
	    "no sign of life for %d s, killed",
	    (int)(process->rules->life_ns / SECOND_NS));
	return SUPERVISE_KILL | SUPERVISE_TELL;
}

unsigned int
supervise_tick(struct supervised *process, int64_t now_ns)
{
	int64_t wake_ns = process->wake_ns;

	if (now_ns < wake_ns)
		return 0;
	process->wake_ns = SUPERVISE_NEVER;
	if (process->stopping)
		return process->running ? SUPERVISE_KILL : 0;
	if (process->running)
		return judge_silence(process, now_ns - wake_ns, now_ns);
	if (process->state == DROVER_PROCESS_STATE_BACKOFF)
		process->restarts++;
	return SUPERVISE_START;
}

int64_t
supervise_wake(const struct supervised *process)
{
	return process->wake_ns;
}
