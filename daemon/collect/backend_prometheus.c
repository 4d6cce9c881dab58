/* The part of backend_llama.h that reads the Prometheus text format. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/backend_llama.h"

#define LINE_BYTES_MAX	512

struct wanted {
	const char	*name;
	size_t		 offset;
};

#define WANTED(name)							\
	{ "llamacpp:" #name, offsetof(struct llama_metrics, name) }

static const struct wanted wanted[] = {
	WANTED(tokens_predicted_total),
	WANTED(prompt_tokens_total),
	WANTED(requests_processing),
	WANTED(requests_deferred),
	WANTED(kv_cache_usage_ratio),
};

#define WANTED_COUNT	(sizeof(wanted) / sizeof(wanted[0]))

static double *
field(struct llama_metrics *metrics, size_t i)
{
	return (double *)((char *)metrics + wanted[i].offset);
}

/* Behind {label="value",...}; a value may contain any character. */
static const char *
skip_labels(const char *text)
{
	int quoted = 0;

	if (*text != '{')
		return text;
	for (text++; *text != '\0'; text++) {
		if (quoted && *text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (*text == '}' && !quoted)
			return text + 1;
	}
	return text;
}

static void
take_line(struct llama_metrics *metrics, const char *line)
{
	size_t i, length = strcspn(line, "{ \t");
	const char *text;
	double value, *sum;
	char *end;

	for (i = 0; i < WANTED_COUNT; i++)
		if (strlen(wanted[i].name) == length &&
		    memcmp(line, wanted[i].name, length) == 0)
			break;
	if (i == WANTED_COUNT)
		return;
	text = skip_labels(line + length);
	/* droverd stays in the C locale. */
	value = strtod(text, &end);
	if (end == text || !isfinite(value) || value < 0 ||
	    (*end != '\0' && !isspace((unsigned char)*end)))
		return;
	sum = field(metrics, i);
	*sum = isnan(*sum) ? value : *sum + value;
}

int
llama_parse_metrics(const char *body, size_t length,
    struct llama_metrics *metrics)
{
	const char *end = body + length, *newline;
	char line[LINE_BYTES_MAX];
	size_t bytes, i, known = 0;

	for (i = 0; i < WANTED_COUNT; i++)
		*field(metrics, i) = NAN;
	for (; body < end; body = newline + 1) {
		newline = memchr(body, '\n', (size_t)(end - body));
		if (newline == NULL)
			newline = end;
		bytes = (size_t)(newline - body);
		if (bytes >= sizeof(line))
			continue;
		memcpy(line, body, bytes);
		line[bytes] = '\0';
		take_line(metrics, line);
	}
	for (i = 0; i < WANTED_COUNT; i++)
		known += !isnan(*field(metrics, i));
	return known > 0 ? 0 : -EBADMSG;
}
