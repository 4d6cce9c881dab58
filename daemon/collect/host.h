/*
 * The host collector: /proc, /sys, PSI, cgroups and statvfs through kept
 * descriptors, pread and hand-made parsers.  One collector belongs to one
 * thread.  It allocates when devices come and go, otherwise not.
 */
#ifndef DROVER_COLLECT_HOST_H
#define DROVER_COLLECT_HOST_H

#include "collect/sample.h"

struct host_collector;

struct host_options {
	const char	*root;		/* "" or the root of a test tree */
	const char	*model_store;	/* directory of the models, or NULL */
	const char	*state_directory; /* drover's own, or NULL */
};

int	host_collector_open(struct host_collector **collector,
	    const struct host_options *options);
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
