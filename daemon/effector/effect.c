#include "effector/effect.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "effector/act.h"
#include "rules/line.h"
#include "rules/plan.h"

struct effect {
	const struct effect_setup	*setup;
	struct effector_message		 message;
	uv_process_t			 process;
	uv_pipe_t			 output;
	uv_timer_t			 limit;
	char				 last[257];	/* line so far */
	size_t				 last_length;
	char				 text[257];	/* last whole line */
	size_t				 taken;
	int64_t				 status;
	int				 signal;
	int				 handles;	/* that are open */
	bool				 probe;
	bool				 late;
	bool				 exited;
	bool				 closed;	/* its output */
};

static void
handle_closed(uv_handle_t *handle)
{
	struct effect *effect = handle->data;

	if (--effect->handles == 0)
		free(effect);
}

static int64_t
code_of(const struct effect *effect)
{
	if (effect->late || effect->signal != 0)
		return STEP_CODE_UNKNOWN;
	switch (effect->status) {
	case STEP_CODE_DONE:
	case STEP_CODE_NOT_NOW:
	case STEP_CODE_REFUSED:
		return effect->status;
	default:
		return STEP_CODE_UNKNOWN;
	}
}

static void
describe(struct effect *effect, char text[257])
{
	if (effect->late)
		snprintf(text, 257, "it did not end in %" PRId64 " s",
		    effect->message.timeout_ms / 1000);
	else if (effect->signal != 0)
		snprintf(text, 257, "it was ended by signal %d",
		    effect->signal);
	else if (effect->text[0] != '\0')
		memcpy(text, effect->text, sizeof(effect->text));
	else
		snprintf(text, 257, "it ended with %" PRId64,
		    effect->status);
}

/* Both its end and the end of what it printed are in. */
static void
finish(struct effect *effect)
{
	struct effector_message message = effect->message;

	if (!effect->exited || !effect->closed)
		return;
	message.code = code_of(effect);
	describe(effect, message.text);
	uv_close((uv_handle_t *)&effect->limit, handle_closed);
	effect->setup->done(effect->setup->context, &message, effect->probe);
}

static void
take_line(struct effect *effect)
{
	effect->last[effect->last_length] = '\0';
	if (effect->last_length > 0 &&
	    line_is_valid(effect->last, effect->last_length))
		memcpy(effect->text, effect->last, sizeof(effect->text));
	effect->last_length = 0;
}

static void
take_output(struct effect *effect, const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length && effect->taken < EFFECT_OUTPUT_MAX;
	    i++, effect->taken++) {
		if (bytes[i] == '\n')
			take_line(effect);
		else if (effect->last_length + 1 < sizeof(effect->last))
			effect->last[effect->last_length++] = bytes[i];
	}
}

static void
output_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	static char room[4096];

	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init(room, sizeof(room));
}

static void
output_end(struct effect *effect)
{
	if (effect->closed)
		return;
	take_line(effect);
	effect->closed = true;
	uv_close((uv_handle_t *)&effect->output, handle_closed);
	finish(effect);
}

static void
output_came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct effect *effect = stream->data;

	if (length < 0)
		output_end(effect);
	else
		take_output(effect, buffer->base, (size_t)length);
}

/*
 * What it left behind may hold the pipe: what it said is in by then, and
 * nobody waits for more.
 */
static void
drain_output(struct effect *effect)
{
	char bytes[4096];
	uv_os_fd_t fd;
	ssize_t got;

	if (effect->closed ||
	    uv_fileno((uv_handle_t *)&effect->output, &fd) != 0)
		return;
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		take_output(effect, bytes, (size_t)got);
	output_end(effect);
}

static void
exited(uv_process_t *process, int64_t status, int number)
{
	struct effect *effect = process->data;

	effect->status = status;
	effect->signal = number;
	effect->exited = true;
	uv_timer_stop(&effect->limit);
	uv_close((uv_handle_t *)process, handle_closed);
	if (effect->closed)
		finish(effect);
	else
		drain_output(effect);
}

static void
limit_passed(uv_timer_t *timer)
{
	struct effect *effect = timer->data;
	int pid = uv_process_get_pid(&effect->process);

	(void)kill(-pid, effect->late ? SIGKILL : SIGTERM);
	effect->late = true;
	uv_timer_start(timer, limit_passed, EFFECT_GRACE_MS, 0);
}

struct words {
	char	 id[96];
	char	 token[24];
	char	 started[24];
	char	*list[ACT_ARGUMENTS + 1];
};

static void
make_words(const struct effect *effect, int64_t started_ms,
    struct words *words)
{
	const struct effector_message *message = &effect->message;
	const struct child_options *options = effect->setup->options;
	const char *const list[ACT_ARGUMENTS] = { "drover-effector",
		effect->probe ? "--probe" : "--act", options->state_directory,
		options->configuration == NULL ? "-" : options->configuration,
		message->op, message->node, words->id, words->token,
		message->target, message->argument, words->started };
	size_t i;

	snprintf(words->id, sizeof(words->id), "%" PRId64 ".%" PRId64
	    ".%" PRId64, message->plan, message->step, message->attempt);
	snprintf(words->token, sizeof(words->token), "%" PRId64,
	    message->token);
	snprintf(words->started, sizeof(words->started), "%" PRId64,
	    started_ms);
	for (i = 0; i < ACT_ARGUMENTS; i++)
		words->list[i] = (char *)list[i];
	words->list[ACT_ARGUMENTS] = NULL;
}

static int
spawn(struct effect *effect, struct words *words)
{
	uv_stdio_container_t streams[3] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE },
		{ .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
	};
	uv_process_options_t options = { .exit_cb = exited,
		.file = "/proc/self/exe", .args = words->list,
		.flags = UV_PROCESS_DETACHED, .stdio_count = 3,
		.stdio = streams };

	streams[1].data.stream = (uv_stream_t *)&effect->output;
	return uv_spawn(effect->setup->loop, &effect->process, &options);
}

int
effect_begin(const struct effect_setup *setup,
    const struct effector_message *message, bool probe, int64_t started_ms)
{
	struct effect *effect = calloc(1, sizeof(*effect));
	struct words words;
	int error;

	if (effect == NULL)
		return -ENOMEM;
	effect->setup = setup;
	effect->message = *message;
	effect->probe = probe;
	effect->handles = 3;
	effect->process.data = effect->output.data = effect->limit.data =
	    effect;
	uv_pipe_init(setup->loop, &effect->output, 0);
	uv_timer_init(setup->loop, &effect->limit);
	make_words(effect, started_ms, &words);
	error = spawn(effect, &words);
	if (error != 0) {
		uv_close((uv_handle_t *)&effect->process, handle_closed);
		uv_close((uv_handle_t *)&effect->output, handle_closed);
		uv_close((uv_handle_t *)&effect->limit, handle_closed);
		return error;
	}
	uv_timer_start(&effect->limit, limit_passed, probe ?
	    EFFECT_PROBE_MS : (uint64_t)message->timeout_ms, 0);
	return uv_read_start((uv_stream_t *)&effect->output, output_room,
	    output_came);
}
