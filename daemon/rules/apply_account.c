/* Accounts and their tokens. */
#include <stdio.h>

#include "rules/applying.h"

/* Tokens that expired and are taken out when one is put, at most. */
#define EXPIRED_MAX	16

int
apply_account_put(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	const struct row_account *before = model_account(applying->model,
	    entry->targets[0]);
	int64_t role = entry_number(entry, ARGUMENT_ROLE, ROLE_NONE);
	struct row_account account = { .role = role,
		.at_ms = applying->now_ms, .wall_ms = entry->wall_ms };
	const char *full_name = entry_text(entry, ARGUMENT_FULL_NAME);
	char object[129];
	int reply = before != NULL ? REPLY_OK :
	    check_room(applying, ROW_TABLE_ACCOUNT, RULES_ACCOUNTS_MAX);

	if (reply != REPLY_OK)
		return reply;
	if (role < ROLE_VIEWER || role > ROLE_ADMIN)
		return refuse(applying, REPLY_BAD_FIELD, "role", role,
		    ROLE_VIEWER);
	if (before != NULL &&
	    entry_argument(entry, ARGUMENT_FULL_NAME) == NULL)
		full_name = before->full_name;
	if (before != NULL && before->role == role &&
	    strcmp(before->full_name, full_name) == 0)
		return REPLY_UNCHANGED;
	put_text(account.name, entry->targets[0]);
	put_text(account.full_name, full_name);
	put_text(account.who, entry->caller.name);
	snprintf(object, sizeof(object), "account/%s", account.name);
	applying_put(applying, ROW_TABLE_ACCOUNT, &account);
	applying_audit(applying, object, before == NULL ? "" :
	    role_name((int)before->role), role_name((int)role));
	return REPLY_OK;
}

static int64_t
tokens_of(const struct applying *applying, const char *account)
{
	const struct row_token *token;
	int64_t count = 0;
	size_t i;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_TOKEN); i++) {
		token = model_at(applying->model, ROW_TABLE_TOKEN, i);
		count += strcmp(token->account, account) == 0;
	}
	return count;
}

static void
remove_tokens_of(struct applying *applying, const char *account)
{
	const struct row_token *token;
	size_t i;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_TOKEN); i++) {
		token = model_at(applying->model, ROW_TABLE_TOKEN, i);
		if (strcmp(token->account, account) == 0)
			applying_delete(applying, ROW_TABLE_TOKEN, token);
	}
}

/* Tokens go first: on disk each refers to its account. */
int
apply_account_remove(struct applying *applying)
{
	const char *name = applying->entry->targets[0];
	const struct row_account *account = model_account(applying->model,
	    name);
	char object[129], old[1025];

	if (account == NULL)
		return refuse(applying, REPLY_NO_ACCOUNT, name, 0, 0);
	snprintf(object, sizeof(object), "account/%s", name);
	snprintf(old, sizeof(old), "%s with %lld tokens",
	    role_name((int)account->role),
	    (long long)tokens_of(applying, name));
	remove_tokens_of(applying, name);
	applying_delete(applying, ROW_TABLE_ACCOUNT, account);
	applying_audit(applying, object, old, "");
	return REPLY_OK;
}

static bool
is_digest(const char *text)
{
	return strspn(text, "0123456789abcdef") == DIGEST_TEXT - 1 &&
	    text[DIGEST_TEXT - 1] == '\0';
}

static int
check_token(struct applying *applying, const struct row_token *token)
{
	int64_t count = tokens_of(applying, token->account);

	if (!is_digest(token->hash))
		return refuse(applying, REPLY_BAD_FIELD, "hash", 0, 0);
	if (model_account(applying->model, token->account) == NULL)
		return refuse(applying, REPLY_NO_ACCOUNT, token->account,
		    0, 0);
	if (model_token(applying->model, token->id) != NULL)
		return refuse(applying, REPLY_EXISTS, token->id, 0, 0);
	if (token->expires_ms <= applying->now_ms)
		return refuse(applying, REPLY_BAD_TIME, "expires",
		    token->expires_ms, applying->now_ms);
	if (count >= RULES_TOKENS_MAX)
		return refuse(applying, REPLY_LIMIT, token->account, count,
		    RULES_TOKENS_MAX);
	return REPLY_OK;
}

static void
remove_expired(struct applying *applying)
{
	const struct row_token *token;
	size_t i, removed = 0;

	for (i = 0; i < model_count(applying->model, ROW_TABLE_TOKEN) &&
	    removed < EXPIRED_MAX; i++) {
		token = model_at(applying->model, ROW_TABLE_TOKEN, i);
		if (token->expires_ms > applying->now_ms)
			continue;
		applying_delete(applying, ROW_TABLE_TOKEN, token);
		removed++;
	}
}

int
apply_token_put(struct applying *applying)
{
	const struct entry *entry = applying->entry;
	struct row_token token = { .made_ms = applying->now_ms,
		.made_wall_ms = entry->wall_ms };
	char object[129];
	int reply;

	put_text(token.id, entry->targets[0]);
	put_text(token.account, entry_text(entry, ARGUMENT_ACCOUNT));
	put_text(token.hash, entry_text(entry, ARGUMENT_HASH));
	put_text(token.who, entry->caller.name);
	token.expires_ms = entry_number(entry, ARGUMENT_EXPIRES_MS, 0);
	token.expires_wall_ms = entry_number(entry, ARGUMENT_EXPIRES_WALL_MS,
	    0);
	reply = check_token(applying, &token);
	if (reply != REPLY_OK)
		return reply;
	remove_expired(applying);
	snprintf(object, sizeof(object), "token/%s", token.id);
	applying_put(applying, ROW_TABLE_TOKEN, &token);
	applying_audit(applying, object, "", token.account);
	return REPLY_OK;
}

int
apply_token_revoke(struct applying *applying)
{
	const char *id = applying->entry->targets[0];
	const struct row_token *token = model_token(applying->model, id);
	char object[129];

	if (token == NULL)
		return refuse(applying, REPLY_NO_TOKEN, id, 0, 0);
	snprintf(object, sizeof(object), "token/%s", id);
	applying_delete(applying, ROW_TABLE_TOKEN, token);
	applying_audit(applying, object, token->account, "");
	return REPLY_OK;
}
