/* Memory and its reclaim. */
#include "collect/memory.h"

struct meminfo_name {
	const char		*name;
	size_t			 length;
	enum node_metric	 metric;
};

#define NAME(text, metric)						\
	{text, sizeof(text) - 1, NODE_METRIC_##metric}
static const struct meminfo_name meminfo_names[] = {
	NAME("MemTotal:", memory_total),
	NAME("MemFree:", memory_free),
	NAME("MemAvailable:", memory_available),
	NAME("Cached:", memory_cached),
	NAME("SwapTotal:", swap_total),
	NAME("SwapFree:", swap_free),
	NAME("Dirty:", memory_dirty),
	NAME("SUnreclaim:", memory_slab_fixed),
};
#undef NAME

void
memory_open(struct memory *memory, const char *root)
{
	source_open(&memory->meminfo, "%s/proc/meminfo", root);
	source_open(&memory->vmstat, "%s/proc/vmstat", root);
}

void
memory_close(struct memory *memory)
{
	source_close(&memory->meminfo);
	source_close(&memory->vmstat);
}

void
memory_retry(struct memory *memory)
{
	source_retry(&memory->meminfo);
	source_retry(&memory->vmstat);
}

static void
meminfo_line(struct text line, double *node)
{
	const struct meminfo_name *name = meminfo_names;
	const struct meminfo_name *last = name +
	    sizeof(meminfo_names) / sizeof(meminfo_names[0]);

	for (; name < last; name++) {
		if (!text_starts(line, name->name, name->length))
			continue;
		line.at += name->length;
		node[name->metric] = text_number(&line) * 1024;
		return;
	}
}

void
meminfo_parse(struct text text, double *node)
{
	double total, available;
	struct text line;

	while (text_line(&text, &line))
		meminfo_line(line, node);
	total = node[NODE_METRIC_memory_total];
	available = node[NODE_METRIC_memory_available];
	if (total > 0 && available <= total)
		node[NODE_METRIC_memory_used] =
		    (total - available) / total * 100;
}

/*
 * Some counters are split by zone or by kind of page, differently from
 * kernel to kernel: allocstall was split by zone in 4.10, and
 * workingset_refault into anon and file in 5.9.
 */
static void
vmstat_line(struct text line, double *node)
{
	struct text name = text_word(&line);

	if (TEXT_STARTS(name, "allocstall"))
		round_add(&node[NODE_METRIC_alloc_stalls], text_number(&line));
	else if (TEXT_STARTS(name, "workingset_refault"))
		round_add(&node[NODE_METRIC_refaults], text_number(&line));
	else if (TEXT_IS(name, "pgmajfault"))
		node[NODE_METRIC_major_faults] = text_number(&line);
	else if (TEXT_IS(name, "oom_kill"))
		node[NODE_METRIC_oom_kills] = text_number(&line);
	else if (TEXT_IS(name, "pswpin"))
		node[NODE_METRIC_swap_ins] = text_number(&line);
	else if (TEXT_IS(name, "pswpout"))
		node[NODE_METRIC_swap_outs] = text_number(&line);
}

/* The first letters of the names above; all others are passed over. */
void
vmstat_parse(struct text text, double *node)
{
	struct text line;

	while (text_line(&text, &line)) {
		switch (*line.at) {
		case 'a':
		case 'o':
		case 'p':
		case 'w':
			vmstat_line(line, node);
			break;
		}
	}
}

void
memory_sample(struct memory *memory, struct collect_round *round)
{
	double *node = round->sample->node;

	meminfo_parse(source_read(&memory->meminfo, round->buffer), node);
	vmstat_parse(source_read(&memory->vmstat, round->buffer), node);
}
