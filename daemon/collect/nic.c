/* Network interfaces. */
#include "collect/nic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PREFIX		"nic/"
#define PREFIX_LENGTH	(sizeof(PREFIX) - 1)
#define NAME_SIZE	16	/* IFNAMSIZ */

static const struct nic_counts unknown = {
	NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN
};

void
nics_open(struct nics *nics, const char *root)
{
	nics->root = strdup(root);
	source_open(&nics->dev, "%s/proc/net/dev", root);
	nics->nics = NULL;
	nics->order = NULL;
	nics->count = 0;
}

static void
close_all(struct nic *nics, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		source_close(&nics[i].operstate);
		source_close(&nics[i].carrier_changes);
	}
	free(nics);
}

void
nics_close(struct nics *nics)
{
	close_all(nics->nics, nics->count);
	source_close(&nics->dev);
	free(nics->order);
	free(nics->root);
	nics->nics = NULL;
	nics->order = NULL;
	nics->count = 0;
}

bool
nic_parse(struct text line, char name[NAME_SIZE], struct nic_counts *counts)
{
	const char *colon;
	size_t length;

	text_skip_space(&line);
	colon = memchr(line.at, ':', text_length(line));
	if (colon == NULL)
		return false;
	length = (size_t)(colon - line.at);
	if (length >= NAME_SIZE)
		length = 0;
	memcpy(name, line.at, length);
	name[length] = '\0';
	line.at = colon + 1;

	counts->in = text_number(&line);
	counts->in_packets = text_number(&line);
	counts->in_errors = text_number(&line);
	counts->in_drops = text_number(&line);
	text_skip_words(&line, 4);
	counts->out = text_number(&line);
	counts->out_packets = text_number(&line);
	counts->out_errors = text_number(&line);
	counts->out_drops = text_number(&line);
	return true;
}

/* "unknown" is what drivers say that do not tell: tunnels, for one. */
double
operstate_parse(struct text text)
{
	struct text state = text_word(&text);

	if (TEXT_IS(state, "up") || TEXT_IS(state, "dormant"))
		return 1;
	if (TEXT_IS(state, "down") || TEXT_IS(state, "lowerlayerdown") ||
	    TEXT_IS(state, "notpresent"))
		return 0;
	return NAN;
}

/* The type the kernel gives in uevent: DEVTYPE=bond. */
static void
read_type(struct nic *nic, const char *root, const char *name,
    struct source_buffer *buffer)
{
	struct text text, line;
	size_t length;

	text = source_read_once(buffer, "%s/sys/class/net/%s/uevent", root,
	    name);
	while (text_line(&text, &line)) {
		if (!TEXT_STARTS(line, "DEVTYPE="))
			continue;
		line.at += sizeof("DEVTYPE=") - 1;
		line = text_word(&line);
		length = text_length(line);
		if (length < sizeof(nic->label))
			memcpy(nic->label, line.at, length);
	}
}

static bool
is_hardware(const char *root, const char *name)
{
	char path[512];

	return snprintf(path, sizeof(path), "%s/sys/class/net/%s/device",
	    root, name) < (int)sizeof(path) && access(path, F_OK) == 0;
}

static void
nic_open(struct nic *nic, const char *root, const char *name,
    struct source_buffer *buffer)
{
	memset(nic, 0, sizeof(*nic));
	snprintf(nic->name, sizeof(nic->name), PREFIX "%s", name);
	nic->physical = is_hardware(root, name);
	read_type(nic, root, name, buffer);
	source_open(&nic->operstate, "%s/sys/class/net/%s/operstate", root,
	    name);
	source_open(&nic->carrier_changes,
	    "%s/sys/class/net/%s/carrier_changes", root, name);
	nic->before = unknown;
}

static int
compare_nics(const void *left, const void *right)
{
	return strverscmp(((const struct nic *)left)->name,
	    ((const struct nic *)right)->name);
}

static struct nic *
find(const struct nics *nics, const char *name)
{
	struct nic key;

	if (nics->count == 0)
		return NULL;
	snprintf(key.name, sizeof(key.name), PREFIX "%s", name);
	return bsearch(&key, nics->nics, nics->count, sizeof(key),
	    compare_nics);
}

/* One whose files no longer answered is another one of the same name. */
static bool
nic_take(struct nic *nic, const char *name, const struct nics *from)
{
	struct nic *old = find(from, name);

	if (old == NULL || old->gone)
		return false;
	*nic = *old;
	old->operstate = old->carrier_changes = (struct source){.fd = -1};
	old->gone = true;
	source_retry(&nic->operstate);
	source_retry(&nic->carrier_changes);
	return true;
}

static bool
is_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' &&
	    strchr(name, '/') == NULL && strcmp(name, "lo") != 0;
}

static void
decide_listed(struct nic *nics, size_t count)
{
	bool some_physical = false;
	size_t i;

	for (i = 0; i < count; i++)
		some_physical = some_physical || nics[i].physical;
	for (i = 0; i < count; i++)
		nics[i].listed = !some_physical || nics[i].physical ||
		    nics[i].label[0] != '\0';
}

