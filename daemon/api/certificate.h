/*
 * The certificate that a node makes for itself where it is given none: of
 * an elliptic key (P-256), signed by that key, in DIRECTORY/api.crt and
 * DIRECTORY/api.key.  Whoever calls the node trusts it by having the file
 * (droverctl --ca).
 */
#ifndef DROVER_API_CERTIFICATE_H
#define DROVER_API_CERTIFICATE_H

#include "api/tls.h"

#define CERTIFICATE_PATH_BYTES	4096

/*
 * Makes both files unless they are there; only this user may read the key.
 * names is what the node is called, "n1 n1.example.org 192.0.2.7",
 * separated by spaces; it is called localhost too.  0 or a negative errno;
 * then detail is one line.
 */
int	certificate_own(const char *directory, const char *names,
	    char certificate[CERTIFICATE_PATH_BYTES],
	    char key[CERTIFICATE_PATH_BYTES], char detail[TLS_DETAIL_BYTES]);

#endif
