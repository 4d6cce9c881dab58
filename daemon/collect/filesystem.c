/* Space and inodes left where a directory lies. */
#include "collect/filesystem.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collect/background.h"
#include "shm/clock.h"

#define PACE_NS		(INT64_C(1) * 1000000000)
/* An answer older than this says that statvfs hangs. */
#define STALE_NS	(INT64_C(5) * 1000000000)

struct space {
	int64_t	asked_ns;	/* CLOCK_BOOTTIME; 0: never answered */
	bool	known;
	char	directory[64];	/* shortened from the left if it must be */
	double	size, used, free;
	double	inodes, inodes_free;
};

/* The first of places that is a directory is the one that is watched. */
#define PLACES_MAX	3

struct filesystem_context {
	char		*places[PLACES_MAX];
	struct space	 space;		/* published, under the lock */
};

static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The end of a long path says more than its start. */
static void
shorten(char *label, size_t size, const char *path)
{
	size_t length = strlen(path);

	if (length < size)
		strcpy(label, path);
	else
		snprintf(label, size, "...%s", path + length - (size - 4));
}

static void
space_of(const struct statvfs *status, struct space *space)
{
	double unit = (double)status->f_frsize;

	space->size = (double)status->f_blocks * unit;
	space->used = (double)(status->f_blocks - status->f_bfree) * unit;
	space->free = (double)status->f_bavail * unit;
	space->inodes = (double)status->f_files;
	space->inodes_free = (double)status->f_favail;
	space->known = status->f_blocks > 0 &&
	    status->f_bfree <= status->f_blocks &&
	    status->f_bavail <= status->f_blocks;
}

static const char *
first_directory(const struct filesystem_context *context)
{
	size_t i;

	for (i = 0; i < PLACES_MAX; i++) {
		if (context->places[i] != NULL &&
		    is_directory(context->places[i]))
			return context->places[i];
	}
	return NULL;
}

static void
filesystem_round(struct background *background, void *argument)
{
	struct filesystem_context *context = argument;
	struct space space = {.known = false};
	struct statvfs status;
	const char *path;

	space.asked_ns = clock_ns(CLOCK_BOOTTIME);
	path = first_directory(context);
	if (path != NULL && statvfs(path, &status) == 0) {
		space_of(&status, &space);
		shorten(space.directory, sizeof(space.directory), path);
	}
	background_lock(background);
	context->space = space;
	background_unlock(background);
}

static void
filesystem_release(void *argument)
{
	struct filesystem_context *context = argument;
	size_t i;

	for (i = 0; i < PLACES_MAX; i++)
		free(context->places[i]);
	free(context);
}

static const struct background_work work = {
	.round = filesystem_round,
	.release = filesystem_release,
	.pace_ns = PACE_NS,
};

static void
start(struct filesystem *filesystem, struct filesystem_context *context)
{
	filesystem->context = context;
	if (background_start(&filesystem->background, &work, context) != 0) {
		filesystem->background = NULL;
		filesystem_release(context);
	}
}

static char *
place(const char *root, const char *directory, const char *below)
{
	char *path;

	if (directory == NULL || directory[0] != '/' ||
	    asprintf(&path, "%s%s%s", root, directory, below) < 0)
		return NULL;
	return path;
}

/*
 * Where Ollama looks itself, then where its install script has its user.
 * The environment is read here and not by the thread.
 */
static void
usual_places(struct filesystem_context *context, const char *root)
{
	context->places[0] = place(root, getenv("OLLAMA_MODELS"), "");
	context->places[1] = place(root, getenv("HOME"), "/.ollama/models");
	context->places[2] = place(root, "/usr/share/ollama",
	    "/.ollama/models");
}

void
filesystem_open_store(struct filesystem *filesystem, const char *root,
    const char *directory)
{
	struct filesystem_context *context;

	filesystem->name = "filesystem/models";
	filesystem->free = NODE_METRIC_store_free;
	filesystem->free_share = NODE_METRIC_store_free_share;
	filesystem->inodes_free = NODE_METRIC_store_inodes_free;
	filesystem->background = NULL;
	context = calloc(1, sizeof(*context));
	if (context == NULL)
		return;
	if (directory != NULL && directory[0] != '\0')
		context->places[0] = strdup(directory);
	else
		usual_places(context, root);
	start(filesystem, context);
}

void
filesystem_open_state(struct filesystem *filesystem, const char *directory)
{
	struct filesystem_context *context;

	filesystem->name = "filesystem/state";
	filesystem->free = NODE_METRIC_state_free;
	filesystem->free_share = NODE_METRIC_state_free_share;
	filesystem->inodes_free = NODE_METRIC_state_inodes_free;
	filesystem->background = NULL;
	if (directory == NULL || directory[0] == '\0')
		return;
	context = calloc(1, sizeof(*context));
	if (context == NULL)
		return;
	context->places[0] = strdup(directory);
	start(filesystem, context);
}

void
filesystem_close(struct filesystem *filesystem)
{
	background_stop(filesystem->background);
	filesystem->background = NULL;
}

void
filesystem_wait_first(struct filesystem *filesystem, int64_t timeout_ns)
{
	if (filesystem->background != NULL)
		background_wait_first(filesystem->background, timeout_ns);
}

/*
 * Root may use what is kept from ordinary users, so the share in use is
 * that of used and free together, as df(1) has it.
 */
static void
fill_device(const struct space *space, double *value)
{
	value[DEVICE_METRIC_size] = space->size;
	value[DEVICE_METRIC_used] = space->used;
	value[DEVICE_METRIC_free] = space->free;
	if (space->used + space->free > 0)
		value[DEVICE_METRIC_used_share] = space->used /
		    (space->used + space->free) * 100;
	if (space->inodes > 0)
		value[DEVICE_METRIC_inodes_free] = space->inodes_free /
		    space->inodes * 100;
}

void
filesystem_sample(struct filesystem *filesystem, struct collect_round *round)
{
	double *node = round->sample->node;
	struct sample_device *device;
	struct space space;

	if (filesystem->background == NULL)
		return;
	background_lock(filesystem->background);
	space = filesystem->context->space;
	background_unlock(filesystem->background);
	if (!space.known)
		return;
	device = round_device(round, DROVER_DEVICE_KIND_FILESYSTEM,
	    filesystem->name, space.directory);
	if (round->sample->boottime_ns - space.asked_ns > STALE_NS)
		return;
	node[filesystem->free] = space.free;
	node[filesystem->free_share] = space.free / space.size * 100;
	if (space.inodes > 0)
		node[filesystem->inodes_free] = space.inodes_free /
		    space.inodes * 100;
	if (device != NULL)
		fill_device(&space, device->value);
}
