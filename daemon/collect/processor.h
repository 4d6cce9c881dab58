/* CPU time, tasks and load: /proc/stat and /proc/loadavg. */
#ifndef DROVER_COLLECT_PROCESSOR_H
#define DROVER_COLLECT_PROCESSOR_H

#include "collect/round.h"
#include "collect/source.h"

/* CPU times in clock ticks, the rest as the kernel counts it. */
struct processor_counts {
	double	user, nice, system, idle, iowait, irq, softirq, steal;
	double	cpus;
	double	context_switches;
	double	forks;
	double	running;
	double	blocked;
};

struct processor {
	struct source		stat;
	struct source		loadavg;
	struct processor_counts	before;
};

void	processor_open(struct processor *processor, const char *root);
void	processor_close(struct processor *processor);
void	processor_retry(struct processor *processor);
void	processor_sample(struct processor *processor,
	    struct collect_round *round);

/* What is not in the text is NaN. */
void	processor_parse(struct text text, struct processor_counts *counts);
void	loadavg_parse(struct text text, double load[3]);

#endif
