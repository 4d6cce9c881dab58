/* How long each of many took, and what is typical of them. */
#ifndef DROVER_BENCH_SAMPLES_H
#define DROVER_BENCH_SAMPLES_H

#include <stdint.h>

#define SAMPLES_MAX	20000

struct samples {
	double		us[SAMPLES_MAX];
	uint32_t	count;
};

/* Of a clock that does not step. */
double	samples_now_us(void);
/* Those past the last place are left out. */
void	samples_keep(struct samples *samples, double us);
double	samples_percentile(struct samples *samples, double share);

#endif
