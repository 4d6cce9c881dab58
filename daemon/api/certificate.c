#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "api/certificate.h"

#define DAYS		3650
#define NAMES_BYTES	1024
/* As long as a common name may be. */
#define COMMON_BYTES	64

/* "DNS:n1,IP:192.0.2.7,...": what a peer may call this node. */
static void
name_all(const char *names, char *list, size_t size)
{
	unsigned char address[16];
	char copy[NAMES_BYTES], *rest, *name;
	size_t used;

	used = (size_t)snprintf(list, size,
	    "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1");
	snprintf(copy, sizeof(copy), "%s", names);
	for (name = strtok_r(copy, " ", &rest); name != NULL && used < size;
	    name = strtok_r(NULL, " ", &rest))
		used += (size_t)snprintf(list + used, size - used, ",%s:%s",
		    inet_pton(AF_INET, name, address) == 1 ||
		    inet_pton(AF_INET6, name, address) == 1 ? "IP" : "DNS",
		    name);
}

static int
add_extension(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;
	int added;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
	if (extension == NULL)
		return 0;
	added = X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
	return added;
}

/* Serial numbers of one node differ: peers may remember them. */
static int
number(X509 *certificate)
{
	unsigned char bytes[8];
	uint64_t serial;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return 0;
	memcpy(&serial, bytes, sizeof(serial));
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
	    serial >> 1);
}

static int
describe(X509 *certificate, EVP_PKEY *key, const char *names)
{
	char list[NAMES_BYTES], common[COMMON_BYTES + 1];
	X509_NAME *name = X509_get_subject_name(certificate);

	name_all(names, list, sizeof(list));
	snprintf(common, sizeof(common), "%.*s",
	    (int)strcspn(names, " "), names);
	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	    number(certificate) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400) != NULL &&
	    X509_time_adj_ex(X509_getm_notAfter(certificate), DAYS, 0,
	    NULL) != NULL &&
	    X509_set_pubkey(certificate, key) == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)common, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(certificate, name) == 1 &&
	    add_extension(certificate, NID_basic_constraints,
	    "critical,CA:TRUE,pathlen:0") == 1 &&
	    add_extension(certificate, NID_subject_alt_name, list) == 1 &&
	    add_extension(certificate, NID_ext_key_usage,
	    "serverAuth") == 1;
}

/* Whole or not at all: under another name until it is on disk. */
static int
write_file(const char *path, mode_t mode, X509 *certificate, EVP_PKEY *key)
{
	char new[CERTIFICATE_PATH_BYTES + 8];
	int descriptor, error = 0, written;
	FILE *file;

	snprintf(new, sizeof(new), "%s.new", path);
	(void)unlink(new);
	descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	file = descriptor == -1 ? NULL : fdopen(descriptor, "w");
	if (file == NULL) {
		error = -errno;
		if (descriptor != -1)
			close(descriptor);
		return error;
	}
	written = certificate != NULL ? PEM_write_X509(file, certificate) :
	    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	if (written != 1 || fflush(file) != 0 || fsync(descriptor) != 0)
		error = errno != 0 ? -errno : -EIO;
	if (fclose(file) != 0 && error == 0)
		error = -errno;
	if (error == 0 && rename(new, path) != 0)
		error = -errno;
	if (error != 0)
		(void)unlink(new);
	return error;
}

static int
make(const char *names, const char *certificate_path, const char *key_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	int error = -ENOMEM;

	if (key != NULL && certificate != NULL &&
	    describe(certificate, key, names) &&
	    X509_sign(certificate, key, EVP_sha256()) > 0)
		error = 0;
	/* The key first: a certificate without one would be kept. */
	if (error == 0)
		error = write_file(key_path, 0600, NULL, key);
	if (error == 0)
		error = write_file(certificate_path, 0644, certificate, NULL);
	ERR_clear_error();
	X509_free(certificate);
	EVP_PKEY_free(key);
	return error;
}

int
certificate_own(const char *directory, const char *names,
    char certificate[CERTIFICATE_PATH_BYTES],
    char key[CERTIFICATE_PATH_BYTES], char detail[TLS_DETAIL_BYTES])
{
	int error = 0;

	snprintf(certificate, CERTIFICATE_PATH_BYTES, "%s/api.crt",
	    directory);
	snprintf(key, CERTIFICATE_PATH_BYTES, "%s/api.key", directory);
	if (access(certificate, F_OK) != 0 || access(key, F_OK) != 0)
		error = make(names, certificate, key);
	if (error != 0)
		snprintf(detail, TLS_DETAIL_BYTES, "%.150s: %s", certificate,
		    strerror(-error));
	return error;
}