/* The names of /proc/net/dev, one NAME_SIZE after the other. */
static char *
read_names(struct nics *nics, struct source_buffer *buffer, size_t *count)
{
	struct nic_counts counts;
	struct text text, line;
	char *names;
	size_t lines = 0;

	*count = 0;
	text = source_read(&nics->dev, buffer);
	for (struct text rest = text; text_line(&rest, &line);)
		lines++;
	names = calloc(lines + 1, NAME_SIZE);
	while (names != NULL && text_line(&text, &line)) {
		if (nic_parse(line, names + *count * NAME_SIZE, &counts) &&
		    is_name(names + *count * NAME_SIZE))
			++*count;
	}
	return names;
}

void
nics_rescan(struct nics *nics, struct source_buffer *buffer)
{
	size_t count, i, *order;
	struct nic *found;
	char *names;

	if (nics->root == NULL || !source_retry(&nics->dev))
		return;
	names = read_names(nics, buffer, &count);
	found = calloc(count + 1, sizeof(*found));
	order = calloc(count + 1, sizeof(*order));
	if (names == NULL || found == NULL || order == NULL) {
		free(names);
		free(found);
		free(order);
		return;
	}
	for (i = 0; i < count; i++) {
		if (!nic_take(&found[i], names + i * NAME_SIZE, nics))
			nic_open(&found[i], nics->root,
			    names + i * NAME_SIZE, buffer);
	}
	free(names);
	close_all(nics->nics, nics->count);
	free(nics->order);
	nics->order = order;
	qsort(found, count, sizeof(*found), compare_nics);
	decide_listed(found, count);
	nics->nics = found;
	nics->count = count;
}

/*
 * The interface of the nth line of /proc/net/dev: most likely the one it
 * was last time.
 */
static struct nic *
find_by_line(struct nics *nics, size_t line, const char *name)
{
	struct nic *nic;

	if (line < nics->count) {
		nic = &nics->nics[nics->order[line]];
		if (strcmp(nic->name + PREFIX_LENGTH, name) == 0)
			return nic;
	}
	nic = find(nics, name);
	if (nic != NULL && line < nics->count)
		nics->order[line] = (size_t)(nic - nics->nics);
	return nic;
}

static void
read_counts(struct nics *nics, struct collect_round *round)
{
	struct nic_counts counts;
	struct text text, line;
	char name[NAME_SIZE];
	size_t number = 0;
	struct nic *nic;

	text = source_read(&nics->dev, round->buffer);
	while (text_line(&text, &line)) {
		if (!nic_parse(line, name, &counts) || !is_name(name))
			continue;
		nic = find_by_line(nics, number++, name);
		if (nic == NULL) {
			round->changed = true;
			continue;
		}
		nic->now = counts;
		nic->seen = true;
	}
}

static void
fill(const struct nic *nic, double seconds, double *value)
{
	const struct nic_counts *before = &nic->before, *now = &nic->now;

	value[DEVICE_METRIC_in] =
	    counter_growth(before->in, now->in) / seconds;
	value[DEVICE_METRIC_out] =
	    counter_growth(before->out, now->out) / seconds;
	value[DEVICE_METRIC_in_operations] =
	    counter_growth(before->in_packets, now->in_packets) / seconds;
	value[DEVICE_METRIC_out_operations] =
	    counter_growth(before->out_packets, now->out_packets) / seconds;
	value[DEVICE_METRIC_in_errors] = now->in_errors;
	value[DEVICE_METRIC_out_errors] = now->out_errors;
	value[DEVICE_METRIC_in_drops] = now->in_drops;
	value[DEVICE_METRIC_out_drops] = now->out_drops;
}

static void
fill_link(struct nic *nic, struct collect_round *round, double *value)
{
	struct text text;

	if (round_read(round, &nic->operstate, &text))
		nic->gone = true;
	value[DEVICE_METRIC_carrier] = operstate_parse(text);
	if (round_read(round, &nic->carrier_changes, &text))
		nic->gone = true;
	value[DEVICE_METRIC_carrier_changes] = text_number(&text);
}

static void
nic_sample(struct nic *nic, struct collect_round *round, bool some_physical)
{
	double *node = round->sample->node;
	struct sample_device *device;

	device = round_device(round, DROVER_DEVICE_KIND_NIC, nic->name,
	    nic->label);
	if (device == NULL)
		return;
	fill(nic, round->seconds, device->value);
	fill_link(nic, round, device->value);
	if (some_physical && !nic->physical)
		return;
	round_add(&node[NODE_METRIC_net_receive],
	    device->value[DEVICE_METRIC_in]);
	round_add(&node[NODE_METRIC_net_transmit],
	    device->value[DEVICE_METRIC_out]);
}

void
nics_sample(struct nics *nics, struct collect_round *round)
{
	bool some_physical = false;
	struct nic *nic;
	size_t i;

	read_counts(nics, round);
	for (i = 0; i < nics->count; i++)
		some_physical = some_physical || nics->nics[i].physical;
	for (i = 0; i < nics->count; i++) {
		nic = &nics->nics[i];
		if (!nic->seen)
			round->changed = true;
		else if (nic->listed)
			nic_sample(nic, round, some_physical);
		nic->before = nic->seen ? nic->now : unknown;
		nic->seen = false;
	}
}
