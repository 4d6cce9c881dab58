/*
 * The verbs of droverctl, from tables/verbs.def: finding one by a part of
 * its name, holding arguments against it, and the request it makes.
 */
#ifndef DROVER_CTL_VERB_H
#define DROVER_CTL_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define VERB_TARGET_BYTES	2048
#define VERB_COMPLAINT_BYTES	256

enum verb_id {
#define VERB(NAME, name, arguments, options, METHOD, pattern, ROLE, help) \
	VERB_##NAME,
#include <drover/tables/verbs.def>
#undef VERB
	VERBS
};

struct verb {
	enum verb_id	 id;
	const char	*name;
	const char	*arguments;	/* as shown */
	const char	*options;	/* letters that go with it alone */
	const char	*method;	/* "ANY", "NONE" or of the request */
	const char	*pattern;
	const char	*role;
	const char	*help;
};

extern const struct verb verbs[VERBS];

/*
 * The verb of that name, or the only one that begins with word; NULL after
 * one line in complaint, which names those it could be.
 */
const struct verb *verb_find(const char *word,
	    char complaint[VERB_COMPLAINT_BYTES]);

/* Is count right for the arguments of verb?  -EINVAL with a complaint. */
int	verb_check(const struct verb *verb, int count,
	    char complaint[VERB_COMPLAINT_BYTES]);

/*
 * The path that verb asks for, with argument, percent-encoded, in the
 * place of its ":name".  -ENAMETOOLONG: it does not fit.
 */
int	verb_target(const struct verb *verb, const char *argument,
	    char target[VERB_TARGET_BYTES]);
/* Appends name=value to the query of target. */
int	verb_query(char target[VERB_TARGET_BYTES], const char *name,
	    const char *value);

void	verb_usage(FILE *stream, const struct verb *verb);

#endif
