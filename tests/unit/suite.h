/*
 * A CUnit program of one suite: a table of tests, each named after the
 * behaviour it holds, and a main() that runs them all, or those whose
 * name contains argv[1].
 */
#ifndef DROVER_TESTS_SUITE_H
#define DROVER_TESTS_SUITE_H

#include <stddef.h>
#include <string.h>

#include <CUnit/Basic.h>

struct suite_test {
	const char	*name;
	void		(*run)(void);
};

static inline int
suite_run(const char *name, const struct suite_test *tests, size_t count,
    int argc, char **argv)
{
	CU_pSuite suite;
	unsigned int failures;
	size_t i;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	suite = CU_add_suite(name, NULL, NULL);
	for (i = 0; suite != NULL && i < count; i++) {
		if (argc > 1 && strstr(tests[i].name, argv[1]) == NULL)
			continue;
		if (CU_add_test(suite, tests[i].name, tests[i].run) == NULL)
			return 2;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failures = CU_get_number_of_failures();
	CU_cleanup_registry();
	return failures == 0 ? 0 : 1;
}

#define SUITE_MAIN(name, tests)						\
	int main(int argc, char **argv)					\
	{								\
		return suite_run(name, tests,				\
		    sizeof(tests) / sizeof((tests)[0]), argc, argv);	\
	}

#endif
