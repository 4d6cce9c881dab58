/*
 * Complaints about one file, each with its place.
 */
#ifndef DROVER_CONFIG_COMPLAIN_H
#define DROVER_CONFIG_COMPLAIN_H

#include <stdbool.h>

#include "config/config.h"

/* A place in the file, counted from 1; line 0: nowhere. */
struct mark {
	unsigned int	line;
	unsigned int	column;
	bool		refused;	/* what stands there has an error */
};

struct complaints {
	const char		*file;
	struct config_errors	*errors;
	int			 error;		/* 0, -EINVAL or -ENOMEM */
};

void	complain(struct complaints *complaints, const struct mark *mark,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Into the order of the file. */
void	complaints_sort(struct complaints *complaints);

#endif
