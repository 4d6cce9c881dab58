#include "process/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES	1024

/* Priorities of syslog(3), as sd-daemon(3) writes them. */
enum priority {
	PRIORITY_ERROR = 3,
	PRIORITY_WARNING = 4,
	PRIORITY_INFO = 6,
	PRIORITY_DEBUG = 7
};

static const char *log_process = "drover";
static enum log_level log_level = LOG_LEVEL_INFO;
static bool log_journal;

/* JOURNAL_STREAM names the device and inode of the journal's socket. */
static bool
stderr_is_journal(void)
{
	unsigned long long device, inode;
	const char *stream;
	struct stat status;

	stream = getenv("JOURNAL_STREAM");
	if (stream == NULL ||
	    sscanf(stream, "%llu:%llu", &device, &inode) != 2 ||
	    fstat(STDERR_FILENO, &status) == -1)
		return false;
	return status.st_dev == device && status.st_ino == inode;
}

void
log_init(const char *process, enum log_level level)
{
	log_process = process;
	log_level = level;
	log_target_set(LOG_TARGET_AUTO);
}

void
log_level_set(enum log_level level)
{
	log_level = level;
}

void
log_target_set(enum log_target target)
{
	log_journal = target == LOG_TARGET_JOURNAL ||
	    (target == LOG_TARGET_AUTO && stderr_is_journal());
}

static size_t
line_begin(char *line, size_t size, enum priority priority)
{
	struct timespec now;
	struct tm local;
	char stamp[32];
	int length;

	if (log_journal) {
		length = snprintf(line, size, "<%d>%s: ", (int)priority,
		    log_process);
		return (size_t)length;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &local);
	length = snprintf(line, size, "%s.%03ld %s[%ld]: %s", stamp,
	    now.tv_nsec / 1000000, log_process, (long)getpid(),
	    priority == PRIORITY_ERROR ? "error: " :
	    priority == PRIORITY_WARNING ? "warning: " : "");
	return (size_t)length;
}

/* Append text so that a hostile one cannot forge a line or a colour. */
static size_t
line_add(char *line, size_t used, size_t size, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char c;

	for (; (c = (unsigned char)*text) != '\0'; text++) {
		if (c >= ' ' && c != 0x7f) {
			if (used + 1 > size)
				break;
			line[used++] = (char)c;
			continue;
		}
		if (used + 4 > size)
			break;
		line[used++] = '\\';
		line[used++] = 'x';
		line[used++] = digits[c >> 4];
		line[used++] = digits[c & 15];
	}
	return used;
}

static void log_line(enum priority priority, int error, const char *format,
    va_list list) __attribute__((format(printf, 3, 0)));

static void
log_line(enum priority priority, int error, const char *format, va_list list)
{
	char text[LINE_BYTES], line[LINE_BYTES];
	size_t used;

	vsnprintf(text, sizeof(text), format, list);
	used = line_begin(line, sizeof(line), priority);
	used = line_add(line, used, sizeof(line) - 1, text);
	if (error != 0) {
		used = line_add(line, used, sizeof(line) - 1, ": ");
		used = line_add(line, used, sizeof(line) - 1,
		    strerror(error));
	}
	line[used++] = '\n';
	/* When the log itself is broken there is no one left to tell. */
	if (write(STDERR_FILENO, line, used) == -1)
		errno = 0;
}

void
log_warn(const char *format, ...)
{
	int error;
	va_list list;

	error = errno;
	va_start(list, format);
	log_line(PRIORITY_WARNING, error, format, list);
	va_end(list);
	errno = error;
}

void
log_warnx(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	log_line(PRIORITY_WARNING, 0, format, list);
	va_end(list);
}

void
log_info(const char *format, ...)
{
	va_list list;

	if (log_level < LOG_LEVEL_INFO)
		return;
	va_start(list, format);
	log_line(PRIORITY_INFO, 0, format, list);
	va_end(list);
}

void
log_debug(const char *format, ...)
{
	va_list list;

	if (log_level < LOG_LEVEL_DEBUG)
		return;
	va_start(list, format);
	log_line(PRIORITY_DEBUG, 0, format, list);
	va_end(list);
}

void
fatal(int status, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	log_line(PRIORITY_ERROR, 0, format, list);
	va_end(list);
	exit(status);
}
