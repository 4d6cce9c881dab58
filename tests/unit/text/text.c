/* Text of other machines, made fit for a terminal. */
#include "text.h"

#include <locale.h>
#include <string.h>

#include "tests/unit/suite.h"

#define REPLACEMENT	"\xef\xbf\xbd"

static const char *
cleaned(const char *from)
{
	static char text[64];

	text_clean(text, sizeof(text), from);
	return text;
}

static void
well_formed_text_is_kept(void)
{
	const char *text = "a\303\251\346\235\261\360\237\230\200";

	CU_ASSERT_STRING_EQUAL(cleaned(text), text);
	CU_ASSERT_EQUAL(text_next(&text), 'a');
	CU_ASSERT_EQUAL(text_next(&text), 0xe9);
	CU_ASSERT_EQUAL(text_next(&text), 0x6771);
	CU_ASSERT_EQUAL(text_next(&text), 0x1f600);
	CU_ASSERT_EQUAL(text_next(&text), 0);
	CU_ASSERT_EQUAL(text_next(&text), 0);
}

static void
control_characters_never_reach_a_terminal(void)
{
	char one[2] = "";
	int byte;

	for (byte = 1; byte < 0x80; byte++) {
		one[0] = (char)byte;
		CU_ASSERT_STRING_EQUAL(cleaned(one), byte < 0x20 ||
		    byte == 0x7f ? REPLACEMENT : one);
	}
	CU_ASSERT_STRING_EQUAL(cleaned("a\x1b[2Jb"), "a" REPLACEMENT "[2Jb");
	/* C1: CSI and NEL as one character. */
	CU_ASSERT_STRING_EQUAL(cleaned("\xc2\x9b" "2J"), REPLACEMENT "2J");
	CU_ASSERT_STRING_EQUAL(cleaned("\xc2\x85"), REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\xe2\x80\xa8"), REPLACEMENT);
}

static void
marks_of_direction_are_taken_out_and_seen(void)
{
	static const char *const marks[] = {"\xd8\x9c", "\xe2\x80\x8e",
		"\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xae",
		"\xe2\x81\xa6", "\xe2\x81\xa9", "\xef\xbb\xbf"};
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		CU_ASSERT_STRING_EQUAL(cleaned(marks[i]), REPLACEMENT);
		CU_ASSERT_EQUAL(text_columns(marks[i], false), 1);
	}
}

static void
bytes_that_are_not_utf8_are_replaced(void)
{
	/* overlong, surrogate, beyond the last, cut off, stray */
	CU_ASSERT_STRING_EQUAL(cleaned("\xff"), REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\x80"), REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\xc0\xaf"), REPLACEMENT REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\xe0\x80\xaf"),
	    REPLACEMENT REPLACEMENT REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\xed\xa0\x80"),
	    REPLACEMENT REPLACEMENT REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\xf4\x90\x80\x80"),
	    REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("x\xe6\xbc"),
	    "x" REPLACEMENT REPLACEMENT);
	CU_ASSERT_STRING_EQUAL(cleaned("\xe6\xbcz"),
	    REPLACEMENT REPLACEMENT "z");
}

static void
valid_text_keeps_its_controls(void)
{
	char text[16];

	text_valid(text, sizeof(text), "a\n\x1b\xff");
	CU_ASSERT_STRING_EQUAL(text, "a\n\x1b" REPLACEMENT);
}

static void
text_is_cut_between_characters(void)
{
	char text[6];

	text_clean(text, sizeof(text), "abcd\xe6\xbc\xa2");
	CU_ASSERT_STRING_EQUAL(text, "abcd");
	text_clean(text, sizeof(text), "ab\xe6\xbc\xa2");
	CU_ASSERT_STRING_EQUAL(text, "ab\xe6\xbc\xa2");
	text_clean(text, 1, "abc");
	CU_ASSERT_STRING_EQUAL(text, "");
	text[0] = 'k';
	text_clean(text, 0, "abc");
	CU_ASSERT_EQUAL(text[0], 'k');
}

static void
wide_letters_take_two_columns(void)
{
	CU_ASSERT_EQUAL(text_columns("\346\235\261\344\272\254", false), 4);
	CU_ASSERT_EQUAL(text_columns("\346\235\261\344\272\254", true), 2);
	CU_ASSERT_EQUAL(text_columns("e\314\201", false), 1);
}

static void
what_is_encoded_reads_back(void)
{
	static const uint32_t codes[] = {1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff,
		0xe000, 0xffff, 0x10000, 0x10ffff};
	char bytes[5], text[5];
	const char *from;
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		bytes[text_encode(codes[i], bytes)] = '\0';
		text_valid(text, sizeof(text), bytes);
		CU_ASSERT_STRING_EQUAL(text, bytes);
		from = bytes;
		if (codes[i] > 0x9f) {
			CU_ASSERT_EQUAL(text_next(&from), codes[i]);
			CU_ASSERT_EQUAL(*from, '\0');
		}
	}
}

static void
a_needle_is_found_in_either_case(void)
{
	CU_ASSERT_TRUE(text_contains("Node-07", "node"));
	CU_ASSERT_TRUE(text_contains("n", ""));
	CU_ASSERT_FALSE(text_contains("node", "nodes"));
}

static void
a_hash_knows_where_a_name_ends(void)
{
	uint64_t one = text_hash(text_hash(TEXT_HASH_START, "ab"), "c");
	uint64_t other = text_hash(text_hash(TEXT_HASH_START, "a"), "bc");

	CU_ASSERT_NOT_EQUAL(one, other);
}

static const struct suite_test tests[] = {
	{"well-formed text is kept", well_formed_text_is_kept},
	{"control characters never reach a terminal",
	    control_characters_never_reach_a_terminal},
	{"marks of direction are taken out and seen",
	    marks_of_direction_are_taken_out_and_seen},
	{"bytes that are not UTF-8 are replaced",
	    bytes_that_are_not_utf8_are_replaced},
	{"valid text keeps its controls", valid_text_keeps_its_controls},
	{"text is cut between characters", text_is_cut_between_characters},
	{"wide letters take two columns", wide_letters_take_two_columns},
	{"what is encoded reads back", what_is_encoded_reads_back},
	{"a needle is found in either case",
	    a_needle_is_found_in_either_case},
	{"a hash knows where a name ends", a_hash_knows_where_a_name_ends},
};

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	return suite_run("text", tests, sizeof(tests) / sizeof(tests[0]),
	    argc, argv);
}
