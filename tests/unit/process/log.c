/*
 * Log lines as they arrive at the other end of standard error.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/log.h"
#include "tests/unit/suite.h"

static char heard[4096];
static int saved, pair[2];

static void
capture_begin(void)
{
	saved = dup(STDERR_FILENO);
	CU_ASSERT_FATAL(pipe(pair) == 0);
	dup2(pair[1], STDERR_FILENO);
	close(pair[1]);
}

static void
capture_end(void)
{
	ssize_t length;

	dup2(saved, STDERR_FILENO);
	close(saved);
	length = read(pair[0], heard, sizeof(heard) - 1);
	heard[length > 0 ? length : 0] = '\0';
	close(pair[0]);
}

static void
a_line_for_people_has_time_process_and_error(void)
{
	char expected[64];

	log_init("core", LOG_LEVEL_INFO);
	capture_begin();
	errno = ENOSPC;
	log_warn("cannot write %s", "x");
	capture_end();
	snprintf(expected, sizeof(expected), " core[%d]: warning: cannot "
	    "write x: No space left on device\n", getpid());
	CU_ASSERT_EQUAL(heard[10], 'T');
	CU_ASSERT_STRING_EQUAL(heard + strcspn(heard, " "), expected);
}

static void
the_level_decides_what_is_said(void)
{
	log_init("core", LOG_LEVEL_WARNING);
	capture_begin();
	log_info("one");
	log_warnx("two");
	log_level_set(LOG_LEVEL_DEBUG);
	log_debug("three");
	capture_end();
	CU_ASSERT_PTR_NULL(strstr(heard, "one"));
	CU_ASSERT_PTR_NOT_NULL(strstr(heard, "two"));
	CU_ASSERT_PTR_NOT_NULL(strstr(heard, "three"));
}

static void
the_journal_gets_priorities_instead_of_time(void)
{
	char stream[64];
	struct stat status;

	capture_begin();
	fstat(STDERR_FILENO, &status);
	snprintf(stream, sizeof(stream), "%llu:%llu",
	    (unsigned long long)status.st_dev,
	    (unsigned long long)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init("gpu", LOG_LEVEL_INFO);
	log_info("one");
	log_warnx("two");
	capture_end();
	CU_ASSERT_STRING_EQUAL(heard, "<6>gpu: one\n<4>gpu: two\n");
	/* Another stream than the one that the variable names. */
	capture_begin();
	setenv("JOURNAL_STREAM", "1:2", 1);
	log_init("gpu", LOG_LEVEL_INFO);
	log_info("one");
	capture_end();
	CU_ASSERT_EQUAL(heard[4], '-');
	unsetenv("JOURNAL_STREAM");
}

static void
hostile_text_cannot_forge_a_line(void)
{
	log_init("core", LOG_LEVEL_INFO);
	log_target_set(LOG_TARGET_JOURNAL);
	capture_begin();
	log_info("%s", "a\n<0>b\033[31m");
	capture_end();
	CU_ASSERT_STRING_EQUAL(heard, "<6>core: a\\x0a<0>b\\x1b[31m\n");
}

static void
a_long_line_is_cut_and_still_one_line(void)
{
	char text[3000];

	memset(text, '\t', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_init("core", LOG_LEVEL_INFO);
	capture_begin();
	errno = EIO;
	log_warn("%s", text);
	capture_end();
	CU_ASSERT(strlen(heard) > 1000 && strlen(heard) <= 1024);
	CU_ASSERT_EQUAL(strchr(heard, '\n'), heard + strlen(heard) - 1);
}

static const struct suite_test tests[] = {
	{ "a line for people has time, process and error",
	    a_line_for_people_has_time_process_and_error },
	{ "the level decides what is said", the_level_decides_what_is_said },
	{ "the journal gets priorities instead of time",
	    the_journal_gets_priorities_instead_of_time },
	{ "hostile text cannot forge a line",
	    hostile_text_cannot_forge_a_line },
	{ "a long line is cut and still one line",
	    a_long_line_is_cut_and_still_one_line },
};

SUITE_MAIN("log", tests)
