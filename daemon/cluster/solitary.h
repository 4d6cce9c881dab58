/*
 * The transport of a server without peers (struct raft_uv_transport): it
 * opens no port and reaches nobody.  The engine never asks it to connect
 * while the configuration has one server.
 */
#ifndef DROVER_CLUSTER_SOLITARY_H
#define DROVER_CLUSTER_SOLITARY_H

#include <raft/uv.h>

void	solitary_init(struct raft_uv_transport *transport);

#endif
