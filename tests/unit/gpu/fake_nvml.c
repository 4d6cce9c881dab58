/*
 * An NVML library without a GPU: no real one is in the machines that run
 * the tests.  It answers what the file named by FAKE_NVML says, read anew
 * at every call, a line each:
 *
 *	count 2			GPUs (default 2)
 *	result SYMBOL CODE	that function gives this result
 *	result SYMBOL/1 CODE	for GPU 1 only
 *	hang SYMBOL[/GPU]	that call does not come back
 *	xid GPU NUMBER		nvmlEventSetWait_v2 tells it, once for each
 *				such line
 *
 * The values are made from the index of the GPU, see below.  With
 * FAKE_OLD_DRIVER it has only what drivers of the 390 series had.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUCCESS		0
#define NOT_SUPPORTED	3
#define TIMEOUT		10
#define DEVICES		16

struct device {
	int	index;
};

struct event {
	struct device		*device;
	unsigned long long	 type;
	unsigned long long	 data;
	unsigned int		 instances[2];
};

static struct device devices[DEVICES];
#ifndef FAKE_OLD_DRIVER
static int told;
#endif

int nvmlShutdown(void);
int nvmlDeviceGetName(struct device *, char *, unsigned int);
int nvmlDeviceGetUtilizationRates(struct device *, unsigned int *);
int nvmlDeviceGetMemoryInfo(struct device *, unsigned long long *);
int nvmlDeviceGetTemperature(struct device *, int, unsigned int *);
int nvmlDeviceGetPowerUsage(struct device *, unsigned int *);
int nvmlDeviceGetClockInfo(struct device *, int, unsigned int *);

static FILE *
script(void)
{
	const char *path;

	path = getenv("FAKE_NVML");
	return path != NULL ? fopen(path, "re") : NULL;
}

/* The result the script wants; hangs when it says so. */
static int
result_of(const char *symbol, int gpu)
{
	char line[128], word[32], target[64], own[64];
	int code, result;
	FILE *file;

	snprintf(own, sizeof(own), "%s/%d", symbol, gpu);
	result = SUCCESS;
	file = script();
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		code = 0;
		if (sscanf(line, "%31s %63s %d", word, target, &code) < 2 ||
		    (strcmp(target, symbol) != 0 && strcmp(target, own) != 0))
			continue;
		if (strcmp(word, "result") == 0)
			result = code;
		while (strcmp(word, "hang") == 0)
			pause();
	}
	if (file != NULL)
		fclose(file);
	return result;
}

static int
handle(unsigned int index, struct device **device, const char *symbol)
{
	devices[index].index = (int)index;
	*device = &devices[index];
	return result_of(symbol, (int)index);
}

static int
count_gpus(unsigned int *count, const char *symbol)
{
	char line[128];
	FILE *file;

	*count = 2;
	file = script();
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		(void)sscanf(line, "count %u", count);
	if (file != NULL)
		fclose(file);
	return result_of(symbol, -1);
}

int
nvmlShutdown(void)
{
	return result_of(__func__, -1);
}

