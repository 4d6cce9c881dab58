#include "parent/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "parent/orphans.h"
#include "process/log.h"
#include "shm/clock.h"

#define SECOND_NS	INT64_C(1000000000)
/* A process that SIGKILL does not end is in the kernel's hands. */
#define GIVE_UP_NS	INT64_C(1900000000)
#define SIGNAL_SLOT	PROCESSES
#define SLOTS		(PROCESSES + 1)

struct parent {
	const struct run_plan	*plan;
	struct process		 processes[PROCESSES];
	struct child_status	 own;		/* the parent as a process */
	bool			 own_told;
	bool			 ready;		/* the core was up once */
	bool			 stopping;
	int			 signals;
	int64_t			 give_up_ns;
	int64_t			 watchdog_ns;	/* next sign of life */
};

static int
signals_open(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
own_status(struct child_status *own)
{
	memset(own, 0, sizeof(*own));
	memcpy(own->name, "parent", sizeof("parent"));
	own->pid = getpid();
	own->started_ns = clock_ns(CLOCK_REALTIME);
	own->state = DROVER_PROCESS_STATE_UP;
}

static int
parent_open(struct parent *parent, const struct run_plan *plan)
{
	int i;

	memset(parent, 0, sizeof(*parent));
	parent->plan = plan;
	parent->give_up_ns = SUPERVISE_NEVER;
	parent->watchdog_ns = plan->notify->watchdog_ns != 0 ?
	    clock_ns(CLOCK_MONOTONIC) : SUPERVISE_NEVER;
	parent->signals = signals_open();
	if (parent->signals == -1)
		return -errno;
	/* What a process leaves behind comes to us, not to init. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		return -errno;
	own_status(&parent->own);
	for (i = 0; i < PROCESSES; i++)
		process_init(&parent->processes[i], i, plan->setup);
	return 0;
}

static void
start_all(struct parent *parent)
{
	struct process *process;
	int64_t now_ns;
	int i;

	for (i = 0; i < PROCESSES; i++) {
		process = &parent->processes[i];
		now_ns = clock_ns(CLOCK_MONOTONIC);
		process_act(process, parent->plan->unwanted[i] != NULL ?
		    supervise_stop(&process->supervised, now_ns,
			parent->plan->unwanted[i]) :
		    supervise_start(&process->supervised), now_ns);
	}
}

static void
stop_all(struct parent *parent, const char *signal_name, uint32_t sender)
{
	struct process *process;
	int64_t now_ns;
	int i;

	now_ns = clock_ns(CLOCK_MONOTONIC);
	if (parent->stopping) {
		log_info("%s again, killing what is left", signal_name);
		for (i = 0; i < PROCESSES; i++)
			if (parent->processes[i].pid != 0)
				process_act(&parent->processes[i],
				    SUPERVISE_KILL, now_ns);
		return;
	}
	log_info("%s from process %lu, ending", signal_name,
	    (unsigned long)sender);
	parent->stopping = true;
	parent->give_up_ns = now_ns + GIVE_UP_NS;
	notify_send(parent->plan->notify, "STOPPING=1\nSTATUS=ending\n");
	for (i = 0; i < PROCESSES; i++) {
		process = &parent->processes[i];
		process_act(process, supervise_stop(&process->supervised,
		    now_ns, ""), now_ns);
	}
}

/* who: the process that asks, which has read it already, or NULL. */
static void
reload_all(struct parent *parent, const struct process *who)
{
	const char *by = who == NULL ? "SIGHUP" : who->name;
	char text[80];
	bool taken;
	int i;

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld\n",
	    (long long)(clock_ns(CLOCK_MONOTONIC) / 1000));
	notify_send(parent->plan->notify, text);
	taken = parent->plan->reload(parent->plan->argument);
	if (taken)
		log_info("%s: configuration read again", by);
	else
		log_warnx("%s: configuration refused, the former one stays "
		    "in force", by);
	/*
	 * A refused one is passed on to the core, which keeps the former one
	 * and makes an event of it that operators see; others that wait
	 * would be started only to refuse it too.
	 */
	for (i = 0; i < PROCESSES; i++)
		if (&parent->processes[i] != who &&
		    (taken || i == PROCESS_core))
			process_act(&parent->processes[i], supervise_reload(
			    &parent->processes[i].supervised), 0);
	if (parent->ready)
		notify_send(parent->plan->notify, "READY=1\n");
}

/* The core was asked by an operator; the others follow it. */
static void
reload_asked(struct parent *parent)
{
	struct process *core = &parent->processes[PROCESS_core];

	if (core->asks_reload && !parent->stopping)
		reload_all(parent, core);
	core->asks_reload = false;
}

static struct process *
process_of(struct parent *parent, pid_t pid)
{
	int i;

	for (i = 0; i < PROCESSES; i++)
		if (parent->processes[i].pid == pid)
			return &parent->processes[i];
	return NULL;
}

static void
reap(struct parent *parent)
{
	struct process *process;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		process = process_of(parent, pid);
		if (process != NULL)
			process_reaped(process, clock_ns(CLOCK_MONOTONIC),
			    status);
		else
			log_debug("reaped process %ld, which another left",
			    (long)pid);
	}
}

