/* The keys of tables/keys.def. */
#ifndef DROVER_UI_KEYS_H
#define DROVER_UI_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui.h"

enum key {
#define KEY(NAME, keys, bar, screens, help, ...)	KEY_##NAME,
#include <drover/tables/keys.def>
#undef KEY
	KEYS
};

struct key_entry {
	const char	*keys;
	const char	*bar;
	const char	*screens;
	const char	*help;
	uint32_t	 codes[10];
};

extern const struct key_entry keys[KEYS];

/* What a code means on a screen; KEYS when nothing. */
enum key key_find(uint32_t code, enum screen screen);
bool	key_on_screen(enum key key, enum screen screen);
/* The screen that it switches to; SCREENS when none. */
enum screen key_screen(uint32_t code);

#endif
