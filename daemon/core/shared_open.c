/*
 * Opening store and log, and what is done about damage that shows then.
 *
 *	OPENING --both sound--> READY
 *	   |  ^
 *	   |  +-- the log, closed again, set aside; the store rebased
 *	   +--what can pass--> WAITING --after a while--> OPENING
 *	   +--nothing to go by--> FAILED
 */
#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/shared_marks.h"
#include "process/child.h"
#include "process/log.h"

#define RETRY_MS	5000
#define NOT_ALL		"the state is lost, and the log does not have all of it"
#define ID_DIGITS	16
#define ID		"cluster/id"

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static void	retried(uv_timer_t *timer);

/* Told once, not every few seconds. */
static void
tell_unavailable(struct shared *shared, enum reply why, const char *detail)
{
	bool news = shared->why != why ||
	    strcmp(shared->detail, detail) != 0;

	shared->why = why;
	snprintf(shared->detail, sizeof(shared->detail), "%s", detail);
	if (!news)
		return;
	/* There is no more to it than room: told as that, and its end too. */
	if (why == REPLY_NO_ROOM)
		shared->starved = true;
	event_emit(shared->sink, why == REPLY_NO_ROOM ? EVENT_LOG_FULL :
	    EVENT_LOG_UNAVAILABLE, "log", "%.78s", shared->detail);
}

static void
await_better(struct shared *shared, enum reply why, const char *detail)
{
	tell_unavailable(shared, why, detail);
	shared->phase = SHARED_WAITING;
	uv_timer_start(&shared->retry, retried, RETRY_MS, 0);
}

static void
give_up(struct shared *shared, enum reply why, const char *detail)
{
	tell_unavailable(shared, why, detail);
	shared->phase = SHARED_FAILED;
}

/* What passes by itself, or by somebody's making room, is waited for. */
static void
complain(struct shared *shared, int error, const char *detail)
{
	if (error == -ENOTSUP)
		give_up(shared, REPLY_UNKNOWN_KIND, detail);
	else
		await_better(shared, error == -ENOSPC ? REPLY_NO_ROOM :
		    error == -EUCLEAN ? REPLY_STATE_DAMAGED : REPLY_FAILED,
		    detail);
}

