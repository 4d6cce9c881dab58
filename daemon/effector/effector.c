#include "effector/effector.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include "effector/effect.h"
#include "effector/journal.h"
#include "process/child_loop.h"
#include "process/log.h"
#include "rules/plan.h"
#include "shm/clock.h"

struct effector {
	uv_loop_t			 loop;
	uv_pipe_t			 server;
	uv_pipe_t			*core;		/* NULL: none */
	uv_timer_t			 repeat;
	struct child_loop		 child;
	struct effector_lines		 lines;
	struct journal			 journal;
	struct effect_setup		 setup;
	const struct child_options	*options;
	uid_t				 owner;	/* of the runtime directory */
	int				 ledger;	/* -1: none */
};

struct writing {
	uv_write_t	request;
	char		line[EFFECTOR_LINE_MAX];
};

static int64_t
now_ms(void)
{
	return clock_ns(CLOCK_BOOTTIME) / 1000000;
}

static void
core_closed(uv_handle_t *handle)
{
	free(handle);
}

static void
drop_core(struct effector *effector)
{
	if (effector->core != NULL)
		uv_close((uv_handle_t *)effector->core, core_closed);
	effector->core = NULL;
	effector->lines.length = 0;
}

static void
written(uv_write_t *request, int status)
{
	(void)status;
	free(request->data);
}

/* What is lost is said again: the next second, or to the next core. */
static void
tell(struct effector *effector, const struct effector_message *message,
    enum effector_message_type type)
{
	struct effector_message said = *message;
	struct writing *writing;
	uv_buf_t buffer;
	int length;

	if (effector->core == NULL)
		return;
	writing = malloc(sizeof(*writing));
	if (writing == NULL)
		return;
	said.type = type;
	length = effector_message_write(&said, writing->line,
	    sizeof(writing->line));
	writing->request.data = writing;
	buffer = uv_buf_init(writing->line, (unsigned int)length);
	if (length < 0 || uv_write(&writing->request,
	    (uv_stream_t *)effector->core, &buffer, 1, written) != 0)
		free(writing);
}

/*
 * For the tests: a file beside the journal that nothing of drover reads,
 * with a line for each effect that begins and ends.
 */
static void
note_effect(struct effector *effector,
    const struct effector_message *message, const char *what)
{
	char line[512];
	int length;

	if (effector->ledger == -1)
		return;
	length = snprintf(line, sizeof(line), "{\"at_ms\":%" PRId64
	    ",\"plan\":%" PRId64 ",\"step\":%" PRId64 ",\"attempt\":%" PRId64
	    ",\"token\":%" PRId64 ",\"op\":\"%s\",\"target\":\"%s\","
	    "\"what\":\"%s\"}\n", now_ms(), message->plan, message->step,
	    message->attempt, message->token, message->op, message->target,
	    what);
	if (write(effector->ledger, line, (size_t)length) != length)
		log_warnx("the ledger of effects cannot be written");
}

/* What cannot be written down is not begun, and not lost either. */
static void
complain(const char *what, int error)
{
	log_warnx("journal: %s: %s", what, strerror(-error));
}

static void
finish(struct effector *effector, struct job *job, int64_t code,
    const char *text)
{
	int error = journal_finish(&effector->journal, job, code, text);

	if (error != 0)
		complain("an end is not on disk", error);
	log_info("%s of %s, plan %" PRId64 ".%" PRId64 ": %" PRId64 " %s",
	    job->message.op, job->message.target, job->message.plan,
	    job->message.step, code, text);
	tell(effector, &job->message, EFFECTOR_RESULT);
}

static void
effect_ended(void *context, const struct effector_message *message,
    bool probe)
{
	struct effector *effector = context;
	struct job *job = journal_job(&effector->journal, message);

	if (probe) {
		tell(effector, message, EFFECTOR_PROBED);
		return;
	}
	/* Of the effector itself, not of a plan. */
	if (message->plan == 0) {
		log_info("%s", message->text);
		return;
	}
	note_effect(effector, message, "end");
	if (job != NULL && job->state == JOB_STARTED)
		finish(effector, job, message->code, message->text);
}

