/*
 * Where the programs of the processes are: in the directory given, beside
 * droverd (a build tree), in the libexec directory of the tree that
 * droverd was installed in, or of the one that it was built for.
 */
#ifndef DROVER_PARENT_PROGRAM_H
#define DROVER_PARENT_PROGRAM_H

#define PROGRAM_PATH_BYTES	4096

/* path takes PROGRAM_PATH_BYTES; directory may be NULL. */
void	program_path(const char *directory, const char *program, char *path);

#endif
