/*
 * The protocol of sd_notify(3), spoken to the socket that the environment
 * names.  Without one, nothing is sent and nothing fails.
 */
#ifndef DROVER_PARENT_NOTIFY_H
#define DROVER_PARENT_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
	int			socket;		/* -1: nobody listens */
	int64_t			watchdog_ns;	/* signs of life, 0: none */
	struct sockaddr_un	address;
	socklen_t		address_length;
};

/*
 * Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out
 * of the environment, so that no child speaks for the service.
 */
int	notify_open(struct notify *notify);
void	notify_close(struct notify *notify);
/* text: assignments, one a line.  Never blocks. */
void	notify_send(const struct notify *notify, const char *text);

#endif
