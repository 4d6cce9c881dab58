#!/bin/bash
# The entry for the backports is made from the one that serves the
# release, with its mirror, components, key and options, and from no
# other.
. "$(dirname "$0")/library.sh"
tools=$tests/../../tools

# expect WHAT SCRIPT: the output for the text on standard input is that on
# descriptor 3.
expect() {
	awk -v suite=bookworm -f "$tools/$2.awk" >"$work/got" 3<&-
	diff -u - "$work/got" <&3 || fail "$1"
}

expect "a stanza of several suites" backports-stanza <<'TEXT' 3<<'WANTED'
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
TEXT
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg
WANTED

expect "only the enabled, binary one" backports-stanza <<'TEXT' 3<<'WANTED'
Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main

types: deb
uris: http://mirror.example/debian
 http://second.example/debian
suites:
 bookworm
 bookworm-updates
components: main
signed-by:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFx
 -----END PGP PUBLIC KEY BLOCK-----
TEXT
Types: deb
uris: http://mirror.example/debian
 http://second.example/debian
Suites: bookworm-backports
components: main
signed-by:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFx
 -----END PGP PUBLIC KEY BLOCK-----
WANTED

expect "nothing for another release" backports-stanza <<'TEXT' 3</dev/null
Types: deb
URIs: http://mirror.example/debian
Suites: trixie
Components: main
TEXT

expect "a line with options" backports-line <<'TEXT' 3<<'WANTED'
deb-src http://mirror.example/debian bookworm main
# deb http://off.example/debian bookworm main
deb http://mirror.example/debian-security bookworm-security main
deb [ arch=amd64 signed-by=/k.gpg ] http://mirror.example/debian bookworm main # ours
deb http://second.example/debian bookworm main
TEXT
deb [ arch=amd64 signed-by=/k.gpg ] http://mirror.example/debian bookworm-backports main
WANTED

expect "a line without options" backports-line <<'TEXT' 3<<'WANTED'
deb	http://mirror.example/debian  bookworm  main contrib
TEXT
deb http://mirror.example/debian bookworm-backports main contrib
WANTED

expect "a release by its role" backports-line <<'TEXT' 3<<'WANTED'
deb http://mirror.example/debian oldstable main
TEXT
deb http://mirror.example/debian bookworm-backports main
WANTED
