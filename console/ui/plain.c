#include "plain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

int
plain_write(const struct grid *grid, FILE *file)
{
	char *line = malloc(GRID_LINE_BYTES(grid->width) + 4);
	int blank = 0, y;

	if (line == NULL)
		return -ENOMEM;
	for (y = 0; y < grid->height; y++) {
		if (grid_line(grid, y, line,
		    GRID_LINE_BYTES(grid->width)) == 0) {
			blank++;
			continue;
		}
		for (; blank > 0; blank--)
			fputc('\n', file);
		fprintf(file, "%s\n", line);
	}
	free(line);
	return fflush(file) == 0 ? 0 : -errno;
}

static bool
was_said(const struct plain *plain, uint64_t hash)
{
	int i;

	for (i = 0; i < plain->count; i++)
		if (plain->said[i] == hash)
			return true;
	return false;
}

int
plain_write_changes(struct plain *plain, const struct grid *grid, FILE *file)
{
	char *line = malloc(GRID_LINE_BYTES(grid->width) + 4);
	uint64_t *now = calloc((size_t)grid->height + 1, sizeof(*now));
	int y;

	if (line == NULL || now == NULL) {
		free(line);
		free(now);
		return -ENOMEM;
	}
	for (y = 0; y < grid->height; y++) {
		if (grid_line(grid, y, line,
		    GRID_LINE_BYTES(grid->width)) > 0) {
			now[y] = text_hash(TEXT_HASH_START, line);
			if (!was_said(plain, now[y]))
				fprintf(file, "%s\n", line);
		}
	}
	free(line);
	free(plain->said);
	plain->said = now;
	plain->count = grid->height;
	return fflush(file) == 0 ? 0 : -errno;
}

void
plain_release(struct plain *plain)
{
	free(plain->said);
	memset(plain, 0, sizeof(*plain));
}

int
plain_dump(const struct grid *grid, const char *path)
{
	FILE *file = fopen(path, "we");
	int error;

	if (file == NULL)
		return -errno;
	error = plain_write(grid, file);
	if (fclose(file) != 0 && error == 0)
		error = -errno;
	return error;
}
