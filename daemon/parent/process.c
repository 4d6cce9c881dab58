#include "parent/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "parent/program.h"
#include "parent/spawn.h"
#include "process/log.h"
#include "shm/clock.h"

#define ARGUMENTS_MAX	8

struct process_entry {
	const char	*name;
	const char	*program;
	unsigned long	 descriptors;
	bool		 root;
};

static const struct process_entry entries[PROCESSES] = {
#define PROCESS(name, program, descriptors, root, help)			\
	{ #name, program, descriptors, root },
#include "parent/processes.def"
#undef PROCESS
};

const char *
process_state_word(enum drover_process_state state)
{
	static const char *const words[] = {
#define WORD(dictionary, name, value, text)	[value] = text,
		DROVER_DICTIONARY_PROCESS_STATE(WORD)
#undef WORD
	};

	if ((size_t)state >= sizeof(words) / sizeof(words[0]))
		return "?";
	return words[state];
}

void
process_init(struct process *process, enum process_index index,
    const struct process_setup *setup)
{
	uint64_t seed;

	memset(process, 0, sizeof(*process));
	process->name = entries[index].name;
	process->program = entries[index].program;
	process->descriptors = entries[index].descriptors;
	process->root = entries[index].root;
	process->setup = setup;
	process->control = -1;
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)getpid() << 32 | (uint64_t)index;
	supervise_init(&process->supervised, &supervise_rules_default, seed);
}

static int
process_spawn(struct process *process, char *path)
{
	const struct process_setup *setup;
	char *arguments[ARGUMENTS_MAX];
	struct spawn_plan plan;
	int count;

	setup = process->setup;
	program_path(setup->directory, process->program, path);
	count = 0;
	arguments[count++] = (char *)process->program;
	arguments[count++] = (char *)"-r";
	arguments[count++] = (char *)setup->runtime_directory;
	arguments[count++] = (char *)"-s";
	arguments[count++] = (char *)setup->state_directory;
	if (setup->configuration != NULL) {
		arguments[count++] = (char *)"-f";
		arguments[count++] = (char *)setup->configuration;
	}
	arguments[count] = NULL;
	plan.path = path;
	plan.arguments = arguments;
	plan.identity = process->root ? NULL : setup->identity;
	plan.descriptors = process->descriptors;
	return spawn(&plan, &process->pid, &process->control);
}

static void
process_start(struct process *process, int64_t now_ns)
{
	char path[PROGRAM_PATH_BYTES], why[SUPERVISE_MESSAGE_BYTES];
	struct timespec wall;
	int error;

	error = process_spawn(process, path);
	if (error != 0) {
		snprintf(why, sizeof(why), "cannot fork: %s",
		    strerror(-error));
		process_act(process, supervise_failed(&process->supervised,
		    now_ns, why), now_ns);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &wall);
	process->started_wall_ns = (int64_t)wall.tv_sec * 1000000000 +
	    wall.tv_nsec;
	log_debug("%s: started %s, process %ld", process->name, path,
	    (long)process->pid);
	process_act(process, supervise_started(&process->supervised, now_ns),
	    now_ns);
}

static void
log_wait(struct process *process, int64_t now_ns)
{
	const struct supervised *supervised;
	double wait_s;

	supervised = &process->supervised;
	wait_s = (double)(supervised->wake_ns - now_ns) / 1e9;
	log_warnx("%s: %s; starting it again in %.1f s", process->name,
	    supervised->message, wait_s);
}

static void
log_change(struct process *process, int64_t now_ns)
{
	const struct supervised *supervised;

	supervised = &process->supervised;
	switch (supervised->state) {
	case DROVER_PROCESS_STATE_UP:
		log_info("%s: up, process %ld", process->name,
		    (long)process->pid);
		process->logged[0] = '\0';
		break;
	case DROVER_PROCESS_STATE_HUNG:
		log_warnx("%s: hung: %s", process->name, supervised->said);
		break;
	case DROVER_PROCESS_STATE_BACKOFF:
		log_wait(process, now_ns);
		break;
	case DROVER_PROCESS_STATE_ABSENT:
		if (strcmp(process->logged, supervised->message) != 0)
			log_info("%s: absent: %s", process->name,
			    supervised->message);
		memcpy(process->logged, supervised->message,
		    sizeof(process->logged));
		break;
	default:
		log_debug("%s: %s", process->name,
		    process_state_word(supervised->state));
	}
}

static void
process_signal(const struct process *process, int number)
{
	if (process->pid == 0)
		return;
	/* Its session too, when it got as far as making one. */
	if (number == SIGKILL)
		(void)kill(-process->pid, number);
	if (kill(process->pid, number) == -1)
		log_warn("cannot signal %s, process %ld", process->name,
		    (long)process->pid);
}

void
process_act(struct process *process, unsigned int acts, int64_t now_ns)
{
	if ((acts & SUPERVISE_TELL) != 0) {
		process->changed = true;
		process->told = false;
		log_change(process, now_ns);
	}
	if ((acts & SUPERVISE_START) != 0)
		process_start(process, now_ns);
	if ((acts & SUPERVISE_RELOAD) != 0)
		process_signal(process, SIGHUP);
	if ((acts & SUPERVISE_TERMINATE) != 0)
		process_signal(process, SIGTERM);
	if ((acts & SUPERVISE_KILL) != 0) {
		log_warnx("%s: does not end, killing process %ld",
		    process->name, (long)process->pid);
		process_signal(process, SIGKILL);
	}
}

static void
control_close(struct process *process)
{
	if (process->control != -1)
		close(process->control);
	process->control = -1;
}

void
process_listen(struct process *process)
{
	struct child_status said;
	ssize_t length;

	while (process->control != -1) {
		length = recv(process->control, &said, sizeof(said),
		    MSG_DONTWAIT);
		if (length == -1 && errno == EINTR)
			continue;
		if (length == -1 && errno == EAGAIN)
			return;
		if (length <= 0) {
			control_close(process);
			return;
		}
		if (length != sizeof(said)) {
			log_warnx("%s: sent a message of %zd bytes, not %zu",
			    process->name, length, sizeof(said));
			continue;
		}
		if (said.reload != 0) {
			process->asks_reload = true;
			continue;
		}
		said.message[sizeof(said.message) - 1] = '\0';
		if (said.state == DROVER_PROCESS_STATE_UP)
			supervise_lives(&process->supervised,
			    clock_ns(CLOCK_MONOTONIC));
		process_act(process, supervise_said(&process->supervised,
		    said.state, said.message), 0);
	}
}

void
process_reaped(struct process *process, int64_t now_ns, int status)
{
	/* What it said last may explain why it ended. */
	process_listen(process);
	control_close(process);
	process->pid = 0;
	process_act(process, supervise_ended(&process->supervised, now_ns,
	    status), now_ns);
}

void
process_status(const struct process *process, struct child_status *status)
{
	memset(status, 0, sizeof(*status));
	snprintf(status->name, sizeof(status->name), "%s", process->name);
	/* A hung process has not ended yet; what it said is what counts. */
	memcpy(status->message,
	    process->supervised.state == DROVER_PROCESS_STATE_HUNG ?
	    process->supervised.said : process->supervised.message,
	    sizeof(status->message));
	status->started_ns = process->started_wall_ns;
	status->pid = process->pid;
	status->restarts = process->supervised.restarts;
	status->state = (uint8_t)process->supervised.state;
}
