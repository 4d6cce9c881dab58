#include "process/child_loop.h"

#include <signal.h>

#include "process/child.h"

static void
heart_fired(uv_timer_t *timer)
{
	(void)timer;
	(void)child_ready();
}

static void
control_readable(uv_poll_t *control, int status, int events)
{
	struct child_status ignored;
	int received;

	(void)status;
	(void)events;
	while ((received = child_status_receive(&ignored)) == 1)
		continue;
	if (received < 0)
		uv_stop(control->loop);
}

static void
signalled(uv_signal_t *signal, int number)
{
	const struct child_loop *child = signal->data;

	if (number != SIGHUP)
		uv_stop(signal->loop);
	else if (child->hung_up != NULL)
		child->hung_up(child->context);
}

static void
start_signal(struct child_loop *child, uv_loop_t *loop, uv_signal_t *handle,
    int number)
{
	uv_signal_init(loop, handle);
	handle->data = child;
	uv_signal_start(handle, signalled, number);
}

void
child_loop_start(struct child_loop *child, uv_loop_t *loop, bool attended,
    void (*hung_up)(void *context), void *context)
{
	child->hung_up = hung_up;
	child->context = context;
	start_signal(child, loop, &child->terminate, SIGTERM);
	start_signal(child, loop, &child->hangup, SIGHUP);
	if (!attended)
		return;
	uv_timer_init(loop, &child->heart);
	uv_timer_start(&child->heart, heart_fired, 0, CHILD_SIGN_MS);
	uv_poll_init(loop, &child->control, CHILD_CONTROL_FD);
	uv_poll_start(&child->control, UV_READABLE | UV_DISCONNECT,
	    control_readable);
}
