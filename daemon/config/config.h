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
/*
 * The two halves of config_load(), for who keeps the text: this reads it,
 * "" when path is NULL.  *text is the caller's; on error NULL.
 */
int	config_read(const char *path, char **text, size_t *length,
	    struct config_errors *errors);
void	config_free(struct config *config);
void	config_errors_free(struct config_errors *errors);

/*
 * The file that is read when none is named: the first that exists of
 * $XDG_CONFIG_HOME/drover/drover.conf (or $HOME/.config/...) and
 * /etc/drover/drover.conf.  0, or -ENOENT: there is none, take the
 * defaults.
 */
int	config_find(char path[CONFIG_PATH_BYTES]);
/* The name of this node: as configured, else the host name without domain. */
void	config_node_name(const struct config *config, char name[64]);

/* One parameter that was set for all nodes, over what their files say. */
enum config_fit {
	CONFIG_FITS,		/* it is in the configuration */
	CONFIG_UNKNOWN,		/* nothing is known by that path */
	CONFIG_NOT_LIVE,	/* only the file of each node can set it */
	CONFIG_UNFIT		/* the value is wrong, or beside the others */
};

struct config_setting {
	const char	*path;		/* "collect.interval" */
	const char	*value;		/* as it would stand in a file */
	const char	*who;		/* set it; "": not known */
	enum config_fit	 fit;		/* what config_override() found */
};

/*
 * Puts settings over a loaded configuration, of which each value and the
 * rules between all of them must hold.  What does not fit is left out with
 * one complaint, "setting PATH = VALUE (by WHO): ...", and its fit says
 * why; where two do not fit each other it is the later one.
 * 0; -EINVAL: some were left out; -ENOMEM: all were.
 */
int	config_override(struct config *config,
	    struct config_setting *settings, size_t count,
	    struct config_errors *errors);

/*
 * Normal form: every parameter, with a comment at those that have their
 * default or were set for all nodes.  Loading what was printed gives the
 * same configuration.  0 or -EIO.
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
