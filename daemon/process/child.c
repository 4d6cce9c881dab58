#include "process/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool attached;

int
child_arguments(int argc, char **argv, struct child_options *options)
{
	int option;

	memset(options, 0, sizeof(*options));
	opterr = 0;
	optind = 1;
	while ((option = getopt(argc, argv, "r:s:f:")) != -1) {
		if (option == 'r')
			options->runtime_directory = optarg;
		else if (option == 's')
			options->state_directory = optarg;
		else if (option == 'f')
			options->configuration = optarg;
		else
			return -EINVAL;
	}
	if (optind != argc || options->runtime_directory == NULL ||
	    options->state_directory == NULL)
		return -EINVAL;
	return 0;
}

static bool
is_control_socket(int fd)
{
	int domain, type;
	socklen_t domain_length, type_length;

	domain_length = sizeof(domain);
	type_length = sizeof(type);
	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain,
		   &domain_length) == 0 && domain == AF_UNIX &&
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_length) == 0 &&
	    type == SOCK_SEQPACKET;
}

int
child_attach(bool *attended)
{
	int flags;

	attached = is_control_socket(CHILD_CONTROL_FD);
	*attended = attached;
	if (!attached)
		return 0;
	if (fcntl(CHILD_CONTROL_FD, F_SETFD, FD_CLOEXEC) == -1)
		return -errno;
	flags = fcntl(CHILD_CONTROL_FD, F_GETFL);
	if (flags == -1 || fcntl(CHILD_CONTROL_FD, F_SETFL,
	    flags | O_NONBLOCK) == -1)
		return -errno;
	/*
	 * The parent asked for this already between fork and exec; asking
	 * again holds also when a wrapper (gdb, strace) stands between.
	 * SIGKILL, because a stopped or stuck process must not outlive the
	 * parent either, and a segment survives the death of its writer.
	 */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return -errno;
	return 0;
}

static int
send_status(const struct child_status *status)
{
	if (!attached)
		return 0;
	if (send(CHILD_CONTROL_FD, status, sizeof(*status),
	    MSG_NOSIGNAL | MSG_DONTWAIT) == -1)
		return -errno;
	return 0;
}

int
child_report(enum drover_process_state state, const char *message)
{
	struct child_status status;
	size_t length;

	memset(&status, 0, sizeof(status));
	status.state = (uint8_t)state;
	length = strnlen(message, sizeof(status.message) - 1);
	memcpy(status.message, message, length);
	return send_status(&status);
}

int
child_ask_reload(void)
{
	struct child_status status;

	memset(&status, 0, sizeof(status));
	status.state = DROVER_PROCESS_STATE_UP;
	status.reload = 1;
	return send_status(&status);
}

int
child_ready(void)
{
	return child_report(DROVER_PROCESS_STATE_UP, "");
}

int
child_status_receive(struct child_status *status)
{
	ssize_t length;

	if (!attached)
		return 0;
	do
		length = recv(CHILD_CONTROL_FD, status, sizeof(*status),
		    MSG_DONTWAIT);
	while (length == -1 && errno == EINTR);
	if (length == 0)
		return -EPIPE;
	if (length == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (length == -1)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (length != sizeof(*status))
		return -EBADMSG;
	status->name[sizeof(status->name) - 1] = '\0';
	status->message[sizeof(status->message) - 1] = '\0';
	return 1;
}
