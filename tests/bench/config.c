/*
 * What reading and checking a configuration costs, against libyaml's bare
 * parse of the same text in the same run.  One JSON object a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <yaml.h>

#include "core/reload.h"

#define ROUNDS_MAX	400

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
load(const char *text, size_t length)
{
	struct config_errors errors = { 0 };
	struct config *config;

	if (config_load_text(&config, "bench", text, length, &errors) != 0)
		exit(1);
	config_free(config);
}

static void
parse(const char *text, size_t length)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int end = 0;

	if (!yaml_parser_initialize(&parser))
		exit(1);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
	    length);
	while (!end) {
		if (!yaml_parser_parse(&parser, &event))
			exit(1);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static int
compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The median of many rounds. */
static double
measure(void (*work)(const char *, size_t), const char *text, size_t length,
    int rounds)
{
	double took[ROUNDS_MAX], begin;
	int i;

	for (i = 0; i < rounds; i++) {
		begin = now_us();
		work(text, length);
		took[i] = now_us() - begin;
	}
	qsort(took, (size_t)rounds, sizeof(took[0]), compare);
	return took[rounds / 2];
}

static void
report(const char *name, const char *text, size_t length, int rounds)
{
	double ours = measure(load, text, length, rounds);
	double bare = measure(parse, text, length, rounds);

	printf("{\"name\": \"%s\", \"value\": %.1f, \"unit\": \"us\", "
	    "\"peer\": \"libyaml parse of the same text\", "
	    "\"ratio\": %.2f}\n", name, ours, ours / bare);
}

/* Every parameter and as many backends. */
static char *
whole_file(int backends, size_t *size)
{
	struct config_errors errors = { 0 };
	struct config *config;
	char *text = NULL;
	FILE *stream = open_memstream(&text, size);
	int i;

	if (stream == NULL || config_load(&config, NULL, &errors) != 0)
		exit(1);
	for (i = 0; i < backends; i++)
		fprintf(stream, "%s  - name: b%d\n    url: http://h%d:80\n",
		    i == 0 ? "backends:\n" : "", i, i);
	fclose(stream);
	if (config_load_text(&config, "bench", text, *size, &errors) != 0)
		exit(1);
	free(text);
	stream = open_memstream(&text, size);
	config_print(config, stream);
	fclose(stream);
	config_free(config);
	return text;
}

static struct reload reload;
static char *other;
static size_t other_size;

/* Turn by turn with another text, so that each reload has a change. */
static void
read_again(const char *text, size_t length)
{
	static int turn;
	struct reload_report report = { 0 };
	FILE *stream = fopen(reload.options.path, "w");

	if (stream == NULL)
		exit(1);
	if (turn++ % 2 == 0)
		fwrite(text, 1, length, stream);
	else
		fwrite(other, 1, other_size, stream);
	fclose(stream);
	if (reload_run(&reload, false, 0, "bench", &report) == RELOAD_REFUSED)
		exit(1);
	reload_report_free(&report);
}

static void
nothing_event(void *context, enum event_id id, const char *object,
    const char *text)
{
	(void)context;
	(void)id;
	(void)object;
	(void)text;
}

static void
nothing(void *context)
{
	(void)context;
}

/* From the call until the live parameters are in force. */
static void
report_reload(const char *text, size_t length, int rounds)
{
	static const struct event_sink sink = { .emit = nothing_event };
	char directory[] = "/tmp/drover-bench-XXXXXX", path[64];
	struct reload_options options = { .path = path,
		.directory = directory, .sink = &sink, .changed = nothing,
		.settled = nothing, .undone = nothing };
	struct config_errors errors = { 0 };
	struct reload_text taken;
	double ours, bare;
	uv_loop_t loop;

	if (mkdtemp(directory) == NULL || uv_loop_init(&loop) != 0)
		exit(1);
	snprintf(path, sizeof(path), "%s/drover.conf", directory);
	options.loop = &loop;
	other = whole_file(63, &other_size);
	fclose(fopen(path, "w"));
	if (reload_load(path, directory, &taken, &options.config,
	    &errors) != 0)
		exit(1);
	reload_start(&reload, &options, &taken);
	ours = measure(read_again, text, length, rounds);
	bare = measure(parse, text, length, rounds);
	printf("{\"name\": \"config_reload\", \"value\": %.1f, "
	    "\"unit\": \"us\", \"peer\": \"libyaml parse of the same "
	    "text\", \"ratio\": %.2f}\n", ours, ours / bare);
	reload_stop(&reload);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	reload_free(&reload);
	config_free(options.config);
	free(other);
	unlink(path);
	rmdir(directory);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 && strcmp(argv[1], "--smoke") == 0 ? 1 :
	    ROUNDS_MAX;
	size_t size;
	char *text = whole_file(2, &size);

	report("config_load_every_parameter", text, size, rounds);
	free(text);
	text = whole_file(64, &size);
	report("config_load_64_backends", text, size, rounds);
	report_reload(text, size, rounds);
	free(text);
	return 0;
}
