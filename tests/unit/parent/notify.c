/*
 * The words to the service manager, against a socket of our own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parent/notify.h"
#include "tests/unit/suite.h"

static int
listener(const char *name, socklen_t length)
{
	struct sockaddr_un address;
	int fd;

	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, name, length);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	CU_ASSERT_FATAL(fd != -1);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&address,
	    (socklen_t)(sizeof(address.sun_family) + length)), 0);
	return fd;
}

static void
expect(int fd, const char *text)
{
	char heard[128];
	ssize_t length;

	length = recv(fd, heard, sizeof(heard) - 1, 0);
	CU_ASSERT_FATAL(length >= 0);
	heard[length] = '\0';
	CU_ASSERT_STRING_EQUAL(heard, text);
}

static void
a_path_and_an_abstract_name_are_reached(void)
{
	char path[64], name[64];
	struct notify notify;
	int fd;

	snprintf(path, sizeof(path), "/tmp/drover-notify-%d", getpid());
	fd = listener(path, (socklen_t)strlen(path) + 1);
	setenv("NOTIFY_SOCKET", path, 1);
	CU_ASSERT_EQUAL(notify_open(&notify), 0);
	notify_send(&notify, "READY=1\n");
	expect(fd, "READY=1\n");
	notify_close(&notify);
	close(fd);
	unlink(path);

	snprintf(name, sizeof(name), "@drover-notify-%d", getpid());
	setenv("NOTIFY_SOCKET", name, 1);
	name[0] = '\0';
	fd = listener(name, (socklen_t)(strlen(name + 1) + 1));
	CU_ASSERT_EQUAL(notify_open(&notify), 0);
	notify_send(&notify, "STOPPING=1\n");
	expect(fd, "STOPPING=1\n");
	notify_close(&notify);
	close(fd);
}

static void
the_watchdog_is_fed_twice_as_often_as_asked(void)
{
	struct notify notify;
	char pid[32];

	setenv("NOTIFY_SOCKET", "/nowhere/socket", 1);
	setenv("WATCHDOG_USEC", "10000000", 1);
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_PID", pid, 1);
	CU_ASSERT_EQUAL(notify_open(&notify), 0);
	CU_ASSERT_EQUAL(notify.watchdog_ns, INT64_C(5000000000));
	/* Nobody there: nothing happens. */
	notify_send(&notify, "WATCHDOG=1\n");
	notify_close(&notify);
	setenv("NOTIFY_SOCKET", "/nowhere/socket", 1);
	setenv("WATCHDOG_USEC", "10000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	CU_ASSERT_EQUAL(notify_open(&notify), 0);
	CU_ASSERT_EQUAL(notify.watchdog_ns, 0);
	notify_close(&notify);
}

static void
no_child_inherits_the_words(void)
{
	struct notify notify;

	setenv("NOTIFY_SOCKET", "relative", 1);
	setenv("WATCHDOG_USEC", "1000", 1);
	CU_ASSERT(notify_open(&notify) != 0);
	CU_ASSERT_PTR_NULL(getenv("NOTIFY_SOCKET"));
	CU_ASSERT_PTR_NULL(getenv("WATCHDOG_USEC"));
	CU_ASSERT_PTR_NULL(getenv("WATCHDOG_PID"));
	CU_ASSERT_EQUAL(notify.socket, -1);
	CU_ASSERT_EQUAL(notify_open(&notify), 0);
	notify_send(&notify, "READY=1\n");
}

static const struct suite_test tests[] = {
	{ "a path and an abstract name are reached",
	    a_path_and_an_abstract_name_are_reached },
	{ "the watchdog is fed twice as often as asked",
	    the_watchdog_is_fed_twice_as_often_as_asked },
	{ "no child inherits the words", no_child_inherits_the_words },
};

SUITE_MAIN("notify", tests)
