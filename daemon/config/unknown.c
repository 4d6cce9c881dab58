#include <stdio.h>
#include <string.h>

#include "config/schema.h"
#include "config/text.h"
#include "config/unknown.h"

#define QUOTED_BYTES	192
#define HINT_BYTES	288

/* What may stand in one section: called with each name. */
struct search {
	const char	*key;
	const char	*nearest;
	unsigned int	 distance;
	char		 names[HINT_BYTES];
	size_t		 used;
};

static void
consider(struct search *search, const char *name)
{
	unsigned int distance = text_distance(search->key, name);

	if (distance < search->distance) {
		search->distance = distance;
		search->nearest = name;
	}
	if (search->used < sizeof(search->names))
		search->used += (size_t)snprintf(search->names + search->used,
		    sizeof(search->names) - search->used, "%s%s",
		    search->used > 0 ? ", " : "", name);
}

/* The last word of path when it lies directly in section, or NULL. */
static const char *
name_within(const char *path, const char *section)
{
	const char *point = strrchr(path, '.');
	size_t length = point != NULL ? (size_t)(point - path) : 0;

	if (strlen(section) != length || strncmp(path, section, length) != 0)
		return NULL;
	return point != NULL ? point + 1 : path;
}

static void
consider_section(struct search *search, const char *section)
{
	const char *name;
	size_t i;

	for (i = 0; i < CONFIG_PARAMETERS; i++)
		if (strcmp(config_parameters[i].section, section) == 0)
			consider(search, config_parameters[i].name);
	for (i = 0; i < CONFIG_MEMBERS; i++)
		if (strcmp(config_members[i].section, section) == 0)
			consider(search, config_members[i].name);
	for (i = 0; i < CONFIG_SECTIONS; i++) {
		name = name_within(config_sections[i].path, section);
		if (name != NULL)
			consider(search, name);
	}
	for (i = 0; section[0] == '\0' && i < CONFIG_LISTS; i++)
		consider(search, config_lists[i].name);
}

/* The only section that has such a parameter, or NULL. */
static const char *
home_of(const char *key)
{
	const char *home = NULL;
	size_t i;

	for (i = 0; i < CONFIG_PARAMETERS; i++) {
		if (strcmp(config_parameters[i].name, key) != 0)
			continue;
		if (home != NULL)
			return NULL;
		home = config_parameters[i].section;
	}
	return home;
}

void
complain_unknown(struct complaints *complaints, const struct mark *mark,
    const char *section, const char *key)
{
	struct search search = { .key = key, .distance = TEXT_UNLIKE };
	char hint[HINT_BYTES + 32], quoted[QUOTED_BYTES];
	const char *home = home_of(key);
	size_t likely = strlen(key) / 3;

	consider_section(&search, section);
	if (search.nearest != NULL && search.distance <= (likely < 1 ? 1 :
	    likely))
		snprintf(hint, sizeof(hint), "did you mean \"%s\"?",
		    search.nearest);
	else if (home != NULL)
		snprintf(hint, sizeof(hint), "it belongs under %s", home);
	else
		snprintf(hint, sizeof(hint), "allowed: %s", search.names);
	complain(complaints, mark, "unknown key %s%s%s; %s",
	    text_quote(key, strlen(key), quoted, sizeof(quoted)),
	    section[0] != '\0' ? " in " : "", section, hint);
}
