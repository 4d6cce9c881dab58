/*
 * The directories of a droverd, in a directory of the test's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/directory.h"
#include "tests/unit/suite.h"

static struct directory_complaint complaint;
static struct directory_owner owner;
static char base[64];

static void
base_make(void)
{
	strcpy(base, "/tmp/drover-test-XXXXXX");
	CU_ASSERT_FATAL(mkdtemp(base) != NULL);
	owner.uid = geteuid();
	owner.gid = getegid();
	owner.mode = 0700;
	complaint.text[0] = '\0';
}

static void
base_remove(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf -- %s", base);
	CU_ASSERT_EQUAL(system(command), 0);
}

static const char *
below(const char *name)
{
	static char path[DIRECTORY_PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", base, name);
	return path;
}

static void
the_runtime_directory_is_the_first_that_is_named(void)
{
	char path[DIRECTORY_PATH_BYTES], fallback[64];

	base_make();
	setenv("DROVER_RUNTIME_DIRECTORY", "/a/b", 1);
	setenv("XDG_RUNTIME_DIR", base, 1);
	CU_ASSERT_EQUAL(directory_runtime("/x", false, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, "/x");
	CU_ASSERT_EQUAL(directory_runtime("", false, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, "/a/b");
	CU_ASSERT_EQUAL(directory_runtime(NULL, true, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, "/run/drover");
	unsetenv("DROVER_RUNTIME_DIRECTORY");
	CU_ASSERT_EQUAL(directory_runtime(NULL, false, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, below("drover"));
	/* A session that has ended leaves the variable, not the place. */
	setenv("XDG_RUNTIME_DIR", below("gone"), 1);
	CU_ASSERT_EQUAL(directory_runtime(NULL, false, path, &complaint), 0);
	snprintf(fallback, sizeof(fallback), "/tmp/drover-%lu",
	    (unsigned long)geteuid());
	CU_ASSERT_STRING_EQUAL(path, fallback);
	base_remove();
}

