#!/bin/bash
# The same sources give the same bytes, wherever they are built.
. "$(dirname "$0")/library.sh"

for place in one a/second/place; do
	mkdir -p "$work/$place"
	(cd "$DROVER_SOURCE" && tests/lint/files | tar -cf - -T -) |
	    tar -xf - -C "$work/$place"
	"$work/$place/tools/build" release 2>"$work/build.log" ||
	    fail "the build in $place: exit $?"
	DESTDIR=$work/$place/root cmake --install \
	    "$work/$place/build/release" >/dev/null ||
	    fail "cmake --install: exit $?"
done
[ -n "$(find "$work/one/root" -type f -perm /111)" ] ||
    fail "no program was installed"
diff -r "$work/one/root" "$work/a/second/place/root" ||
    fail "two builds of the same sources differ"
