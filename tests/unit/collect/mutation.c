/* Spoiling text. */
#include "mutation.h"

#include <string.h>

/* xorshift64*, Vigna 2016. */
size_t
mutation_below(struct mutation *mutation, size_t limit)
{
	uint64_t state = mutation->state;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	mutation->state = state;
	return limit == 0 ? 0 :
	    (size_t)((state * UINT64_C(2685821657736338717)) >> 32) % limit;
}

static size_t
insert(char *bytes, size_t length, size_t room, size_t at, const char *what)
{
	size_t count = strlen(what);

	if (length + count > room)
		return length;
	memmove(bytes + at + count, bytes + at, length - at);
	memcpy(bytes + at, what, count);
	return length + count;
}

static size_t
drop(char *bytes, size_t length, size_t at, size_t count)
{
	if (count > length - at)
		count = length - at;
	memmove(bytes + at, bytes + at + count, length - at - count);
	return length - count;
}

static void
replace_all(char *bytes, size_t length, char from, char to)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (bytes[i] == from)
			bytes[i] = to;
	}
}

size_t
mutation_apply(struct mutation *mutation, char *bytes, size_t length,
    size_t room)
{
	static const char *const inserts[] = {
		"99999999999999999999999999", "18446744073709551615", "-1",
		"9223372036854775808", "\n", ":", " ", "0x1F", "1e308", "nan",
		"\xff\xfe", "/../", "some ", "total=", "cpu", "Tcp: ", "\t\t",
		"0000000000000000000000000000000000001"
	};
	size_t at = mutation_below(mutation, length + 1);

	switch (mutation_below(mutation, 8)) {
	case 0:
		return at;
	case 1:
		if (at < length)
			bytes[at] = (char)mutation_below(mutation, 256);
		return length;
	case 2:
	case 3:
		return insert(bytes, length, room, at,
		    inserts[mutation_below(mutation,
		    sizeof(inserts) / sizeof(inserts[0]))]);
	case 4:
		return drop(bytes, length, at, mutation_below(mutation, 40));
	case 5:
		replace_all(bytes, length, '\n', ' ');
		return length;
	case 6:
		replace_all(bytes, length, ' ', '\n');
		return length;
	default:
		for (; at < length; at++)
			bytes[at] = (char)mutation_below(mutation, 256);
		return length;
	}
}
