/*
 * What completion.c and completion_verbs.c print of a script for bash: the
 * latter what a program with verbs has more than others.
 */
#ifndef DROVER_STAT_COMPLETION_H
#define DROVER_STAT_COMPLETION_H

struct option {
	char		 letter;	/* 0: none */
	const char	*name;		/* NULL after the last */
	const char	*argument;	/* "": it takes none */
	const char	*complete;
};

/* Functions that the one of the program calls. */
void	verbs_functions(const char *program);
/* Sets verb and arguments from the words before the cursor. */
void	verbs_find(const struct option *options);
/* Completes an argument, or sets words and options to those that can come. */
void	verbs_offer(const char *program);

#endif
