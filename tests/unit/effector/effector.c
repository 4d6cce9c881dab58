/* What the effector keeps, reads and removes, on real files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "effector/builtin.h"
#include "effector/hook.h"
#include "effector/journal.h"
#include "process/command_line.h"
#include "rules/plan.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

static char place[SCRATCH_BYTES];
static struct journal journal;

static const char *
path_of(const char *name)
{
	static char path[4][512];
	static int at;

	at = (at + 1) % 4;
	snprintf(path[at], sizeof(path[at]), "%s/%s", place, name);
	return path[at];
}

static void
begin(void)
{
	scratch_make(place, "effector-test");
}

static void
end(void)
{
	scratch_remove(place);
}

static struct effector_message
message_of(int64_t token)
{
	return (struct effector_message){ .type = EFFECTOR_DISPATCH,
		.plan = 7, .step = 1, .attempt = 1, .token = token,
		.timeout_ms = 1000, .op = "backend.restart", .node = "n1",
		.target = "n1/a" };
}

static void
a_message_comes_back_as_it_was(void)
{
	struct effector_message one = message_of(12), other;
	char line[EFFECTOR_LINE_MAX];
	int length;

	snprintf(one.text, sizeof(one.text), "\"quoted\" \\ and 漢");
	length = effector_message_write(&one, line, sizeof(line));
	CU_ASSERT_TRUE_FATAL(length > 0);
	CU_ASSERT_EQUAL(effector_message_read(&other, line,
	    (size_t)length - 1), 0);
	CU_ASSERT_EQUAL(memcmp(&one, &other, sizeof(one)), 0);
	CU_ASSERT_EQUAL(effector_message_read(&other, "{}", 2), -EPROTO);
	CU_ASSERT_EQUAL(effector_message_read(&other, line, 40), -EPROTO);
	CU_ASSERT_EQUAL(effector_message_write(&one, line, 40), -ENOSPC);
}

static int taken;

static void
take(void *context, const struct effector_message *message)
{
	(void)context;
	taken += message->token == 12;
}

static void
lines_come_in_any_pieces(void)
{
	static struct effector_lines lines;
	struct effector_message one = message_of(12);
	char line[EFFECTOR_LINE_MAX], rubbish[EFFECTOR_LINE_MAX + 1];
	int length = effector_message_write(&one, line, sizeof(line)), i, j;

	taken = 0;
	for (i = 0; i < 3; i++)
		for (j = 0; j < length; j++)
			CU_ASSERT_EQUAL(effector_lines_add(&lines, &line[j],
			    1, take, NULL), 0);
	CU_ASSERT_EQUAL(taken, 3);
	memset(rubbish, 'x', sizeof(rubbish));
	CU_ASSERT_EQUAL(effector_lines_add(&lines, rubbish, sizeof(rubbish),
	    take, NULL), -EPROTO);
}

static void
fill_journal(void)
{
	struct effector_message one = message_of(12), other = message_of(15);

	other.step = 2;
	snprintf(other.target, sizeof(other.target), "n1/b");
	CU_ASSERT_EQUAL_FATAL(journal_open(&journal, place), 0);
	CU_ASSERT_EQUAL(journal_accept(&journal, &one, 1), 0);
	CU_ASSERT_EQUAL(journal_accept(&journal, &one, 1), -EEXIST);
	CU_ASSERT_EQUAL(journal_start(&journal, journal_job(&journal, &one),
	    2), 0);
	CU_ASSERT_EQUAL(journal_finish(&journal, journal_job(&journal, &one),
	    0, "done"), 0);
	CU_ASSERT_EQUAL(journal_accept(&journal, &other, 3), 0);
	CU_ASSERT_EQUAL(journal_start(&journal,
	    journal_job(&journal, &other), 4), 0);
	journal_close(&journal);
}

static void
a_journal_knows_what_began_and_how_it_ended(void)
{
	struct effector_message one = message_of(12), other = message_of(15);

	begin();
	fill_journal();
	other.step = 2;
	CU_ASSERT_EQUAL_FATAL(journal_open(&journal, place), 0);
	CU_ASSERT_EQUAL(journal.job_count, 2);
	CU_ASSERT_EQUAL(journal_job(&journal, &one)->state, JOB_FINISHED);
	CU_ASSERT_STRING_EQUAL(journal_job(&journal, &one)->message.text,
	    "done");
	CU_ASSERT_EQUAL(journal_job(&journal, &other)->state, JOB_STARTED);
	CU_ASSERT_EQUAL(journal_fence(&journal, "n1/a"), 12);
	CU_ASSERT_EQUAL(journal_fence(&journal, "n1/b"), 15);
	CU_ASSERT_EQUAL(journal_fence(&journal, "n1/c"), 0);
	CU_ASSERT_EQUAL(journal_forget(&journal, journal_job(&journal,
	    &one)), 0);
	CU_ASSERT_EQUAL(journal_bar(&journal, "n1/a", 20), 0);
	journal_close(&journal);
	/* What is over is gone, but for its token. */
	CU_ASSERT_EQUAL_FATAL(journal_open(&journal, place), 0);
	CU_ASSERT_EQUAL(journal.job_count, 1);
	CU_ASSERT_EQUAL(journal_fence(&journal, "n1/a"), 20);
	journal_close(&journal);
	end();
}

