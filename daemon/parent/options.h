/*
 * The arguments of droverd, and how it ends, made from the tables in
 * include/drover/tables/.
 */
#ifndef DROVER_PARENT_OPTIONS_H
#define DROVER_PARENT_OPTIONS_H

#include <stdbool.h>

enum droverd_exit {
#define EXIT(NAME, status, help)	DROVERD_EXIT_##NAME = (status),
#include <drover/tables/exits_droverd.def>
#undef EXIT
};

struct options {
	const char	*configuration;		/* NULL: look for one */
	const char	*runtime_directory;	/* NULL: not given */
	const char	*state_directory;
	const char	*libexec_directory;
	const char	*user;
	bool		 check;
	bool		 verbose;
	bool		 service;
	bool		 help;
	bool		 version;
};

/*
 * Prints help or version and exits 0 when asked for; prints one line and
 * exits 64 when the arguments are wrong.  The strings are those of argv.
 */
void	options_read(int argc, char **argv, struct options *options);

#endif