static void
take_signals(struct parent *parent)
{
	struct signalfd_siginfo info;

	while (read(parent->signals, &info, sizeof(info)) ==
	    (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(parent);
		else if (info.ssi_signo == SIGHUP && !parent->stopping)
			reload_all(parent, NULL);
		else if (info.ssi_signo == SIGTERM)
			stop_all(parent, "SIGTERM", info.ssi_pid);
		else if (info.ssi_signo == SIGINT)
			stop_all(parent, "SIGINT", info.ssi_pid);
	}
}

static bool
core_is_up(const struct parent *parent)
{
	const struct process *core;

	core = &parent->processes[PROCESS_core];
	return core->supervised.state == DROVER_PROCESS_STATE_UP &&
	    core->control != -1;
}

static bool
tell(const struct parent *parent, const struct child_status *status)
{
	return send(parent->processes[PROCESS_core].control, status,
	    sizeof(*status), MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    (ssize_t)sizeof(*status);
}

/* Tell the core what it has not heard; false when it does not listen. */
static bool
tell_core(struct parent *parent)
{
	struct child_status status;
	int i;

	if (!core_is_up(parent))
		return true;
	parent->own_told = parent->own_told || tell(parent, &parent->own);
	if (!parent->own_told)
		return false;
	for (i = 0; i < PROCESSES; i++) {
		if (parent->processes[i].told)
			continue;
		process_status(&parent->processes[i], &status);
		if (!tell(parent, &status))
			return false;
		parent->processes[i].told = true;
	}
	return true;
}

/* "core up, gpu absent (no NVML library)": the line of systemctl status. */
static void
notify_status(const struct parent *parent)
{
	const struct process *process;
	char text[512];
	size_t used;
	int i;

	used = (size_t)snprintf(text, sizeof(text), "%sSTATUS=",
	    parent->ready ? "READY=1\n" : "");
	for (i = 0; i < PROCESSES && used < sizeof(text); i++) {
		process = &parent->processes[i];
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s%s %s", i == 0 ? "" : ", ", process->name,
		    process_state_word(process->supervised.state));
		if (process->supervised.state == DROVER_PROCESS_STATE_UP ||
		    process->supervised.message[0] == '\0' ||
		    used >= sizeof(text))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    " (%s)", process->supervised.message);
	}
	notify_send(parent->plan->notify, text);
}

/* What follows from the changes since the last time round. */
static void
changes_settle(struct parent *parent)
{
	bool changed;
	int i;

	changed = false;
	if (parent->processes[PROCESS_core].changed && core_is_up(parent)) {
		/* This core is a new one and knows nothing yet. */
		parent->own_told = false;
		for (i = 0; i < PROCESSES; i++)
			parent->processes[i].told = false;
		parent->ready = true;
	}
	for (i = 0; i < PROCESSES; i++) {
		changed = changed || parent->processes[i].changed;
		parent->processes[i].changed = false;
	}
	if (changed && !parent->stopping)
		notify_status(parent);
}

static void
tick_all(struct parent *parent)
{
	int64_t now_ns;
	int i;

	now_ns = clock_ns(CLOCK_MONOTONIC);
	for (i = 0; i < PROCESSES; i++)
		process_act(&parent->processes[i],
		    supervise_tick(&parent->processes[i].supervised, now_ns),
		    now_ns);
	if (now_ns >= parent->watchdog_ns) {
		notify_send(parent->plan->notify, "WATCHDOG=1\n");
		parent->watchdog_ns = now_ns +
		    parent->plan->notify->watchdog_ns;
	}
}

static bool
all_ended(const struct parent *parent)
{
	int i;

	for (i = 0; i < PROCESSES; i++)
		if (parent->processes[i].pid != 0)
			return false;
	return true;
}

static void
wait_for_news(struct parent *parent, bool core_listens)
{
	struct pollfd slots[SLOTS];
	struct timespec timeout;
	int64_t wake_ns, wait_ns;
	int i;

	wake_ns = parent->watchdog_ns < parent->give_up_ns ?
	    parent->watchdog_ns : parent->give_up_ns;
	for (i = 0; i < PROCESSES; i++) {
		if (supervise_wake(&parent->processes[i].supervised) <
		    wake_ns)
			wake_ns = supervise_wake(
			    &parent->processes[i].supervised);
		slots[i].fd = parent->processes[i].control;
		slots[i].events = POLLIN;
	}
	if (!core_listens)
		slots[PROCESS_core].events |= POLLOUT;
	slots[SIGNAL_SLOT].fd = parent->signals;
	slots[SIGNAL_SLOT].events = POLLIN;
	wait_ns = wake_ns == INT64_MIN ? 0 :
	    wake_ns - clock_ns(CLOCK_MONOTONIC);
	if (wait_ns < 0)
		wait_ns = 0;
	timeout.tv_sec = wait_ns / SECOND_NS;
	timeout.tv_nsec = wait_ns % SECOND_NS;
	(void)ppoll(slots, SLOTS,
	    wake_ns == SUPERVISE_NEVER ? NULL : &timeout, NULL);
}

static int
finish(struct parent *parent)
{
	int i, status;

	status = 0;
	for (i = 0; i < PROCESSES; i++) {
		if (parent->processes[i].pid == 0)
			continue;
		log_warnx("%s: process %ld cannot be killed and is left "
		    "behind", parent->processes[i].name,
		    (long)parent->processes[i].pid);
		status = 1;
	}
	if (status == 0)
		orphans_end(parent->signals, parent->give_up_ns);
	close(parent->signals);
	return status;
}

int
run(const struct run_plan *plan)
{
	struct parent parent;
	bool core_listens;
	int error, i;

	error = parent_open(&parent, plan);
	if (error != 0)
		fatal(1, "cannot begin: %s", strerror(-error));
	start_all(&parent);
	while (!parent.stopping || (!all_ended(&parent) &&
	    clock_ns(CLOCK_MONOTONIC) < parent.give_up_ns)) {
		changes_settle(&parent);
		core_listens = tell_core(&parent);
		wait_for_news(&parent, core_listens);
		for (i = 0; i < PROCESSES; i++)
			process_listen(&parent.processes[i]);
		reload_asked(&parent);
		take_signals(&parent);
		tick_all(&parent);
	}
	log_info("ended");
	return finish(&parent);
}
