/* drover(1): the console. */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command.h"
#include "loop.h"
#include "settings.h"
#include "theme.h"

enum { OPTION_IMAGE = 256, OPTION_ONCE, OPTION_PLAIN, OPTION_THEME,
	OPTION_GLYPHS, OPTION_MAN_PATH, OPTION_WAIT, OPTION_VERSION,
	OPTION_NO_MOUSE };

static const struct option options[] = {
	{"directory", required_argument, NULL, 'd'},
	{"image", required_argument, NULL, OPTION_IMAGE},
	{"screen", required_argument, NULL, 's'},
	{"once", no_argument, NULL, OPTION_ONCE},
	{"plain", no_argument, NULL, OPTION_PLAIN},
	{"wait", required_argument, NULL, OPTION_WAIT},
	{"theme", required_argument, NULL, OPTION_THEME},
	{"glyphs", required_argument, NULL, OPTION_GLYPHS},
	{"no-mouse", no_argument, NULL, OPTION_NO_MOUSE},
	{"man-path", required_argument, NULL, OPTION_MAN_PATH},
	{"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static const char usage_text[] =
"usage: drover [-d directory | --image file] [--screen command]\n"
"              [--once [--wait seconds] | --plain] [--theme name]\n"
"              [--glyphs name] [--no-mouse] [--man-path path]\n"
"  -d, --directory  where core.seg is, instead of the usual places\n"
"      --image      show the segment image in this file\n"
"  -s, --screen     begin with this command: events, \"node n1\", ...\n"
"      --once       print one screen as text and end\n"
"      --wait       seconds to wait for droverd to publish\n"
"      --plain      print lines as they change, until interrupted\n"
"      --theme      default, safe or mono\n"
"      --glyphs     braille, block or ascii\n"
"      --no-mouse   leave the mouse to the terminal\n"
"      --man-path   directories with man pages, before all others\n"
"See drover(1); in the console, ? shows the keys.\n";

struct arguments {
	const char	*directory;
	const char	*image;
	const char	*screen;
	bool		 once;
	bool		 plain;
	struct loop_options loop;
};

static int
set(struct ui *ui, const char *command, const char *value)
{
	char line[UI_LINE_BYTES];

	snprintf(line, sizeof(line), "%s %s", command, value);
	if (command_run(ui, line) == 0)
		return 0;
	fprintf(stderr, "drover: --%s\n", ui->message);
	return -EINVAL;
}

static int
set_wait(struct arguments *arguments, const char *value)
{
	char *end;
	long seconds = strtol(value, &end, 10);

	if (*value == '\0' || *end != '\0' || seconds < 0 || seconds > 3600) {
		fprintf(stderr, "drover: --wait: seconds from 0 to 3600, "
		    "not %s\n", value);
		return -EINVAL;
	}
	arguments->loop.wait_s = (int)seconds;
	return 0;
}

/* 0: go on; otherwise exit with the status less one. */
static int
take_option(int option, struct arguments *arguments, struct ui *ui)
{
	switch (option) {
	case 'd':
		arguments->directory = optarg;
		return 0;
	case 's':
		arguments->screen = optarg;
		return 0;
	case OPTION_IMAGE:
		arguments->image = optarg;
		return 0;
	case OPTION_ONCE:
		arguments->once = true;
		return 0;
	case OPTION_PLAIN:
		arguments->plain = true;
		return 0;
	case OPTION_WAIT:
		return set_wait(arguments, optarg) == 0 ? 0 : 3;
	case OPTION_THEME:
		return set(ui, "theme", optarg) == 0 ? 0 : 3;
	case OPTION_GLYPHS:
		return set(ui, "glyphs", optarg) == 0 ? 0 : 3;
	case OPTION_NO_MOUSE:
		ui->mouse = false;
		return 0;
	case OPTION_MAN_PATH:
		manual_set_path(optarg);
		return 0;
	case OPTION_VERSION:
		printf("drover %s\n", DROVER_VERSION);
		return 1;
	case 'h':
		fputs(usage_text, stdout);
		return 1;
	default:
		fputs(usage_text, stderr);
		return 3;
	}
}

static bool
has_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* What the surroundings ask for: locale, NO_COLOR, size of the text. */
static void
look_around(struct ui *ui)
{
	const char *no_color = getenv("NO_COLOR");
	const char *columns = getenv("COLUMNS"), *lines = getenv("LINES");

	if (!has_utf8())
		ui->glyphs = GLYPH_MODE_ASCII;
	if (no_color != NULL && *no_color != '\0')
		ui->theme = THEME_MONO;
	if (columns != NULL && atoi(columns) >= UI_LEAST_WIDTH)
		ui->width = atoi(columns) < 1000 ? atoi(columns) : 1000;
	if (lines != NULL && atoi(lines) >= UI_LEAST_HEIGHT)
		ui->height = atoi(lines) < 1000 ? atoi(lines) : 1000;
}

static int
open_source(struct source *source, const struct arguments *arguments)
{
	int error;

	if (arguments->image == NULL) {
		source_open(source, arguments->directory);
		return 0;
	}
	error = source_open_image(source, arguments->image);
	if (error == 0)
		return 0;
	fprintf(stderr, "drover: %s: %s\n", arguments->image,
	    error == -EBADMSG ? "not a sound segment image" :
	    error == -EPROTONOSUPPORT ? "an image of another version" :
	    strerror(-error));
	return error;
}

static int
run(struct ui *ui, struct arguments *arguments)
{
	struct source source;
	int status;

	if (arguments->screen != NULL &&
	    command_run(ui, arguments->screen) != 0) {
		fprintf(stderr, "drover: --screen: %s\n", ui->message);
		return 2;
	}
	if (open_source(&source, arguments) != 0)
		return 1;
	if (arguments->plain && !arguments->once)
		status = loop_plain(ui, &source, &arguments->loop);
	else if (arguments->once || !isatty(STDIN_FILENO) ||
	    !isatty(STDOUT_FILENO))
		status = loop_once(ui, &source, &arguments->loop);
	else
		status = loop_screen(ui, &source, &arguments->loop);
	source_close(&source);
	return status;
}

int
main(int argc, char **argv)
{
	struct arguments arguments = {.loop.interval_ms = 1000};
	struct ui *ui = malloc(sizeof(*ui));
	int option, result;

	if (ui == NULL)
		return 1;
	setlocale(LC_CTYPE, "");
	ui_init(ui);
	settings_load(ui);
	look_around(ui);
	while ((option = getopt_long(argc, argv, "d:s:h", options,
	    NULL)) != -1) {
		result = take_option(option, &arguments, ui);
		if (result != 0)
			return result - 1;
	}
	if (optind < argc) {
		fprintf(stderr, "drover: what is %s? see drover --help\n",
		    argv[optind]);
		return 2;
	}
	ui->want = 0;
	result = run(ui, &arguments);
	ui_release(ui);
	free(ui);
	return result;
}