static void
the_state_directory_is_the_first_that_is_named(void)
{
	char path[DIRECTORY_PATH_BYTES];

	setenv("XDG_STATE_HOME", "/s", 1);
	setenv("HOME", "/h", 1);
	CU_ASSERT_EQUAL(directory_state(NULL, false, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, "/s/drover");
	setenv("XDG_STATE_HOME", "relative", 1);
	CU_ASSERT_EQUAL(directory_state(NULL, false, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, "/h/.local/state/drover");
	CU_ASSERT_EQUAL(directory_state(NULL, true, path, &complaint), 0);
	CU_ASSERT_STRING_EQUAL(path, "/var/lib/drover");
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	CU_ASSERT_EQUAL(directory_state(NULL, false, path, &complaint),
	    -ENOENT);
	CU_ASSERT(strstr(complaint.text, "give -s") != NULL);
}

static void
a_directory_is_made_with_its_parents_for_us_alone(void)
{
	struct stat status;
	mode_t mask;

	base_make();
	mask = umask(0277);
	CU_ASSERT_EQUAL(directory_make(below("drover"), &owner, &complaint),
	    0);
	umask(mask);
	CU_ASSERT_EQUAL(stat(below("drover"), &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 07777, 0700);
	CU_ASSERT_EQUAL(directory_make(below("x/y/drover"), &owner,
	    &complaint), 0);
	/* And again, where it is. */
	CU_ASSERT_EQUAL(directory_make(below("x/y/drover"), &owner,
	    &complaint), 0);
	base_remove();
}

static void
a_directory_that_others_can_write_is_refused(void)
{
	base_make();
	CU_ASSERT_EQUAL(mkdir(below("open"), 0700), 0);
	CU_ASSERT_EQUAL(chmod(below("open"), 01777), 0);
	CU_ASSERT_EQUAL(directory_make(below("open"), &owner, &complaint),
	    -EPERM);
	CU_ASSERT(strstr(complaint.text, "mode 1777") != NULL);
	base_remove();
}

static void
a_directory_of_somebody_else_is_refused(void)
{
	base_make();
	CU_ASSERT_EQUAL(mkdir(below("mine"), 0700), 0);
	owner.uid++;
	CU_ASSERT_EQUAL(directory_make(below("mine"), &owner, &complaint),
	    -EPERM);
	CU_ASSERT(strstr(complaint.text, "belongs to uid") != NULL);
	base_remove();
}

static void
a_symbolic_link_among_others_is_refused(void)
{
	base_make();
	CU_ASSERT_EQUAL(mkdir(below("real"), 0700), 0);
	CU_ASSERT_EQUAL(symlink("real", below("link")), 0);
	/* Nobody else can write here, so the link is ours. */
	CU_ASSERT_EQUAL(directory_make(below("link"), &owner, &complaint),
	    0);
	CU_ASSERT_EQUAL(chmod(base, 01777), 0);
	CU_ASSERT_EQUAL(directory_make(below("link"), &owner, &complaint),
	    -ENOTDIR);
	CU_ASSERT(strstr(complaint.text, "symbolic link") != NULL);
	base_remove();
}

static void
a_file_in_its_place_is_refused(void)
{
	int fd;

	base_make();
	fd = open(below("file"), O_WRONLY | O_CREAT, 0600);
	CU_ASSERT(fd != -1);
	close(fd);
	CU_ASSERT_EQUAL(directory_make(below("file"), &owner, &complaint),
	    -ENOTDIR);
	CU_ASSERT(directory_make(below("file/below"), &owner,
	    &complaint) != 0);
	CU_ASSERT(strstr(complaint.text, "file/below") != NULL);
	base_remove();
}

/* What a process that tries to lock the base is answered. */
static int
lock_elsewhere(char *text, size_t size)
{
	int error, fd, status, pair[2];
	ssize_t length;
	pid_t child;

	CU_ASSERT_EQUAL_FATAL(pipe(pair), 0);
	child = fork();
	if (child == 0) {
		error = directory_lock(base, &fd, &complaint);
		(void)!write(pair[1], complaint.text,
		    strlen(complaint.text));
		_exit(-error);
	}
	close(pair[1]);
	length = read(pair[0], text, size - 1);
	text[length > 0 ? length : 0] = '\0';
	close(pair[0]);
	waitpid(child, &status, 0);
	return -WEXITSTATUS(status);
}

static void
a_second_one_is_told_who_holds_the_directory(void)
{
	char text[512], expected[64];
	int lock;

	base_make();
	CU_ASSERT_EQUAL(directory_lock(base, &lock, &complaint), 0);
	CU_ASSERT_EQUAL(lock_elsewhere(text, sizeof(text)), -EBUSY);
	snprintf(expected, sizeof(expected), "process %d", getpid());
	CU_ASSERT(strstr(text, expected) != NULL);
	CU_ASSERT(strstr(text, base) != NULL);
	close(lock);
	CU_ASSERT_EQUAL(lock_elsewhere(text, sizeof(text)), 0);
	base_remove();
}

static void
a_lock_file_that_is_a_trap_is_refused(void)
{
	int lock;

	base_make();
	CU_ASSERT_EQUAL(symlink("/etc/passwd", below("droverd.pid")), 0);
	CU_ASSERT(directory_lock(base, &lock, &complaint) < 0);
	CU_ASSERT_EQUAL(unlink(below("droverd.pid")), 0);
	CU_ASSERT_EQUAL(mkfifo(below("droverd.pid"), 0600), 0);
	CU_ASSERT_EQUAL(directory_lock(base, &lock, &complaint), -EPERM);
	base_remove();
}

static const struct suite_test tests[] = {
	{ "the runtime directory is the first that is named",
	    the_runtime_directory_is_the_first_that_is_named },
	{ "the state directory is the first that is named",
	    the_state_directory_is_the_first_that_is_named },
	{ "a directory is made with its parents, for us alone",
	    a_directory_is_made_with_its_parents_for_us_alone },
	{ "a directory that others can write is refused",
	    a_directory_that_others_can_write_is_refused },
	{ "a directory of somebody else is refused",
	    a_directory_of_somebody_else_is_refused },
	{ "a symbolic link among others is refused",
	    a_symbolic_link_among_others_is_refused },
	{ "a file in its place is refused", a_file_in_its_place_is_refused },
	{ "a second one is told who holds the directory",
	    a_second_one_is_told_who_holds_the_directory },
	{ "a lock file that is a trap is refused",
	    a_lock_file_that_is_a_trap_is_refused },
};

SUITE_MAIN("directory", tests)
