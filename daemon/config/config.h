/*
 * The configuration of one node: include/drover/tables/config.def as a C
 * structure, read from YAML, checked as a whole, printed in normal form.
 * Pure but for reading the file.  Nothing here is shared between threads.
 */
#ifndef DROVER_CONFIG_H
#define DROVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* struct config is made from the table; see config/fields.h. */
#include "config/fields.h"

#define CONFIG_ERROR_BYTES	512
#define CONFIG_PATH_BYTES	1024

/* Of a file; more is refused, with one complaint. */
#define CONFIG_FILE_BYTES_MAX	(1024 * 1024)
#define CONFIG_DEPTH_MAX	16
#define CONFIG_ERRORS_MAX	1000

/*
 * One complaint: file:line:column: what was found, what is allowed.  One
 * line, printable; line and column are 0 when it is of the whole file.
 */
struct config_error {
	char		text[CONFIG_ERROR_BYTES];
	unsigned int	line;
	unsigned int	column;
};

/* In the order of the file.  Zeroed before its first use. */
struct config_errors {
	struct config_error	*errors;
	size_t			 count;
	size_t			 room;
};

/*
 * Reads path, or takes the defaults when path is NULL.  All errors of the
 * file are collected in one pass.  Returns 0, -EINVAL with errors->count
 * > 0, or the error of opening or reading the file (also one complaint);
 * -ENOMEM may come without one.
 * On success *config is the caller's (config_free()); on error NULL.
 */
int	config_load(struct config **config, const char *path,
	    struct config_errors *errors);
int	config_load_text(struct config **config, const char *name,
	    const char *text, size_t length, struct config_errors *errors);
void	config_free(struct config *config);
void	config_errors_free(struct config_errors *errors);

/*
 * The file that is read when none is named: the first that exists of
 * $XDG_CONFIG_HOME/drover/drover.conf (or $HOME/.config/...) and
 * /etc/drover/drover.conf.  0, or -ENOENT: there is none, take the
 * defaults.
 */
int	config_find(char path[CONFIG_PATH_BYTES]);

/*
 * Normal form: every parameter, a default marked by a comment.  Loading
 * what was printed gives the same configuration.  0 or -EIO.
 */
int	config_print(const struct config *config, FILE *stream);

/* What a reload would change, in the order of the table. */
struct config_change {
	char	path[96];	/* "collect.interval", "backends[0].url" */
	char	old_text[128];	/* in normal form, "" if there was none */
	char	new_text[128];
	bool	live;		/* taken over by a reload, or at a restart */
};

/* Calls found for each difference and returns how many there are. */
size_t	config_difference(const struct config *from, const struct config *to,
	    void (*found)(const struct config_change *change, void *context),
	    void *context);

/*
 * Take the live parameters of from over into config; from holds the former
 * ones afterwards.
 */
void	config_take_live(struct config *config, struct config *from);

/*
 * droverd -n (print: -nv).  path NULL: config_find().  Complaints go to
 * err, one a line, and their number last; the normal form goes to out.
 * Returns the exit status, 0 or 1.
 */
int	config_command(const char *path, bool print, FILE *out, FILE *err);

#endif
