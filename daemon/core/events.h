/*
 * The kinds of events, made from tables/events.def.
 */
#ifndef DROVER_CORE_EVENTS_H
#define DROVER_CORE_EVENTS_H

#include <drover/rows.h>

enum event_id {
#define EVENT(NAME, kind, severity, page, help)	EVENT_##NAME,
#include <drover/tables/events.def>
#undef EVENT
	EVENTS
};

struct event_kind {
	const char		*kind;
	const char		*page;
	enum drover_severity	 severity;
};

const struct event_kind	*event_kind(enum event_id id);

/*
 * Where events go: object is "nic/eth0", "backend/ollama" ...; text is one
 * line for a person.  Both are copied.
 */
struct event_sink {
	void	(*emit)(void *context, enum event_id id, const char *object,
		    const char *text);
	void	*context;
};

void	event_emit(const struct event_sink *sink, enum event_id id,
	    const char *object, const char *format, ...)
	    __attribute__((format(printf, 4, 5)));

#endif
