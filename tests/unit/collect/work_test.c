/* How much real processes work that hold real sockets. */
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../suite.h"
#include "collect/work.h"

#define GUARD_NS	INT64_C(20000000000)

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
spin(void)
{
	volatile unsigned int turns = 0;

	for (;;)
		turns++;
}

/*
 * A server that holds the socket, and a child of it that works while busy.
 * The pipe tells that both are there.
 */
static pid_t
server_with_child(int socket_fd, bool busy)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
	pid = fork();
	CU_ASSERT_TRUE_FATAL(pid >= 0);
	if (pid == 0) {
		setpgid(0, 0);
		if (fork() == 0) {
			close(socket_fd);
			if (write(ready[1], &byte, 1) != 1)
				_exit(1);
			if (busy)
				spin();
		}
		for (;;)
			pause();
	}
	setpgid(pid, pid);
	CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void
server_end(pid_t pid)
{
	kill(-pid, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
}

static int
listener(uint64_t *inode)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct stat status;

	CU_ASSERT_EQUAL_FATAL(listen(fd, 1), 0);
	CU_ASSERT_EQUAL(fstat(fd, &status), 0);
	*inode = status.st_ino;
	return fd;
}

/* Works itself for so long, of its own time: as long as another could. */
static void
work_for(clock_t span)
{
	clock_t begun = clock();

	while (clock() - begun < span)
		continue;
}

static void
what_the_child_of_a_server_does_is_its_work(void)
{
	struct work work = { 0 };
	uint64_t inode;
	int fd = listener(&inode);
	pid_t pid = server_with_child(fd, true);
	int64_t begun_ns = now_ns();
	double percent;

	close(fd);
	CU_ASSERT_TRUE(isnan(work_measure(&work, inode, getuid(),
	    begun_ns)));
	CU_ASSERT_EQUAL(work.pid, pid);
	do
		percent = work_measure(&work, inode, getuid(), now_ns());
	while (!(percent > 5) && now_ns() - begun_ns < GUARD_NS);
	CU_ASSERT_TRUE(percent > 5);
	server_end(pid);
}

static void
one_that_waits_does_no_work(void)
{
	struct work work = { 0 };
	uint64_t inode;
	int fd = listener(&inode);
	pid_t pid = server_with_child(fd, false);

	close(fd);
	CU_ASSERT_TRUE(isnan(work_measure(&work, inode, getuid(),
	    now_ns())));
	work_for(CLOCKS_PER_SEC / 5);
	CU_ASSERT_TRUE(work_measure(&work, inode, getuid(), now_ns()) < 5);
	server_end(pid);
}

static void
nothing_is_known_of_a_socket_of_roots_that_nobody_holds(void)
{
	struct work work = { 0 };

	CU_ASSERT_TRUE(isnan(work_measure(&work, 1, 0, now_ns())));
	CU_ASSERT_TRUE(isnan(work_measure(&work, 1, 0, now_ns())));
	CU_ASSERT_EQUAL(work.at_ns, 0);
}

static void
another_socket_begins_anew(void)
{
	struct work work = { 0 };
	uint64_t one, other;
	int fd = listener(&one), second = listener(&other);

	CU_ASSERT_TRUE(isnan(work_measure(&work, one, getuid(), now_ns())));
	CU_ASSERT_EQUAL(work.pid, getpid());
	CU_ASSERT_TRUE(isnan(work_measure(&work, other, getuid(),
	    now_ns())));
	close(fd);
	close(second);
}

static const struct suite_test tests[] = {
	{ "what the child of a server does is its work",
	    what_the_child_of_a_server_does_is_its_work },
	{ "one that waits does no work", one_that_waits_does_no_work },
	{ "nothing is known of a socket of root's that nobody holds",
	    nothing_is_known_of_a_socket_of_roots_that_nobody_holds },
	{ "another socket begins anew", another_socket_begins_anew },
};

SUITE_MAIN("work", tests)