/* Cut off at any byte it is what it was some lines before. */
static void
a_torn_journal_is_read_as_far_as_it_goes(void)
{
	char bytes[8192];
	ssize_t length;
	size_t before = 0, cut;
	int fd;

	begin();
	fill_journal();
	fd = open(path_of("journal"), O_RDONLY);
	length = read(fd, bytes, sizeof(bytes));
	close(fd);
	CU_ASSERT_TRUE_FATAL(length > 0);
	for (cut = 0; cut <= (size_t)length; cut++) {
		fd = open(path_of("journal"), O_WRONLY | O_TRUNC);
		CU_ASSERT_EQUAL(write(fd, bytes, cut), (ssize_t)cut);
		close(fd);
		CU_ASSERT_EQUAL_FATAL(journal_open(&journal, place), 0);
		CU_ASSERT_TRUE(journal.job_count >= before);
		before = journal.job_count;
		journal_close(&journal);
	}
	CU_ASSERT_EQUAL(before, 2);
	fd = open(path_of("journal"), O_WRONLY | O_TRUNC);
	CU_ASSERT_EQUAL(write(fd, "what is this\n", 13), 13);
	close(fd);
	CU_ASSERT_EQUAL(journal_open(&journal, place), -EUCLEAN);
	end();
}

static void
words_of_a_command_are_as_one_means_them(void)
{
	static const struct {
		const char	*line;
		int		 count;
		const char	*last;
	} cases[] = {
		{ "a", 1, "a" }, { "  a   b ", 2, "b" },
		{ "a 'b c'", 2, "b c" }, { "a \"b c\"d", 2, "b cd" },
		{ "a b\\ c", 2, "b c" }, { "a ''", 2, "" },
		{ "a '\\'", 2, "\\" }, { "a $HOME *", 3, "*" },
		{ "", -EINVAL, NULL }, { "   ", -EINVAL, NULL },
		{ "a 'b", -EINVAL, NULL }, { "a \\", -EINVAL, NULL },
	};
	char *words[COMMAND_WORDS_MAX + 1];
	size_t i;
	int count;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		count = command_split(cases[i].line, words);
		CU_ASSERT_EQUAL_FATAL(count, cases[i].count);
		if (count < 0)
			continue;
		CU_ASSERT_STRING_EQUAL(words[count - 1], cases[i].last);
		CU_ASSERT_PTR_NULL(words[count]);
		free(words[0]);
	}
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
	FILE *stream = fopen(path_of(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
	fputs(text, stream);
	fclose(stream);
	CU_ASSERT_EQUAL(chmod(path_of(name), mode), 0);
}

static void
a_hook_that_others_could_have_written_is_not_run(void)
{
	char path[512], why[257];

	begin();
	CU_ASSERT_EQUAL(hook_find(place, "gpu.reset", false, path,
	    sizeof(path), why), -ENOENT);
	write_file("gpu.reset", "#!/bin/sh\n", 0755);
	CU_ASSERT_EQUAL(hook_find(place, "gpu.reset", false, path,
	    sizeof(path), why), 0);
	CU_ASSERT_STRING_EQUAL(path, path_of("gpu.reset"));
	CU_ASSERT_EQUAL(hook_find(place, "gpu.reset", true, path,
	    sizeof(path), why), -ENOENT);
	CU_ASSERT_EQUAL(hook_find(place, "../etc", false, path, sizeof(path),
	    why), -ENOENT);
	chmod(path_of("gpu.reset"), 0775);
	CU_ASSERT_EQUAL(hook_find(place, "gpu.reset", false, path,
	    sizeof(path), why), -EPERM);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, "gpu.reset"));
	chmod(path_of("gpu.reset"), 0644);
	CU_ASSERT_EQUAL(hook_find(place, "gpu.reset", false, path,
	    sizeof(path), why), -EPERM);
	chmod(path_of("gpu.reset"), 0755);
	chmod(place, 0777);
	CU_ASSERT_EQUAL(hook_find(place, "gpu.reset", false, path,
	    sizeof(path), why), -EPERM);
	end();
}

