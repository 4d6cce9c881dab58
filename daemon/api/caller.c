#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "api/caller.h"
#include "rules/digest.h"

#define TOKEN_PREFIX	"drover-"

/* The ID of "drover-ID-SECRET"; "": it has not that form. */
static void
take_id(const char *token, char *id, size_t size)
{
	const size_t skip = sizeof(TOKEN_PREFIX) - 1;
	size_t length;

	id[0] = '\0';
	if (strncmp(token, TOKEN_PREFIX, skip) != 0)
		return;
	length = strcspn(token + skip, "-");
	if (length < size && token[skip + length] == '-')
		snprintf(id, size, "%.*s", (int)length, token + skip);
}

/*
 * Every token is hashed, looked up and compared, so that the time tells
 * nothing about the part that was wrong.
 */
static const struct row_token *
find(const struct model *model, const char *token)
{
	static const char nothing[DIGEST_TEXT] = "";
	unsigned char result[DIGEST_BYTES];
	char text[DIGEST_TEXT], id[sizeof(((struct row_token *)0)->id)];
	const struct row_token *row;
	bool equal;

	take_id(token, id, sizeof(id));
	if (digest(token, strlen(token), result) != 0)
		return NULL;
	digest_text(result, DIGEST_BYTES, text);
	row = model_token(model, id);
	equal = CRYPTO_memcmp(text, row == NULL ? nothing : row->hash,
	    sizeof(text)) == 0;
	return equal ? row : NULL;
}

enum reply
caller_of_token(const struct model *model, int64_t now_ms,
    const char *token, struct peer *peer)
{
	const struct row_account *account;
	const struct row_token *row;

	if (token[0] == '\0')
		return REPLY_NO_CREDENTIALS;
	row = find(model, token);
	account = row == NULL ? NULL : model_account(model, row->account);
	if (account == NULL)
		return REPLY_BAD_CREDENTIALS;
	if (row->expires_ms <= now_ms)
		return REPLY_EXPIRED;
	snprintf(peer->name, sizeof(peer->name), "%s", account->name);
	peer->role = (enum role)account->role;
	peer->via = VIA_TOKEN;
	return REPLY_OK;
}

void
caller_of_group(const struct model *model, struct peer *peer)
{
	const struct row_account *account;

	/* No other local caller comes with this role: peer_identify(). */
	if (peer->via != VIA_LOCAL || peer->role != ROLE_OPERATOR)
		return;
	account = model_account(model, peer->name);
	if (account != NULL)
		peer->role = (enum role)account->role;
}
