/* No peers. */
#include "cluster/solitary.h"

static int
init(struct raft_uv_transport *transport, raft_id id, const char *address)
{
	(void)transport;
	(void)id;
	(void)address;
	return 0;
}

static int
listen_nowhere(struct raft_uv_transport *transport, raft_uv_accept_cb accept)
{
	(void)transport;
	(void)accept;
	return 0;
}

static int
connect_nobody(struct raft_uv_transport *transport,
    struct raft_uv_connect *request, raft_id id, const char *address,
    raft_uv_connect_cb done)
{
	(void)transport;
	(void)request;
	(void)id;
	(void)address;
	(void)done;
	return RAFT_NOCONNECTION;
}

static void
close_now(struct raft_uv_transport *transport,
    raft_uv_transport_close_cb done)
{
	done(transport);
}

void
solitary_init(struct raft_uv_transport *transport)
{
	*transport = (struct raft_uv_transport) {
		.version = 1,
		.init = init,
		.listen = listen_nowhere,
		.connect = connect_nobody,
		.close = close_now,
	};
}