#define A								\
	"sha256-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"			\
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B								\
	"sha256-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"			\
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C								\
	"sha256-cccccccccccccccccccccccccccccccc"			\
	"cccccccccccccccccccccccccccccccc"

static void
write_old(const char *name)
{
	const struct timespec times[2] = { { .tv_sec = 1000000 },
		{ .tv_sec = 1000000 } };

	write_file(name, "x", 0644);
	CU_ASSERT_EQUAL(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static bool
is_there(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static void
make_store(void)
{
	CU_ASSERT_EQUAL(mkdir(path_of("blobs"), 0755), 0);
	CU_ASSERT_EQUAL(mkdir(path_of("manifests"), 0755), 0);
	CU_ASSERT_EQUAL(mkdir(path_of("manifests/host"), 0755), 0);
	write_file("manifests/host/latest", "{\"config\":{\"digest\":"
	    "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaa\"},\"layers\":[]}", 0644);
	write_old("blobs/" A);
	write_old("blobs/" B);
	write_old("blobs/" A "-partial-3");
	write_old("blobs/mine");
	write_file("blobs/" C, "x", 0644);
}

static int
clean(void)
{
	static struct config config;
	struct builtin_case asked = { .config = &config, .directory = place,
		.state_directory = place, .target = "n1",
		.argument = place };

	return disk_clean(&asked);
}

static void
only_what_nothing_refers_to_is_removed(void)
{
	begin();
	make_store();
	CU_ASSERT_EQUAL(clean(), STEP_CODE_DONE);
	CU_ASSERT_TRUE(is_there("blobs/" A));
	CU_ASSERT_FALSE(is_there("blobs/" B));
	CU_ASSERT_FALSE(is_there("blobs/" A "-partial-3"));
	/* Not ours to judge, and not old enough. */
	CU_ASSERT_TRUE(is_there("blobs/mine"));
	CU_ASSERT_TRUE(is_there("blobs/" C));
	end();
}

static void
a_manifest_that_cannot_be_read_keeps_everything(void)
{
	begin();
	make_store();
	write_file("manifests/host/other", "{", 0644);
	CU_ASSERT_EQUAL(clean(), STEP_CODE_REFUSED);
	CU_ASSERT_TRUE(is_there("blobs/" B));
	unlink(path_of("manifests/host/other"));
	CU_ASSERT_EQUAL(symlink("latest", path_of("manifests/host/link")),
	    0);
	CU_ASSERT_EQUAL(clean(), STEP_CODE_REFUSED);
	CU_ASSERT_TRUE(is_there("blobs/" B));
	end();
}

static const struct suite_test tests[] = {
	{ "a message comes back as it was", a_message_comes_back_as_it_was },
	{ "lines come in any pieces", lines_come_in_any_pieces },
	{ "a journal knows what began and how it ended",
	    a_journal_knows_what_began_and_how_it_ended },
	{ "a torn journal is read as far as it goes",
	    a_torn_journal_is_read_as_far_as_it_goes },
	{ "words of a command are as one means them",
	    words_of_a_command_are_as_one_means_them },
	{ "a hook that others could have written is not run",
	    a_hook_that_others_could_have_written_is_not_run },
	{ "only what nothing refers to is removed",
	    only_what_nothing_refers_to_is_removed },
	{ "a manifest that cannot be read keeps everything",
	    a_manifest_that_cannot_be_read_keeps_everything },
};

SUITE_MAIN("effector", tests)
