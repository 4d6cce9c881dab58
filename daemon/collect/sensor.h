/*
 * Temperatures: hwmon chips and thermal zones, known by name, since their
 * numbers change from boot to boot.
 *
 * sensor/CHIP/LABEL for hwmon, sensor/CHIP@DEVICE/LABEL where several
 * chips have one name, sensor/thermal/TYPE for a zone.  A zone that is
 * shown as a hwmon chip too is taken once, as a zone.
 */
#ifndef DROVER_COLLECT_SENSOR_H
#define DROVER_COLLECT_SENSOR_H

#include "collect/source.h"

struct sensor {
	char		name[64];
	char		label[64];
	char		disk[32];	/* it measures disk/DISK, or "" */
	bool		gpu;		/* of a graphics card */
	struct source	input;		/* thousandths of a degree Celsius */
};

struct sensors {
	struct sensor	*sensors;	/* sorted by name */
	size_t		 count;
	size_t		 room;
};

/* Look for all sensors anew. */
void	sensors_scan(struct sensors *sensors, const char *root,
	    struct source_buffer *buffer);
void	sensors_close(struct sensors *sensors);

/* Degrees Celsius; NaN for what no thermometer would say. */
double	temperature_parse(struct text text);

#endif
