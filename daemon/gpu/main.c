/*
 * drover-gpu: samples NVIDIA GPUs and publishes gpu.seg.  Started by
 * droverd, see process/child.h.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "config/config.h"
#include "gpu/hung.h"
#include "gpu/publish.h"
#include "gpu/worker.h"
#include "process/child.h"
#include "process/child_configuration.h"
#include "process/log.h"
#include "shm/clock.h"

#define MILLISECOND_NS	INT64_C(1000000)
/* Between two signs of life when the samples come further apart. */
#define HEARTBEAT_MS	1000

struct gpu_process {
	const struct child_options	*options;
	struct config			*config;
	struct publisher		 publisher;
	struct worker			 worker;
	struct worker_report		 report;
	bool				 attended;
	bool				 ready;
	int				 signals;
};

static int
read_configuration(struct gpu_process *process)
{
	struct config *config;
	int error;

	error = child_configuration(&config, process->options->configuration);
	if (error != 0)
		return error;
	config_free(process->config);
	process->config = config;
	return 0;
}

static int
signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	/* Before the worker starts, which inherits the mask. */
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * _exit, because the worker may be inside NVML: neither it nor the
 * library's destructors can be waited for.
 */
static void end(struct gpu_process *process, int status)
    __attribute__((noreturn));

static void
end(struct gpu_process *process, int status)
{
	publisher_close(&process->publisher);
	_exit(status);
}

static void
end_hung(struct gpu_process *process, const char *message)
{
	int error, gpu;

	(void)child_report(DROVER_PROCESS_STATE_HUNG, message);
	if (!process->attended)
		log_warnx("%s", message);
	gpu = worker_gpu(&process->worker);
	error = gpu < 0 ? 0 : hung_add(process->options->runtime_directory,
	    gpu, clock_ns(CLOCK_BOOTTIME));
	if (error != 0)
		log_warnx("cannot remember that gpu/%d hung: %s", gpu,
		    strerror(-error));
	error = 0;
	if (process->publisher.writer != NULL)
		error = publisher_hung(&process->publisher, message);
	if (error != 0)
		log_warnx("cannot publish: %s", strerror(-error));
	/* Not closed in order: readers are to see that it is dead. */
	_exit(CHILD_EXIT_HUNG);
}

/* Only now: a machine without a GPU has no gpu.seg. */
static void
begin_publishing(struct gpu_process *process)
{
	char node[64], path[1280], why[SAMPLER_WHY_BYTES];
	int error;

	config_node_name(process->config, node);
	snprintf(path, sizeof(path), "%s/gpu.seg",
	    process->options->runtime_directory);
	error = publisher_open(&process->publisher, path, node);
	if (error == 0)
		return;
	snprintf(why, sizeof(why), "cannot make gpu.seg: %s",
	    strerror(-error));
	if (!process->attended)
		log_warnx("%s", why);
	(void)child_report(DROVER_PROCESS_STATE_STOPPED, why);
	_exit(CHILD_EXIT_OUTPUT);
}

static void
take_report(struct gpu_process *process)
{
	struct worker_report *report;
	int error;

	report = &process->report;
	if (!worker_take(&process->worker, report))
		return;
	if (report->state == WORKER_ABSENT ||
	    report->state == WORKER_FAILED) {
		if (!process->attended)
			log_info("%s", report->why);
		(void)child_report(report->state == WORKER_ABSENT ?
		    DROVER_PROCESS_STATE_ABSENT :
		    DROVER_PROCESS_STATE_STOPPED, report->why);
		end(process, report->state == WORKER_ABSENT ?
		    CHILD_EXIT_ABSENT : 1);
	}
	if (process->publisher.writer == NULL)
		begin_publishing(process);
	error = publisher_show(&process->publisher, report);
	if (error != 0)
		log_warnx("cannot publish: %s", strerror(-error));
	if (error != 0 || process->ready)
		return;
	log_info("%zu GPU%s, driver %s", report->count,
	    report->count == 1 ? "" : "s", report->driver);
	process->ready = true;
	(void)child_ready();
}

static void
take_signal(struct gpu_process *process)
{
	struct signalfd_siginfo info;

	if (read(process->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo != SIGHUP)
		end(process, CHILD_EXIT_ORDERLY);
	if (read_configuration(process) == 0)
		atomic_store(&process->worker.interval_ns,
		    (int64_t)process->config->collect.interval_ms *
		    MILLISECOND_NS);
}

static void
hear_parent(struct gpu_process *process)
{
	struct child_status status;
	int result;

	while ((result = child_status_receive(&status)) == 1)
		continue;
	if (result == -EPIPE)
		end(process, CHILD_EXIT_ORDERLY);
}

static void
watch(struct gpu_process *process)
{
	struct pollfd slots[3];
	char text[SAMPLER_WHY_BYTES];
	int count;

	slots[0].fd = process->signals;
	slots[1].fd = process->worker.news;
	slots[2].fd = process->attended ? CHILD_CONTROL_FD : -1;
	slots[0].events = slots[1].events = slots[2].events = POLLIN;
	for (;;) {
		count = poll(slots, 3, HEARTBEAT_MS);
		if (count > 0 && slots[0].revents != 0)
			take_signal(process);
		if (count > 0 && slots[2].revents != 0)
			hear_parent(process);
		if (count > 0 && slots[1].revents != 0)
			take_report(process);
		if (worker_stuck(&process->worker,
		    (int64_t)process->config->collect.gpu_timeout_ms *
		    MILLISECOND_NS, text, sizeof(text)))
			end_hung(process, text);
		if (count == 0 && process->publisher.writer != NULL)
			publisher_heartbeat(&process->publisher);
	}
}

int
main(int argc, char **argv)
{
	static struct gpu_process process;
	struct child_options options;
	struct hung hung;
	int error;

	log_init("gpu", LOG_LEVEL_INFO);
	if (child_arguments(argc, argv, &options) != 0)
		fatal(CHILD_EXIT_USAGE, "usage: drover-gpu -r "
		    "runtime_directory -s state_directory "
		    "[-f configuration]");
	process.options = &options;
	if (child_attach(&process.attended) != 0)
		fatal(1, "cannot attach to the parent: %s", strerror(errno));
	if (read_configuration(&process) != 0)
		return CHILD_EXIT_CONFIGURATION;
	process.signals = signals_open();
	if (process.signals == -1)
		fatal(1, "cannot take signals: %s", strerror(errno));
	hung_read(&hung, options.runtime_directory, clock_ns(CLOCK_BOOTTIME));
	if (hung.gpus != 0)
		log_warnx("leaving alone the GPUs that hung lately, mask %x",
		    (unsigned int)hung.gpus);
	error = worker_start(&process.worker,
	    process.config->collect.nvml_library, &hung,
	    (int64_t)process.config->collect.interval_ms * MILLISECOND_NS);
	if (error != 0)
		fatal(1, "cannot start the sampling thread: %s",
		    strerror(-error));
	watch(&process);
}
