/* Which file a man page stands in. */
#ifndef DROVER_UI_PAGE_FILE_H
#define DROVER_UI_PAGE_FILE_H

#include <stddef.h>

/* Directories separated by colons, looked through before all others. */
void	page_file_set_path(const char *path);

/*
 * Split "name(section)" and find its file; without a section, in any.
 * Names are taken from pages and from the operator: one with a slash or a
 * leading dash is refused.  Returns 0, -EINVAL or -ENOENT.
 */
int	page_file_find(const char *page, char *path, size_t size);

#endif
