#include <stdarg.h>
#include <stdio.h>

#include "core/events.h"

static const struct event_kind kinds[EVENTS] = {
#define EVENT(NAME, kind, severity, page, help)				\
	[EVENT_##NAME] = { kind, page, DROVER_SEVERITY_##severity },
#include <drover/tables/events.def>
#undef EVENT
};

const struct event_kind *
event_kind(enum event_id id)
{
	return &kinds[id];
}

void
event_emit(const struct event_sink *sink, enum event_id id,
    const char *object, const char *format, ...)
{
	char text[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sink->emit(sink->context, id, object, text);
}
