#include "gpu/hung.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FILE_NAME	"gpu.hung"

void
hung_read(struct hung *hung, const char *directory, int64_t now_ns)
{
	char path[PATH_MAX];
	FILE *file;

	memset(hung, 0, sizeof(*hung));
	snprintf(path, sizeof(path), "%s/" FILE_NAME, directory);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	/* A time further ahead than we ever set is of another boot. */
	if (fscanf(file, "%" SCNx32 " %" SCNd64, &hung->gpus,
	    &hung->until_ns) != 2 || hung->until_ns <= now_ns ||
	    hung->until_ns - now_ns > HUNG_LEAVE_NS)
		memset(hung, 0, sizeof(*hung));
	fclose(file);
}

int
hung_add(const char *directory, int gpu, int64_t now_ns)
{
	char path[PATH_MAX], made[PATH_MAX];
	struct hung hung;
	FILE *file;
	int error;

	hung_read(&hung, directory, now_ns);
	snprintf(path, sizeof(path), "%s/" FILE_NAME, directory);
	snprintf(made, sizeof(made), "%s/" FILE_NAME ".new", directory);
	file = fopen(made, "we");
	if (file == NULL)
		return -errno;
	error = fprintf(file, "%" PRIx32 " %" PRId64 "\n",
	    hung.gpus | UINT32_C(1) << gpu, now_ns + HUNG_LEAVE_NS) < 0 ?
	    -EIO : 0;
	if (fclose(file) != 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(made, path) == -1)
		error = -errno;
	return error;
}
