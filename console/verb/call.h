/*
 * A verb as it was called: with its arguments and options, read from the
 * words of a command line.
 */
#ifndef DROVER_VERB_CALL_H
#define DROVER_VERB_CALL_H

#include <getopt.h>

#include "option.h"

/* Strings are those of the words that were read. */
struct verb_call {
	const struct verb	*verb;		/* NULL: not known yet */
	char *const		*arguments;
	int			 count;		/* of arguments */
	const char		*options[VERB_OPTIONS];	/* NULL: not given,
							   "": a flag that
							   was */
};

/* Options of a program that stand among those of verbs. */
struct verb_own {
	/*
	 * As for getopt_long(3); val is the letter, or from 256 to 511
	 * where there is none.  Ends with a name NULL.
	 */
	const struct option	*options;
	/* -EINVAL with a complaint. */
	int			(*take)(void *context, int code,
				    const char *value,
				    char complaint[VERB_COMPLAINT_BYTES]);
	void			*context;
};

/*
 * The options of argv, of which argv[0] is skipped as in main(): options
 * stand anywhere before a "--".  argv is put in another order; returns the
 * index of the first word that is no option, or -EINVAL with a complaint.
 * own may be NULL.
 */
int	verb_read_options(struct verb_call *call, int argc, char **argv,
	    const struct verb_own *own, char complaint[VERB_COMPLAINT_BYTES]);

/*
 * The verb and its arguments, after the options: those that do not go with
 * it, and values that cannot be, are refused.  Returns 0, or -EINVAL with
 * a complaint; call->verb is NULL when there is no such verb.
 */
int	verb_read_words(struct verb_call *call, int count, char **words,
	    char complaint[VERB_COMPLAINT_BYTES]);

#endif
