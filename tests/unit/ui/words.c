/* The words of a line, with their quotes. */
#include "words.h"

#include <errno.h>
#include <stdio.h>

#include "tests/unit/suite.h"

#define MOST	4

static void
words_are_split_as_in_a_shell(void)
{
	static const struct {
		const char	*line;
		int		 count;
		const char	*words[MOST];
	} lines[] = {
		{"", 0, {NULL}},
		{" \t ", 0, {NULL}},
		{"drain n1  n2", 3, {"drain", "n1", "n2"}},
		{"a 'b c' \"d e\"", 3, {"a", "b c", "d e"}},
		{"a\\ b c\\\"d", 2, {"a b", "c\"d"}},
		{"''", 1, {""}},
		{"--reason='new  kernel'x", 1, {"--reason=new  kernelx"}},
		{"'it\\' \"\\\"\"", 2, {"it\\", "\""}},
		{"a\\", 1, {"a\\"}},
		{"'a", -EINVAL, {NULL}},
		{"a \"b", -EINVAL, {NULL}},
		{"a b c d", 4, {"a", "b", "c", "d"}},
		{"a b c d e", -E2BIG, {NULL}},
	};
	char copy[64], *words[MOST];
	size_t i;
	int j;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(copy, sizeof(copy), "%s", lines[i].line);
		CU_ASSERT_EQUAL(words_split(copy, words, MOST),
		    lines[i].count);
		for (j = 0; j < lines[i].count; j++)
			CU_ASSERT_STRING_EQUAL(words[j], lines[i].words[j]);
	}
}

static const struct suite_test tests[] = {
	{"words are split as in a shell", words_are_split_as_in_a_shell},
};

SUITE_MAIN("ui-words", tests)
