/*
 * One process of this droverd: its supervision, its pid and its control
 * socket, and what supervision asks to be done with it.
 */
#ifndef DROVER_PARENT_PROCESS_H
#define DROVER_PARENT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "parent/identity.h"
#include "parent/supervise.h"
#include "process/child.h"

enum process_index {
#define PROCESS(name, program, descriptors, root, help)	PROCESS_##name,
#include "parent/processes.def"
#undef PROCESS
	PROCESSES
};

/* What starts every process alike. */
struct process_setup {
	const char		*directory;	/* of programs, or NULL */
	const char		*runtime_directory;
	const char		*state_directory;
	const char		*configuration;	/* or NULL */
	const struct identity	*identity;	/* or NULL */
};

struct process {
	const char			*name;
	const char			*program;
	const struct process_setup	*setup;
	struct supervised		 supervised;
	unsigned long			 descriptors;
	bool				 root;	/* in service mode */
	pid_t				 pid;		/* 0: does not run */
	int				 control;	/* -1: none */
	int64_t				 started_wall_ns;
	bool				 changed;	/* since last asked */
	bool				 told;		/* to the core */
	bool				 asks_reload;	/* of the others */
	/* Of the last thing logged, to say the same thing only once. */
	char				 logged[SUPERVISE_MESSAGE_BYTES];
};

void	process_init(struct process *process, enum process_index index,
	    const struct process_setup *setup);
/* Carry out acts of supervise.h. */
void	process_act(struct process *process, unsigned int acts,
	    int64_t now_ns);
/* Take in what it said; at the end of file the descriptor is closed. */
void	process_listen(struct process *process);
/* It was reaped with that wait(2) status. */
void	process_reaped(struct process *process, int64_t now_ns, int status);
void	process_status(const struct process *process,
	    struct child_status *status);
/* The word of a state, as the segment has it. */
const char *process_state_word(enum drover_process_state state);

#endif
