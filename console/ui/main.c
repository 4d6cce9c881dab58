/* drover(1): the console. */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "command.h"
#include "loop.h"
#include "settings.h"
#include "theme.h"

/* The options, from their table; val is the letter, or a number beyond. */
#define FIRST_LONG	256

static const struct {
	int		 letter;
	const char	*name;
	const char	*argument;
	const char	*help;
} table[] = {
#define OPTION(letter, name, argument, complete, help)			\
	{letter, name, argument, help},
#include <drover/tables/options_drover.def>
#undef OPTION
};
#define OPTIONS	(int)(sizeof(table) / sizeof(table[0]))

struct arguments {
	const char	*directory;
	const char	*image;
	struct client_place place;
	const char	*screen;
	bool		 once;
	bool		 plain;
	struct loop_options loop;
};

/* For this time only: what is remembered stays as it is. */
static int
set(struct ui *ui, const char *command, const char *value)
{
	int theme = ui->kept_theme, glyphs = ui->kept_glyphs;
	char line[UI_LINE_BYTES];
	int error;

	snprintf(line, sizeof(line), "%s %s", command, value);
	error = command_run(ui, line);
	ui->kept_theme = theme;
	ui->kept_glyphs = glyphs;
	if (error == 0)
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

/* What each option does; DONE ends the program, which has been served. */
#define DONE	1

static int
take_directory(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->directory = optarg;
	return 0;
}

static int
take_image(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->image = optarg;
	return 0;
}

static int
take_connect(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->place.connect = optarg;
	return 0;
}

static int
take_ca(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->place.ca = optarg;
	return 0;
}

static int
take_token_file(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->place.token_file = optarg;
	return 0;
}

static int
take_screen(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->screen = optarg;
	return 0;
}

static int
take_once(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->once = true;
	return 0;
}

static int
take_wait(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	return set_wait(arguments, optarg);
}

static int
take_plain(struct arguments *arguments, struct ui *ui)
{
	(void)ui;
	arguments->plain = true;
	return 0;
}

static int
take_theme(struct arguments *arguments, struct ui *ui)
{
	(void)arguments;
	return set(ui, "theme", optarg);
}

static int
take_glyphs(struct arguments *arguments, struct ui *ui)
{
	(void)arguments;
	return set(ui, "glyphs", optarg);
}

static int
take_no_mouse(struct arguments *arguments, struct ui *ui)
{
	(void)arguments;
	ui->mouse = false;
	return 0;
}

static int
take_man_path(struct arguments *arguments, struct ui *ui)
{
	(void)arguments;
	(void)ui;
	manual_set_path(optarg);
	return 0;
}

static int
take_version(struct arguments *arguments, struct ui *ui)
{
	(void)arguments;
	(void)ui;
	printf("drover %s\n", DROVER_VERSION);
	return DONE;
}

static int
take_help(struct arguments *arguments, struct ui *ui)
{
	int i;

	(void)arguments;
	(void)ui;
	printf("usage: drover [options]\n");
	for (i = 0; i < OPTIONS; i++)
		printf("  %c%c%s--%s %-*s %s\n", table[i].letter ? '-' : ' ',
		    table[i].letter ? table[i].letter : ' ',
		    table[i].letter ? ", " : "  ", table[i].name,
		    18 - (int)strlen(table[i].name), table[i].argument,
		    table[i].help);
	printf("See drover(1); in the console, ? shows the keys.\n");
	return DONE;
}

static const struct {
	const char	*name;
	int		(*take)(struct arguments *, struct ui *);
} takers[] = {
	{"connect", take_connect}, {"ca", take_ca},
	{"token-file", take_token_file},
	{"directory", take_directory}, {"image", take_image},
	{"screen", take_screen}, {"once", take_once}, {"wait", take_wait},
	{"plain", take_plain}, {"theme", take_theme},
	{"glyphs", take_glyphs}, {"no-mouse", take_no_mouse},
	{"man-path", take_man_path}, {"version", take_version},
	{"help", take_help},
};
_Static_assert(sizeof(takers) / sizeof(takers[0]) ==
    sizeof(table) / sizeof(table[0]), "an option that does nothing");

static int
take_option(int value, struct arguments *arguments, struct ui *ui)
{
	int i, j;

	for (i = 0; i < OPTIONS; i++) {
		if (value != FIRST_LONG + i && value != table[i].letter)
			continue;
		for (j = 0; j < OPTIONS; j++)
			if (strcmp(takers[j].name, table[i].name) == 0)
				return takers[j].take(arguments, ui);
	}
	return -EINVAL;
}

/* What getopt_long() wants to know. */
static void
describe_options(struct option *options, char *letters)
{
	int i;

	for (i = 0; i < OPTIONS; i++) {
		options[i] = (struct option){table[i].name,
			table[i].argument[0] != '\0', NULL, FIRST_LONG + i};
		if (table[i].letter == 0)
			continue;
		*letters++ = (char)table[i].letter;
		if (table[i].argument[0] != '\0')
			*letters++ = ':';
	}
	options[OPTIONS] = (struct option){NULL, 0, NULL, 0};
	*letters = '\0';
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
open_image(struct source *source, const char *path)
{
	int error = source_open_image(source, path);

	if (error == 0)
		return 0;
	fprintf(stderr, "drover: %s: %s\n", path,
	    error == -EBADMSG ? "not a sound segment image" :
	    error == -EPROTONOSUPPORT ? "an image of another version" :
	    strerror(-error));
	return 1;
}

/* 0, or the exit status after one line. */
static int
open_source(struct source *source, struct arguments *arguments)
{
	char complaint[CLIENT_COMPLAINT_BYTES];
	enum client_fault fault;

	if (arguments->image != NULL)
		return open_image(source, arguments->image);
	arguments->loop.place = &arguments->place;
	if (arguments->place.connect == NULL) {
		arguments->place.directory = arguments->directory;
		source_open(source, arguments->directory);
		return 0;
	}
	fault = source_open_api(source, &arguments->place, complaint);
	if (fault == CLIENT_FINE)
		return 0;
	fprintf(stderr, "drover: %s\n", complaint);
	return fault == CLIENT_MISUSED ? EX_USAGE : 1;
}

/* Where it looks is said once. */
static int
check_arguments(const struct arguments *arguments)
{
	const struct client_place *place = &arguments->place;
	const char *wrong = NULL;

	if ((arguments->image != NULL) + (arguments->directory != NULL) +
	    (place->connect != NULL) > 1)
		wrong = "-d looks on this machine, -c on another, --image in "
		    "a file: give one of them";
	else if (place->connect == NULL && (place->ca != NULL ||
	    place->token_file != NULL))
		wrong = "--ca and --token-file go with -c";
	if (wrong == NULL)
		return 0;
	fprintf(stderr, "drover: %s\n", wrong);
	return -EINVAL;
}

static int
run(struct ui *ui, struct arguments *arguments)
{
	struct source source;
	int status;

	if (arguments->screen != NULL &&
	    command_run(ui, arguments->screen) != 0) {
		fprintf(stderr, "drover: --screen: %s\n", ui->message);
		return EX_USAGE;
	}
	status = open_source(&source, arguments);
	if (status != 0)
		return status;
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

/* Returns 0, DONE or a negative error that has been told. */
static int
take_arguments(int argc, char **argv, struct arguments *arguments,
    struct ui *ui)
{
	struct option options[OPTIONS + 1];
	char letters[2 * OPTIONS + 1];
	int error = 0, value;

	describe_options(options, letters);
	while (error == 0 && (value = getopt_long(argc, argv, letters,
	    options, NULL)) != -1)
		error = take_option(value, arguments, ui);
	if (error == 0 && optind == argc)
		error = check_arguments(arguments);
	if (error != 0 || optind == argc)
		return error;
	fprintf(stderr, "drover: unexpected argument \"%s\"; "
	    "see drover --help\n", argv[optind]);
	return -EINVAL;
}

int
main(int argc, char **argv)
{
	struct arguments arguments = {.loop.interval_ms = 1000};
	struct ui *ui = malloc(sizeof(*ui));
	int error, status;

	if (ui == NULL)
		return 1;
	setlocale(LC_CTYPE, "");
	ui_init(ui);
	settings_load(ui);
	look_around(ui);
	error = take_arguments(argc, argv, &arguments, ui);
	ui->want = 0;
	if (error == 0)
		status = run(ui, &arguments);
	else
		status = error == DONE ? 0 : EX_USAGE;
	ui_release(ui);
	free(ui);
	return status;
}
