#include "list.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

void
list_release(struct list *list)
{
	free(list->items);
	free(list->order);
	memset(list, 0, sizeof(*list));
}

void
list_clear(struct list *list)
{
	list->count = 0;
}

void
list_add(struct list *list, uint32_t kind, uint32_t index, uint64_t key)
{
	if (list->count == list->capacity) {
		int capacity = list->capacity == 0 ? 64 : list->capacity * 2;
		struct item *items = realloc(list->items,
		    (size_t)capacity * sizeof(*items));

		if (items == NULL)
			return;
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count++] = (struct item){kind, index, key};
}

const struct item *
list_here(const struct list *list)
{
	if (list->cursor < 0 || list->cursor >= list->count)
		return NULL;
	return &list->items[list->cursor];
}

void
list_keep_order(struct list *list)
{
	int i;

	if (list->count > list->order_capacity) {
		uint64_t *order = realloc(list->order,
		    (size_t)list->count * sizeof(*order));

		if (order == NULL)
			return;
		list->order = order;
		list->order_capacity = list->count;
	}
	for (i = 0; i < list->count; i++)
		list->order[i] = list->items[i].key;
	list->order_count = list->count;
}

int
list_rank(const struct list *list, uint64_t key)
{
	int i;

	for (i = 0; i < list->order_count; i++)
		if (list->order[i] == key)
			return i;
	return INT_MAX;
}

static void
find_cursor(struct list *list)
{
	int i;

	/* At the top one watches the top, whatever stands there. */
	if (list->cursor_key == 0)
		return;
	for (i = 0; i < list->count; i++) {
		if (list->items[i].key == list->cursor_key) {
			list->cursor = i;
			return;
		}
	}
}

static int
clamp(int value, int least, int most)
{
	if (value > most)
		value = most;
	return value < least ? least : value;
}

void
list_settle(struct list *list, bool scrolls)
{
	int page = list->page > 0 ? list->page : 1;

	if (scrolls) {
		list->top = clamp(list->top, 0, list->count - page);
		return;
	}
	find_cursor(list);
	list->cursor = clamp(list->cursor, 0, list->count - 1);
	if (list->top > list->cursor)
		list->top = list->cursor;
	if (list->top < list->cursor - page + 1)
		list->top = list->cursor - page + 1;
	list->top = clamp(list->top, 0, list->count - page);
}

void
list_go(struct list *list, int line, bool scrolls)
{
	if (scrolls) {
		list->top = clamp(line, 0, list->count - list->page);
		return;
	}
	list->cursor = clamp(line, 0, list->count - 1);
	list->frozen = UI_FREEZE_TICKS;
	list->cursor_key = list->cursor == 0 || list->count == 0 ? 0 :
	    list->items[list->cursor].key;
}

void
list_move(struct list *list, int lines, bool scrolls)
{
	list_go(list, (scrolls ? list->top : list->cursor) + lines, scrolls);
}
