/*
 * Which process holds a socket, by the links of /proc/PID/fd: of other
 * users only root may look.  Reads all of /proc; not for each round.
 */
#ifndef DROVER_COLLECT_HOLDER_H
#define DROVER_COLLECT_HOLDER_H

#include <stdint.h>
#include <sys/socket.h>

/* The first that holds the socket with that inode; 0: none is seen. */
int	holder_of_socket(uint64_t inode);
/*
 * The one that listens on the address, or on all addresses with its port;
 * 0: none does, or it is not seen.
 */
int	holder_of_address(const struct sockaddr_storage *address);

#endif
