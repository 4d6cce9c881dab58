#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "api/resources.h"
#include "api/route.h"
#include "rules/kind.h"

/* The role that each entry wants of its caller. */
enum {
#define ENTRY(NAME, number, since, role, name, help)			\
	ROLE_OF_##NAME = ROLE_##role,
#include <drover/tables/entries.def>
#undef ENTRY
};

static const struct route routes[] = {
#define RESOURCE(METHOD, pattern, handler, ROLE, query, help)		\
	{ REQUEST_##METHOD, pattern, resource_##handler, ROLE_##ROLE,	\
	    query, help, 0, ROUTE_TARGET_BODY },
#include <drover/tables/resources.def>
#undef RESOURCE
#define ACT(METHOD, pattern, ENTRY, TARGET, help)			\
	{ REQUEST_##METHOD, pattern, resource_act,			\
	    (enum role)ROLE_OF_##ENTRY, "", help, ENTRY_##ENTRY,	\
	    ROUTE_TARGET_##TARGET },
#include <drover/tables/acts.def>
#undef ACT
};
#define ROUTES	(sizeof(routes) / sizeof(routes[0]))

/* 1: the path is of this pattern; 0: it is not; negative: a bad name. */
static int
pattern_match(const char *pattern, const char *path, char *name)
{
	size_t length;
	int error;

	for (;;) {
		if (*pattern == ':') {
			length = strcspn(path, "/");
			if (length == 0)
				return 0;
			error = request_decode(path, length, name,
			    ROUTE_NAME_BYTES);
			if (error != 0)
				return error;
			pattern += strcspn(pattern, "/");
			path += length;
		}
		if (*pattern != *path)
			return 0;
		if (*pattern == '\0')
			return 1;
		pattern++;
		path++;
	}
}

static bool
method_fits(const struct route *route, enum request_method method)
{
	return route->method == method ||
	    (route->method == REQUEST_GET && method == REQUEST_HEAD);
}

static void
allow_add(struct route_match *match, const struct route *route)
{
	const char *name = request_method_name(route->method);
	size_t used = strlen(match->allow);

	if (used + strlen(name) + sizeof(", , HEAD") > sizeof(match->allow))
		return;
	if (used > 0)
		strcat(match->allow, ", ");
	strcat(match->allow, name);
	if (route->method == REQUEST_GET)
		strcat(match->allow, ", HEAD");
}

/* Is "name" one of "name=VALUE other=VALUE"? */
static bool
query_takes(const char *query, const char *name, size_t length)
{
	while (*query != '\0') {
		if (strcspn(query, "=") == length &&
		    strncmp(query, name, length) == 0)
			return true;
		query += strcspn(query, " ");
		query += strspn(query, " ");
	}
	return false;
}

/* Each parameter is known, has a value, and comes once. */
static bool
query_fits(const struct route *route, const char *query)
{
	const char *at = query, *other;
	size_t length, name;

	for (; *at != '\0'; at += length + (at[length] == '&')) {
		length = strcspn(at, "&");
		name = strcspn(at, "=&");
		if (name >= length || !query_takes(route->query, at, name))
			return false;
		for (other = query; other < at;
		    other += strcspn(other, "&") + 1)
			if (strncmp(other, at, name + 1) == 0)
				return false;
	}
	return true;
}

enum reply
route_find(const struct request *request, struct route_match *match,
    const char **detail)
{
	size_t i;
	int result;

	memset(match, 0, sizeof(*match));
	*detail = "";
	for (i = 0; i < ROUTES; i++) {
		result = pattern_match(routes[i].pattern, request->path,
		    match->name);
		if (result == 0)
			continue;
		if (result < 0) {
			*detail = "the name in the path";
			return REPLY_BAD_FIELD;
		}
		if (method_fits(&routes[i], request->method))
			match->route = &routes[i];
		allow_add(match, &routes[i]);
	}
	if (match->route == NULL)
		return match->allow[0] == '\0' ? REPLY_NO_RESOURCE :
		    REPLY_NO_METHOD;
	if (query_fits(match->route, request->query))
		return REPLY_OK;
	*detail = match->route->query[0] == '\0' ? "the query: it takes none" :
	    match->route->query;
	return REPLY_UNKNOWN_FIELD;
}

int
route_query(const struct request *request, const char *name, char *value,
    size_t size)
{
	const char *at = request->query;
	size_t length, bytes = strlen(name);

	for (; *at != '\0'; at += length + (at[length] == '&')) {
		length = strcspn(at, "&");
		if (strncmp(at, name, bytes) == 0 && at[bytes] == '=')
			return request_decode(at + bytes + 1,
			    length - bytes - 1, value, size);
	}
	return -ENOENT;
}

int
route_query_number(const struct request *request, const char *name,
    unsigned long long minimum, unsigned long long maximum,
    unsigned long long usual, unsigned long long *number)
{
	char text[24];
	int error;

	*number = usual;
	error = route_query(request, name, text, sizeof(text));
	if (error == -ENOENT)
		return 0;
	if (error != 0 || text[0] == '\0' ||
	    strspn(text, "0123456789") != strlen(text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, NULL, 10);
	return errno != 0 || *number < minimum || *number > maximum ?
	    -EINVAL : 0;
}

const struct route *
route_at(size_t i)
{
	return i < ROUTES ? &routes[i] : NULL;
}
