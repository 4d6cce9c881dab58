/*
 * A backup in the place of the state of a droverd that does not run.  The
 * log that led beyond it is set aside too: droverd begins another behind
 * what is restored, and has it in the audit.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act.h"
#include "person.h"
#include "store/durable.h"
#include "store/state.h"

struct restoring {
	const char	*from;
	char		 directory[PATH_MAX - 64];
	char		 path[PATH_MAX];	/* of the state */
	char		 aside[PATH_MAX];	/* of the log; "": none */
	uid_t		 owner;
	gid_t		 group;
	int		 lock;			/* -1: none */
};

static int
complain(const char *what, int error)
{
	fprintf(stderr, "droverctl: %s: %s\n", what, strerror(error));
	return CTL_EXIT_OUTPUT;
}

/* That of the option; of the service for root; else that of the user. */
static int
find_directory(struct restoring *restoring, const struct options *options)
{
	const char *given =
	    options->call.options[VERB_OPTION_STATE_DIRECTORY];
	const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *directory = restoring->directory;
	size_t size = sizeof(restoring->directory);
	struct stat status;
	int length;

	if (given != NULL)
		length = snprintf(directory, size, "%s", given);
	else if (geteuid() == 0 && access("/var/lib/drover", F_OK) == 0)
		length = snprintf(directory, size, "/var/lib/drover");
	else if (base != NULL && base[0] == '/')
		length = snprintf(directory, size, "%s/drover", base);
	else
		length = snprintf(directory, size, "%s/.local/state/drover",
		    home == NULL ? "" : home);
	if ((size_t)length >= size)
		return complain("the state directory", ENAMETOOLONG);
	if (stat(directory, &status) != 0) {
		fprintf(stderr, "droverctl: %s: %s; --state-directory names "
		    "another\n", directory, strerror(errno));
		return CTL_EXIT_USAGE;
	}
	restoring->owner = status.st_uid;
	restoring->group = status.st_gid;
	snprintf(restoring->path, sizeof(restoring->path), "%s/state.db",
	    directory);
	return 0;
}

static int
complain_runs(const struct restoring *restoring, pid_t pid)
{
	char process[48] = "";

	if (pid > 0)
		snprintf(process, sizeof(process), ", process %ld,",
		    (long)pid);
	fprintf(stderr, "droverctl: a droverd%s runs on %s; end it first\n",
	    process, restoring->directory);
	return CTL_EXIT_UNAVAILABLE;
}

/*
 * The lock of a droverd on its directory, until we end.  That of the state
 * is not enough: a droverd that found the state damaged does not hold it.
 */
static int
keep_droverd_out(struct restoring *restoring)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/droverd.pid", restoring->directory);
	restoring->lock = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (restoring->lock == -1)
		return errno == ENOENT ? 0 : complain(path, errno);
	if (fcntl(restoring->lock, F_SETLK, &lock) == 0)
		return 0;
	if (errno != EACCES && errno != EAGAIN)
		return complain(path, errno);
	if (fcntl(restoring->lock, F_GETLK, &lock) != 0 ||
	    lock.l_type == F_UNLCK)
		lock.l_pid = 0;
	return complain_runs(restoring, lock.l_pid);
}

static bool
is_agreed(const struct restoring *restoring, const struct options *options)
{
	if (options->call.options[VERB_OPTION_YES] != NULL)
		return true;
	if (!person_is_there()) {
		fputs("droverctl: restore: without a terminal it needs "
		    "--yes\n", stderr);
		return false;
	}
	fprintf(stderr, "%s takes the place of the state in %s.\nWhat was "
	    "done since that backup is no longer so; the state and the log\n"
	    "that are there now are kept under other names.\n",
	    restoring->from, restoring->directory);
	return person_agrees("Do it? [y/N]");
}

/* The same who owns the directory: droverd may be another user. */
static int
give_to_owner(const struct restoring *restoring, const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return errno == ENOENT ? 0 : complain(path, errno);
	if (status.st_uid == restoring->owner)
		return 0;
	return chown(path, restoring->owner, restoring->group) == 0 ? 0 :
	    complain(path, errno);
}

/*
 * It leads beyond what is restored.  Before the state is in place: a start
 * in between would lead the state of the backup on to where the log ends.
 */
