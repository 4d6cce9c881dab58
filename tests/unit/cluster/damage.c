/*
 * A log whose files were harmed while nobody looked: what the engine makes
 * of each, what is said, and that a machine which keeps its state is never
 * left with less than it applied.
 */
#include "tests/unit/cluster/server.h"

#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/suite.h"

#define ENTRIES		20
#define ENTRY_BYTES	256

static struct server server;
static char path[512];
static unsigned char bytes[8 * 1024 * 1024];
static size_t length;

/* Propose one by one in a process that ends without closing the log. */
static void
fill_and_die(uint32_t count, size_t size)
{
	uint32_t i;
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		if (server_start(&server) != 0)
			_exit(2);
		for (i = 0; i < count; i++)
			server_fill(&server, 1, size);
		_exit(0);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL_FATAL(status, 0);
}

/* The first file in the order of names that begins with prefix. */
static bool
find(const char *prefix, bool last)
{
	char directory[128], name[256] = "";
	struct dirent *entry;
	DIR *files;

	snprintf(directory, sizeof(directory), "%s/log", server.directory);
	files = opendir(directory);
	while (files != NULL && (entry = readdir(files)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		if (name[0] == '\0' ||
		    (strcmp(entry->d_name, name) > 0) == last)
			snprintf(name, sizeof(name), "%s", entry->d_name);
	}
	if (files != NULL)
		closedir(files);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return name[0] != '\0';
}

static void
read_file(void)
{
	int file = open(path, O_RDONLY);
	ssize_t got;

	CU_ASSERT_FATAL(file != -1);
	got = read(file, bytes, sizeof(bytes));
	CU_ASSERT_FATAL(got > 0);
	length = (size_t)got;
	close(file);
}

static void
write_file(size_t size)
{
	int file = open(path, O_WRONLY | O_TRUNC);

	CU_ASSERT_FATAL(file != -1);
	CU_ASSERT_EQUAL(write(file, bytes, size), (ssize_t)size);
	close(file);
}

/* Where the last byte of the last entry is; behind it all is zero. */
static size_t
end_of_data(void)
{
	size_t end = length;

	while (end > 0 && bytes[end - 1] == 0)
		end--;
	return end;
}

/* The open segment with the entries, read into bytes. */
static void
open_segment(void)
{
	CU_ASSERT_TRUE_FATAL(find("open-", false));
	read_file();
	CU_ASSERT_TRUE_FATAL(end_of_data() > ENTRIES * ENTRY_BYTES);
}

static void
expect_first(uint64_t count)
{
	CU_ASSERT_EQUAL(server.ledger.state.count, count);
	CU_ASSERT_EQUAL(server.ledger.state.chain,
	    server_chain(count, ENTRY_BYTES));
}

static void
a_killed_process_leaves_a_whole_log(void)
{
	server_make(&server);
	fill_and_die(ENTRIES, ENTRY_BYTES);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	expect_first(ENTRIES);
	CU_ASSERT_STRING_EQUAL(server.notice, "");
	server_close(&server);
	server_remove(&server);
}

static void
a_torn_last_entry_is_cut_off_and_said(void)
{
	size_t end;

	server_make(&server);
	fill_and_die(ENTRIES, ENTRY_BYTES);
	open_segment();
	end = end_of_data();
	memset(bytes + end - 100, 0, 100);
	write_file(length);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	expect_first(ENTRIES - 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.notice, "non-zero trail"));
	/* The log goes on from there. */
	server_fill(&server, 1, ENTRY_BYTES);
	expect_first(ENTRIES);
	server_close(&server);
	server_forget(&server);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	expect_first(ENTRIES);
	server_close(&server);
	server_remove(&server);
}

static void
a_segment_cut_short_keeps_what_is_whole(void)
{
	server_make(&server);
	fill_and_die(ENTRIES, ENTRY_BYTES);
	open_segment();
	write_file(end_of_data() - 3 * ENTRY_BYTES);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_TRUE(server.ledger.state.count >= ENTRIES - 4);
	expect_first(server.ledger.state.count);
	server_close(&server);
	server_remove(&server);
}

static void
a_flipped_bit_ends_the_log_before_it(void)
{
	server_make(&server);
	fill_and_die(ENTRIES, ENTRY_BYTES);
	open_segment();
	bytes[end_of_data() / 2] ^= 0x10;
	write_file(length);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_TRUE(server.ledger.state.count >= ENTRIES / 2 - 2);
	CU_ASSERT_TRUE(server.ledger.state.count <= ENTRIES / 2 + 1);
	expect_first(server.ledger.state.count);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.notice, "non-zero trail"));
	server_close(&server);
	server_remove(&server);
}

