/* Prints every node in core.seg: name, CPU and memory in use, percent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/segment.h>

int
main(int argc, char **argv)
{
	struct drover_column name, cpu, memory;
	struct drover_segment *segment;
	struct drover_table node;
	char path[4096], text[64];
	const char *row;
	int64_t count, i;
	int error, table;
	char *rows;

	error = drover_segment_path(argc > 1 ? argv[1] : NULL, "core", path,
	    sizeof(path));
	if (error == 0)
		error = drover_segment_attach(&segment, path);
	if (error != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(-error));
		return 1;
	}
	table = drover_table_find(segment, "node");
	if (table < 0 || drover_table_describe(segment, table, &node) != 0 ||
	    drover_column_find(segment, table, "name", &name) != 0 ||
	    drover_column_find(segment, table, "cpu_busy", &cpu) != 0 ||
	    drover_column_find(segment, table, "memory_used", &memory) != 0) {
		fprintf(stderr, "%s: not what this program reads\n", path);
		return 1;
	}
	rows = calloc(node.rows_max, node.row_bytes);
	count = rows == NULL ? -1 : drover_table_copy(segment, table, rows,
	    node.rows_max, NULL);
	for (i = 0; i < count; i++) {
		row = rows + i * node.row_bytes;
		if (drover_get_str(segment, &name, row, text,
		    sizeof(text)) > 0)
			printf("%-20s %5.1f %5.1f\n", text,
			    drover_get_f64(&cpu, row),
			    drover_get_f64(&memory, row));
	}
	printf("writer: %s\n",
	    drover_liveness_name(drover_segment_liveness(segment, 0)));
	free(rows);
	drover_segment_detach(segment);
	return count < 0;
}
