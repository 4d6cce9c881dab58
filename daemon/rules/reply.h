/*
 * Numbered replies and roles: include/drover/tables/replies.def and
 * roles.def as code.  Constants only; any thread.
 */
#ifndef DROVER_RULES_REPLY_H
#define DROVER_RULES_REPLY_H

#include <stdbool.h>
#include <stddef.h>

enum reply {
#define REPLY(number, NAME, http, text)	REPLY_##NAME = (number),
#include <drover/tables/replies.def>
#undef REPLY
};

enum role {
#define ROLE(NAME, number, name, help)	ROLE_##NAME = (number),
#include <drover/tables/roles.def>
#undef ROLE
	ROLES
};

struct reply_row {
	int		 number;
	int		 http;
	const char	*name;		/* "LAST_COPY" */
	const char	*text;		/* one line, no full stop */
};

/* NULL: there is no such number. */
const struct reply_row *reply_find(int number);
/* The rows in the order of their numbers; NULL past the last. */
const struct reply_row *reply_at(size_t i);
/* 1xxx: it was done, or need not be. */
bool	reply_is_done(int number);

/* "none" where role is not one. */
const char *role_name(int role);
const char *role_help(int role);
/* Of the roles that an account can have; -EINVAL: name is none of them. */
int	role_of_account(const char *name);

#endif