static void
flipped_bits_anywhere_are_seen(void)
{
	size_t end, at;

	server_make(&server);
	fill_and_die(2, 64);
	CU_ASSERT_TRUE_FATAL(find("open-", false));
	read_file();
	end = end_of_data();
	/* Each start closes the segment, so each gets the file anew. */
	for (at = 8; at < end; at += 23) {
		CU_ASSERT_TRUE_FATAL(find("open-", false));
		bytes[at] ^= 1;
		write_file(length);
		bytes[at] ^= 1;
		server_forget(&server);
		CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
		CU_ASSERT_TRUE(server.ledger.state.count < 2);
		CU_ASSERT_EQUAL(server.ledger.state.chain,
		    server_chain(server.ledger.state.count, 64));
		server_close(&server);
		server_remove(&server);
		server_make(&server);
		fill_and_die(2, 64);
	}
	server_remove(&server);
}

static void
a_machine_that_kept_its_state_refuses_the_shorter_log(void)
{
	server_make(&server);
	fill_and_die(ENTRIES, ENTRY_BYTES);
	open_segment();
	bytes[end_of_data() / 2] ^= 0x10;
	write_file(length);
	/* As a machine with a file of its own would say. */
	server.ledger.state.index = ENTRIES + 1;
	CU_ASSERT_EQUAL(server_start(&server), -ESTALE);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text,
	    "but entry 21 was applied: entries are lost"));
	CU_ASSERT_EQUAL(server.ledger.applies, 0);
	server_remove(&server);
}

/* Some closed segments, closed for being full. */
static void
make_closed_segments(void)
{
	server_make(&server);
	server.options.segment_bytes = 256 * 1024;
	fill_and_die(64, 16384);
	CU_ASSERT_TRUE_FATAL(find("0000", false));
}

static void
a_damaged_segment_in_the_middle_refuses_the_start(void)
{
	make_closed_segments();
	/* The first holds the configuration alone; take the next. */
	CU_ASSERT_TRUE_FATAL(find("0000000000000002", false));
	read_file();
	bytes[length / 2] ^= 0x10;
	write_file(length);
	CU_ASSERT_EQUAL(server_start(&server), -EUCLEAN);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text,
	    "load closed segment 0000000000000002"));
	CU_ASSERT_EQUAL(server.ledger.applies, 0);
	server_remove(&server);
}

/* Reading it again would not give more: it is damage, and no bad disk. */
static void
a_closed_segment_cut_short_is_damage(void)
{
	make_closed_segments();
	CU_ASSERT_TRUE_FATAL(find("0000", true));
	read_file();
	write_file(length / 2 + 100);
	CU_ASSERT_EQUAL(server_start(&server), -EUCLEAN);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text, "short read"));
	CU_ASSERT_EQUAL(server.ledger.applies, 0);
	server_remove(&server);
}

static void
a_damaged_last_closed_segment_is_set_aside_and_said(void)
{
	make_closed_segments();
	CU_ASSERT_TRUE_FATAL(find("0000", true));
	read_file();
	bytes[length / 2] ^= 0x10;
	write_file(length);
	CU_ASSERT_EQUAL_FATAL(server_start(&server), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.notice, "set aside"));
	CU_ASSERT_TRUE(find("corrupt-", false));
	CU_ASSERT_TRUE(server.ledger.state.count > 0);
	CU_ASSERT_TRUE(server.ledger.state.count < 64);
	CU_ASSERT_EQUAL(server.ledger.state.chain,
	    server_chain(server.ledger.state.count, 16384));
	server_close(&server);
	server_remove(&server);
}

static void
damaged_metadata_refuses_the_start(void)
{
	server_make(&server);
	fill_and_die(1, 64);
	CU_ASSERT_TRUE_FATAL(find("metadata1", false));
	read_file();
	/* The version of its format; the rest has no checksum. */
	bytes[0] ^= 0x10;
	write_file(length);
	CU_ASSERT_EQUAL(server_start(&server), -EUCLEAN);
	CU_ASSERT_PTR_NOT_NULL(strstr(server.complaint.text, "metadata1"));
	server_remove(&server);
}

static const struct suite_test tests[] = {
	{ "a killed process leaves a whole log",
	    a_killed_process_leaves_a_whole_log },
	{ "a torn last entry is cut off and said",
	    a_torn_last_entry_is_cut_off_and_said },
	{ "a segment cut short keeps what is whole",
	    a_segment_cut_short_keeps_what_is_whole },
	{ "a flipped bit ends the log before it",
	    a_flipped_bit_ends_the_log_before_it },
	{ "flipped bits anywhere are seen", flipped_bits_anywhere_are_seen },
	{ "a machine that kept its state refuses the shorter log",
	    a_machine_that_kept_its_state_refuses_the_shorter_log },
	{ "a damaged segment in the middle refuses the start",
	    a_damaged_segment_in_the_middle_refuses_the_start },
	{ "a closed segment cut short is damage",
	    a_closed_segment_cut_short_is_damage },
	{ "a damaged last closed segment is set aside and said",
	    a_damaged_last_closed_segment_is_set_aside_and_said },
	{ "damaged metadata refuses the start",
	    damaged_metadata_refuses_the_start },
};

SUITE_MAIN("cluster damage", tests)
