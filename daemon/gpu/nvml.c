#include "gpu/nvml.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shm/clock.h"

enum need {
	OPTIONAL,
	REQUIRED
};

#define NVML_FUNCTION(member, need, symbol, former, arguments)		\
	const char nvml_symbol_##member[] = symbol;
#include "gpu/nvml.def"
#undef NVML_FUNCTION

void
nvml_call_begin(struct nvml_call *call, const char *symbol, int gpu)
{
	atomic_store(&call->gpu, gpu);
	atomic_store(&call->since_ns, clock_ns(CLOCK_MONOTONIC));
	atomic_store(&call->symbol, symbol);
}

void
nvml_call_end(struct nvml_call *call)
{
	atomic_store(&call->symbol, NULL);
}

int
nvml_call_result(struct nvml_call *call, int result)
{
	nvml_call_end(call);
	return result;
}

int64_t
nvml_call_age_ns(struct nvml_call *call)
{
	int64_t since_ns;

	since_ns = atomic_load(&call->since_ns);
	if (atomic_load(&call->symbol) == NULL)
		return 0;
	return clock_ns(CLOCK_MONOTONIC) - since_ns;
}

/* Object and function pointers are one on every POSIX system. */
static void
resolve(void *library, const char *symbol, const char *former,
    void *function)
{
	void *address;

	address = dlsym(library, symbol);
	if (address == NULL && former != NULL)
		address = dlsym(library, former);
	memcpy(function, &address, sizeof(address));
}

static const char *
resolve_all(struct nvml *nvml)
{
	const char *missing;

	missing = NULL;
#define NVML_FUNCTION(member, need, symbol, former, arguments)		\
	resolve(nvml->library, symbol, former, &nvml->member);		\
	if (need == REQUIRED && nvml->member == NULL)			\
		missing = symbol;
#include "gpu/nvml.def"
#undef NVML_FUNCTION
	return missing;
}

int
nvml_open(struct nvml *nvml, struct nvml_call *call, const char *library,
    char *why, unsigned int size)
{
	const char *missing;

	memset(nvml, 0, sizeof(*nvml));
	nvml->call = call;
	/* The linker runs code of the library and reads files. */
	nvml_call_begin(call, "dlopen", -1);
	nvml->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	nvml_call_end(call);
	if (nvml->library == NULL) {
		snprintf(why, size, "no NVML library: %s", dlerror());
		return -ENOENT;
	}
	missing = resolve_all(nvml);
	if (missing == NULL)
		return 0;
	snprintf(why, size, "%s lacks %s", library, missing);
	nvml_close(nvml);
	return -ENOSYS;
}

void
nvml_close(struct nvml *nvml)
{
	if (nvml->library != NULL)
		dlclose(nvml->library);
	memset(nvml, 0, sizeof(*nvml));
}

const char *
nvml_result_text(int result)
{
	switch (result) {
	case NVML_SUCCESS:
		return "success";
	case NVML_NOT_SUPPORTED:
		return "not supported";
	case NVML_DRIVER_NOT_LOADED:
		return "the NVIDIA driver is not loaded";
	case NVML_TIMEOUT:
		return "timeout";
	case NVML_LIBRARY_NOT_FOUND:
		return "a library of the NVIDIA driver is missing";
	case NVML_FUNCTION_NOT_FOUND:
		return "function not in this driver";
	case NVML_GPU_IS_LOST:
		return "the GPU is lost (off the bus)";
	case 4:
		return "no permission";
	case 18:
		return "NVIDIA library and driver are of different versions; "
		    "reboot or reload the driver";
	default:
		return "NVML error";
	}
}
