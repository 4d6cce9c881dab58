/* Temperatures. */
#include "collect/sensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/directory.h"

#define WORD_SIZE	32

struct chip {
	char	directory[32];		/* hwmon0 */
	char	name[WORD_SIZE];	/* coretemp */
	char	device[WORD_SIZE];	/* coretemp.0, or "" */
	bool	shares_name;
};

double
temperature_parse(struct text text)
{
	double celsius = text_signed(&text) / 1000;

	return celsius >= -60 && celsius <= 200 ? celsius : NAN;
}

void
sensors_close(struct sensors *sensors)
{
	size_t i;

	for (i = 0; i < sensors->count; i++)
		source_close(&sensors->sensors[i].input);
	free(sensors->sensors);
	sensors->sensors = NULL;
	sensors->count = sensors->room = 0;
}

/* The first line of a file, fit to stand in a name. */
static void
take_word(struct text text, char *word, size_t size)
{
	struct text line;
	size_t length = 0;
	char c;

	if (!text_line(&text, &line))
		line = text;
	for (; line.at < line.end && length < size - 1; line.at++) {
		c = *line.at;
		if (c == '\n')
			break;
		if (c <= ' ' || c >= 127 || c == '/')
			c = '_';
		word[length++] = c;
	}
	word[length] = '\0';
}

static bool
name_is_taken(const struct sensors *sensors, const char *name)
{
	size_t i;

	for (i = 0; i < sensors->count; i++) {
		if (strcmp(sensors->sensors[i].name, name) == 0)
			return true;
	}
	return false;
}

/* A second sensor of the same name becomes NAME#2. */
static void
make_unique(const struct sensors *sensors, struct sensor *sensor)
{
	char stem[sizeof(sensor->name)];
	int number;

	memcpy(stem, sensor->name, sizeof(stem));
	stem[sizeof(stem) - 5] = '\0';
	for (number = 2; number < 1000 &&
	    name_is_taken(sensors, sensor->name); number++)
		snprintf(sensor->name, sizeof(sensor->name), "%.58s#%d", stem,
		    number);
}

/* Takes over the input of the sensor. */
static void
add(struct sensors *sensors, struct sensor *sensor)
{
	struct sensor *grown;
	size_t room;

	if (sensors->count == sensors->room) {
		room = sensors->room * 2 + 16;
		grown = realloc(sensors->sensors, room * sizeof(*grown));
		if (grown == NULL) {
			source_close(&sensor->input);
			return;
		}
		sensors->sensors = grown;
		sensors->room = room;
	}
	make_unique(sensors, sensor);
	sensors->sensors[sensors->count++] = *sensor;
}

static void
read_device(struct chip *chip, const char *root)
{
	char path[512], target[512];
	const char *base;
	ssize_t length;

	chip->device[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/sys/class/hwmon/%s/device", root,
	    chip->directory) >= (int)sizeof(path))
		return;
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return;
	target[length] = '\0';
	base = strrchr(target, '/');
	base = base != NULL ? base + 1 : target;
	take_word((struct text){base, base + strlen(base)}, chip->device,
	    sizeof(chip->device));
}

static size_t
read_chips(const char *root, const struct directory *directory,
    struct source_buffer *buffer, struct chip *chips)
{
	struct chip *chip;
	size_t count = 0, i, j;

	for (i = 0; i < directory->count; i++) {
		chip = &chips[count];
		if (snprintf(chip->directory, sizeof(chip->directory), "%s",
		    directory->entries[i]->d_name) >=
		    (int)sizeof(chip->directory))
			continue;
		take_word(source_read_once(buffer,
		    "%s/sys/class/hwmon/%s/name", root, chip->directory),
		    chip->name, sizeof(chip->name));
		read_device(chip, root);
		if (chip->name[0] == '\0' ||
		    strncmp(chip->device, "thermal_zone", 12) == 0)
			continue;
		for (j = 0; j < count; j++) {
			if (strcmp(chips[j].name, chip->name) == 0)
				chips[j].shares_name = chip->shares_name =
				    true;
		}
		count++;
	}
	return count;
}

/*
 * The disk a chip measures: namespaces of nvme0 are called nvme0n1 and so
 * on, all match "nvme0n"; a SATA disk is found below its SCSI device.
 */
static void
find_disk(const struct chip *chip, const char *root, char *disk, size_t size)
{
	struct directory directory;

	disk[0] = '\0';
	if (strcmp(chip->name, "nvme") == 0 && chip->device[0] != '\0') {
		snprintf(disk, size, "%.28sn", chip->device);
	} else if (strcmp(chip->name, "drivetemp") == 0) {
		directory_read(&directory, "%s/sys/class/hwmon/%s/device/block",
		    root, chip->directory);
		if (directory.count > 0)
			snprintf(disk, size, "%.31s",
			    directory.entries[0]->d_name);
		directory_free(&directory);
	}
}