static int
set_log_aside(void *context)
{
	struct restoring *restoring = context;
	char log[PATH_MAX];
	time_t now = time(NULL);
	struct tm when;
	char stamp[32];

	snprintf(log, sizeof(log), "%s/cluster/log", restoring->directory);
	if (access(log, F_OK) != 0)
		return 0;
	gmtime_r(&now, &when);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &when);
	snprintf(restoring->aside, sizeof(restoring->aside),
	    "%s/cluster/log.replaced-%s", restoring->directory, stamp);
	if (rename(log, restoring->aside) != 0)
		return -errno;
	return durable_sync_name(log);
}

static int
put_state(struct restoring *restoring, struct state_report *report)
{
	char lock[PATH_MAX + 8];
	int error = state_restore(restoring->path, restoring->from,
	    set_log_aside, restoring, report);
	int status;

	snprintf(lock, sizeof(lock), "%s-lock", restoring->path);
	status = give_to_owner(restoring, lock);
	if (error == 0)
		return status != 0 ? status :
		    give_to_owner(restoring, restoring->path);
	if (error == -EBUSY)
		return complain_runs(restoring, 0);
	if (error == -EUCLEAN) {
		fprintf(stderr, "droverctl: %s is no sound backup: %s\n",
		    restoring->from, report->why[0] != '\0' ? report->why :
		    "not a state of drover");
		return CTL_EXIT_WRONG;
	}
	fprintf(stderr, "droverctl: %s into %s: %s\n", restoring->from,
	    restoring->directory, strerror(-error));
	return CTL_EXIT_OUTPUT;
}

/* Who restores it: the name behind sudo, where it is that. */
static const char *
person(void)
{
	const char *name = getenv("SUDO_USER");
	const struct passwd *entry;

	if (name != NULL && name[0] != '\0')
		return name;
	entry = getpwuid(getuid());
	return entry == NULL ? "nobody known" : entry->pw_name;
}

/*
 * droverd has it in the audit when it starts, and takes it for a sign that
 * what is there is a state again: never before it is.
 */
static int
leave_word(const struct restoring *restoring)
{
	const char *name = strrchr(restoring->from, '/');
	char path[PATH_MAX], text[320];
	struct durable_piece piece = { .bytes = text };
	int error;

	snprintf(path, sizeof(path), "%s/state.restored",
	    restoring->directory);
	snprintf(text, sizeof(text), "restored from %.128s by %.128s\n",
	    name == NULL ? restoring->from : name + 1, person());
	piece.length = strlen(text);
	error = durable_write(path, 0600, &piece, 1);
	return error != 0 ? complain(path, -error) :
	    give_to_owner(restoring, path);
}

static void
tell_restored_json(const struct restoring *restoring,
    const struct state_report *report)
{
	json_t *told = json_pack("{s:s, s:s, s:s, s:s}", "restored",
	    restoring->path, "from", restoring->from, "kept_state",
	    report->aside, "kept_log", restoring->aside);

	json_dumpf(told, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(told);
}

static void
tell_restored(const struct restoring *restoring,
    const struct state_report *report)
{
	printf("%s is restored from %s\n", restoring->path,
	    restoring->from);
	if (report->aside[0] != '\0')
		printf("the state that was there is kept as %s\n",
		    report->aside);
	if (restoring->aside[0] != '\0')
		printf("the log that was there is kept as %s\n",
		    restoring->aside);
}

int
act_restore(const struct options *options)
{
	struct restoring restoring = {
		.from = options->call.arguments[0], .lock = -1 };
	struct state_report report;
	int status = find_directory(&restoring, options);

	if (status == 0)
		status = keep_droverd_out(&restoring);
	if (status == 0 && !is_agreed(&restoring, options))
		status = CTL_EXIT_REFUSED;
	if (status == 0)
		status = put_state(&restoring, &report);
	if (status == 0)
		status = leave_word(&restoring);
	if (status == 0 && options->json)
		tell_restored_json(&restoring, &report);
	else if (status == 0)
		tell_restored(&restoring, &report);
	if (restoring.lock != -1)
		close(restoring.lock);
	return status != 0 ? status : act_flush();
}
