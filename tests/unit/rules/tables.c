/* The tables of replies, roles and kinds hold together. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "rules/kind.h"
#include "tests/unit/suite.h"

static void
numbers_of_replies_rise_and_have_four_digits(void)
{
	const struct reply_row *row;
	int before = 999;
	size_t i;

	for (i = 0; (row = reply_at(i)) != NULL; i++) {
		CU_ASSERT_TRUE(row->number > before);
		CU_ASSERT_TRUE(row->number <= 9999);
		CU_ASSERT_PTR_EQUAL(reply_find(row->number), row);
		before = row->number;
	}
	CU_ASSERT_TRUE(i > 40);
	CU_ASSERT_PTR_NULL(reply_find(0));
	CU_ASSERT_PTR_NULL(reply_find(1004));
	CU_ASSERT_PTR_NULL(reply_find(9999));
	CU_ASSERT_PTR_NULL(reply_find(-1));
}

static int
status_class_of(const struct reply_row *row)
{
	switch (row->number / 1000) {
	case 1:	return 2;
	case 3:
	case 4:	return 4;
	default: return 5;
	}
}

static void
a_reply_travels_with_a_status_of_its_class(void)
{
	const struct reply_row *row;
	size_t i;

	for (i = 0; (row = reply_at(i)) != NULL; i++) {
		/* 505 belongs to the request, and HTTP gave it a 5. */
		if (row->number == REPLY_HTTP_VERSION)
			continue;
		CU_ASSERT_EQUAL(row->http / 100, status_class_of(row));
		CU_ASSERT_EQUAL(reply_is_done(row->number),
		    row->number < 2000);
	}
}

static void
texts_are_one_line_without_a_full_stop(void)
{
	const struct reply_row *row;
	size_t i;

	for (i = 0; (row = reply_at(i)) != NULL; i++) {
		CU_ASSERT_TRUE(strlen(row->text) > 3);
		CU_ASSERT_TRUE(strlen(row->text) < 120);
		CU_ASSERT_PTR_NULL(strchr(row->text, '\n'));
		CU_ASSERT_NOT_EQUAL(row->text[strlen(row->text) - 1], '.');
	}
}

static void
kinds_are_found_by_number_and_by_name(void)
{
	const struct kind *kind;
	size_t i;

	for (i = 0; (kind = kind_at(i)) != NULL; i++) {
		CU_ASSERT_PTR_EQUAL(kind_find(kind->number), kind);
		CU_ASSERT_PTR_EQUAL(kind_by_name(kind->name), kind);
		CU_ASSERT_TRUE(kind->role > ROLE_VIEWER);
		CU_ASSERT_TRUE(islower((unsigned char)kind->name[0]));
	}
	CU_ASSERT_TRUE(i >= 16);
	CU_ASSERT_PTR_NULL(kind_find(0));
	CU_ASSERT_PTR_NULL(kind_find(65535));
	CU_ASSERT_PTR_NULL(kind_by_name("node"));
}

static void
an_account_can_have_three_roles_and_never_that_of_drover(void)
{
	CU_ASSERT_EQUAL(role_of_account("viewer"), ROLE_VIEWER);
	CU_ASSERT_EQUAL(role_of_account("operator"), ROLE_OPERATOR);
	CU_ASSERT_EQUAL(role_of_account("admin"), ROLE_ADMIN);
	CU_ASSERT_EQUAL(role_of_account("system"), -EINVAL);
	CU_ASSERT_EQUAL(role_of_account("none"), -EINVAL);
	CU_ASSERT_EQUAL(role_of_account(""), -EINVAL);
	CU_ASSERT_STRING_EQUAL(role_name(ROLE_ADMIN), "admin");
	CU_ASSERT_STRING_EQUAL(role_name(99), "none");
	CU_ASSERT_STRING_EQUAL(role_help(-1), "nothing");
}

static const struct suite_test tests[] = {
	{ "numbers of replies rise and have four digits",
	    numbers_of_replies_rise_and_have_four_digits },
	{ "a reply travels with a status of its class",
	    a_reply_travels_with_a_status_of_its_class },
	{ "texts are one line without a full stop",
	    texts_are_one_line_without_a_full_stop },
	{ "kinds are found by number and by name",
	    kinds_are_found_by_number_and_by_name },
	{ "an account can have three roles and never that of drover",
	    an_account_can_have_three_roles_and_never_that_of_drover },
};

SUITE_MAIN("rules-tables", tests)
