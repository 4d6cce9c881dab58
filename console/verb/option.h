/* The options that go with some verbs alone: tables/verb_options.def. */
#ifndef DROVER_VERB_OPTION_H
#define DROVER_VERB_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "verb.h"

enum verb_option {
#define VERB_OPTION(NAME, letter, name, argument, complete, PLACE,	\
    TYPE, member, help)							\
	VERB_OPTION_##NAME,
#include <drover/tables/verb_options.def>
#undef VERB_OPTION
	VERB_OPTIONS
};

enum verb_option_place { VERB_PLACE_QUERY, VERB_PLACE_BODY,
	VERB_PLACE_SELF };
enum verb_option_type { VERB_TYPE_FLAG, VERB_TYPE_TEXT, VERB_TYPE_COUNT,
	VERB_TYPE_SPAN, VERB_TYPE_MOMENT };

struct verb_option_row {
	char			 letter;	/* 0: it has a long form only */
	const char		*name;
	const char		*argument;	/* "" for a flag */
	enum verb_option_place	 place;
	enum verb_option_type	 type;
	const char		*member;	/* of query or body */
	const char		*help;
};

extern const struct verb_option_row verb_options[VERB_OPTIONS];

bool	verb_takes(const struct verb *verb, enum verb_option option);

/* "-r" or "--for", as it is typed. */
const char *verb_option_text(enum verb_option option, char text[32]);

/*
 * Is value one for this option?  -EINVAL with a complaint, which says what
 * is allowed.
 */
int	verb_option_check(enum verb_option option, const char *value,
	    char complaint[VERB_COMPLAINT_BYTES]);

/* "1h30m" in milliseconds; NULL, or why it is none: "has no unit". */
const char *verb_span(const char *text, int64_t *span_ms);

#endif
