/* Whole disks. */
#include "collect/disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/directory.h"

#define SECTOR_BYTES	512
#define PREFIX		"disk/"
#define PREFIX_LENGTH	(sizeof(PREFIX) - 1)

static const struct disk_counts unknown = {
	NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN
};

void
disks_open(struct disks *disks, const char *root)
{
	disks->root = strdup(root);
	disks->disks = NULL;
	disks->count = 0;
}

static void
close_all(struct disk *disks, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		source_close(&disks[i].stat);
	free(disks);
}

void
disks_close(struct disks *disks)
{
	close_all(disks->disks, disks->count);
	free(disks->root);
	disks->disks = NULL;
	disks->count = 0;
}

/* Optical and floppy drives; the boot partitions of eMMC. */
static bool
is_other_drive(const char *name)
{
	return strncmp(name, "sr", 2) == 0 || strncmp(name, "fd", 2) == 0 ||
	    (strncmp(name, "mmcblk", 6) == 0 &&
	    (strstr(name, "boot") != NULL || strstr(name, "rpmb") != NULL));
}

static bool
is_hardware(const char *root, const char *name)
{
	char path[512];

	return snprintf(path, sizeof(path), "%s/sys/block/%s/device", root,
	    name) < (int)sizeof(path) && access(path, F_OK) == 0;
}

static double
read_number(const char *root, const char *name, const char *file,
    struct source_buffer *buffer)
{
	struct text text;

	text = source_read_once(buffer, "%s/sys/block/%s/%s", root, name,
	    file);
	return text_number(&text);
}

/* "Samsung SSD 980", with what is not printable shown as "?". */
static void
read_label(struct disk *disk, const char *root, const char *name,
    struct source_buffer *buffer)
{
	struct text text;
	size_t length, i;

	text = source_read_once(buffer, "%s/sys/block/%s/device/model", root,
	    name);
	text_skip_space(&text);
	while (text.end > text.at && text_is_space(text.end[-1]))
		text.end--;
	length = text_length(text);
	if (length >= sizeof(disk->label))
		length = sizeof(disk->label) - 1;
	for (i = 0; i < length; i++)
		disk->label[i] = text.at[i] >= ' ' && text.at[i] < 127 ?
		    text.at[i] : '?';
	disk->label[length] = '\0';
}

/* False: not a disk to be watched. */
static bool
disk_open(struct disk *disk, const char *root, const char *name,
    struct source_buffer *buffer)
{
	if (is_other_drive(name) || !is_hardware(root, name) ||
	    read_number(root, name, "hidden", buffer) > 0)
		return false;
	disk->size = read_number(root, name, "size", buffer) * SECTOR_BYTES;
	if (disk->size == 0)
		return false;
	if (snprintf(disk->name, sizeof(disk->name), PREFIX "%s", name) >=
	    (int)sizeof(disk->name))
		return false;
	read_label(disk, root, name, buffer);
	source_open(&disk->stat, "%s/sys/block/%s/stat", root, name);
	disk->before = unknown;
	return true;
}

/* Move the disk out of the old list, if it is there and not gone. */
static bool
disk_take(struct disk *disk, const char *name, struct disks *from)
{
	size_t i;

	for (i = 0; i < from->count; i++) {
		if (from->disks[i].gone || strcmp(
		    from->disks[i].name + PREFIX_LENGTH, name) != 0)
			continue;
		*disk = from->disks[i];
		from->disks[i].stat.fd = -1;
		from->disks[i].stat.path = NULL;
		from->disks[i].gone = true;
		source_retry(&disk->stat);
		return true;
	}
	return false;
}

void
disks_rescan(struct disks *disks, struct source_buffer *buffer)
{
	struct directory directory;
	struct disk *found;
	const char *name;
	size_t count = 0, i;

	if (disks->root == NULL)
		return;
	directory_read(&directory, "%s/sys/block", disks->root);
	found = calloc(directory.count + 1, sizeof(*found));
	for (i = 0; found != NULL && i < directory.count; i++) {
		name = directory.entries[i]->d_name;
		if (disk_take(&found[count], name, disks) ||
		    disk_open(&found[count], disks->root, name, buffer))
			count++;
	}
	directory_free(&directory);
	if (found == NULL)
		return;
	close_all(disks->disks, disks->count);
	disks->disks = found;
	disks->count = count;
}

void
disk_parse(struct text text, struct disk_counts *counts)
{
	counts->reads = text_number(&text);
	text_skip_words(&text, 1);
	counts->read_sectors = text_number(&text);
	counts->read_ms = text_number(&text);
	counts->writes = text_number(&text);
	text_skip_words(&text, 1);
	counts->write_sectors = text_number(&text);
	counts->write_ms = text_number(&text);
	counts->in_flight = text_number(&text);
	counts->io_ms = text_number(&text);
	counts->queue_ms = text_number(&text);
}

static void
fill(const struct disk_counts *before, const struct disk_counts *now,
    double seconds, double *value)
{
	double operations, busy;

	value[DEVICE_METRIC_in] = counter_growth(before->read_sectors,
	    now->read_sectors) * SECTOR_BYTES / seconds;
	value[DEVICE_METRIC_out] = counter_growth(before->write_sectors,
	    now->write_sectors) * SECTOR_BYTES / seconds;
	value[DEVICE_METRIC_in_operations] =
	    counter_growth(before->reads, now->reads) / seconds;
	value[DEVICE_METRIC_out_operations] =
	    counter_growth(before->writes, now->writes) / seconds;
	value[DEVICE_METRIC_in_flight] = now->in_flight;
	busy = counter_growth(before->io_ms, now->io_ms) / seconds / 10;
	value[DEVICE_METRIC_busy] = busy > 100 ? 100 : busy;
	value[DEVICE_METRIC_queue] = counter_growth(before->queue_ms,
	    now->queue_ms) / seconds / 1000;
	operations = counter_growth(before->reads, now->reads) +
	    counter_growth(before->writes, now->writes);
	if (operations > 0)
		value[DEVICE_METRIC_wait] =
		    (counter_growth(before->read_ms, now->read_ms) +
		    counter_growth(before->write_ms, now->write_ms)) /
		    operations;
}

void
disks_sample(struct disks *disks, struct collect_round *round)
{
	double *node = round->sample->node;
	struct sample_device *device;
	struct disk_counts now;
	struct disk *disk;
	struct text text;
	size_t i;

	for (i = 0; i < disks->count; i++) {
		disk = &disks->disks[i];
		if (round_read(round, &disk->stat, &text))
			disk->gone = true;
		disk_parse(text, &now);
		device = round_device(round, DROVER_DEVICE_KIND_DISK,
		    disk->name, disk->label);
		if (device == NULL)
			continue;
		device->value[DEVICE_METRIC_size] = disk->size;
		fill(&disk->before, &now, round->seconds, device->value);
		disk->before = now;
		round_add(&node[NODE_METRIC_disk_read],
		    device->value[DEVICE_METRIC_in]);
		round_add(&node[NODE_METRIC_disk_write],
		    device->value[DEVICE_METRIC_out]);
	}
}
