/* The model: one list of rows for each table, in the order of the key. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/model.h"

struct list {
	void	**rows;
	size_t	  count;
	size_t	  room;
};

struct model {
	struct model_meta	meta;
	struct list		lists[ROW_TABLES];
	/* The same requests in the order of their entries. */
	struct list		requests;
	size_t			oldest;		/* place in requests */
};

struct model *
model_new(void)
{
	struct model *model = calloc(1, sizeof(*model));

	if (model != NULL)
		model->meta.feature_level = MODEL_FEATURE_LEVEL;
	return model;
}

void
model_free(struct model *model)
{
	size_t table, i;

	if (model == NULL)
		return;
	for (table = 0; table < ROW_TABLES; table++) {
		for (i = 0; i < model->lists[table].count; i++)
			free(model->lists[table].rows[i]);
		free(model->lists[table].rows);
	}
	free(model->requests.rows);
	free(model);
}

struct model *
model_copy(const struct model *model)
{
	struct model *copy = model_new();
	size_t table, i, bytes;
	void *row;

	for (table = 0; copy != NULL && table < ROW_TABLES; table++)
		for (i = 0; i < model->lists[table].count; i++) {
			bytes = row_kind((enum row_table)table)->bytes;
			row = malloc(bytes);
			if (row != NULL)
				memcpy(row, model->lists[table].rows[i],
				    bytes);
			if (row == NULL || model_put(copy,
			    (enum row_table)table, row) != 0) {
				model_free(copy);
				return NULL;
			}
		}
	if (copy != NULL)
		copy->meta = model->meta;
	return copy;
}

const struct model_meta *
model_meta(const struct model *model)
{
	return &model->meta;
}

void
model_set_meta(struct model *model, const struct model_meta *meta)
{
	model->meta = *meta;
}

size_t
model_count(const struct model *model, enum row_table table)
{
	return model->lists[table].count;
}

const void *
model_at(const struct model *model, enum row_table table, size_t i)
{
	return model->lists[table].rows[i];
}

