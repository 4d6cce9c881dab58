/*
 * Sampling GPUs through NVML.  Pure but for the calls of the library: it
 * does not log, publish or wait, so that it can run in a thread that may
 * never come back.
 */
#ifndef DROVER_GPU_SAMPLER_H
#define DROVER_GPU_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/sample.h"
#include "gpu/nvml.h"

#define SAMPLER_GPUS_MAX	32
#define SAMPLER_WHY_BYTES	96

struct sampler_gpu {
	struct nvml_device	*device;
	char			 label[64];
	double			 xid_errors;	/* since the start */
	double			 xid_last;	/* NaN: none yet */
	bool			 lost;
	bool			 left;		/* not asked: it hung */
};

struct sampler {
	struct nvml		 nvml;
	struct nvml_call	*call;
	struct nvml_event_set	*events;	/* NULL: no Xid here */
	struct sampler_gpu	 gpus[SAMPLER_GPUS_MAX];
	size_t			 count;
	bool			 watched;	/* a GPU told its Xid */
	char			 driver[32];
};

/*
 * leave: the GPUs that are not to be asked anything, bit n for gpu/n.
 * -ENODEV: nothing to sample here (no library, no driver, no GPU), and
 * why says what of it; another error is a fault, and why says which.
 */
int	sampler_open(struct sampler *sampler, struct nvml_call *call,
	    const char *library, uint32_t leave, char *why);
void	sampler_close(struct sampler *sampler);

/*
 * Take a sample of every GPU into devices, which has room for
 * SAMPLER_GPUS_MAX.  What cannot be had is NaN.  Returns their number.
 */
size_t	sampler_take(struct sampler *sampler, struct sample_device *devices);
/* A lost GPU comes back only after the library was opened again. */
bool	sampler_lost_any(const struct sampler *sampler);

#endif
