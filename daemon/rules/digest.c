/* SHA-256, from libcrypto. */
#include <errno.h>

#include <openssl/evp.h>

#include "rules/digest.h"

int
digest(const void *data, size_t length, unsigned char result[DIGEST_BYTES])
{
	return EVP_Digest(data, length, result, NULL, EVP_sha256(), NULL) ?
	    0 : -ENOMEM;
}

void
digest_text(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < count; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * count] = '\0';
}
