/* Keys that are no characters, beyond the last code point. */
#ifndef DROVER_UI_KEY_CODE_H
#define DROVER_UI_KEY_CODE_H

enum key_code {
	KEY_CODE_UP = 0x110000,
	KEY_CODE_DOWN,
	KEY_CODE_LEFT,
	KEY_CODE_RIGHT,
	KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN,
	KEY_CODE_HOME,
	KEY_CODE_END,
	KEY_CODE_BACKSPACE,
	KEY_CODE_DELETE,
	KEY_CODE_F1,
	KEY_CODE_CLICK,		/* with a place */
	KEY_CODE_WHEEL_UP,
	KEY_CODE_WHEEL_DOWN
};

#endif
