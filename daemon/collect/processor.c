/* CPU time, tasks and load. */
#include "collect/processor.h"

#include <string.h>

/*
 * The kernel's idle and iowait times can step back a little (proc(5)); a
 * step of up to a second is taken for none.
 */
#define IDLE_STEP_TICKS	100

static const struct processor_counts unknown = {
	NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN
};

void
processor_open(struct processor *processor, const char *root)
{
	source_open(&processor->stat, "%s/proc/stat", root);
	source_open(&processor->loadavg, "%s/proc/loadavg", root);
	processor->before = unknown;
}

void
processor_close(struct processor *processor)
{
	source_close(&processor->stat);
	source_close(&processor->loadavg);
}

void
processor_retry(struct processor *processor)
{
	source_retry(&processor->stat);
	source_retry(&processor->loadavg);
}

static void
parse_times(struct text line, struct processor_counts *counts)
{
	counts->user = text_number(&line);
	counts->nice = text_number(&line);
	counts->system = text_number(&line);
	counts->idle = text_number(&line);
	counts->iowait = text_number(&line);
	counts->irq = text_number(&line);
	counts->softirq = text_number(&line);
	counts->steal = text_number(&line);
}

void
processor_parse(struct text text, struct processor_counts *counts)
{
	struct text line, word;
	double cpus = 0;

	*counts = unknown;
	while (text_line(&text, &line)) {
		word = text_word(&line);
		if (TEXT_IS(word, "cpu"))
			parse_times(line, counts);
		else if (TEXT_STARTS(word, "cpu"))
			cpus++;
		else if (TEXT_IS(word, "ctxt"))
			counts->context_switches = text_number(&line);
		else if (TEXT_IS(word, "processes"))
			counts->forks = text_number(&line);
		else if (TEXT_IS(word, "procs_running"))
			counts->running = text_number(&line);
		else if (TEXT_IS(word, "procs_blocked"))
			counts->blocked = text_number(&line);
	}
	if (cpus > 0)
		counts->cpus = cpus;
}

void
loadavg_parse(struct text text, double load[3])
{
	int i;

	for (i = 0; i < 3; i++)
		load[i] = text_decimal(&text);
}

static double
idle_growth(double before, double now)
{
	if (now < before && before - now <= IDLE_STEP_TICKS)
		return 0;
	return counter_growth(before, now);
}

/*
 * Guest time is part of user and nice already.  One unknown time makes
 * the sum unknown, and with it every share.
 */
static void
fill_shares(const struct processor_counts *before,
    const struct processor_counts *now, double *node)
{
	double user, system, idle, iowait, steal, total;

	user = counter_growth(before->user, now->user) +
	    counter_growth(before->nice, now->nice);
	system = counter_growth(before->system, now->system) +
	    counter_growth(before->irq, now->irq) +
	    counter_growth(before->softirq, now->softirq);
	idle = idle_growth(before->idle, now->idle);
	iowait = idle_growth(before->iowait, now->iowait);
	steal = counter_growth(before->steal, now->steal);
	total = user + system + idle + iowait + steal;
	if (!(total > 0))
		return;
	node[NODE_METRIC_cpu_busy] = (user + system + steal) / total * 100;
	node[NODE_METRIC_cpu_user] = user / total * 100;
	node[NODE_METRIC_cpu_system] = system / total * 100;
	node[NODE_METRIC_cpu_iowait] = iowait / total * 100;
	node[NODE_METRIC_cpu_steal] = steal / total * 100;
}

void
processor_sample(struct processor *processor, struct collect_round *round)
{
	struct processor_counts now;
	double *node = round->sample->node;
	double load[3];

	processor_parse(source_read(&processor->stat, round->buffer), &now);
	fill_shares(&processor->before, &now, node);
	processor->before = now;
	node[NODE_METRIC_cpus] = now.cpus;
	node[NODE_METRIC_context_switches] = now.context_switches;
	node[NODE_METRIC_forks] = now.forks;
	node[NODE_METRIC_procs_running] = now.running;
	node[NODE_METRIC_procs_blocked] = now.blocked;

	loadavg_parse(source_read(&processor->loadavg, round->buffer), load);
	node[NODE_METRIC_load1] = load[0];
	node[NODE_METRIC_load5] = load[1];
	node[NODE_METRIC_load15] = load[2];
}
