/*
 * The process's side of the contract with the parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/child.h"
#include "tests/unit/suite.h"

#define ARGUMENTS(...)	(char *[]){ (char *)"x", __VA_ARGS__, NULL }

static void
the_arguments_of_the_contract_are_read(void)
{
	struct child_options options;

	CU_ASSERT_EQUAL(child_arguments(7, ARGUMENTS("-r", "/r", "-s", "/s",
	    "-f", "/f"), &options), 0);
	CU_ASSERT_STRING_EQUAL(options.runtime_directory, "/r");
	CU_ASSERT_STRING_EQUAL(options.state_directory, "/s");
	CU_ASSERT_STRING_EQUAL(options.configuration, "/f");
	CU_ASSERT_EQUAL(child_arguments(5, ARGUMENTS("-r", "/r", "-s",
	    "/s"), &options), 0);
	CU_ASSERT_PTR_NULL(options.configuration);
}

static void
other_arguments_are_refused(void)
{
	struct child_options options;

	CU_ASSERT_EQUAL(child_arguments(3, ARGUMENTS("-r", "/r"), &options),
	    -EINVAL);
	CU_ASSERT_EQUAL(child_arguments(6, ARGUMENTS("-r", "/r", "-s", "/s",
	    "more"), &options), -EINVAL);
	CU_ASSERT_EQUAL(child_arguments(6, ARGUMENTS("-r", "/r", "-s", "/s",
	    "-q"), &options), -EINVAL);
}

/* Run body in a process whose descriptor 3 is fd; its exit status. */
static int
run_with(int fd, int (*body)(void))
{
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		close(CHILD_CONTROL_FD);
		if (fd != -1)
			dup2(fd, CHILD_CONTROL_FD);
		_exit(body());
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
expect_alone(void)
{
	bool attended;

	if (child_attach(&attended) != 0 || attended)
		return 1;
	return child_ready() == 0 ? 0 : 2;
}

static void
started_by_hand_there_is_no_parent(void)
{
	int fd;

	CU_ASSERT_EQUAL(run_with(-1, expect_alone), 0);
	/* Descriptor 3 may be anything then. */
	fd = open("/dev/null", O_RDWR);
	CU_ASSERT_EQUAL(run_with(fd, expect_alone), 0);
	close(fd);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CU_ASSERT_EQUAL(run_with(fd, expect_alone), 0);
	close(fd);
}

static int
expect_parent(void)
{
	struct child_status status;
	bool attended;

	if (child_attach(&attended) != 0 || !attended)
		return 1;
	if ((fcntl(CHILD_CONTROL_FD, F_GETFD) & FD_CLOEXEC) == 0)
		return 2;
	if (child_status_receive(&status) != 1 || status.pid != 77 ||
	    strlen(status.name) != sizeof(status.name) - 1)
		return 3;
	if (child_status_receive(&status) != -EBADMSG)
		return 4;
	if (child_status_receive(&status) != 0)
		return 5;
	if (child_ready() != 0 || child_report(DROVER_PROCESS_STATE_HUNG,
	    "stuck") != 0)
		return 6;
	return 0;
}

static void
both_ends_hear_one_another(void)
{
	struct child_status status;
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET |
	    SOCK_NONBLOCK, 0, pair), 0);
	memset(&status, 'n', sizeof(status));
	status.pid = 77;
	CU_ASSERT_EQUAL(send(pair[0], &status, sizeof(status), 0),
	    (ssize_t)sizeof(status));
	CU_ASSERT_EQUAL(send(pair[0], &status, 5, 0), 5);
	CU_ASSERT_EQUAL(run_with(pair[1], expect_parent), 0);
	CU_ASSERT_EQUAL(recv(pair[0], &status, sizeof(status), 0),
	    (ssize_t)sizeof(status));
	CU_ASSERT_EQUAL(status.state, DROVER_PROCESS_STATE_UP);
	CU_ASSERT_EQUAL(recv(pair[0], &status, sizeof(status), 0),
	    (ssize_t)sizeof(status));
	CU_ASSERT_EQUAL(status.state, DROVER_PROCESS_STATE_HUNG);
	CU_ASSERT_STRING_EQUAL(status.message, "stuck");
	close(pair[0]);
	close(pair[1]);
}

static int
expect_end(void)
{
	struct child_status status;
	bool attended;

	if (child_attach(&attended) != 0 || !attended)
		return 1;
	return child_status_receive(&status) == -EPIPE ? 0 : 2;
}

static void
the_end_of_the_parent_is_heard(void)
{
	int pair[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair),
	    0);
	close(pair[0]);
	CU_ASSERT_EQUAL(run_with(pair[1], expect_end), 0);
	close(pair[1]);
}

static const struct suite_test tests[] = {
	{ "the arguments of the contract are read",
	    the_arguments_of_the_contract_are_read },
	{ "other arguments are refused", other_arguments_are_refused },
	{ "started by hand there is no parent",
	    started_by_hand_there_is_no_parent },
	{ "both ends hear one another", both_ends_hear_one_another },
	{ "the end of the parent is heard", the_end_of_the_parent_is_heard },
};

SUITE_MAIN("child", tests)
