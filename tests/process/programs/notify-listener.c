/*
 * notify-listener PATH: the service manager's end of sd_notify(3).  What
 * arrives at the socket PATH goes to standard output, a line each.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int
main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[4096];
	ssize_t length;
	int fd;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 64;
	strcpy(address.sun_path, argv[1]);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&address,
	    sizeof(address)) == -1) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		length = recv(fd, text, sizeof(text) - 1, 0);
		if (length < 0)
			return 1;
		text[length] = '\0';
		fputs(text, stdout);
		if (length > 0 && text[length - 1] != '\n')
			putchar('\n');
		fflush(stdout);
	}
}
