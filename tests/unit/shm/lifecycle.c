/* The life of a segment's file, and files that are no segments. */
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shm/layout.h"
#include "tests/unit/shm/toy.h"
#include "tests/unit/suite.h"

#define POOL_BYTES	(96u * 1024)

static int
create_at(struct segment_writer **writer, const char *path)
{
	struct segment_options options;

	memset(&options, 0, sizeof(options));
	options.pool_bytes = POOL_BYTES;
	return segment_create(writer, path, &toy_schema, &options);
}

static void
a_second_writer_is_refused(void)
{
	struct segment_writer *first, *second;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(create_at(&first, toy_path()), 0);
	CU_ASSERT_EQUAL(create_at(&second, toy_path()), -EBUSY);
	CU_ASSERT_PTR_NULL(second);
	segment_close(first);
	CU_ASSERT_EQUAL(create_at(&second, toy_path()), 0);
	segment_close(second);
	toy_leave();
}

/* Tries to be the writer; tells how it went and stays until killed. */
static void
compete(int start, int told)
{
	struct segment_writer *writer;
	char result;

	/* The end of the pipe is the sign for all at once. */
	if (read(start, &result, 1) != 0)
		_exit(1);
	switch (create_at(&writer, toy_path())) {
	case 0:
		result = 'w';
		break;
	case -EBUSY:
		result = 'b';
		break;
	default:
		result = '?';
	}
	if (write(told, &result, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void
of_writers_that_start_at_once_one_wins(void)
{
	enum { WRITERS = 6, ROUNDS = 30 };
	pid_t children[WRITERS];
	int i, round, start[2], told[2], won, others, wrong = 0;
	char result;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	fflush(NULL);
	for (round = 0; round < ROUNDS; round++) {
		CU_ASSERT_EQUAL_FATAL(pipe(start), 0);
		CU_ASSERT_EQUAL_FATAL(pipe(told), 0);
		for (i = 0; i < WRITERS; i++) {
			children[i] = fork();
			if (children[i] == 0) {
				close(start[1]);
				compete(start[0], told[1]);
			}
		}
		close(start[1]);
		for (i = won = others = 0; i < WRITERS; i++) {
			if (read(told[0], &result, 1) != 1)
				break;
			won += result == 'w';
			others += result == 'b';
		}
		wrong += won != 1 || others != WRITERS - 1;
		for (i = 0; i < WRITERS; i++) {
			kill(children[i], SIGKILL);
			waitpid(children[i], NULL, 0);
		}
		close(start[0]);
		close(told[0]);
		close(told[1]);
		/* With a dead writer's file in the way, and without. */
		if (round % 2 == 1)
			unlink(toy_path());
	}
	CU_ASSERT_EQUAL(wrong, 0);
	toy_leave();
}

static void
closing_and_replacing_are_told(void)
{
	struct drover_segment *old, *new;
	struct segment_writer *writer;
	struct drover_segment_info before, after;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&old, toy_path()), 0);
	CU_ASSERT_EQUAL(drover_segment_liveness(old, 0),
	    DROVER_WRITER_ALIVE);
	segment_close(writer);
	CU_ASSERT_EQUAL(drover_segment_liveness(old, 0),
	    DROVER_WRITER_CLOSED);
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_EQUAL(drover_segment_liveness(old, 0),
	    DROVER_WRITER_SUPERSEDED);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&new, toy_path()), 0);
	drover_segment_info(old, &before);
	drover_segment_info(new, &after);
	CU_ASSERT_NOT_EQUAL(before.instance, after.instance);
	CU_ASSERT_EQUAL(before.schema_hash, after.schema_hash);
	drover_segment_detach(old);
	drover_segment_detach(new);
	segment_close(writer);
	toy_leave();
}

/* A file as a writer with that pid leaves it before it is locked. */
static void
leave_half_built(char path[300], pid_t pid)
{
	int file;

	snprintf(path, 300, "%s.%ld.tmp", toy_path(), (long)pid);
	file = open(path, O_CREAT | O_RDWR, 0600);
	CU_ASSERT_NOT_EQUAL(file, -1);
	close(file);
}

static void
what_a_living_writer_builds_is_not_removed(void)
{
	struct segment_writer *writer;
	char path[300], own[300];
	pid_t child;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	child = fork();
	if (child == 0)
		for (;;)
			pause();
	leave_half_built(path, child);
	/* One of a process that had this number before is. */
	leave_half_built(own, getpid());
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_EQUAL(access(path, F_OK), 0);
	CU_ASSERT_NOT_EQUAL(access(own, F_OK), 0);
	segment_close(writer);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
	segment_close(writer);
	toy_leave();
}

