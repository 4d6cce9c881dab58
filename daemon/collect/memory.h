/* Memory and its reclaim: /proc/meminfo and /proc/vmstat. */
#ifndef DROVER_COLLECT_MEMORY_H
#define DROVER_COLLECT_MEMORY_H

#include "collect/round.h"
#include "collect/source.h"

struct memory {
	struct source	meminfo;
	struct source	vmstat;
};

void	memory_open(struct memory *memory, const char *root);
void	memory_close(struct memory *memory);
void	memory_retry(struct memory *memory);
void	memory_sample(struct memory *memory, struct collect_round *round);

/* Both fill metrics of a node; what is not in the text is left alone. */
void	meminfo_parse(struct text text, double *node);
void	vmstat_parse(struct text text, double *node);

#endif
