/*
 * The verbs of droverctl and of the ":" line of drover, from
 * tables/verbs.def, and finding one by a part of its name.
 */
#ifndef DROVER_VERB_VERB_H
#define DROVER_VERB_VERB_H

#include <stdbool.h>
#include <stddef.h>

/* Complaints are one line without the name of the program. */
#define VERB_COMPLAINT_BYTES	512
#define VERB_WORDS_MAX		2	/* of a name */

enum verb_id {
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	VERB_##NAME,
#include <drover/tables/verbs.def>
#undef VERB
	VERBS
};

struct verb {
	enum verb_id	 id;
	const char	*name;		/* "config set" */
	const char	*arguments;	/* as shown */
	const char	*options;	/* names, with blanks between */
	const char	*method;	/* "ANY", "NONE" or of the request */
	const char	*pattern;
	const char	*role;		/* "OPERATOR" */
	const char	*help;
};

extern const struct verb verbs[VERBS];

/*
 * The verb whose name the first words give, whole or shortened, as long as
 * no other one begins alike; *used is the number of words that name it.
 * NULL after one line in complaint, which names those it could be.
 */
const struct verb *verb_find(int count, char *const *words, int *used,
	    char complaint[VERB_COMPLAINT_BYTES]);

/* Is count right for the arguments of verb?  -EINVAL with a complaint. */
int	verb_check(const struct verb *verb, int count,
	    char complaint[VERB_COMPLAINT_BYTES]);

/*
 * The name of argument i as it is shown, "name" of "name [name ...]"; the
 * last one where that may be repeated, "" past the last.
 */
const char *verb_argument(const struct verb *verb, int i, char name[32]);

#endif
