/*
 * A backup in the place of the state of a droverd that does not run.  The
 * log that led beyond it is set aside too: droverd begins another behind
 * what is restored, and has it in the audit.
 */
#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act.h"
#include "person.h"
#include "store/state.h"

struct restoring {
	const char	*from;
	char		 directory[PATH_MAX - 64];
	char		 path[PATH_MAX];	/* of the state */
	char		 aside[PATH_MAX];	/* of the log; "": none */
	uid_t		 owner;
	gid_t		 group;
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
	return rename(log, restoring->aside) == 0 ? 0 : -errno;
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
	if (error == -EBUSY) {
		fprintf(stderr, "droverctl: a droverd runs on %s; end it "
		    "first\n", restoring->directory);
		return CTL_EXIT_UNAVAILABLE;
	}
	if (error == -EUCLEAN) {
		fprintf(stderr, "droverctl: %s is no sound backup: %s\n",
		    restoring->from, report->why[0] != '\0' ? report->why :
		    "not a state of drover");
		return CTL_EXIT_WRONG;
	}
	return complain(restoring->from, -error);
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

/* droverd has it in the audit when it starts. */
static int
leave_word(const struct restoring *restoring)
{
	const char *name = strrchr(restoring->from, '/');
	char path[PATH_MAX];
	FILE *file;
	int status = 0;

	snprintf(path, sizeof(path), "%s/state.restored",
	    restoring->directory);
	file = fopen(path, "we");
	if (file == NULL)
		return complain(path, errno);
	fprintf(file, "restored from %.128s by %s\n", name == NULL ?
	    restoring->from : name + 1, person());
	if (fflush(file) != 0 || fsync(fileno(file)) != 0)
		status = complain(path, errno);
	if (fclose(file) != 0 && status == 0)
		status = complain(path, errno);
	return status != 0 ? status : give_to_owner(restoring, path);
}

int
act_restore(const struct options *options)
{
	struct restoring restoring = {
		.from = options->call.arguments[0] };
	struct state_report report;
	int status = find_directory(&restoring, options);

	if (status == 0 && !is_agreed(&restoring, options))
		status = CTL_EXIT_REFUSED;
	if (status == 0)
		status = put_state(&restoring, &report);
	if (status == 0)
		status = leave_word(&restoring);
	if (status != 0)
		return status;
	printf("%s is restored from %s\n", restoring.path, restoring.from);
	if (report.aside[0] != '\0')
		printf("the state that was there is kept as %s\n",
		    report.aside);
	if (restoring.aside[0] != '\0')
		printf("the log that was there is kept as %s\n",
		    restoring.aside);
	return act_flush();
}