/* Where the key is, or would be. */
static size_t
place_of(const struct list *list, enum row_table table, const void *key,
    bool *found)
{
	size_t low = 0, high = list->count, middle;
	int order;

	*found = false;
	while (low < high) {
		middle = low + (high - low) / 2;
		order = row_compare(table, list->rows[middle], key);
		if (order == 0) {
			*found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const void *
model_find(const struct model *model, enum row_table table, const void *key)
{
	bool found;
	size_t place = place_of(&model->lists[table], table, key, &found);

	return found ? model->lists[table].rows[place] : NULL;
}

static int
list_insert(struct list *list, size_t place, void *row)
{
	size_t room = list->room == 0 ? 16 : 2 * list->room;
	void **grown;

	if (list->count == list->room) {
		grown = realloc(list->rows, room * sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		list->rows = grown;
		list->room = room;
	}
	memmove(list->rows + place + 1, list->rows + place,
	    (list->count - place) * sizeof(*list->rows));
	list->rows[place] = row;
	list->count++;
	return 0;
}

static void
list_remove(struct list *list, size_t place)
{
	list->count--;
	memmove(list->rows + place, list->rows + place + 1,
	    (list->count - place) * sizeof(*list->rows));
}

/* Those before oldest are gone; their room is used again in one go. */
static void
requests_close_up(struct model *model)
{
	struct list *list = &model->requests;

	if (model->oldest < 1024 || model->oldest < list->count / 2)
		return;
	list->count -= model->oldest;
	memmove(list->rows, list->rows + model->oldest,
	    list->count * sizeof(*list->rows));
	model->oldest = 0;
}

static int64_t
entry_of(const struct list *list, size_t i)
{
	return ((const struct row_request *)list->rows[i])->entry_index;
}

/* Entries come in order but when the store fills the model. */
static int
request_insert(struct model *model, struct row_request *row)
{
	struct list *list = &model->requests;
	size_t low = model->oldest, high = list->count, middle;

	if (high == low || entry_of(list, high - 1) < row->entry_index)
		return list_insert(list, high, row);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (entry_of(list, middle) < row->entry_index)
			low = middle + 1;
		else
			high = middle;
	}
	return list_insert(list, low, row);
}

static void
request_remove(struct model *model, const void *row)
{
	struct list *list = &model->requests;
	size_t i;

	for (i = model->oldest; i < list->count; i++)
		if (list->rows[i] == row)
			break;
	if (i == model->oldest)
		model->oldest++;
	else
		list_remove(list, i);
	requests_close_up(model);
}

static int
insert(struct model *model, enum row_table table, size_t place, void *row)
{
	int error = list_insert(&model->lists[table], place, row);

	if (error == 0 && table == ROW_TABLE_REQUEST) {
		error = request_insert(model, row);
		if (error != 0)
			list_remove(&model->lists[table], place);
	}
	return error;
}

static void
remove_at(struct model *model, enum row_table table, size_t place)
{
	struct list *list = &model->lists[table];
	void *row;

	assert(list->rows != NULL);
	row = list->rows[place];
	if (table == ROW_TABLE_REQUEST)
		request_remove(model, row);
	list_remove(list, place);
	free(row);
}

int
model_put(struct model *model, enum row_table table, void *row)
{
	bool found;
	size_t place = place_of(&model->lists[table], table, row, &found);
	int error;

	if (found)
		remove_at(model, table, place);
	error = insert(model, table, place, row);
	if (error != 0)
		free(row);
	return error;
}

void
model_delete(struct model *model, enum row_table table, const void *key)
{
	bool found;
	size_t place = place_of(&model->lists[table], table, key, &found);

	if (found)
		remove_at(model, table, place);
}

const struct row_request *
model_oldest_request(const struct model *model, size_t i)
{
	return i < model->requests.count - model->oldest ?
	    model->requests.rows[model->oldest + i] : NULL;
}

static int
sum_change(uint64_t sum[4], enum row_table table, const void *row, bool add)
{
	struct row_bytes bytes = { 0 };
	uint64_t lanes[4];
	size_t i;
	int error;

	row_bytes_row(&bytes, table, row, SIZE_MAX);
	error = bytes.failed ? -ENOMEM :
	    digest(bytes.bytes, bytes.length, (unsigned char *)lanes);
	for (i = 0; error == 0 && i < 4; i++)
		sum[i] += add ? lanes[i] : -lanes[i];
	row_bytes_free(&bytes);
	return error;
}

int
model_sum_add(uint64_t sum[4], enum row_table table, const void *row)
{
	return sum_change(sum, table, row, true);
}

int
model_sum_subtract(uint64_t sum[4], enum row_table table, const void *row)
{
	return sum_change(sum, table, row, false);
}

int
model_sum(const struct model *model, uint64_t sum[4])
{
	size_t table, i;
	int error = 0;

	memset(sum, 0, 4 * sizeof(sum[0]));
	for (table = 0; table < ROW_TABLES; table++)
		for (i = 0; error == 0 && i < model->lists[table].count; i++)
			error = model_sum_add(sum, (enum row_table)table,
			    model->lists[table].rows[i]);
	return error;
}

static bool
meta_equal(const struct model_meta *a, const struct model_meta *b)
{
	return a->applied_index == b->applied_index &&
	    a->applied_term == b->applied_term &&
	    a->cluster_ms == b->cluster_ms && a->wall_ms == b->wall_ms &&
	    a->feature_level == b->feature_level &&
	    a->serving_index == b->serving_index &&
	    a->log_base == b->log_base && a->log_base_ms == b->log_base_ms &&
	    memcmp(a->chain, b->chain, sizeof(a->chain)) == 0 &&
	    memcmp(a->audit_hash, b->audit_hash,
	    sizeof(a->audit_hash)) == 0 &&
	    memcmp(a->sum, b->sum, sizeof(a->sum)) == 0;
}

static bool
lists_equal(enum row_table table, const struct list *a, const struct list *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (!row_equal(table, a->rows[i], b->rows[i]))
			return false;
	return true;
}

bool
model_equal(const struct model *left, const struct model *right)
{
	size_t table;

	for (table = 0; table < ROW_TABLES; table++)
		if (!lists_equal((enum row_table)table, &left->lists[table],
		    &right->lists[table]))
			return false;
	return meta_equal(&left->meta, &right->meta);
}
