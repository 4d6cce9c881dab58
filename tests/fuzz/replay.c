/*
 * Stands in for libFuzzer where it is not built: runs every file of the
 * directories named on the command line through the fuzzer's function
 * once.  The seeds, and every input that once broke something, are kept
 * as tests by it, with any compiler.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

/* In a block of exactly its size, so that a sanitizer sees an overrun. */
static int
replay_file(const char *directory, const char *name)
{
	char path[4096];
	struct stat st;
	uint8_t *data = NULL;
	FILE *file;
	int rc = -1;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "rb");
	if (file == NULL || fstat(fileno(file), &st) != 0) {
		perror(path);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		rc = 0;
		goto out;
	}
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (data == NULL || fread(data, 1, (size_t)st.st_size, file) !=
	    (size_t)st.st_size) {
		perror(path);
		goto out;
	}
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	rc = 1;
out:
	free(data);
	if (file != NULL)
		fclose(file);
	return rc;
}

static int
replay_directory(const char *path)
{
	struct dirent *entry;
	DIR *directory;
	int count = 0;
	int rc;

	directory = opendir(path);
	if (directory == NULL) {
		perror(path);
		return -1;
	}
	while ((entry = readdir(directory)) != NULL) {
		rc = replay_file(path, entry->d_name);
		if (rc < 0) {
			closedir(directory);
			return -1;
		}
		count += rc;
	}
	closedir(directory);
	return count;
}

int
main(int argc, char **argv)
{
	int total = 0;
	int rc;
	int i;

	for (i = 1; i < argc; i++) {
		rc = replay_directory(argv[i]);
		if (rc < 0)
			return 1;
		total += rc;
	}
	printf("%d seeds\n", total);
	return total > 0 ? 0 : 1;
}