static void
take_dispatch(struct effector *effector,
    const struct effector_message *message)
{
	int64_t fence = journal_fence(&effector->journal, message->target);
	struct job *job = journal_job(&effector->journal, message);
	struct effector_message refused = *message;
	int error;

	if (job != NULL) {
		tell(effector, &job->message, job->state == JOB_ACCEPTED ?
		    EFFECTOR_BEGIN : EFFECTOR_RESULT);
		return;
	}
	if (message->token <= fence) {
		refused.code = STEP_CODE_REFUSED;
		snprintf(refused.text, sizeof(refused.text), "token %" PRId64
		    " is no newer than %" PRId64 ", which acted on %s",
		    message->token, fence, message->target);
		tell(effector, &refused, EFFECTOR_RESULT);
		return;
	}
	error = journal_accept(&effector->journal, message, now_ms());
	if (error != 0)
		complain("a step is not taken on", error);
	else
		tell(effector, message, EFFECTOR_BEGIN);
}

/*
 * What is said not to have begun must not begin any more, whatever of it is
 * still on its way: its token is worth nothing from here on.
 */
static int
bar(struct effector *effector, const struct effector_message *message,
    int64_t code, const char *text)
{
	struct job *job = journal_job(&effector->journal, message);
	int error = journal_bar(&effector->journal, message->target,
	    message->token);

	if (error == 0 && job != NULL)
		error = journal_finish(&effector->journal, job, code, text);
	if (error != 0)
		complain("a step is not barred", error);
	return error;
}

static void
take_begun(struct effector *effector, const struct effector_message *message)
{
	struct job *job = journal_job(&effector->journal, message);
	int error;

	if (job == NULL || job->state != JOB_ACCEPTED)
		return;
	/* By then the core has given it up, whatever it said before. */
	if (now_ms() - job->accepted_ms > job->message.timeout_ms +
	    STEP_CLAIM_MS) {
		(void)bar(effector, message, STEP_CODE_NOT_NOW,
		    "leave to begin came too late");
		return;
	}
	if (job->message.token <= journal_fence(&effector->journal,
	    job->message.target)) {
		finish(effector, job, STEP_CODE_REFUSED,
		    "a newer token has acted meanwhile");
		return;
	}
	error = journal_start(&effector->journal, job, now_ms());
	if (error != 0) {
		complain("a step is not begun", error);
		return;
	}
	job->lives = true;
	note_effect(effector, &job->message, "start");
	error = effect_begin(&effector->setup, &job->message, false,
	    job->started_ms);
	if (error != 0)
		finish(effector, job, STEP_CODE_NOT_NOW, uv_strerror(error));
}

static void
take_forget(struct effector *effector, const struct effector_message *message)
{
	struct job *job = journal_job(&effector->journal, message);
	int error = 0;

	/* What has begun is not forgotten before its end is known. */
	if (job != NULL && (job->state == JOB_FINISHED ||
	    (job->state == JOB_ACCEPTED &&
	    message->type == EFFECTOR_REFUSED))) {
		/* Of what was refused more may still be on its way. */
		if (message->type == EFFECTOR_REFUSED)
			error = journal_bar(&effector->journal,
			    message->target, message->token);
		if (error == 0)
			error = journal_forget(&effector->journal, job);
	}
	if (error != 0)
		complain("an end is not forgotten", error);
}

