#include "collect/holder.h"

#include <netinet/tcp.h>

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/socket_diag.h"

static bool
holds(const char *pid, const char *socket)
{
	char path[64], target[64];
	struct dirent *entry;
	bool found = false;
	DIR *directory;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	directory = opendir(path);
	if (directory == NULL)
		return false;
	while (!found && (entry = readdir(directory)) != NULL) {
		length = readlinkat(dirfd(directory), entry->d_name, target,
		    sizeof(target) - 1);
		if (length <= 0)
			continue;
		target[length] = '\0';
		found = strcmp(target, socket) == 0;
	}
	closedir(directory);
	return found;
}

int
holder_of_socket(uint64_t inode)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	char socket[48];
	int pid = 0;

	snprintf(socket, sizeof(socket), "socket:[%" PRIu64 "]", inode);
	if (directory == NULL)
		return 0;
	while (pid == 0 && (entry = readdir(directory)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    holds(entry->d_name, socket))
			pid = atoi(entry->d_name);
	closedir(directory);
	return pid;
}

struct listener {
	struct socket_end	end;
	uint64_t		inode;
	int			fit;
};

static void
take(void *context, const struct socket_seen *seen)
{
	struct listener *listener = context;
	int fit = socket_end_fit(&seen->local, &listener->end);

	if (fit <= listener->fit)
		return;
	listener->inode = seen->inode;
	listener->fit = fit;
}

int
holder_of_address(const struct sockaddr_storage *address)
{
	struct listener listener = { .inode = 0 };
	struct socket_diag diag;
	int error;

	if (!socket_end_of(&listener.end, address) ||
	    socket_diag_open(&diag) != 0)
		return 0;
	error = socket_diag_is_here(&diag, address) ?
	    socket_diag_dump(&diag, 1U << TCP_LISTEN, &listener.end.port, 1,
	    take, &listener) : -1;
	socket_diag_close(&diag);
	return error == 0 && listener.inode != 0 ?
	    holder_of_socket(listener.inode) : 0;
}
