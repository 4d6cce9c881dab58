/*
 * kill -9 of a child at a system call of a given number, counted over all
 * of its threads.  The child is followed with ptrace(2), so that the same
 * number is the same point again, as far as its threads let it be.
 */
#ifndef DROVER_TESTS_KILLING_H
#define DROVER_TESTS_KILLING_H

#include <sys/types.h>

/* What is counted. */
enum killing_points {
	KILLING_AT_STOPS,	/* two of each call: before and after it */
	/*
	 * Before each call that changes files, or says something: between
	 * two of them nothing that a kill could leave behind changes.
	 */
	KILLING_AT_WRITES
};

enum killing_end {
	KILLING_UNTRACED,	/* not allowed here */
	KILLING_KILLED,
	KILLING_ENDED		/* before it came to that point */
};

struct killing {
	enum killing_points	points;
	int			at;		/* from 1 on; 0: nowhere */
	int			passed;		/* filled: points seen */
	int			status;		/* filled: as of waitpid() */
};

/* In the child, before what it is there for. */
void	killing_offer(void);
/*
 * In the parent, which has no other children.  The child and its threads
 * are gone when it returns.
 */
enum killing_end killing_follow(pid_t child, struct killing *killing);
/*
 * From the environment: DROVER_KILLS=N, or DROVER_KILLS=all for 0; else
 * usual.
 */
int	killing_count(int usual);

#endif
