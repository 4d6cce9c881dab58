/*
 * One file of the flight log in memory: where its records are.  It is read,
 * not mapped: its writer may cut it.
 */
#ifndef DROVER_STORE_FLIGHT_MAP_H
#define DROVER_STORE_FLIGHT_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "store/flight_record.h"

struct flight_map {
	int				 file;
	unsigned char			*bytes;
	size_t				 length;
	const struct flight_head	*head;
	size_t				 first;	/* offset of the first record */
};

/*
 * -EBADMSG: the head or the schema is damaged; -EPROTONOSUPPORT: another
 * version or byte order.
 */
int	flight_map_open(struct flight_map *map, const char *path);
void	flight_map_close(struct flight_map *map);
/*
 * Reads again what stands from that offset on; what was pointed to is
 * somewhere else then.
 */
int	flight_map_refresh(struct flight_map *map, size_t from);

static inline const void *
flight_map_schema(const struct flight_map *map)
{
	return map->head + 1;
}
/* The sound record at that offset, or NULL. */
const struct flight_record *flight_map_record(const struct flight_map *map,
	    size_t offset);
/*
 * Where the next sound KEY begins at or after offset, or length.
 */
size_t	flight_map_resume(const struct flight_map *map, size_t offset);
/*
 * The offset of the last KEY whose time is at most wall_ns, by the index
 * where there is one; 0: there is none.
 */
size_t	flight_map_key(const struct flight_map *map, int64_t wall_ns);
/* The end of the last sound record that others follow on from. */
size_t	flight_map_end(const struct flight_map *map, int64_t *last_ns);

/* The sum that stands in the head. */
uint32_t flight_head_check(const struct flight_head *head,
	    const void *schema);

#endif
