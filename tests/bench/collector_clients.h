/* What it costs to know how many connections a model server has. */
#ifndef DROVER_BENCH_COLLECTOR_CLIENTS_H
#define DROVER_BENCH_COLLECTOR_CLIENTS_H

/* Of one look, in CPU time of this thread; NaN: not to be had here. */
struct clients_cost {
	double	look_us;	/* clients_count() */
	double	read_us;	/* /proc/net/tcp and tcp6, read to the end */
};

struct clients_cost clients_measure(int connections, int rounds);

#endif
