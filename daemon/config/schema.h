/*
 * The table of parameters in memory, for what treats all of them alike:
 * loading, printing, comparing, checking.
 */
#ifndef DROVER_CONFIG_SCHEMA_H
#define DROVER_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/fields.h"

enum config_type {
	CONFIG_DURATION_MS,
	CONFIG_BYTES,
	CONFIG_COUNT,
	CONFIG_SHARE,
	CONFIG_FLAG,
	CONFIG_WORD,
	CONFIG_TEXT,
	CONFIG_NAME,
	CONFIG_PATH,
	CONFIG_URL
};

/* A parameter of a section, or the member of a list. */
struct config_parameter {
	const char		*section;	/* path, or name of the list */
	const char		*name;
	enum config_type	 type;
	bool			 live;		/* a reload takes it over */
	bool			 shared;	/* can be set for all nodes */
	size_t			 offset;	/* in its structure */
	const char		*value;		/* NULL: must be given */
	const char		*minimum;
	const char		*maximum;
	const char		*help;
};

struct config_section {
	const char	*path;
	const char	*help;
};

struct config_list {
	const char	*name;
	const char	*help;
	size_t		 items_offset;	/* of the pointer, in struct config */
	size_t		 count_offset;
	size_t		 item_bytes;
	size_t		 maximum;	/* items */
	size_t		 first;		/* its members in config_members[] */
	size_t		 members;
};

struct config_rule {
	const char	*left;		/* path of a parameter */
	const char	*right;
	const char	*why;
	uint64_t	 factor;
	bool		 at_least;	/* or at most */
};

/* How many there are of each. */
enum {
	CONFIG_PARAMETERS = 0
#define PARAMETER(section, name, type, value, minimum, maximum, change,	\
    help)								\
	+1
#include <drover/tables/config.def>
	,
	CONFIG_MEMBERS = 0
#define LIST_PARAMETER(list, name, type, value, minimum, maximum,	\
    change, help)							\
	+1
#include <drover/tables/config.def>
	,
	CONFIG_SECTIONS = 0
#define SECTION(path, name, help) +1
#include <drover/tables/config.def>
	,
	CONFIG_LISTS = 0
#define LIST(list, item, count, maximum, help) +1
#include <drover/tables/config.def>
	,
	CONFIG_RULES = 0
#define RULE(left, relation, factor, right, why) +1
#include <drover/tables/config.def>
};

/* All in the order of the table. */
extern const struct config_parameter config_parameters[CONFIG_PARAMETERS];
extern const struct config_parameter config_members[CONFIG_MEMBERS];
extern const struct config_section config_sections[CONFIG_SECTIONS];
extern const struct config_list config_lists[CONFIG_LISTS];
extern const struct config_rule config_rules[CONFIG_RULES];

/* Index of what the path "section.name" names, or -1. */
int	config_parameter_find(const char *path);

/* Where the value of a parameter lies. */
void	*config_field(struct config *config,
	    const struct config_parameter *parameter);
const void *config_field_of(const struct config *config,
	    const struct config_parameter *parameter);

/* The items of a list and how many. */
char	*config_list_items(const struct config *config,
	    const struct config_list *list, size_t *count);
void	config_list_set(struct config *config, const struct config_list *list,
	    void *items, size_t count);

#endif
