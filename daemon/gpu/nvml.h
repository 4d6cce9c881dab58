/*
 * The NVML library, opened at run time: drover is built without NVIDIA's
 * headers and runs without its driver.  Declared here is what drover needs
 * of NVML's public interface, and no more.
 *
 * Every call into the library can block for ever when a GPU or its driver
 * is stuck, so each one is made between nvml_call_begin() and
 * nvml_call_end(), and another thread can ask how long it has been out.
 */
#ifndef DROVER_GPU_NVML_H
#define DROVER_GPU_NVML_H

#include <stdatomic.h>
#include <stdint.h>

/* nvmlReturn_t, as far as drover tells its values apart. */
enum nvml_result {
	NVML_SUCCESS = 0,
	NVML_NOT_SUPPORTED = 3,
	NVML_DRIVER_NOT_LOADED = 9,
	NVML_TIMEOUT = 10,
	NVML_LIBRARY_NOT_FOUND = 12,
	NVML_FUNCTION_NOT_FOUND = 13,
	NVML_GPU_IS_LOST = 15
};

#define NVML_TEMPERATURE_GPU		0	/* nvmlTemperatureSensors_t */
#define NVML_CLOCK_SM			1	/* nvmlClockType_t */
#define NVML_ECC_CORRECTED		0	/* nvmlMemoryErrorType_t */
#define NVML_ECC_UNCORRECTED		1
#define NVML_ECC_AGGREGATE		1	/* nvmlEccCounterType_t */
#define NVML_EVENT_XID			UINT64_C(8)

struct nvml_device;		/* opaque, the library's */
struct nvml_event_set;

struct nvml_utilization {	/* nvmlUtilization_t */
	unsigned int	gpu;		/* percent */
	unsigned int	memory;
};

struct nvml_memory {		/* nvmlMemory_t */
	unsigned long long	total;	/* bytes */
	unsigned long long	free;
	unsigned long long	used;
};

struct nvml_event {		/* nvmlEventData_t */
	struct nvml_device	*device;
	unsigned long long	 type;
	unsigned long long	 data;	/* of an Xid event: its number */
	unsigned int		 gpu_instance;
	unsigned int		 compute_instance;
};

/* The call that is out, for the thread that watches. */
struct nvml_call {
	_Atomic(const char *)	symbol;		/* NULL: none */
	atomic_int		gpu;		/* index, -1: no GPU's */
	_Atomic(int64_t)	since_ns;	/* CLOCK_MONOTONIC */
};

struct nvml {
	void			*library;
	struct nvml_call	*call;
#define NVML_FUNCTION(member, need, symbol, former, arguments)		\
	int			(*member)arguments;
#include "gpu/nvml.def"
#undef NVML_FUNCTION
};

/* One name for each function, by its member: nvml_symbol_init ... */
#define NVML_FUNCTION(member, need, symbol, former, arguments)		\
	extern const char nvml_symbol_##member[];
#include "gpu/nvml.def"
#undef NVML_FUNCTION

/*
 * Open the library: a name for the dynamic linker or an absolute path.
 * -ENOENT: not there; -ENOSYS: a required function is missing.  why, of
 * size bytes, is one line.  Functions that are missing are NULL.
 */
int	nvml_open(struct nvml *nvml, struct nvml_call *call,
	    const char *library, char *why, unsigned int size);
void	nvml_close(struct nvml *nvml);

void	nvml_call_begin(struct nvml_call *call, const char *symbol, int gpu);
void	nvml_call_end(struct nvml_call *call);
/* Nanoseconds that the present call has been out, 0 when none is. */
int64_t	nvml_call_age_ns(struct nvml_call *call);

/*
 * NVML_CALL(nvml, gpu, function, arguments): the result of the call,
 * NVML_FUNCTION_NOT_FOUND where the library lacks the function.
 */
#define NVML_CALL(nvml, gpu, function, ...)				\
	((nvml)->function == NULL ? NVML_FUNCTION_NOT_FOUND :		\
	(nvml_call_begin((nvml)->call, nvml_symbol_##function, (gpu)),	\
	nvml_call_result((nvml)->call, (nvml)->function(__VA_ARGS__))))
int	nvml_call_result(struct nvml_call *call, int result);

/* What a result means, in drover's words. */
const char *nvml_result_text(int result);

#endif