static bool
is_graphics(const char *chip)
{
	return strcmp(chip, "amdgpu") == 0 || strcmp(chip, "radeon") == 0 ||
	    strcmp(chip, "nouveau") == 0 || strcmp(chip, "i915") == 0 ||
	    strcmp(chip, "xe") == 0;
}

/* number is the 1 of temp1_input. */
static void
add_input(struct sensors *sensors, const char *root, const struct chip *chip,
    unsigned int number, struct source_buffer *buffer)
{
	struct sensor sensor = {.gpu = is_graphics(chip->name)};
	char label[WORD_SIZE];
	struct text text;

	text = source_read_once(buffer, "%s/sys/class/hwmon/%s/temp%u_fault",
	    root, chip->directory, number);
	if (text_number(&text) > 0)
		return;
	text = source_read_once(buffer, "%s/sys/class/hwmon/%s/temp%u_label",
	    root, chip->directory, number);
	take_word(text, label, sizeof(label));
	if (label[0] == '\0')
		snprintf(label, sizeof(label), "temp%u", number);
	snprintf(sensor.name, sizeof(sensor.name), "sensor/%.18s%s%.14s/%.20s",
	    chip->name, chip->shares_name ? "@" : "",
	    chip->shares_name ? chip->device : "", label);
	snprintf(sensor.label, sizeof(sensor.label), "%s", label);
	if (number == 1)
		find_disk(chip, root, sensor.disk, sizeof(sensor.disk));
	source_open(&sensor.input, "%s/sys/class/hwmon/%s/temp%u_input", root,
	    chip->directory, number);
	add(sensors, &sensor);
}

static void
scan_chip(struct sensors *sensors, const char *root, const struct chip *chip,
    struct source_buffer *buffer)
{
	struct directory directory;
	unsigned int number;
	int length;
	size_t i;

	directory_read(&directory, "%s/sys/class/hwmon/%s", root,
	    chip->directory);
	for (i = 0; i < directory.count; i++) {
		length = 0;
		if (sscanf(directory.entries[i]->d_name, "temp%3u_input%n",
		    &number, &length) == 1 && length > 0 &&
		    directory.entries[i]->d_name[length] == '\0')
			add_input(sensors, root, chip, number, buffer);
	}
	directory_free(&directory);
}

static void
scan_chips(struct sensors *sensors, const char *root,
    struct source_buffer *buffer)
{
	struct directory directory;
	struct chip *chips;
	size_t count, i;

	directory_read(&directory, "%s/sys/class/hwmon", root);
	chips = calloc(directory.count + 1, sizeof(*chips));
	if (chips != NULL) {
		count = read_chips(root, &directory, buffer, chips);
		for (i = 0; i < count; i++)
			scan_chip(sensors, root, &chips[i], buffer);
	}
	free(chips);
	directory_free(&directory);
}

static void
scan_zones(struct sensors *sensors, const char *root,
    struct source_buffer *buffer)
{
	struct directory directory;
	struct sensor sensor;
	const char *zone;
	size_t i;

	directory_read(&directory, "%s/sys/class/thermal", root);
	for (i = 0; i < directory.count; i++) {
		zone = directory.entries[i]->d_name;
		if (strncmp(zone, "thermal_zone", 12) != 0)
			continue;
		memset(&sensor, 0, sizeof(sensor));
		take_word(source_read_once(buffer,
		    "%s/sys/class/thermal/%s/type", root, zone),
		    sensor.label, WORD_SIZE);
		if (sensor.label[0] == '\0')
			continue;
		snprintf(sensor.name, sizeof(sensor.name),
		    "sensor/thermal/%.31s", sensor.label);
		source_open(&sensor.input, "%s/sys/class/thermal/%s/temp",
		    root, zone);
		add(sensors, &sensor);
	}
	directory_free(&directory);
}

static int
compare_sensors(const void *left, const void *right)
{
	return strverscmp(((const struct sensor *)left)->name,
	    ((const struct sensor *)right)->name);
}

void
sensors_scan(struct sensors *sensors, const char *root,
    struct source_buffer *buffer)
{
	sensors_close(sensors);
	scan_chips(sensors, root, buffer);
	scan_zones(sensors, root, buffer);
	if (sensors->count > 0)
		qsort(sensors->sensors, sensors->count,
		    sizeof(*sensors->sensors), compare_sensors);
}
