#include "gpu/worker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "shm/clock.h"

#define SECOND_NS	INT64_C(1000000000)
/* A lost GPU may have been reset; NVML notices only when opened anew. */
#define REOPEN_NS	(60 * SECOND_NS)

static int64_t
now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* True when the GPUs that hung have been left alone long enough. */
static bool
hung_is_over(const struct worker *worker)
{
	return worker->hung.gpus != 0 &&
	    clock_ns(CLOCK_BOOTTIME) >= worker->hung.until_ns;
}

static void
hand_over(struct worker *worker, enum worker_state state, const char *why,
    size_t count)
{
	static const uint64_t one = 1;
	struct worker_report *report;
	size_t i;

	pthread_mutex_lock(&worker->mutex);
	report = &worker->report;
	report->state = state;
	snprintf(report->why, sizeof(report->why), "%s", why);
	memcpy(report->driver, worker->sampler.driver,
	    sizeof(report->driver));
	memcpy(report->devices, worker->taken,
	    count * sizeof(worker->taken[0]));
	report->count = count;
	for (i = 0; i < count; i++)
		report->lost[i] = worker->sampler.gpus[i].lost;
	pthread_mutex_unlock(&worker->mutex);
	/* It can only fail when the counter is full, and then it is set. */
	if (write(worker->news, &one, sizeof(one)) == -1)
		errno = 0;
}

static int
open_sampler(struct worker *worker)
{
	char why[SAMPLER_WHY_BYTES];
	int error;

	worker->opened_ns = now_ns();
	if (hung_is_over(worker))
		worker->hung.gpus = 0;
	error = sampler_open(&worker->sampler, &worker->call,
	    worker->library, worker->hung.gpus, why);
	if (error != 0)
		hand_over(worker, error == -ENODEV ? WORKER_ABSENT :
		    WORKER_FAILED, why, 0);
	return error;
}

/* The Xid that were counted outlive the opening anew. */
static int
reopen_sampler(struct worker *worker)
{
	struct sampler_gpu gpus[SAMPLER_GPUS_MAX];
	size_t count, i;
	int error;

	count = worker->sampler.count;
	memcpy(gpus, worker->sampler.gpus, sizeof(gpus));
	sampler_close(&worker->sampler);
	error = open_sampler(worker);
	for (i = 0; error == 0 && i < count && i < worker->sampler.count;
	    i++) {
		worker->sampler.gpus[i].xid_errors = gpus[i].xid_errors;
		worker->sampler.gpus[i].xid_last = gpus[i].xid_last;
	}
	return error;
}

static void
wait_until(int64_t due_ns)
{
	struct timespec due;

	due.tv_sec = due_ns / SECOND_NS;
	due.tv_nsec = due_ns % SECOND_NS;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due,
	    NULL) == EINTR)
		continue;
}

static void *
work(void *argument)
{
	struct worker *worker = argument;
	int64_t due_ns;
	bool reopen;

	if (open_sampler(worker) != 0)
		return NULL;
	due_ns = now_ns();
	for (;;) {
		reopen = hung_is_over(worker) ||
		    (sampler_lost_any(&worker->sampler) &&
		    now_ns() - worker->opened_ns >= REOPEN_NS);
		if (reopen && reopen_sampler(worker) != 0)
			return NULL;
		hand_over(worker, WORKER_SAMPLING, "",
		    sampler_take(&worker->sampler, worker->taken));
		due_ns += atomic_load(&worker->interval_ns);
		/* Late once is no reason to hurry afterwards. */
		if (due_ns < now_ns())
			due_ns = now_ns();
		wait_until(due_ns);
	}
}

int
worker_start(struct worker *worker, const char *library,
    const struct hung *hung, int64_t interval_ns)
{
	pthread_t thread;
	int error;

	memset(worker, 0, sizeof(*worker));
	worker->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->news == -1)
		return -errno;
	snprintf(worker->library, sizeof(worker->library), "%s", library);
	worker->hung = *hung;
	atomic_store(&worker->interval_ns, interval_ns);
	pthread_mutex_init(&worker->mutex, NULL);
	error = pthread_create(&thread, NULL, work, worker);
	if (error != 0) {
		close(worker->news);
		return -error;
	}
	pthread_detach(thread);
	return 0;
}

bool
worker_take(struct worker *worker, struct worker_report *report)
{
	uint64_t count;

	if (read(worker->news, &count, sizeof(count)) != sizeof(count))
		return false;
	/* Held for a copy only, never during a call into the library. */
	pthread_mutex_lock(&worker->mutex);
	*report = worker->report;
	pthread_mutex_unlock(&worker->mutex);
	return true;
}

bool
worker_stuck(struct worker *worker, int64_t timeout_ns, char *text,
    size_t size)
{
	const char *symbol;
	int64_t age_ns;
	int gpu;

	age_ns = nvml_call_age_ns(&worker->call);
	symbol = atomic_load(&worker->call.symbol);
	gpu = atomic_load(&worker->call.gpu);
	if (age_ns <= timeout_ns || symbol == NULL)
		return false;
	if (gpu >= 0)
		snprintf(text, size, "%s of gpu/%d has not come back for "
		    "%.1f s", symbol, gpu, (double)age_ns / SECOND_NS);
	else
		snprintf(text, size, "%s has not come back for %.1f s",
		    symbol, (double)age_ns / SECOND_NS);
	return true;
}

int
worker_gpu(const struct worker *worker)
{
	return atomic_load(&worker->call.gpu);
}
