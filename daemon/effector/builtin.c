#include "effector/builtin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct builtin builtins[] = {
	{ "backend.restart", backend_restart, backend_restart_probe },
	{ "model.load", model_load, model_load_probe },
	{ "model.unload", model_unload, model_unload_probe },
	{ "disk.clean", disk_clean, NULL },
	{ "backend.start", backend_start, NULL },
};

const struct builtin *
builtin_find(const char *op)
{
	size_t i;

	for (i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (strcmp(builtins[i].op, op) == 0)
			return &builtins[i];
	return NULL;
}

int
builtin_say(int code, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	putchar('\n');
	return code;
}
