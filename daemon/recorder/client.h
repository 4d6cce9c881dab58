/* Asking the recorder, for those who read what it writes. */
#ifndef DROVER_RECORDER_CLIENT_H
#define DROVER_RECORDER_CLIENT_H

/*
 * Has the series written up to now, and waits for that at most wait_ms.
 * directory: that of the segments.  -ECONNREFUSED, -ENOENT: no recorder
 * runs; -ETIMEDOUT; what the recorder says.
 */
int	recorder_flush(const char *directory, int wait_ms);

#endif
