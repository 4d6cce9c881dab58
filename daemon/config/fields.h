/*
 * struct config, made from include/drover/tables/config.def: a member of
 * each section, in it a member of each parameter.  The type decides:
 *
 *	DURATION_MS	uint64_t NAME_ms
 *	BYTES		uint64_t NAME_bytes
 *	COUNT		uint64_t NAME
 *	SHARE		double NAME, 0 to 1
 *	FLAG		bool NAME
 *	WORD		enum config_SECTION_NAME NAME
 *	the others	char *NAME, never NULL
 *
 * A list is an array of struct config_ITEM beside its count.  What was set
 * over the file is marked in set_by, in the order of the table.
 */
#ifndef DROVER_CONFIG_FIELDS_H
#define DROVER_CONFIG_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The name of the member of a parameter. */
#define CONFIG_MEMBER_DURATION_MS(name)	name##_ms
#define CONFIG_MEMBER_BYTES(name)	name##_bytes
#define CONFIG_MEMBER_COUNT(name)	name
#define CONFIG_MEMBER_SHARE(name)	name
#define CONFIG_MEMBER_FLAG(name)	name
#define CONFIG_MEMBER_WORD(name)	name
#define CONFIG_MEMBER_TEXT(name)	name
#define CONFIG_MEMBER_NAME(name)	name
#define CONFIG_MEMBER_PATH(name)	name
#define CONFIG_MEMBER_URL(name)		name

/* Its declaration. */
#define CONFIG_FIELD_DURATION_MS(section, name)	uint64_t name##_ms;
#define CONFIG_FIELD_BYTES(section, name)	uint64_t name##_bytes;
#define CONFIG_FIELD_COUNT(section, name)	uint64_t name;
#define CONFIG_FIELD_SHARE(section, name)	double name;
#define CONFIG_FIELD_FLAG(section, name)	bool name;
#define CONFIG_FIELD_WORD(section, name)				\
	enum config_##section##_##name name;
#define CONFIG_FIELD_TEXT(section, name)	char *name;
#define CONFIG_FIELD_NAME(section, name)	char *name;
#define CONFIG_FIELD_PATH(section, name)	char *name;
#define CONFIG_FIELD_URL(section, name)		char *name;

/* The enumeration of a WORD; the value is the index of the choice. */
#define CONFIG_ENUM_DURATION_MS(section, name, ...)
#define CONFIG_ENUM_BYTES(section, name, ...)
#define CONFIG_ENUM_COUNT(section, name, ...)
#define CONFIG_ENUM_SHARE(section, name, ...)
#define CONFIG_ENUM_FLAG(section, name, ...)
#define CONFIG_ENUM_TEXT(section, name, ...)
#define CONFIG_ENUM_NAME(section, name, ...)
#define CONFIG_ENUM_PATH(section, name, ...)
#define CONFIG_ENUM_URL(section, name, ...)
#define CONFIG_ENUM_WORD(section, name, ...)				\
	enum config_##section##_##name {				\
		__VA_ARGS__						\
	};

#define CHOICE(constant, word)	constant
#define OR			,
#define PARAMETER(section, name, type, value, minimum, maximum, change,	\
    help)								\
	CONFIG_ENUM_##type(section, name, minimum)
#define LIST_PARAMETER	PARAMETER
#include <drover/tables/config.def>

#define LIST(list, item, count, maximum, help)				\
	struct config_##item {
#define LIST_PARAMETER(list, name, type, value, minimum, maximum,	\
    change, help)							\
	CONFIG_FIELD_##type(list, name)
#define END_LIST(list, item, count)					\
	};
#include <drover/tables/config.def>

struct config {
#define SECTION(path, name, help)					\
	struct config_##name {
#define PARAMETER(section, name, type, value, minimum, maximum, change,	\
    help)								\
	CONFIG_FIELD_##type(section, name)
#define END_SECTION(path, name)						\
	} name;
#define LIST(list, item, count, maximum, help)				\
	struct config_##item *list;					\
	size_t count;
#include <drover/tables/config.def>
	/* Who set each parameter for all nodes, NULL: nobody; or NULL. */
	char **set_by;
};

#endif
