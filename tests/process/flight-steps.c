/*
 * Prints "INSTANCE STEP VERSION" of every record of the flight log in
 * argv[1]; exits with 2 where a stretch of it is damaged.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/flight_reader.h"

int
main(int argc, char **argv)
{
	const struct flight_image *image;
	struct flight_reader *reader;
	int error;

	if (argc != 2)
		return 64;
	error = flight_reader_open(&reader, argv[1]);
	if (error != 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-error));
		return 1;
	}
	while ((error = flight_reader_next(reader)) == 1) {
		image = flight_reader_image(reader);
		printf("%016" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
		    image->moment.instance, flight_reader_step(reader),
		    image->moment.version);
	}
	error = error != 0 ? 1 : flight_reader_damaged(reader) > 0 ? 2 : 0;
	flight_reader_close(reader);
	return error;
}
