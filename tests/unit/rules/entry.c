/* Entries: one encoding, and nothing else is taken for one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rules/line.h"
#include "tests/unit/rules/generate.h"
#include "tests/unit/suite.h"

static void
an_entry_comes_back_as_it_was(void)
{
	struct entry entry;
	struct made made;

	begin_entry(&entry, ENTRY_NODE_DRAIN, "req-1");
	entry_add_target(&entry, "n1");
	entry_add_target(&entry, "n2");
	entry_add_number(&entry, ARGUMENT_DEADLINE_MS, 77);
	entry_add_text(&entry, ARGUMENT_REASON, "l\xc3\xbc" "fter");
	entry_add_fact(&entry, FACT_COPIES_ELSEWHERE, "llama3:8b", 2);
	make_entry(&entry, &made);
	CU_ASSERT_EQUAL(made.length % 8, 0);
	CU_ASSERT_EQUAL(made.entry.kind, ENTRY_NODE_DRAIN);
	CU_ASSERT_STRING_EQUAL(made.entry.request, "req-1");
	CU_ASSERT_STRING_EQUAL(made.entry.caller.name, "alice");
	CU_ASSERT_EQUAL(made.entry.wall_ms, 1700000000000);
	CU_ASSERT_EQUAL(made.entry.target_count, 2);
	CU_ASSERT_STRING_EQUAL(made.entry.targets[1], "n2");
	CU_ASSERT_STRING_EQUAL(entry_text(&made.entry, ARGUMENT_REASON),
	    "l\xc3\xbc" "fter");
	CU_ASSERT_EQUAL(entry_number(&made.entry, ARGUMENT_DEADLINE_MS, 0),
	    77);
	CU_ASSERT_EQUAL(entry_number(&made.entry, ARGUMENT_ID, 5), 5);
	CU_ASSERT_EQUAL(entry_fact(&made.entry, FACT_COPIES_ELSEWHERE,
	    "llama3:8b")->value, 2);
	CU_ASSERT_PTR_NULL(entry_fact(&made.entry, FACT_IN_FLIGHT, NULL));
}

static int
encode(const struct entry *entry)
{
	static unsigned char bytes[ENTRY_BYTES_MAX];
	size_t length;

	return entry_encode(entry, bytes, sizeof(bytes), &length);
}

static void
what_breaks_a_limit_is_not_encoded(void)
{
	struct entry entry;
	char text[600];

	memset(text, 'x', sizeof(text));
	text[513] = '\0';
	begin_entry(&entry, ENTRY_NODE_DRAIN, "r");
	entry_add_text(&entry, ARGUMENT_REASON, text);
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
	text[512] = '\0';
	CU_ASSERT_EQUAL(encode(&entry), 0);
	entry.request = "";
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
	entry.request = "-r";
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
	entry.request = "r";
	entry.wall_ms = -1;
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
	entry.wall_ms = 0;
	entry.caller.role = ROLE_SYSTEM;
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
	entry.caller.role = ROLE_ADMIN;
	entry.kind = 999;
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
}

static void
text_that_could_deceive_a_terminal_is_refused(void)
{
	static const char *const bad[] = {
		"a\nb", "\x1b[2J", "\x7f", "\xc2\x9b[31m", "\xe2\x80\xae",
		"\xe2\x80\xa8", "\xe2\x81\xa6", "\xff", "\xc0\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xc3",
		"\x80",
	};
	static const char *const good[] = {
		"", "plain", "\xc3\xa9t\xc3\xa9", "\xe6\xbc\xa2",
		"\xf0\x9f\x90\x91",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(line_is_valid(bad[i], strlen(bad[i])));
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CU_ASSERT_TRUE(line_is_valid(good[i], strlen(good[i])));
}

static void
names_are_short_and_plain(void)
{
	char name[80];

	memset(name, 'a', sizeof(name));
	name[64] = '\0';
	CU_ASSERT_TRUE(entry_name_is_valid(name));
	name[64] = 'a';
	name[65] = '\0';
	CU_ASSERT_FALSE(entry_name_is_valid(name));
	CU_ASSERT_TRUE(entry_name_is_valid("node/n1.example.org:80"));
	CU_ASSERT_FALSE(entry_name_is_valid(""));
	CU_ASSERT_FALSE(entry_name_is_valid("/etc"));
	CU_ASSERT_FALSE(entry_name_is_valid("-f"));
	CU_ASSERT_FALSE(entry_name_is_valid("a b"));
	CU_ASSERT_FALSE(entry_name_is_valid("a\xc3\xa9"));
}

static void
arguments_rise_and_come_once(void)
{
	struct entry entry;
	size_t i;

	begin_entry(&entry, ENTRY_NODE_DRAIN, "r");
	CU_ASSERT_EQUAL(entry_add_number(&entry, ARGUMENT_LEVEL, 1), 0);
	CU_ASSERT_EQUAL(entry_add_number(&entry, ARGUMENT_ID, 1), 0);
	CU_ASSERT_EQUAL(entry_add_number(&entry, ARGUMENT_ID, 2), -EEXIST);
	CU_ASSERT_EQUAL(entry.arguments[0].number, ARGUMENT_ID);
	CU_ASSERT_EQUAL(encode(&entry), 0);
	entry.arguments[1].number = ARGUMENT_ID;
	CU_ASSERT_EQUAL(encode(&entry), -EINVAL);
	for (i = 0; i < ENTRY_TARGETS_MAX; i++)
		CU_ASSERT_EQUAL(entry_add_target(&entry, "n"), 0);
	CU_ASSERT_EQUAL(entry_add_target(&entry, "n"), -E2BIG);
}

static void
what_a_newer_drover_wrote_is_told_apart(void)
{
	struct entry entry;
	struct made made;

	begin_entry(&entry, ENTRY_NODE_UNDRAIN, "r");
	make_entry(&entry, &made);
	made.bytes[2] = 200;
	CU_ASSERT_EQUAL(entry_decode(&made.entry, made.bytes, made.length),
	    -ENOTSUP);
	made.bytes[2] = ENTRY_NODE_UNDRAIN;
	made.bytes[0] = 2;
	CU_ASSERT_EQUAL(entry_decode(&made.entry, made.bytes, made.length),
	    -ENOTSUP);
	made.bytes[0] = 0;
	CU_ASSERT_EQUAL(entry_decode(&made.entry, made.bytes, made.length),
	    -EPROTO);
}

static void
every_cut_is_refused(void)
{
	struct log_maker log = { .random = { 1 } };
	static struct made made;
	struct entry entry;
	size_t cut;

	log_next(&log, &made);
	for (cut = 0; cut < made.length; cut++)
		CU_ASSERT_EQUAL(entry_decode(&entry, made.bytes, cut),
		    -EPROTO);
	CU_ASSERT_EQUAL(entry_decode(&entry, made.bytes, made.length + 8),
	    -EPROTO);
}

/* What decodes encodes to the same bytes, however they came about. */
static void
check_canonical(const unsigned char *bytes, size_t length)
{
	static unsigned char again[ENTRY_BYTES_MAX];
	struct entry entry;
	size_t size;

	if (entry_decode(&entry, bytes, length) != 0)
		return;
	CU_ASSERT_EQUAL_FATAL(entry_encode(&entry, again, sizeof(again),
	    &size), 0);
	CU_ASSERT_EQUAL_FATAL(size, length);
	CU_ASSERT_EQUAL_FATAL(memcmp(bytes, again, size), 0);
}

