#include "parent/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
address_set(struct notify *notify, const char *path)
{
	size_t length;

	length = strlen(path);
	if ((path[0] != '/' && path[0] != '@') ||
	    length >= sizeof(notify->address.sun_path))
		return -EINVAL;
	memset(&notify->address, 0, sizeof(notify->address));
	notify->address.sun_family = AF_UNIX;
	memcpy(notify->address.sun_path, path, length);
	notify->address_length = (socklen_t)(offsetof(struct sockaddr_un,
	    sun_path) + length);
	/* @ stands for the NUL of the abstract name space. */
	if (path[0] == '@')
		notify->address.sun_path[0] = '\0';
	else
		notify->address_length++;
	return 0;
}

/* Twice as often as systemd asks for, as sd_watchdog_enabled(3) advises. */
static int64_t
watchdog_period_ns(void)
{
	const char *period, *pid;
	long long microseconds;

	period = getenv("WATCHDOG_USEC");
	pid = getenv("WATCHDOG_PID");
	if (period == NULL ||
	    (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	microseconds = strtoll(period, NULL, 10);
	if (microseconds <= 0 || microseconds > INT64_C(1000000000000))
		return 0;
	return microseconds * 1000 / 2;
}

int
notify_open(struct notify *notify)
{
	const char *path;
	int error;

	memset(notify, 0, sizeof(*notify));
	notify->socket = -1;
	error = 0;
	path = getenv("NOTIFY_SOCKET");
	if (path != NULL && path[0] != '\0') {
		notify->watchdog_ns = watchdog_period_ns();
		error = address_set(notify, path);
		if (error == 0) {
			notify->socket = socket(AF_UNIX, SOCK_DGRAM |
			    SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
			if (notify->socket == -1)
				error = -errno;
		}
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return error;
}

void
notify_close(struct notify *notify)
{
	if (notify->socket != -1)
		close(notify->socket);
	notify->socket = -1;
}

void
notify_send(const struct notify *notify, const char *text)
{
	if (notify->socket == -1)
		return;
	(void)sendto(notify->socket, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&notify->address,
	    notify->address_length);
}