static void
take_probe(struct effector *effector, const struct effector_message *message)
{
	struct job *job = journal_job(&effector->journal, message);
	struct effector_message answer = *message;

	answer.code = STEP_CODE_REFUSED;
	snprintf(answer.text, sizeof(answer.text), "it never began here");
	if (job != NULL && job->state == JOB_STARTED && job->lives)
		return;		/* its end will tell */
	if (job != NULL && job->state == JOB_FINISHED &&
	    job->message.code != STEP_CODE_UNKNOWN) {
		tell(effector, &job->message, EFFECTOR_PROBED);
		return;
	}
	if ((job == NULL || job->state == JOB_ACCEPTED) && message->token >
	    journal_fence(&effector->journal, message->target)) {
		if (bar(effector, message, STEP_CODE_REFUSED,
		    answer.text) == 0)
			tell(effector, &answer, EFFECTOR_PROBED);
		return;
	}
	if (effect_begin(&effector->setup, message, true,
	    job == NULL ? 0 : job->started_ms) != 0)
		log_warnx("%s: cannot probe", message->op);
}

static void
take_message(void *context, const struct effector_message *message)
{
	struct effector *effector = context;

	switch (message->type) {
	case EFFECTOR_DISPATCH:
		take_dispatch(effector, message);
		break;
	case EFFECTOR_BEGUN:
		take_begun(effector, message);
		break;
	case EFFECTOR_REFUSED:
	case EFFECTOR_ACK:
		take_forget(effector, message);
		break;
	case EFFECTOR_PROBE:
		take_probe(effector, message);
		break;
	default:
		break;
	}
}

static void
core_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	static char room[EFFECTOR_LINE_MAX];

	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init(room, sizeof(room));
}

static void
core_came(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct effector *effector = stream->data;

	if ((uv_pipe_t *)stream != effector->core)
		return;
	if (length < 0 || effector_lines_add(&effector->lines, buffer->base,
	    (size_t)length, take_message, effector) != 0)
		drop_core(effector);
}

static bool
is_allowed(const struct effector *effector, uv_pipe_t *pipe)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	uv_os_fd_t fd;

	return uv_fileno((uv_handle_t *)pipe, &fd) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	    (peer.uid == 0 || peer.uid == geteuid() ||
	    peer.uid == effector->owner);
}

static void
say_again(struct effector *effector)
{
	const struct job *job;
	size_t i;

	for (i = 0; i < effector->journal.job_count; i++) {
		job = &effector->journal.jobs[i];
		if (job->state == JOB_ACCEPTED)
			tell(effector, &job->message, EFFECTOR_BEGIN);
		else if (job->state == JOB_FINISHED)
			tell(effector, &job->message, EFFECTOR_RESULT);
	}
}

/* The newest is the core that lives. */
static void
core_connects(uv_stream_t *server, int status)
{
	struct effector *effector = server->data;
	uv_pipe_t *pipe = status == 0 ? malloc(sizeof(*pipe)) : NULL;

	if (pipe == NULL)
		return;
	uv_pipe_init(&effector->loop, pipe, 0);
	pipe->data = effector;
	if (uv_accept(server, (uv_stream_t *)pipe) != 0 ||
	    !is_allowed(effector, pipe)) {
		uv_close((uv_handle_t *)pipe, core_closed);
		return;
	}
	drop_core(effector);
	effector->core = pipe;
	uv_read_start((uv_stream_t *)pipe, core_room, core_came);
	say_again(effector);
}

static void
repeat_fired(uv_timer_t *timer)
{
	say_again(timer->data);
}

/*
 * Of one that is gone: whether what it began took effect is not known; what
 * it did not begin is not begun any more, and may be sent anew.
 */
static void
settle_lost(struct effector *effector)
{
	struct job *job;
	size_t i;
	int error;

	for (i = 0; i < effector->journal.job_count; i++) {
		job = &effector->journal.jobs[i];
		if (job->state == JOB_FINISHED)
			continue;
		if (job->state == JOB_ACCEPTED) {
			(void)bar(effector, &job->message,
			    STEP_CODE_NOT_NOW,
			    "the effector ended meanwhile");
			continue;
		}
		error = journal_finish(&effector->journal, job,
		    STEP_CODE_UNKNOWN, "the effector ended meanwhile");
		if (error != 0)
			complain("an end is not on disk", error);
	}
}