static void
the_file_has_its_mode_and_leaves_nothing_beside_it(void)
{
	struct segment_writer *writer;
	struct stat status;
	char leftover[300], command[400];
	mode_t mask;
	pid_t child;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	child = fork();
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	leave_half_built(leftover, child);
	mask = umask(0077);
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	umask(mask);
	CU_ASSERT_EQUAL(stat(toy_path(), &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 07777, 0640);
	/* What a killed writer left half built was removed. */
	snprintf(command, sizeof(command), "test `ls %.*s | wc -l` -eq 1",
	    (int)(strrchr(toy_path(), '/') - toy_path()), toy_path());
	CU_ASSERT_EQUAL(system(command), 0);
	segment_close(writer);
	toy_leave();
}

/* A child that was forked and lives on does not keep a dead writer alive. */
static void
a_program_started_by_the_writer_does_not_hold_the_lock(void)
{
	struct drover_segment *segment;
	struct segment_writer *writer;
	pid_t child, grandchild = 0;
	int ends[2], status;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		if (create_at(&writer, toy_path()) != 0)
			_exit(1);
		grandchild = fork();
		if (grandchild == 0) {
			execl("/bin/sleep", "sleep", "1000", (char *)NULL);
			_exit(1);
		}
		if (write(ends[1], &grandchild, sizeof(grandchild)) < 0)
			_exit(1);
		pause();
	}
	CU_ASSERT_EQUAL(read(ends[0], &grandchild, sizeof(grandchild)),
	    sizeof(grandchild));
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()),
	    0);
	CU_ASSERT_EQUAL(drover_segment_liveness(segment, 0),
	    DROVER_WRITER_ALIVE);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	/* Until it has come as far as exec the grandchild shares the lock. */
	while (drover_segment_liveness(segment, 0) != DROVER_WRITER_DEAD)
		usleep(1000);
	CU_ASSERT_EQUAL(kill(grandchild, 0), 0);
	kill(grandchild, SIGKILL);
	drover_segment_detach(segment);
	close(ends[0]);
	close(ends[1]);
	toy_leave();
}

static void
a_read_lock_of_a_reader_deceives_nobody(void)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET,
	    .l_len = 1 };
	struct drover_segment *segment;
	struct segment_writer *writer;
	int file;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()),
	    0);
	segment_close(writer);
	file = open(toy_path(), O_RDONLY);
	CU_ASSERT_EQUAL(fcntl(file, F_OFD_SETLK, &lock), 0);
	CU_ASSERT_EQUAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_EQUAL(drover_segment_liveness(segment, 0),
	    DROVER_WRITER_SUPERSEDED);
	close(file);
	drover_segment_detach(segment);
	segment_close(writer);
	toy_leave();
}

static void
a_directory_that_cannot_hold_it_is_told(void)
{
	struct segment_writer *writer;
	char path[300];

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	snprintf(path, sizeof(path), "%s/none/toy.seg", toy_path());
	CU_ASSERT_EQUAL(create_at(&writer, path), -ENOENT);
	CU_ASSERT_EQUAL(create_at(&writer, "/proc/toy.seg"), -ENOENT);
	CU_ASSERT_EQUAL(mkdir(toy_path(), 0700), 0);
	CU_ASSERT_EQUAL(create_at(&writer, toy_path()), -EISDIR);
	CU_ASSERT_EQUAL(rmdir(toy_path()), 0);
	toy_leave();
}

/* In a child that is nobody: root may write anywhere. */
static void
a_directory_without_permission_is_told(void)
{
	struct segment_writer *writer;
	int status;
	pid_t child;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	fflush(NULL);
	child = fork();
	if (child == 0) {
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(2);
		_exit(create_at(&writer, "/toy.seg") == -EACCES ? 0 : 1);
	}
	waitpid(child, &status, 0);
	CU_ASSERT_EQUAL(status, 0);
	toy_leave();
}

static bool
write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);
	bool written;

	written = file != -1 &&
	    write(file, text, strlen(text)) == (ssize_t)strlen(text);
	close(file);
	return written;
}

