/* droverctl(8): the management API of droverd from the command line. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "act.h"
#include "options.h"

int
main(int argc, char **argv)
{
	struct options options;

	setlocale(LC_CTYPE, "");
	/* A reader that has seen enough is told by EPIPE, quietly. */
	signal(SIGPIPE, SIG_IGN);
	if (options_parse(&options, argc, argv) != 0)
		return CTL_EXIT_USAGE;
	if (options.help)
		options_usage(stdout);
	else if (options.version)
		puts("droverctl " DROVER_VERSION);
	else
		return act(&options);
	return act_flush();
}