static void
mutated_entries_are_refused_or_canonical(void)
{
	struct log_maker log = { .random = { 7 } };
	static struct made made;
	unsigned char *copy;
	unsigned int round, i;

	for (round = 0; round < 20000; round++) {
		log_next(&log, &made);
		check_canonical(made.bytes, made.length);
		/* Of just this size, so that a sanitizer sees the end. */
		copy = malloc(made.length);
		CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
		memcpy(copy, made.bytes, made.length);
		for (i = 0; i <= round % 3; i++)
			copy[random_below(&log.random, made.length)] =
			    (unsigned char)random_next(&log.random);
		check_canonical(copy, made.length);
		free(copy);
	}
}

static const struct suite_test tests[] = {
	{ "an entry comes back as it was", an_entry_comes_back_as_it_was },
	{ "what breaks a limit is not encoded",
	    what_breaks_a_limit_is_not_encoded },
	{ "text that could deceive a terminal is refused",
	    text_that_could_deceive_a_terminal_is_refused },
	{ "names are short and plain", names_are_short_and_plain },
	{ "arguments rise and come once", arguments_rise_and_come_once },
	{ "what a newer drover wrote is told apart",
	    what_a_newer_drover_wrote_is_told_apart },
	{ "every cut is refused", every_cut_is_refused },
	{ "mutated entries are refused or canonical",
	    mutated_entries_are_refused_or_canonical },
};

SUITE_MAIN("rules-entry", tests)
