/*
 * TCP counters: /proc/net/snmp and /proc/net/netstat, where a line of
 * names is followed by a line of values.  Columns are found by name, for
 * they differ from kernel to kernel.
 */
#ifndef DROVER_COLLECT_PROTOCOL_H
#define DROVER_COLLECT_PROTOCOL_H

#include "collect/round.h"
#include "collect/source.h"

#define PROTOCOL_COLUMNS	2

/*
 * The line of names met last and where the wanted ones stood in it: as
 * long as the line is the same, it is not searched again.
 */
struct protocol {
	struct source	 source;
	const char	*label;		/* "Tcp:" */
	const char	*wanted[PROTOCOL_COLUMNS];
	enum node_metric metric[PROTOCOL_COLUMNS];
	int		 column[PROTOCOL_COLUMNS]; /* -1: not there */
	char		*names;
	size_t		 names_length;
};

void	protocol_open_snmp(struct protocol *protocol, const char *root);
void	protocol_open_netstat(struct protocol *protocol, const char *root);
void	protocol_close(struct protocol *protocol);
void	protocol_sample(struct protocol *protocol,
	    struct collect_round *round);

/* What is not in the text is NaN. */
void	protocol_parse(struct protocol *protocol, struct text text,
	    double value[PROTOCOL_COLUMNS]);

#endif
