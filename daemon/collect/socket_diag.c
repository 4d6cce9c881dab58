#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/socket_diag.h"

/* The kernel puts no more than this into one answer. */
#define ANSWER_BYTES	((size_t)32 << 10)

/*
 * The request for both families at once, by which the kernel walks its
 * table once and not twice; TCPDIAG_GETSOCK is older than sock_diag.
 */
struct dump_request {
	struct nlmsghdr		 header;
	struct inet_diag_req	 request;
	struct nlattr		 attribute;
	struct inet_diag_bc_op	 filter[3 * SOCKET_DIAG_PORTS_MAX];
};

struct route_request {
	struct nlmsghdr	header;
	struct rtmsg	route;
	struct rtattr	destination;
	struct in6_addr	address;
	struct rtattr	interface;
	uint32_t	index;
};

struct dump {
	struct socket_diag	 *diag;
	void			(*take)(void *context,
				    const struct socket_seen *seen);
	void			 *context;
};

int
socket_diag_open(struct socket_diag *diag)
{
	memset(diag, 0, sizeof(*diag));
	diag->fd = -1;
	diag->route_fd = -1;
	diag->bytes = malloc(ANSWER_BYTES);
	return diag->bytes == NULL ? -ENOMEM : 0;
}

static void
descriptor_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
socket_diag_close(struct socket_diag *diag)
{
	descriptor_close(&diag->fd);
	descriptor_close(&diag->route_fd);
	free(diag->bytes);
	diag->bytes = NULL;
}

static int
netlink_send(int *fd, int protocol, const struct nlmsghdr *message)
{
	if (*fd < 0)
		*fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (*fd < 0)
		return -errno;
	return send(*fd, message, message->nlmsg_len, MSG_NOSIGNAL) < 0 ?
	    -errno : 0;
}

/* The bytes of an answer, or a negative errno. */
static ssize_t
netlink_receive(int fd, char *bytes)
{
	ssize_t length;

	do
		length = recv(fd, bytes, ANSWER_BYTES,
		    MSG_DONTWAIT | MSG_TRUNC);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	return (size_t)length > ANSWER_BYTES ? -EMSGSIZE : length;
}

/* A mapped address is that of IPv4. */
static void
end_set(struct socket_end *end, int family, const void *address,
    uint16_t network_port)
{
	memset(end, 0, sizeof(*end));
	end->port = ntohs(network_port);
	if (family == AF_INET6) {
		memcpy(&end->address, address, sizeof(end->address));
		return;
	}
	memset(&end->address.s6_addr[10], 0xff, 2);
	memcpy(&end->address.s6_addr[12], address, 4);
}

bool
socket_end_of(struct socket_end *end, const struct sockaddr_storage *address)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	switch (address->ss_family) {
	case AF_INET:
		memcpy(&four, address, sizeof(four));
		end_set(end, AF_INET, &four.sin_addr, four.sin_port);
		return true;
	case AF_INET6:
		memcpy(&six, address, sizeof(six));
		end_set(end, AF_INET6, &six.sin6_addr, six.sin6_port);
		return true;
	default:
		return false;
	}
}

bool
socket_end_is(const struct socket_end *end, const struct socket_end *other)
{
	return end->port == other->port && memcmp(&end->address,
	    &other->address, sizeof(end->address)) == 0;
}

/*
 * A program of the kernel's filter: for each port, is it this one?  Then
 * to the end, which takes the socket; else to the next one, or, by the
 * last one, beyond the end, which leaves the socket out.
 */
static size_t
make_filter(struct inet_diag_bc_op *filter, const uint16_t *ports,
    size_t count)
{
	const size_t step = 3 * sizeof(*filter), whole = count * step - 4;
	size_t i;

	for (i = 0; i < count; i++, filter += 3) {
		filter[0] = (struct inet_diag_bc_op){ INET_DIAG_BC_S_EQ, 8,
			(unsigned short)step };
		filter[1] = (struct inet_diag_bc_op){ .no = ports[i] };
		if (i + 1 < count)
			filter[2] = (struct inet_diag_bc_op){
			    INET_DIAG_BC_JMP, 4,
			    (unsigned short)(whole - i * step - 8) };
	}
	return whole;
}

static int
dump_send(struct socket_diag *diag, unsigned int states,
    const uint16_t *ports, size_t count)
{
	struct dump_request request;
	size_t filter_bytes;

	memset(&request, 0, sizeof(request));
	filter_bytes = make_filter(request.filter, ports, count);
	request.header.nlmsg_len = (uint32_t)(offsetof(struct dump_request,
	    filter) + filter_bytes);
	request.header.nlmsg_type = TCPDIAG_GETSOCK;
	request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request.header.nlmsg_seq = ++diag->sequence;
	request.request.idiag_states = states;
	request.attribute.nla_len = (uint16_t)(sizeof(request.attribute) +
	    filter_bytes);
	request.attribute.nla_type = INET_DIAG_REQ_BYTECODE;
	return netlink_send(&diag->fd, NETLINK_SOCK_DIAG, &request.header);
}

