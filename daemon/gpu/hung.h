/*
 * The GPUs whose calls did not come back, remembered from one gpu process
 * to the next in RUNTIME_DIRECTORY/gpu.hung: the next one leaves them
 * alone for a while, so that one sick GPU does not hide the others.
 */
#ifndef DROVER_GPU_HUNG_H
#define DROVER_GPU_HUNG_H

#include <stdint.h>

#define HUNG_LEAVE_NS	INT64_C(600000000000)

struct hung {
	uint32_t	gpus;		/* bit n: gpu/n */
	int64_t		until_ns;	/* CLOCK_BOOTTIME */
};

/* What is remembered and not over yet; nothing when there is no file. */
void	hung_read(struct hung *hung, const char *directory, int64_t now_ns);
/* Remember this one too.  0 or a negative errno value. */
int	hung_add(const char *directory, int gpu, int64_t now_ns);

#endif
