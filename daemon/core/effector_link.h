/*
 * The core's end of RUNTIME/effector.sock: connects, connects again when the
 * effector was started anew, and never blocks.  What is sent while there is
 * no connection is dropped: both ends say everything again.
 */
#ifndef DROVER_CORE_EFFECTOR_LINK_H
#define DROVER_CORE_EFFECTOR_LINK_H

#include <limits.h>
#include <stdbool.h>

#include <uv.h>

#include "effector/message.h"

typedef void	effector_link_heard(void *context,
		    const struct effector_message *message);

struct effector_link {
	uv_loop_t		*loop;
	uv_pipe_t		*pipe;		/* NULL: none */
	uv_connect_t		 connecting;
	uv_timer_t		 retry;
	effector_link_heard	*heard;
	void			*context;
	struct effector_lines	 lines;
	char			 path[PATH_MAX];
	bool			 up;
	bool			 stopping;
};

void	effector_link_start(struct effector_link *link, uv_loop_t *loop,
	    const char *runtime_directory, effector_link_heard *heard,
	    void *context);
/* The loop has to run until nothing is left in it. */
void	effector_link_stop(struct effector_link *link);
void	effector_link_send(struct effector_link *link,
	    const struct effector_message *message);

#endif