int
nvmlDeviceGetName(struct device *device, char *name, unsigned int length)
{
	snprintf(name, length, "Fake Tesla F%d", device->index);
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetUtilizationRates(struct device *device, unsigned int *rates)
{
	rates[0] = 40 + (unsigned int)device->index;
	rates[1] = 7;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetMemoryInfo(struct device *device, unsigned long long *memory)
{
	memory[0] = 80ULL << 30;	/* total, free, used */
	memory[1] = 60ULL << 30;
	memory[2] = 20ULL << 30;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetTemperature(struct device *device, int sensor,
    unsigned int *celsius)
{
	*celsius = sensor == 0 ? 61 + (unsigned int)device->index : 0;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetPowerUsage(struct device *device, unsigned int *milliwatts)
{
	*milliwatts = 251500;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetClockInfo(struct device *device, int clock,
    unsigned int *megahertz)
{
	*megahertz = clock == 1 ? 1410 : 0;
	return result_of(__func__, device->index);
}

#ifdef FAKE_OLD_DRIVER

int nvmlInit(void);
int nvmlDeviceGetCount(unsigned int *);
int nvmlDeviceGetHandleByIndex(unsigned int, struct device **);
int nvmlDeviceGetCurrentClocksThrottleReasons(struct device *,
    unsigned long long *);

int
nvmlInit(void)
{
	return result_of(__func__, -1);
}

int
nvmlDeviceGetCount(unsigned int *count)
{
	return count_gpus(count, __func__);
}

int
nvmlDeviceGetHandleByIndex(unsigned int index, struct device **device)
{
	return handle(index, device, __func__);
}

int
nvmlDeviceGetCurrentClocksThrottleReasons(struct device *device,
    unsigned long long *reasons)
{
	*reasons = 4;
	return result_of(__func__, device->index);
}

#else

int nvmlInit_v2(void);
int nvmlDeviceGetCount_v2(unsigned int *);
int nvmlDeviceGetHandleByIndex_v2(unsigned int, struct device **);
int nvmlSystemGetDriverVersion(char *, unsigned int);
int nvmlDeviceGetEnforcedPowerLimit(struct device *, unsigned int *);
int nvmlDeviceGetCurrentClocksEventReasons(struct device *,
    unsigned long long *);
int nvmlDeviceGetTotalEccErrors(struct device *, int, int,
    unsigned long long *);
int nvmlDeviceGetRemappedRows(struct device *, unsigned int *,
    unsigned int *, unsigned int *, unsigned int *);
int nvmlDeviceGetPcieReplayCounter(struct device *, unsigned int *);
int nvmlEventSetCreate(void **);
int nvmlEventSetFree(void *);
int nvmlDeviceRegisterEvents(struct device *, unsigned long long, void *);
int nvmlEventSetWait_v2(void *, struct event *, unsigned int);

int
nvmlInit_v2(void)
{
	return result_of(__func__, -1);
}

int
nvmlDeviceGetCount_v2(unsigned int *count)
{
	return count_gpus(count, __func__);
}

int
nvmlDeviceGetHandleByIndex_v2(unsigned int index, struct device **device)
{
	return handle(index, device, __func__);
}

int
nvmlSystemGetDriverVersion(char *version, unsigned int length)
{
	snprintf(version, length, "550.00");
	return result_of(__func__, -1);
}

int
nvmlDeviceGetEnforcedPowerLimit(struct device *device,
    unsigned int *milliwatts)
{
	*milliwatts = 400000;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetCurrentClocksEventReasons(struct device *device,
    unsigned long long *reasons)
{
	*reasons = 0x44;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetTotalEccErrors(struct device *device, int error, int counter,
    unsigned long long *count)
{
	*count = counter != 1 ? 0 : error == 0 ? 12 : 1;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetRemappedRows(struct device *device, unsigned int *corrected,
    unsigned int *uncorrected, unsigned int *pending, unsigned int *failed)
{
	*corrected = 2;
	*uncorrected = 1;
	*pending = 1;
	*failed = 0;
	return result_of(__func__, device->index);
}

int
nvmlDeviceGetPcieReplayCounter(struct device *device, unsigned int *count)
{
	*count = 5;
	return result_of(__func__, device->index);
}

int
nvmlEventSetCreate(void **set)
{
	*set = &told;
	return result_of(__func__, -1);
}

int
nvmlEventSetFree(void *set)
{
	(void)set;
	return result_of(__func__, -1);
}

int
nvmlDeviceRegisterEvents(struct device *device, unsigned long long types,
    void *set)
{
	(void)set;
	return types == 8 ? result_of(__func__, device->index) :
	    NOT_SUPPORTED;
}

int
nvmlEventSetWait_v2(void *set, struct event *event, unsigned int timeout_ms)
{
	char line[128];
	unsigned int gpu, number;
	int result, seen;
	FILE *file;

	(void)set;
	(void)timeout_ms;
	seen = 0;
	result = TIMEOUT;
	file = script();
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "xid %u %u", &gpu, &number) != 2 ||
		    gpu >= DEVICES || seen++ < told)
			continue;
		memset(event, 0, sizeof(*event));
		event->device = &devices[gpu];
		event->type = 8;
		event->data = number;
		result = SUCCESS;
		told++;
		break;
	}
	if (file != NULL)
		fclose(file);
	return result;
}

#endif
