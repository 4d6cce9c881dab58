/* Texts and times of shared rows, as the segment has them. */
#ifndef DROVER_CORE_ROW_TEXT_H
#define DROVER_CORE_ROW_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MS_TO_NS(ms)	((ms) * INT64_C(1000000))

/* Cut between characters, and never within one. */
static inline void
copy_line(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	if (length >= room) {
		length = room - 1;
		while (length > 0 &&
		    ((unsigned char)from[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(to, from, length);
	to[length] = '\0';
}
#define COPY(to, from)	copy_line(to, sizeof(to), from)

#endif
