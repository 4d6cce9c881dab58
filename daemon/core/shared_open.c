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

#include "core/shared.h"
#include "process/child.h"
#include "process/log.h"

#define RETRY_MS	5000
#define ID_DIGITS	16

static void
path_of(const struct shared *shared, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", shared->directory, name);
}

/* Goes into the audit as soon as there is a log to write it in. */
static void
note_mended(struct shared *shared, const char *text)
{
	size_t used = strlen(shared->mended);

	snprintf(shared->mended + used, sizeof(shared->mended) - used,
	    "%s%s", used > 0 ? "; " : "", text);
}

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
	if (news)
		event_emit(shared->sink, EVENT_LOG_UNAVAILABLE, "log",
		    "%.78s", shared->detail);
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

	path_of(shared, "cluster", path);
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

/*
 * From here until the log has given everything back, a state that is empty
 * is not one that is new.
 */
static int
mark_lost(struct shared *shared)
{
	char path[PATH_MAX];
	int file, error = 0;

	path_of(shared, "state.lost", path);
	file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file == -1)
		return -errno;
	if (fsync(file) != 0)
		error = -errno;
	close(file);
	return error;
}

static void
unmark_lost(struct shared *shared)
{
	char path[PATH_MAX];

	path_of(shared, "state.lost", path);
	(void)unlink(path);
	shared->state_lost = false;
}

static bool
is_there(const struct shared *shared, const char *name)
{
	char path[PATH_MAX];

	path_of(shared, name, path);
	return access(path, F_OK) == 0;
}

static void
tell_state_damaged(struct shared *shared, const struct state_report *report)
{
	char text[320];

	snprintf(text, sizeof(text), "state.db was damaged (%.120s) and is "
	    "kept as %.80s", report->why, base_name(report->aside));
	note_mended(shared, text);
	event_emit(shared->sink, EVENT_STATE_DAMAGED, "state", "%.32s; kept "
	    "as %.32s", report->why, base_name(report->aside));
	log_warnx("%s", text);
}

static int
open_state(struct shared *shared)
{
	struct state_report report;
	char path[PATH_MAX], detail[160];
	int error;

	if (shared->state != NULL)
		return 0;
	path_of(shared, "state.db", path);
	error = state_open(&shared->state, path, &report);
	if (error == -EUCLEAN && report.aside[0] != '\0') {
		tell_state_damaged(shared, &report);
		error = mark_lost(shared);
		if (error == 0)
			error = state_open(&shared->state, path, &report);
	}
	if (error == 0)
		error = shared_load(shared);
	if (error == 0) {
		/* What was restored is a state again. */
		if (is_there(shared, "state.restored"))
			unmark_lost(shared);
		shared->state_lost = is_there(shared, "state.lost");
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

/* Never half written: a server without its id cannot open its log. */
static int
write_id(const char *path, uint64_t id)
{
	char new[PATH_MAX + 8], text[ID_DIGITS + 2];
	int file, error = 0;

	snprintf(new, sizeof(new), "%s.new", path);
	snprintf(text, sizeof(text), "%016" PRIx64 "\n", id);
	file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file == -1)
		return -errno;
	errno = ENOSPC;
	if (write(file, text, ID_DIGITS + 1) != ID_DIGITS + 1 ||
	    fsync(file) != 0)
		error = -errno;
	close(file);
	if (error == 0 && rename(new, path) != 0)
		error = -errno;
	return error;
}

static int
read_id(const char *path, uint64_t *id)
{
	char text[ID_DIGITS + 2] = "";
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	if (file == -1)
		return -errno;
	count = read(file, text, ID_DIGITS);
	close(file);
	*id = strtoull(text, NULL, 16);
	return count == ID_DIGITS && *id != 0 ? 0 : -EUCLEAN;
}

static int
make_id(struct shared *shared, uint64_t *id)
{
	char path[PATH_MAX];

	path_of(shared, "cluster/id", path);
	do {
		if (getrandom(id, sizeof(*id), 0) != (ssize_t)sizeof(*id))
			return -EIO;
		*id &= INT64_MAX;
	} while (*id == 0);
	return write_id(path, *id);
}

/* Of this server in the log; made with it. */
static int
have_id(struct shared *shared, uint64_t *id)
{
	char path[PATH_MAX];
	int error;

	path_of(shared, "cluster/id", path);
	error = read_id(path, id);
	if (error == -ENOENT && !is_there(shared, "cluster/log"))
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
	/* What a crash tears off is no damage; whole files are. */
	if (shared->phase != SHARED_OPENING ||
	    strstr(text, "set aside") == NULL)
		return;
	note_mended(shared, text);
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
	if (is_there(shared, "state.restored"))
		return;
	note_mended(shared, text);
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
	struct consensus_text complaint;
	uint64_t id;
	int error;

	path_of(shared, "cluster", directory);
	error = consensus_set_aside(directory, "damaged", aside,
	    sizeof(aside), &complaint);
	if (error == 0)
		error = make_id(shared, &id);
	if (error == 0)
		error = state_rebase(shared->state);
	if (error == 0)
		error = shared_load(shared);
	if (error != 0) {
		complain(shared, error, complaint.text);
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

/* Read by ready() alone; gone once it stands in the audit. */
static void
note_restored(struct shared *shared)
{
	char path[PATH_MAX], line[400] = "";
	FILE *file;

	path_of(shared, "state.restored", path);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	if (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		note_mended(shared, line);
	}
	fclose(file);
}

static void
ready(struct shared *shared)
{
	const struct model_meta *meta = model_meta(shared->model);

	shared->phase = SHARED_READY;
	shared->why = REPLY_OK;
	shared->detail[0] = '\0';
	unmark_lost(shared);
	note_restored(shared);
	log_info("shared state: entry %" PRId64 ", %zu node(s), %zu hold(s)",
	    meta->applied_index, model_count(shared->model, ROW_TABLE_NODE),
	    model_count(shared->model, ROW_TABLE_HOLD));
	shared->changed(shared->context);
}

static void
open_log(struct shared *shared)
{
	struct consensus_watch watch = { shared, log_failed, notice };
	struct consensus_machine machine = shared_machine;
	struct consensus_options options = { .address = shared->node,
		.bootstrap = !shared->state_lost,
		.snapshot_threshold = shared->snapshot_threshold };
	struct consensus_text complaint = { "" };
	char directory[PATH_MAX];
	int error;

	path_of(shared, "cluster", directory);
	options.directory = directory;
	machine.context = shared;
	error = have_id(shared, &options.id);
	if (error != 0) {
		snprintf(complaint.text, sizeof(complaint.text),
		    "cluster/id: %s", error == -EUCLEAN ?
		    "not the id of a server" : strerror(-error));
		log_refused(shared, error, &complaint);
		return;
	}
	shared->replaying = true;
	error = consensus_open(shared->loop, &options, &machine, &watch,
	    &shared->consensus, &complaint);
	if (error == 0)
		error = consensus_start(shared->consensus, &complaint);
	shared->replaying = false;
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
	if (open_state(shared) == 0)
		open_log(shared);
}

static void
retried(uv_timer_t *timer)
{
	shared_open(timer->data);
}
