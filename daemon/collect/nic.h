/*
 * Network interfaces: counts from /proc/net/dev, one read for all of
 * them, link state from /sys/class/net/NAME.
 *
 * An interface is physical when a device stands behind it.  Listed are
 * the physical ones and those whose type the kernel names (bond, bridge,
 * vlan, wireguard ...), not the ends of containers (veth, tap) and
 * dummies.  On a machine without physical interfaces, such as a
 * container, all but the loopback are listed.  What a bond or a bridge
 * carries goes over a physical interface too, so the sums of the node are
 * those of the physical ones, if there are any.
 */
#ifndef DROVER_COLLECT_NIC_H
#define DROVER_COLLECT_NIC_H

#include "collect/round.h"
#include "collect/source.h"

struct nic_counts {
	double	in, in_packets, in_errors, in_drops;
	double	out, out_packets, out_errors, out_drops;
};

struct nic {
	char			name[24];	/* nic/eth0 */
	char			label[24];	/* type, where it has one */
	struct source		operstate;
	struct source		carrier_changes;
	struct nic_counts	before;
	struct nic_counts	now;
	bool			physical;
	bool			listed;
	bool			seen;
	bool			gone;
};

struct nics {
	char		*root;
	struct source	 dev;
	struct nic	*nics;		/* sorted by name */
	size_t		 count;
	size_t		*order;		/* nic of each line of dev, last time */
};

void	nics_open(struct nics *nics, const char *root);
void	nics_close(struct nics *nics);
/* Look for interfaces that came or went. */
void	nics_rescan(struct nics *nics, struct source_buffer *buffer);
void	nics_sample(struct nics *nics, struct collect_round *round);

/*
 * Take one line of /proc/net/dev.  False: no line of an interface.  name
 * is empty when it does not fit.
 */
bool	nic_parse(struct text line, char name[16], struct nic_counts *counts);
/* 1: the link is up, 0: it is down, NaN: unknown. */
double	operstate_parse(struct text text);

#endif