static void
take_socket(const struct dump *dump, const struct nlmsghdr *header)
{
	struct inet_diag_msg message;
	struct socket_seen seen;

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(message)))
		return;
	memcpy(&message, NLMSG_DATA(header), sizeof(message));
	end_set(&seen.local, message.idiag_family, message.id.idiag_src,
	    message.id.idiag_sport);
	end_set(&seen.remote, message.idiag_family, message.id.idiag_dst,
	    message.id.idiag_dport);
	seen.state = message.idiag_state;
	seen.uid = message.idiag_uid;
	seen.inode = message.idiag_inode;
	dump->take(dump->context, &seen);
}

static int
error_of(const struct nlmsghdr *header)
{
	struct nlmsgerr error;

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(error.error)))
		return -EBADMSG;
	memcpy(&error.error, NLMSG_DATA(header), sizeof(error.error));
	return error.error < 0 ? error.error : -EBADMSG;
}

/* NLMSG_OK() compares numbers of two signs, which clang does not have. */
static bool
is_whole(const struct nlmsghdr *header, int left)
{
	return left >= (int)sizeof(*header) &&
	    header->nlmsg_len >= sizeof(*header) &&
	    header->nlmsg_len <= (unsigned int)left;
}

/* 1: the dump goes on. */
static int
take_answer(const struct dump *dump, ssize_t length)
{
	const struct nlmsghdr *header =
	    (const struct nlmsghdr *)(const void *)dump->diag->bytes;
	int left = (int)length;

	for (; is_whole(header, left); header = NLMSG_NEXT(header, left)) {
		if (header->nlmsg_seq != dump->diag->sequence)
			continue;
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR)
			return error_of(header);
		take_socket(dump, header);
	}
	return 1;
}

int
socket_diag_dump(struct socket_diag *diag, unsigned int states,
    const uint16_t *ports, size_t count,
    void (*take)(void *context, const struct socket_seen *seen),
    void *context)
{
	const struct dump dump = { diag, take, context };
	ssize_t length;
	int result;

	assert(count > 0 && count <= SOCKET_DIAG_PORTS_MAX);
	result = dump_send(diag, states, ports, count);
	if (result == 0)
		result = 1;
	while (result > 0) {
		length = netlink_receive(diag->fd, diag->bytes);
		result = length < 0 ? (int)length :
		    take_answer(&dump, length);
	}
	/* What was left unread must not answer the next question. */
	if (result < 0)
		descriptor_close(&diag->fd);
	return result;
}

static int
route_send(struct socket_diag *diag, const struct socket_end *end,
    uint32_t interface)
{
	bool four = IN6_IS_ADDR_V4MAPPED(&end->address);
	size_t bytes = four ? 4 : 16;
	struct route_request request;

	memset(&request, 0, sizeof(request));
	request.header.nlmsg_type = RTM_GETROUTE;
	request.header.nlmsg_flags = NLM_F_REQUEST;
	request.header.nlmsg_seq = ++diag->sequence;
	request.route.rtm_family = four ? AF_INET : AF_INET6;
	request.route.rtm_dst_len = (unsigned char)(8 * bytes);
	request.destination.rta_type = RTA_DST;
	request.destination.rta_len = (unsigned short)RTA_LENGTH(bytes);
	memcpy(&request.address, &end->address.s6_addr[16 - bytes], bytes);
	request.interface.rta_type = RTA_OIF;
	request.interface.rta_len = RTA_LENGTH(sizeof(request.index));
	request.index = interface;
	request.header.nlmsg_len = interface != 0 ? sizeof(request) :
	    (uint32_t)(offsetof(struct route_request, address) + bytes);
	return netlink_send(&diag->route_fd, NETLINK_ROUTE, &request.header);
}

static bool
is_route_here(const struct socket_diag *diag, ssize_t length)
{
	const struct nlmsghdr *header =
	    (const struct nlmsghdr *)(const void *)diag->bytes;
	struct rtmsg route;

	if (length < (ssize_t)NLMSG_LENGTH(sizeof(route)) ||
	    header->nlmsg_type != RTM_NEWROUTE ||
	    header->nlmsg_seq != diag->sequence)
		return false;
	memcpy(&route, NLMSG_DATA(header), sizeof(route));
	return route.rtm_type == RTN_LOCAL;
}

static bool
is_loopback(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LOOPBACK(address) ||
	    (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == 127);
}

bool
socket_diag_is_here(struct socket_diag *diag,
    const struct sockaddr_storage *address)
{
	struct sockaddr_in6 six = { 0 };
	struct socket_end end;
	ssize_t length;

	if (!socket_end_of(&end, address))
		return false;
	if (is_loopback(&end.address))
		return true;
	if (address->ss_family == AF_INET6)
		memcpy(&six, address, sizeof(six));
	length = route_send(diag, &end, six.sin6_scope_id);
	if (length == 0)
		length = netlink_receive(diag->route_fd, diag->bytes);
	if (length > 0)
		return is_route_here(diag, length);
	descriptor_close(&diag->route_fd);
	return false;
}

int
socket_end_fit(const struct socket_end *listener,
    const struct socket_end *end)
{
	static const struct socket_end four = { .address.s6_addr = {
	    [10] = 0xff, [11] = 0xff } };

	if (listener->port != end->port)
		return 0;
	if (socket_end_is(listener, end))
		return 3;
	if (memcmp(&listener->address, &four.address,
	    sizeof(four.address)) == 0)
		return IN6_IS_ADDR_V4MAPPED(&end->address) ? 2 : 0;
	return IN6_IS_ADDR_UNSPECIFIED(&listener->address) ? 1 : 0;
}
