/*
 * The thread that samples.  A call into NVML may never come back; then
 * this thread is lost and only the end of the process gets rid of it.  So
 * nothing here is waited for: the owner polls worker->news, takes what is
 * there, and asks worker_stuck() from time to time.
 */
#ifndef DROVER_GPU_WORKER_H
#define DROVER_GPU_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpu/hung.h"
#include "gpu/sampler.h"

enum worker_state {
	WORKER_OPENING,
	WORKER_SAMPLING,
	WORKER_ABSENT,		/* nothing to sample on this machine */
	WORKER_FAILED
};

/* What the worker hands over. */
struct worker_report {
	enum worker_state	state;
	char			why[SAMPLER_WHY_BYTES];	/* ABSENT, FAILED */
	char			driver[32];
	struct sample_device	devices[SAMPLER_GPUS_MAX];
	bool			lost[SAMPLER_GPUS_MAX];
	size_t			count;
};

struct worker {
	int			 news;		/* an eventfd to poll */
	struct nvml_call	 call;
	_Atomic(int64_t)	 interval_ns;	/* may be changed any time */
	char			 library[1024];
	struct hung		 hung;		/* GPUs to leave alone */
	/* The rest belongs to the worker, report under the mutex. */
	pthread_mutex_t		 mutex;
	struct worker_report	 report;
	struct sampler		 sampler;
	struct sample_device	 taken[SAMPLER_GPUS_MAX];
	int64_t			 opened_ns;
};

/*
 * worker must live as long as the process.  hung: the GPUs not to be asked
 * before their time is over.
 */
int	worker_start(struct worker *worker, const char *library,
	    const struct hung *hung, int64_t interval_ns);
/* True with the latest report when there is a new one; never blocks. */
bool	worker_take(struct worker *worker, struct worker_report *report);
/*
 * True when a call has been out for longer than timeout_ns; text, of size
 * bytes, says which one and for how long.
 */
bool	worker_stuck(struct worker *worker, int64_t timeout_ns, char *text,
	    size_t size);
/* The GPU of the call that is out, -1 when it is of none. */
int	worker_gpu(const struct worker *worker);

#endif
