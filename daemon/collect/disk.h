/*
 * Whole disks: /sys/block/NAME/stat of every disk that has hardware (or a
 * hypervisor) behind it.  Loop, zram, RAM, device-mapper and RAID devices
 * are left out: their I/O is done again by the disks below them.
 */
#ifndef DROVER_COLLECT_DISK_H
#define DROVER_COLLECT_DISK_H

#include "collect/round.h"
#include "collect/source.h"

/* As the kernel counts since boot; times in ms, sectors of 512 bytes. */
struct disk_counts {
	double	reads, read_sectors, read_ms;
	double	writes, write_sectors, write_ms;
	double	in_flight;
	double	io_ms;		/* time with a request in flight */
	double	queue_ms;	/* sum of the times of all requests */
};

struct disk {
	char			name[64];	/* disk/sda */
	char			label[64];
	double			size;
	struct source		stat;
	struct disk_counts	before;
	bool			gone;
};

struct disks {
	char		*root;
	struct disk	*disks;
	size_t		 count;
};

void	disks_open(struct disks *disks, const char *root);
void	disks_close(struct disks *disks);
/* Look for disks that came or went. */
void	disks_rescan(struct disks *disks, struct source_buffer *buffer);
void	disks_sample(struct disks *disks, struct collect_round *round);

/* What is not in the text is NaN. */
void	disk_parse(struct text text, struct disk_counts *counts);

#endif
