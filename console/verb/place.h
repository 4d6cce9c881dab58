/* Where to ask, and as whom: the place of a client, read and checked. */
#ifndef DROVER_VERB_PLACE_H
#define DROVER_VERB_PLACE_H

#include "client.h"

/*
 * Each sets what client needs of place; a fault comes with a complaint.
 * Of the socket: it lies beside the segment.
 */
enum client_fault place_socket(struct client *client,
	    const char *directory);
/*
 * HOST[:PORT], with "https://" before it or not; an IPv6 address stands in
 * brackets where a port follows.
 */
enum client_fault place_host(struct client *client, const char *text);
/* One line; nobody else may be able to read the file. */
enum client_fault place_token(struct client *client, const char *path);

enum client_fault place_complain(struct client *client,
	    enum client_fault fault, const char *name, const char *what);

#endif
