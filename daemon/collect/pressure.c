/* Pressure stall information. */
#include "collect/pressure.h"

static void
open_file(struct pressure_file *file, const char *root, const char *name,
    enum node_metric some, enum node_metric full)
{
	source_open(&file->source, "%s/proc/pressure/%s", root, name);
	file->before.some = file->before.full = NAN;
	file->some = some;
	file->full = full;
}

/* For the whole machine, "full" means nothing for the CPU. */
void
pressure_open(struct pressure *pressure, const char *root)
{
	open_file(&pressure->cpu, root, "cpu", NODE_METRIC_psi_cpu_some,
	    NODE_METRICS);
	open_file(&pressure->memory, root, "memory",
	    NODE_METRIC_psi_memory_some, NODE_METRIC_psi_memory_full);
	open_file(&pressure->io, root, "io", NODE_METRIC_psi_io_some,
	    NODE_METRIC_psi_io_full);
}

void
pressure_close(struct pressure *pressure)
{
	source_close(&pressure->cpu.source);
	source_close(&pressure->memory.source);
	source_close(&pressure->io.source);
}

void
pressure_retry(struct pressure *pressure)
{
	source_retry(&pressure->cpu.source);
	source_retry(&pressure->memory.source);
	source_retry(&pressure->io.source);
}

void
pressure_parse(struct text text, struct pressure_totals *totals)
{
	struct text line, word, kind;

	totals->some = totals->full = NAN;
	while (text_line(&text, &line)) {
		kind = text_word(&line);
		text_skip_words(&line, 3);
		text_skip_space(&line);
		if (!TEXT_STARTS(line, "total="))
			continue;
		word = line;
		word.at += sizeof("total=") - 1;
		if (TEXT_IS(kind, "some"))
			totals->some = text_number(&word);
		else if (TEXT_IS(kind, "full"))
			totals->full = text_number(&word);
	}
}

static double
share(double before, double now, double seconds)
{
	double percent = counter_growth(before, now) / (seconds * 1e6) * 100;

	return percent > 100 ? 100 : percent;
}

void
pressure_file_sample(struct pressure_file *file, struct collect_round *round)
{
	struct pressure_totals now;
	double *node = round->sample->node;

	pressure_parse(source_read(&file->source, round->buffer), &now);
	node[file->some] = share(file->before.some, now.some,
	    round->seconds);
	if (file->full != NODE_METRICS)
		node[file->full] = share(file->before.full, now.full,
		    round->seconds);
	file->before = now;
}

void
pressure_sample(struct pressure *pressure, struct collect_round *round)
{
	pressure_file_sample(&pressure->cpu, round);
	pressure_file_sample(&pressure->memory, round);
	pressure_file_sample(&pressure->io, round);
}
