#include "parent/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

int
identity_find(struct identity *identity, const char *user)
{
	struct passwd *entry;

	errno = 0;
	entry = getpwnam(user);
	if (entry == NULL)
		return errno != 0 ? -errno : -ENOENT;
	identity->uid = entry->pw_uid;
	identity->gid = entry->pw_gid;
	identity->group_count = IDENTITY_GROUPS_MAX;
	if (getgrouplist(user, entry->pw_gid, identity->groups,
	    &identity->group_count) == -1)
		return -E2BIG;
	return 0;
}

int
identity_assume(const struct identity *identity)
{
	if (setgroups((size_t)identity->group_count,
	    identity->groups) == -1 ||
	    setresgid(identity->gid, identity->gid, identity->gid) == -1 ||
	    setresuid(identity->uid, identity->uid, identity->uid) == -1)
		return -errno;
	/* It has happened that this went on working (CVE-2000-0506). */
	if (identity->uid != 0 && setuid(0) == 0)
		return -EPERM;
	return 0;
}