static int
make_directory(const char *parent, const char *name)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", parent, name) >=
	    sizeof(path))
		return -ENAMETOOLONG;
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

static int
open_journal(struct effector *effector)
{
	const char *state = effector->options->state_directory;
	char path[PATH_MAX];
	int error = make_directory(state, "effector");

	if (error == 0)
		error = make_directory(state, "effector/children");
	if (error == 0)
		error = make_directory(state, "backends");
	snprintf(path, sizeof(path), "%s/effector", state);
	if (error == 0)
		error = journal_open(&effector->journal, path);
	if (error != 0)
		log_warnx("%s/journal: %s", path, error == -EUCLEAN ?
		    "it is damaged; look at it, then remove it" :
		    strerror(-error));
	return error;
}

static int
open_server(struct effector *effector)
{
	const char *runtime = effector->options->runtime_directory;
	char path[PATH_MAX];
	struct stat status;
	mode_t mask;
	int error;

	if (stat(runtime, &status) != 0)
		return -errno;
	effector->owner = status.st_uid;
	snprintf(path, sizeof(path), "%s/%s", runtime, EFFECTOR_SOCKET);
	(void)unlink(path);
	uv_pipe_init(&effector->loop, &effector->server, 0);
	effector->server.data = effector;
	mask = umask(0177);
	error = uv_pipe_bind(&effector->server, path);
	(void)umask(mask);
	/* The core of a service is another user. */
	if (error == 0 && geteuid() == 0 && status.st_uid != 0 &&
	    lchown(path, status.st_uid, status.st_gid) != 0)
		error = -errno;
	if (error == 0)
		error = uv_listen((uv_stream_t *)&effector->server, 4,
		    core_connects);
	if (error != 0)
		log_warnx("%s: %s", path, uv_strerror(error));
	return error;
}

static void
start_handles(struct effector *effector, bool attended)
{
	uv_timer_init(&effector->loop, &effector->repeat);
	effector->repeat.data = effector;
	uv_timer_start(&effector->repeat, repeat_fired, EFFECTOR_REPEAT_MS,
	    EFFECTOR_REPEAT_MS);
	/* SIGHUP: each effect reads the configuration itself. */
	child_loop_start(&effector->child, &effector->loop, attended, NULL,
	    NULL);
}

/* Backends that drover runs are started once after the machine was. */
static void
start_backends(struct effector *effector)
{
	struct effector_message message = { .timeout_ms = 60000,
		.op = "backend.start", .node = "-", .target = "-" };

	if (effect_begin(&effector->setup, &message, false, 0) != 0)
		log_warnx("cannot start the backends");
}

static void
open_ledger(struct effector *effector)
{
	const char *path = getenv("DROVER_EFFECT_LEDGER");

	effector->ledger = path == NULL ? -1 : open(path, O_WRONLY |
	    O_CREAT | O_APPEND | O_DSYNC | O_CLOEXEC, 0600);
}

int
effector_run(const struct child_options *options, bool attended)
{
	static struct effector effector;

	effector.options = options;
	if (uv_loop_init(&effector.loop) != 0)
		return CHILD_EXIT_OUTPUT;
	effector.setup = (struct effect_setup){ .loop = &effector.loop,
		.options = options, .done = effect_ended,
		.context = &effector };
	(void)signal(SIGPIPE, SIG_IGN);
	open_ledger(&effector);
	if (open_journal(&effector) != 0)
		return CHILD_EXIT_OUTPUT;
	settle_lost(&effector);
	if (open_server(&effector) != 0)
		return CHILD_EXIT_OUTPUT;
	start_handles(&effector, attended);
	start_backends(&effector);
	uv_run(&effector.loop, UV_RUN_DEFAULT);
	/* What runs goes on; the journal says that it began. */
	journal_close(&effector.journal);
	return CHILD_EXIT_ORDERLY;
}