/* Mounts of its own, with a user namespace where it takes one. */
static bool
enter_namespaces(void)
{
	char users[32], groups[32];

	if (unshare(CLONE_NEWNS) != 0) {
		snprintf(users, sizeof(users), "0 %u 1", geteuid());
		snprintf(groups, sizeof(groups), "0 %u 1", getegid());
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
		    !write_text("/proc/self/setgroups", "deny") ||
		    !write_text("/proc/self/uid_map", users) ||
		    !write_text("/proc/self/gid_map", groups))
			return false;
	}
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* In a child with a file system of its own, of 64 KB. */
static int
create_without_room(void)
{
	struct segment_writer *writer;
	char directory[300];

	snprintf(directory, sizeof(directory), "%.*s",
	    (int)(strrchr(toy_path(), '/') - toy_path()), toy_path());
	if (!enter_namespaces() ||
	    mount("tmpfs", directory, "tmpfs", 0, "size=64k") != 0)
		return 77;
	if (create_at(&writer, toy_path()) != -ENOSPC)
		return 1;
	/* Nothing half built is left behind. */
	return rmdir(directory) == -1 && errno == EBUSY &&
	    access(toy_path(), F_OK) != 0 ? 0 : 2;
}

static void
a_directory_without_room_is_told(void)
{
	int status;
	pid_t child;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(create_without_room());
	waitpid(child, &status, 0);
	CU_ASSERT_TRUE_FATAL(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		puts("(skipped: no file system of its own here)");
	else
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
	toy_leave();
}

/* As when the disk is full: the file cannot have all its room. */
static void
too_little_room_is_told_before_anything_is_replaced(void)
{
	struct rlimit limit = { 65536, 65536 };
	struct drover_segment *segment;
	struct segment_writer *writer;
	int status;
	pid_t child;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL_FATAL(create_at(&writer, toy_path()), 0);
	CU_ASSERT_EQUAL_FATAL(drover_segment_attach(&segment, toy_path()),
	    0);
	segment_close(writer);
	fflush(NULL);
	child = fork();
	if (child == 0) {
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		_exit(create_at(&writer, toy_path()) == -EFBIG ? 0 : 1);
	}
	waitpid(child, &status, 0);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(drover_segment_liveness(segment, 0),
	    DROVER_WRITER_CLOSED);
	drover_segment_detach(segment);
	toy_leave();
}

/* A segment whose bytes at offset were replaced. */
static int
attach_patched(size_t offset, const void *bytes, size_t length)
{
	struct drover_segment *segment;
	struct segment_writer *writer;
	int error, file;

	if (create_at(&writer, toy_path()) != 0)
		return 1;
	segment_close(writer);
	file = open(toy_path(), O_RDWR);
	if (pwrite(file, bytes, length, (off_t)offset) != (ssize_t)length)
		return 1;
	close(file);
	error = drover_segment_attach(&segment, toy_path());
	drover_segment_detach(segment);
	return error;
}

#define PATCHED(field, value)						\
	attach_patched(offsetof(struct segment_header, field),		\
	    &(__typeof__(((struct segment_header *)NULL)->field)){	\
	    (value) }, sizeof(((struct segment_header *)NULL)->field))

static void
what_is_no_sound_segment_is_told_apart(void)
{
	struct drover_segment *segment;
	struct segment_writer *writer;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	CU_ASSERT_EQUAL(drover_segment_attach(&segment, toy_path()),
	    -ENOENT);
	CU_ASSERT_EQUAL(drover_segment_attach(&segment, "/etc/passwd"),
	    -EBADMSG);
	CU_ASSERT_EQUAL(drover_segment_attach(&segment, "/dev/null"),
	    -EBADMSG);
	CU_ASSERT_EQUAL(attach_patched(0, "rubbish", 8), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(abi_major, DROVER_SEGMENT_ABI_MAJOR + 1),
	    -EPROTONOSUPPORT);
	CU_ASSERT_EQUAL(PATCHED(abi_minor, DROVER_SEGMENT_ABI_MINOR + 1), 0);
	CU_ASSERT_EQUAL(PATCHED(byte_order, 0x04030201), -EPROTONOSUPPORT);
	CU_ASSERT_EQUAL(PATCHED(unit_bytes, 4096), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(segment_bytes, UINT64_MAX), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(schema_offset, 3), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(pool_offset, UINT64_MAX - 7), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(pool_units, UINT32_MAX), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(small_units, UINT32_MAX), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(ring_slots, 3), -EBADMSG);
	CU_ASSERT_EQUAL(PATCHED(ring_slots, 0), -EBADMSG);
	CU_ASSERT_EQUAL(create_at(&writer, toy_path()), 0);
	segment_close(writer);
	CU_ASSERT_EQUAL(truncate(toy_path(), 5000), 0);
	CU_ASSERT_EQUAL(drover_segment_attach(&segment, toy_path()),
	    -EBADMSG);
	CU_ASSERT_EQUAL(truncate(toy_path(), 0), 0);
	CU_ASSERT_EQUAL(drover_segment_attach(&segment, toy_path()),
	    -EBADMSG);
	CU_ASSERT_EQUAL(create_at(&writer, toy_path()), 0);
	segment_close(writer);
	toy_leave();
}

static void
a_schema_that_does_not_fit_is_refused(void)
{
	struct segment_table table = toy_schema.tables[0];
	struct segment_schema schema = toy_schema;
	struct segment_options options = { .pool_bytes = POOL_BYTES };
	struct segment_writer *writer;

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	schema.tables = &table;
	schema.table_count = 1;
	CU_ASSERT_EQUAL(segment_create(&writer, toy_path(), &schema,
	    &options), 0);
	segment_close(writer);
	table.row_bytes = DROVER_ROW_BYTES_MAX + 8;
	CU_ASSERT_EQUAL(segment_create(&writer, toy_path(), &schema,
	    &options), -EINVAL);
	table.row_bytes = 16;
	CU_ASSERT_EQUAL(segment_create(&writer, toy_path(), &schema,
	    &options), -EINVAL);
	table = toy_schema.tables[2];
	table.rows_max = SEGMENT_LEAVES_MAX + 1;
	CU_ASSERT_EQUAL(segment_create(&writer, toy_path(), &schema,
	    &options), -EINVAL);
	options.event_slots = 3;
	table = toy_schema.tables[0];
	CU_ASSERT_EQUAL(segment_create(&writer, toy_path(), &schema,
	    &options), -EINVAL);
	toy_leave();
}

static void
the_place_of_a_segment_is_found_in_order(void)
{
	struct segment_writer *writer;
	char directory[256], path[256];

	CU_ASSERT_FATAL(toy_enter()[0] != '\0');
	snprintf(directory, sizeof(directory), "%.*s",
	    (int)(strrchr(toy_path(), '/') - toy_path()), toy_path());
	setenv("DROVER_RUNTIME_DIRECTORY", directory, 1);
	CU_ASSERT_EQUAL(drover_segment_path(NULL, "toy", path,
	    sizeof(path)), -ENOENT);
	CU_ASSERT_STRING_EQUAL(path, toy_path());
	CU_ASSERT_EQUAL(create_at(&writer, toy_path()), 0);
	segment_close(writer);
	CU_ASSERT_EQUAL(drover_segment_path(NULL, "toy", path,
	    sizeof(path)), 0);
	CU_ASSERT_STRING_EQUAL(path, toy_path());
	CU_ASSERT_EQUAL(drover_segment_path("/nowhere", "toy", path,
	    sizeof(path)), -ENOENT);
	CU_ASSERT_STRING_EQUAL(path, "/nowhere/toy.seg");
	CU_ASSERT_EQUAL(drover_segment_path(NULL, "toy", path, 5),
	    -ENAMETOOLONG);
	unsetenv("DROVER_RUNTIME_DIRECTORY");
	toy_leave();
}

static const struct suite_test tests[] = {
	{ "a second writer is refused", a_second_writer_is_refused },
	{ "of writers that start at once one wins",
	    of_writers_that_start_at_once_one_wins },
	{ "closing and replacing are told", closing_and_replacing_are_told },
	{ "what a living writer builds is not removed",
	    what_a_living_writer_builds_is_not_removed },
	{ "the file has its mode and leaves nothing beside it",
	    the_file_has_its_mode_and_leaves_nothing_beside_it },
	{ "a program started by the writer does not hold the lock",
	    a_program_started_by_the_writer_does_not_hold_the_lock },
	{ "a read lock of a reader deceives nobody",
	    a_read_lock_of_a_reader_deceives_nobody },
	{ "a directory that cannot hold it is told",
	    a_directory_that_cannot_hold_it_is_told },
	{ "a directory without permission is told",
	    a_directory_without_permission_is_told },
	{ "a directory without room is told",
	    a_directory_without_room_is_told },
	{ "too little room is told before anything is replaced",
	    too_little_room_is_told_before_anything_is_replaced },
	{ "what is no sound segment is told apart",
	    what_is_no_sound_segment_is_told_apart },
	{ "a schema that does not fit is refused",
	    a_schema_that_does_not_fit_is_refused },
	{ "the place of a segment is found in order",
	    the_place_of_a_segment_is_found_in_order }
};

SUITE_MAIN("lifecycle", tests)
