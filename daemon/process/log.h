/*
 * Logging of the processes of droverd, with four verbs.  Library rooms
 * return errors and never log.  Lines go to stderr, with the priority
 * prefix of sd-daemon(3) when stderr is the journal's stream, else with
 * the time.  A line is one write(2), so the lines of several processes do
 * not mix; control characters in it are written as \xNN.
 */
#ifndef DROVER_PROCESS_LOG_H
#define DROVER_PROCESS_LOG_H

enum log_level {
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

enum log_target {
	LOG_TARGET_AUTO,	/* the journal where stderr is its stream */
	LOG_TARGET_STDERR,	/* lines for people: time, process, text */
	LOG_TARGET_JOURNAL	/* lines for journald: priority, text */
};

/* process is kept, not copied: "droverd", "core" ... */
void	log_init(const char *process, enum log_level level);
void	log_level_set(enum log_level level);
void	log_target_set(enum log_target target);

void	log_warn(const char *format, ...)	/* text: strerror(errno) */
	    __attribute__((format(printf, 1, 2)));
void	log_warnx(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_info(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_debug(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	fatal(int status, const char *format, ...)
	    __attribute__((format(printf, 2, 3), noreturn));

#endif
