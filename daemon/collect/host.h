/*
 * The host collector: /proc, /sys, PSI, cgroups and statvfs through kept
 * descriptors, pread and hand-made parsers.  One collector belongs to one
 * thread.  It allocates when devices come and go, otherwise not.
 *
 * What can block in the kernel is asked by three threads of its own, with
 * all signals blocked: statvfs for each of the two directories, and the
 * sensors.  A sample takes their last answer, which is at most a second
 * or two old, and NaN when it is older than 5 (sensors: 10) seconds.
 */
#ifndef DROVER_COLLECT_HOST_H
#define DROVER_COLLECT_HOST_H

#include "collect/sample.h"

struct host_collector;

struct host_options {
	const char	*root;		/* "" or the root of a test tree */
	const char	*model_store;	/* directory; NULL, "": looked for */
	const char	*state_directory; /* drover's own, or NULL */
};

/*
 * The options are copied.  Waits for the first answers of the threads,
 * at most a sixth of a second.  0 or -ENOMEM.
 */
int	host_collector_open(struct host_collector **collector,
	    const struct host_options *options);
/*
 * Never waits for long: a thread stuck in the kernel is left behind and
 * frees what it has when it returns.
 */
void	host_collector_close(struct host_collector *collector);

/*
 * Take a sample.  Rates need two samples; in the first they are NaN.
 * Never fails as a whole: a source that is missing, unreadable or hostile
 * leaves its metrics NaN.  Backend and GPU metrics are left NaN.
 */
void	host_collector_sample(struct host_collector *collector,
	    struct sample *sample);
void	sample_free(struct sample *sample);

/* "Debian GNU/Linux 12, Linux 6.1.0", from os-release and uname. */
void	host_system(const struct host_options *options, char *text,
	    size_t size);

#endif
