/*
 * The peer of whatever acknowledges what is on disk: a single etcd on the
 * loopback, values of 200 B through its JSON gateway over connections kept
 * open.  Its price includes HTTP, as who uses it has to pay it.
 */
#ifndef DROVER_BENCH_ETCD_H
#define DROVER_BENCH_ETCD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define ETCD_VALUE_BYTES	200
#define ETCD_OUTSTANDING_MAX	64

struct etcd {
	pid_t	child;
	int	peer;		/* -1: there is no etcd here */
};

/* Its files go below directory; false: there is none.  To be stopped. */
bool	etcd_start(struct etcd *server, const char *directory);
void	etcd_stop(struct etcd *server);
/* One value, acknowledged. */
bool	etcd_put(struct etcd *server);
/* Values a second, over as many connections as are outstanding. */
double	etcd_put_many(uint32_t count, int outstanding);

#endif
