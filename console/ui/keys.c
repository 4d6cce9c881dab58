#include "keys.h"

#include <string.h>

/* The letter of each screen in keys.def. */
static const char screen_letters[SCREENS] = {
	[SCREEN_NODES] = 'N', [SCREEN_NODE] = 'O', [SCREEN_EVENTS] = 'E',
	[SCREEN_FAULTS] = 'F', [SCREEN_PREDICTIONS] = 'P',
	[SCREEN_PLANS] = 'L', [SCREEN_PLAN] = 'T',
	[SCREEN_AUDIT] = 'A', [SCREEN_CONSENSUS] = 'C',
	[SCREEN_GRAPH] = 'G', [SCREEN_MANUAL] = 'M', [SCREEN_HELP] = 'H',
};

const struct key_entry keys[KEYS] = {
#define KEY(NAME, keys, bar, screens, help, ...)			\
	{keys, bar, screens, help, {__VA_ARGS__}},
#include <drover/tables/keys.def>
#undef KEY
};

bool
key_on_screen(enum key key, enum screen screen)
{
	return strchr(keys[key].screens, screen_letters[screen]) != NULL;
}

enum key
key_find(uint32_t code, enum screen screen)
{
	size_t i;
	int key;

	for (key = 0; key < KEYS; key++) {
		if (!key_on_screen((enum key)key, screen))
			continue;
		for (i = 0; i < 10 && keys[key].codes[i] != 0; i++)
			if (keys[key].codes[i] == code)
				return (enum key)key;
	}
	return key_screen(code) < SCREENS ? KEY_SCREEN : KEYS;
}

enum screen
key_screen(uint32_t code)
{
	int screen;

	for (screen = 0; screen < SCREENS; screen++)
		if (screen_keys[screen] != 0 &&
		    (uint32_t)screen_keys[screen] == code)
			break;
	return (enum screen)screen;
}
