/*
 * What the command line of droverctl asks for, and how it ends; made from
 * tables/options_droverctl.def, verb_options.def, verbs.def and
 * exits_droverctl.def.
 */
#ifndef DROVER_CTL_OPTIONS_H
#define DROVER_CTL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "call.h"
#include "client.h"

enum ctl_exit {
#define EXIT(NAME, status, help)	CTL_EXIT_##NAME = (status),
#include <drover/tables/exits_droverctl.def>
#undef EXIT
};

struct options {
	struct verb_call	 call;
	struct client_place	 place;
	bool			 json;
	bool			 help;
	bool			 version;
	bool			 timeout;	/* was given */
	uint32_t		 timeout_ms;
};

/*
 * Returns 0, or -EINVAL after one line about what is wrong, and what is
 * allowed, to stderr.  Strings are those of argv.
 */
int	options_parse(struct options *options, int argc, char **argv);
void	options_usage(FILE *stream);
/* All about one verb: its options, its request and the role it needs. */
void	options_usage_verb(FILE *stream, const struct verb *verb);

#endif
