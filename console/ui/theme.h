/* How each role looks, as tables; the terminal turns them into attributes. */
#ifndef DROVER_UI_THEME_H
#define DROVER_UI_THEME_H

#include "grid.h"

/* NAME, name, help */
#define THEMES_LIST(THEME)						\
	THEME(DEFAULT, "default", "the colours of the terminal")	\
	THEME(SAFE, "safe", "colours that every eye tells apart")	\
	THEME(MONO, "mono", "no colours")

enum theme {
#define THEME(NAME, name, help)	THEME_##NAME,
	THEMES_LIST(THEME)
#undef THEME
	THEMES
};

#define LOOK_NONE		0U
#define LOOK_BOLD		1U
#define LOOK_DIM		2U
#define LOOK_REVERSE		4U
#define LOOK_UNDERLINE		8U
#define LOOK_BOLD_REVERSE	(LOOK_BOLD | LOOK_REVERSE)

struct look {
	short		fg;
	short		bg;
	unsigned int	attributes;
};

extern const struct look theme_looks[THEMES][ROLES];
extern const char *const theme_names[THEMES];
extern const char *const glyph_mode_names[GLYPH_MODE_COUNT];

#endif