static int
make_directory(struct shared *shared)
{
	char path[PATH_MAX];

	mark_path(shared, "cluster", path);
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

static void
tell_state_damaged(struct shared *shared, const struct state_report *report)
{
	char text[320];

	snprintf(text, sizeof(text), "state.db was damaged (%.120s) and is "
	    "kept as %.80s", report->why, base_name(report->aside));
	mended_note(shared, text);
	event_emit(shared->sink, EVENT_STATE_DAMAGED, "state", "%.32s; kept "
	    "as %.32s", report->why, base_name(report->aside));
	log_warnx("%s", text);
}

/*
 * From here until the log has given everything back, a state that is empty
 * is not one that is new.  It was made before the id of the server: where
 * that is without it, it is gone, or was set aside by a process that got
 * no further.
 */
static int
look_for_state(struct shared *shared)
{
	static const char text[] = "state.db was gone";

	if (mark_is_there(shared, "state.db") ||
	    !mark_is_there(shared, ID) || mark_is_there(shared, MARK_LOST))
		return 0;
	mended_note(shared, text);
	event_emit(shared->sink, EVENT_STATE_DAMAGED, "state", "%s", text);
	log_warnx("%s", text);
	return mark_set(shared, MARK_LOST);
}

static int
open_file(struct shared *shared, struct state_report *report)
{
	char path[PATH_MAX];
	int error;

	memset(report, 0, sizeof(*report));
	error = look_for_state(shared);
	mark_path(shared, "state.db", path);
	if (error == 0)
		error = state_open(&shared->state, path, report);
	if (error != -EUCLEAN || report->aside[0] == '\0')
		return error;
	tell_state_damaged(shared, report);
	error = mark_set(shared, MARK_LOST);
	return error == 0 ? state_open(&shared->state, path, report) : error;
}

static int
open_state(struct shared *shared)
{
	struct state_report report;
	char detail[160];
	int error;

	if (shared->state != NULL)
		return 0;
	error = open_file(shared, &report);
	if (error == 0)
		error = shared_load(shared);
	if (error == 0) {
		/* What was restored is a state again, unless it is none. */
		if (mark_is_there(shared, MARK_RESTORED) &&
		    model_meta(shared->model)->applied_index > 0)
			mark_clear(shared, MARK_LOST);
		shared->state_lost = mark_is_there(shared, MARK_LOST);
		return 0;
	}
	state_close(shared->state);
	shared->state = NULL;
	snprintf(detail, sizeof(detail), "state.db: %.120s",
	    error == -EBUSY ? "another process has it" :
	    error == -ENOTSUP ? "a newer drover wrote it" :
	    report.why[0] != '\0' ? report.why : strerror(-error));
	complain(shared, error, detail);
	return error;
}

static int
read_id(const struct shared *shared, uint64_t *id)
{
	char text[ID_DIGITS + 2];
	int error = mark_read(shared, ID, text, sizeof(text));

	*id = error == 0 ? strtoull(text, NULL, 16) : 0;
	if (error != 0)
		return error;
	return strlen(text) >= ID_DIGITS && *id != 0 ? 0 : -EUCLEAN;
}

static int
make_id(struct shared *shared, uint64_t *id)
{
	char text[ID_DIGITS + 2];

	do {
		if (getrandom(id, sizeof(*id), 0) != (ssize_t)sizeof(*id))
			return -EIO;
		*id &= INT64_MAX;
	} while (*id == 0);
	snprintf(text, sizeof(text), "%016" PRIx64 "\n", *id);
	/* Never half written: a server without it cannot open its log. */
	return mark_write(shared, ID, text);
}

/* Of this server in the log; made with it. */
static int
have_id(struct shared *shared, uint64_t *id)
{
	int error = read_id(shared, id);

	if (error == -ENOENT && !mark_is_there(shared, "cluster/log"))
		return make_id(shared, id);
	return error;
}

/* Called from within the engine, which cannot be left in any other way. */
static void
log_failed(void *context, const char *text)
{
	char line[96];

	(void)context;
	log_warnx("the log failed, ending: %s", text);
	snprintf(line, sizeof(line), "the log: %.80s", text);
	(void)child_report(DROVER_PROCESS_STATE_STOPPED, line);
	_exit(CHILD_EXIT_LOG);
}

static void
notice(void *context, const char *text)
{
	struct shared *shared = context;

	log_warnx("%s", text);
	/*
	 * What a crash tears off is no damage; whole files are.  Where the
	 * state is lost nobody else knows whether it was more.
	 */
	if (shared->phase != SHARED_OPENING)
		return;
	if (shared->state_lost)
		mended_note(shared, text);
	if (strstr(text, "set aside") == NULL)
		return;
	if (shared->state_lost)
		shared->log_short = true;
	mended_note(shared, text);
	event_emit(shared->sink, EVENT_LOG_DAMAGED, "log", "%.78s", text);
}

/* Do others hold what this log has lost? */
static bool
is_alone(const struct model *model)
{
	const struct row_node *node;
	size_t i, voters = 0;

	for (i = 0; i < model_count(model, ROW_TABLE_NODE); i++) {
		node = model_at(model, ROW_TABLE_NODE, i);
		voters += node->member == MEMBER_VOTER;
	}
	return voters <= 1;
}

static void
tell_log_set_aside(struct shared *shared, const char *why, const char *aside)
{
	char text[400];

	snprintf(text, sizeof(text), "%.200s; %s%.80s%sanother log begins "
	    "behind entry %" PRId64, why, aside[0] != '\0' ?
	    "it is kept as " : "", base_name(aside),
	    aside[0] != '\0' ? ", and " : "",
	    model_meta(shared->model)->log_base);
	log_warnx("%s", text);
	if (mark_is_there(shared, MARK_RESTORED))
		return;
	mended_note(shared, text);
	event_emit(shared->sink, EVENT_LOG_DAMAGED, "log",
	    "%.30s; another begins behind entry %" PRId64,
	    aside[0] != '\0' ? base_name(aside) : "there is none",
	    model_meta(shared->model)->log_base);
}

/*
 * The store has all that was acknowledged, and nobody else has anything:
 * another log begins behind it, under another id.
 */
static int
set_log_aside(struct shared *shared, const char *why)
{
	char directory[PATH_MAX], aside[PATH_MAX];
	struct consensus_text complaint = { "" };
	uint64_t id;
	int error;

	mark_path(shared, "cluster", directory);
	error = consensus_set_aside(directory, "damaged", aside,
	    sizeof(aside), &complaint);
	if (error == 0)
		error = mark_set(shared, MARK_INCOMPLETE);
	if (error == 0)
		error = make_id(shared, &id);
	if (error == 0)
		error = state_rebase(shared->state);
	if (error == 0)
		error = shared_load(shared);
	if (error != 0) {
		complain(shared, error, complaint.text[0] != '\0' ?
		    complaint.text : strerror(-error));
		return error;
	}
	tell_log_set_aside(shared, why, aside);
	return 0;
}

static void
mend(struct shared *shared)
{
	char why[160];

	snprintf(why, sizeof(why), "%s", shared->failure);
	shared->mending = false;
	if (shared->state_lost || !is_alone(shared->model) ||
	    model_meta(shared->model)->applied_index == 0)
		give_up(shared, REPLY_STATE_DAMAGED, why);
	else if (set_log_aside(shared, why) == 0)
		shared_open(shared);
}

static void
log_closed(void *context)
{
	struct shared *shared = context;

	shared->consensus = NULL;
	if (shared->phase == SHARED_CLOSING)
		shared->phase = SHARED_CLOSED;
	else if (shared->mending)
		mend(shared);
	else
		complain(shared, -EIO, shared->failure);
}

static bool
is_damage(int error)
{
	return error == -ESTALE || error == -EUCLEAN || error == -ENOENT;
}

static void
log_refused(struct shared *shared, int error,
    const struct consensus_text *complaint)
{
	log_warnx("%s", complaint->text);
	snprintf(shared->failure, sizeof(shared->failure), "%.158s",
	    complaint->text);
	shared->mending = is_damage(error);
	if (shared->consensus != NULL)
		consensus_close(shared->consensus, log_closed, shared);
	else if (shared->mending)
		mend(shared);
	else
		complain(shared, error, shared->failure);
}

/* With the next entry, which the audit of what happened is. */
static void
snapshot_soon(struct shared *shared)
{
	char text[64];

	shared->incomplete = mark_is_there(shared, MARK_INCOMPLETE);
	if (!shared->incomplete)
		return;
	consensus_set_snapshot_threshold(shared->consensus, 1);
	snprintf(text, sizeof(text), "another log began behind entry %"
	    PRId64, model_meta(shared->model)->log_base);
	if (shared->mended[0] == '\0')
		mended_note(shared, text);
}

void
shared_log_is_complete(struct shared *shared)
{
	consensus_set_snapshot_threshold(shared->consensus, 0);
	mark_clear(shared, MARK_INCOMPLETE);
	shared->incomplete = false;
}

static void
ready(struct shared *shared)
{
	const struct model_meta *meta = model_meta(shared->model);

	shared->phase = SHARED_READY;
	shared->why = REPLY_OK;
	shared->watched_ms = shared_time_ms(shared);
	shared->detail[0] = '\0';
	shared->state_lost = false;
	mark_clear(shared, MARK_LOST);
	mended_note_restored(shared);
	snapshot_soon(shared);
	log_info("shared state: entry %" PRId64 ", %zu node(s), %zu hold(s)",
	    meta->applied_index, model_count(shared->model, ROW_TABLE_NODE),
	    model_count(shared->model, ROW_TABLE_HOLD));
	shared->changed(shared->context);
}

/* Replays what the log has into a state that was lost. */
static int
start_log(struct shared *shared, const struct consensus_options *options,
    struct consensus_text *complaint)
{
	struct consensus_watch watch = { shared, log_failed, notice };
	struct consensus_machine machine = shared_machine;
	int error;

	machine.context = shared;
	shared->log_short = false;
	shared->replaying = true;
	error = consensus_open(shared->loop, options, &machine, &watch,
	    &shared->consensus, complaint);
	if (error == 0)
		error = consensus_start(shared->consensus, complaint);
	shared->replaying = false;
	if (error != 0 || !shared->log_short)
		return error;
	/* Files that it had are set aside: at the next start too. */
	error = mark_set(shared, MARK_INCOMPLETE);
	snprintf(complaint->text, sizeof(complaint->text), "%s",
	    error != 0 ? strerror(-error) : NOT_ALL);
	return error != 0 ? error : -EUCLEAN;
}

static void
open_log(struct shared *shared)
{
	struct consensus_options options = { .address = shared->node,
		.bootstrap = !shared->state_lost,
		.snapshot_threshold = shared->snapshot_threshold };
	struct consensus_text complaint = { "" };
	char directory[PATH_MAX];
	int error;

	mark_path(shared, "cluster", directory);
	options.directory = directory;
	if (shared->state_lost && mark_is_there(shared, MARK_INCOMPLETE)) {
		give_up(shared, REPLY_STATE_DAMAGED, NOT_ALL);
		return;
	}
	error = have_id(shared, &options.id);
	if (error != 0)
		snprintf(complaint.text, sizeof(complaint.text),
		    "%s: %s", ID, error == -EUCLEAN ?
		    "not the id of a server" : strerror(-error));
	else
		error = start_log(shared, &options, &complaint);
	if (error == 0)
		ready(shared);
	else
		log_refused(shared, error, &complaint);
}

void
shared_open(struct shared *shared)
{
	char detail[160];
	int error;

	shared->phase = SHARED_OPENING;
	error = make_directory(shared);
	if (error != 0) {
		snprintf(detail, sizeof(detail), "%.100s/cluster: %s",
		    shared->directory, strerror(-error));
		complain(shared, error, detail);
		return;
	}
	mended_load(shared);
	if (open_state(shared) == 0)
		open_log(shared);
}

static void
retried(uv_timer_t *timer)
{
	shared_open(timer->data);
}
