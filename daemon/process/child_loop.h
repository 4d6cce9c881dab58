/*
 * What a process with a libuv loop owes its parent (child.h): signs of
 * life, an end on SIGTERM or when the parent is gone, and SIGHUP heard.
 */
#ifndef DROVER_PROCESS_CHILD_LOOP_H
#define DROVER_PROCESS_CHILD_LOOP_H

#include <stdbool.h>

#include <uv.h>

struct child_loop {
	uv_timer_t	 heart;
	uv_poll_t	 control;
	uv_signal_t	 terminate;
	uv_signal_t	 hangup;
	void		(*hung_up)(void *context);
	void		*context;
};

/*
 * The loop is stopped where the process is to end.  hung_up, where it is
 * not NULL, is called for each SIGHUP, which never ends it.
 */
void	child_loop_start(struct child_loop *child, uv_loop_t *loop,
	    bool attended, void (*hung_up)(void *context), void *context);

#endif
