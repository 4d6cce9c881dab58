/* The tables of replies and roles. */
#include <errno.h>
#include <string.h>

#include "rules/reply.h"

static const struct reply_row replies[] = {
#define REPLY(number, NAME, http, text)	{ number, http, #NAME, text },
#include <drover/tables/replies.def>
#undef REPLY
};

static const struct {
	const char	*name;
	const char	*help;
} roles[ROLES] = {
#define ROLE(NAME, number, name, help)	[ROLE_##NAME] = { name, help },
#include <drover/tables/roles.def>
#undef ROLE
};

#define REPLIES	(sizeof(replies) / sizeof(replies[0]))

const struct reply_row *
reply_find(int number)
{
	size_t low = 0, high = REPLIES, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (replies[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < REPLIES && replies[low].number == number ?
	    &replies[low] : NULL;
}

const struct reply_row *
reply_at(size_t i)
{
	return i < REPLIES ? &replies[i] : NULL;
}

bool
reply_is_done(int number)
{
	return number >= 1000 && number < 2000;
}

static int
known_role(int role)
{
	return role >= 0 && role < ROLES ? role : ROLE_NONE;
}

const char *
role_name(int role)
{
	return roles[known_role(role)].name;
}

const char *
role_help(int role)
{
	return roles[known_role(role)].help;
}

int
role_of_account(const char *name)
{
	int role;

	for (role = ROLE_VIEWER; role <= ROLE_ADMIN; role++)
		if (strcmp(roles[role].name, name) == 0)
			return role;
	return -EINVAL;
}
