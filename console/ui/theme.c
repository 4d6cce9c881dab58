#include "theme.h"

const struct look theme_looks[THEMES][ROLES] = {
#define ROLE(NAME, fg, bg, look, safe_fg, safe_bg, safe_look, mono_look) \
	[THEME_DEFAULT][ROLE_##NAME] = {fg, bg, LOOK_##look},		\
	[THEME_SAFE][ROLE_##NAME] = {safe_fg, safe_bg, LOOK_##safe_look}, \
	[THEME_MONO][ROLE_##NAME] = {-1, -1, LOOK_##mono_look},
#include "roles.def"
#undef ROLE
};

const char *const theme_names[THEMES] = {
#define THEME(NAME, name, help)	name,
	THEMES_LIST(THEME)
#undef THEME
};

const char *const glyph_mode_names[GLYPH_MODE_COUNT] = {
#define GLYPH_MODE(NAME, name)	name,
	GLYPH_MODES(GLYPH_MODE)
#undef GLYPH_MODE
};
