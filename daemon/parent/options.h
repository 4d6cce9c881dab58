/*
 * The arguments of droverd, made from options.def.
 */
#ifndef DROVER_PARENT_OPTIONS_H
#define DROVER_PARENT_OPTIONS_H

#include <stdbool.h>

struct options {
	const char	*configuration;		/* NULL: look for one */
	const char	*runtime_directory;	/* NULL: not given */
	const char	*state_directory;
	const char	*libexec;
	const char	*user;
	bool		 check;
	bool		 print;
	bool		 debug;
	bool		 service;
};

/*
 * Prints help or version and exits 0 when asked for; prints one line and
 * exits 64 when the arguments are wrong.  The strings are those of argv.
 */
void	options_read(int argc, char **argv, struct options *options);

#endif
