#include "settings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "node_columns.h"
#include "theme.h"

static int
settings_path(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (state != NULL && *state == '/')
		snprintf(path, size, "%s/drover/console", state);
	else if (home != NULL && *home == '/')
		snprintf(path, size, "%s/.local/state/drover/console", home);
	else
		return -ENOENT;
	return 0;
}

void
settings_load(struct ui *ui)
{
	char path[PATH_MAX], line[UI_LINE_BYTES], problem[UI_LINE_BYTES];
	int number = 0;
	FILE *file;

	if (settings_path(path, sizeof(path)) != 0)
		return;
	file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || command_run(ui, line) == 0)
			continue;
		snprintf(problem, sizeof(problem), "%s", ui->message);
		ui_say(ui, true, "%.100s:%d: %.140s", path, number, problem);
	}
	fclose(file);
	/* Only how things look is remembered, no act. */
	ui->want = 0;
	ui->screen = SCREEN_NODES;
	ui->back_count = 0;
}

static void
write_settings(const struct ui *ui, FILE *file)
{
	int i;

	fprintf(file, "# drover(1) writes this file; each line is a command\n");
	fprintf(file, "sort %s %s\n", node_column_name(ui->sort),
	    ui->descending ? "down" : "up");
	if (ui->column_count > 0) {
		fprintf(file, "columns");
		for (i = 0; i < ui->column_count; i++)
			fprintf(file, " %s",
			    node_column_name(ui->columns[i]));
		fprintf(file, "\n");
	}
	fprintf(file, "trend %s\n", node_metrics[ui->trend].name);
	/* Not what NO_COLOR, the locale or an option made of it today. */
	if (ui->kept_theme >= 0)
		fprintf(file, "theme %s\n", theme_names[ui->kept_theme]);
	if (ui->kept_glyphs >= 0)
		fprintf(file, "glyphs %s\n",
		    glyph_mode_names[ui->kept_glyphs]);
	if (ui->kept_mouse >= 0)
		fprintf(file, "mouse %s\n", ui->kept_mouse ? "on" : "off");
}

static int
make_directories(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST) {
			int error = -errno;

			*slash = '/';
			return error;
		}
		*slash = '/';
	}
	return 0;
}

int
settings_save(const struct ui *ui)
{
	char path[PATH_MAX], fresh[PATH_MAX + 16];
	int error = settings_path(path, sizeof(path));
	FILE *file;

	if (error == 0)
		error = make_directories(path);
	if (error != 0)
		return error;
	snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid());
	file = fopen(fresh, "we");
	if (file == NULL)
		return -errno;
	write_settings(ui, file);
	if (fclose(file) != 0 || rename(fresh, path) != 0) {
		error = -errno;
		unlink(fresh);
	}
	return error;
}
