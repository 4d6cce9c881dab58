/*
 * What reading and checking a configuration costs, against libyaml's bare
 * parse of the same text in the same run.  One JSON object a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <yaml.h>

#include "config/config.h"

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
	free(text);
	return 0;
}
