#!/bin/bash
# The installed tree, in a DESTDIR: what it holds, and that it runs from
# there with its own library and processes.
. "$(dirname "$0")/library.sh"

destination=$work/destination
DESTDIR=$destination cmake --install "$DROVER_BUILD" >"$work/install.log" ||
    fail "cmake --install: exit $?"
prefix=$destination$(sed -n 's/^CMAKE_INSTALL_PREFIX:[A-Z]*=//p' \
    "$DROVER_BUILD/CMakeCache.txt")

# Each PATTERN below the prefix is there.
for pattern in bin/drover bin/droverctl bin/droverstat sbin/droverd \
    'libexec/drover/drover*core*' 'libexec/drover/drover*gpu*' \
    'lib/**/libdrover.so.[0-9]*' 'lib/**/libdrover.a' \
    'lib/**/pkgconfig/*drover.pc' include/drover/segment.h \
    include/drover/tables/node.def \
    'lib/systemd/system/droverd*.service' \
    'lib/sysusers.d/drover.conf' 'lib/tmpfiles.d/drover.conf'; do
	shopt -s globstar nullglob
	found=("$prefix"/$pattern)
	[ ${#found[@]} -gt 0 ] && [ -e "${found[0]}" ] ||
	    fail "not installed: $pattern"
done

# Every page of the tree, written or made from the tables.
for page in "$DROVER_SOURCE"/man/*.[1-8] "$DROVER_SOURCE"/man/*.[1-8].in; do
	page=$(basename "${page%.in}")
	[ -f "$prefix/share/man/man${page##*.}/$page" ] ||
	    fail "not installed: $page"
done

# No file names the build tree or the tree of the sources.
named=$(grep -rlF -e "$DROVER_BUILD" -e "$DROVER_SOURCE/" "$prefix" || :)
[ -z "$named" ] || fail "names the build: $named"

export DROVER_RUNTIME_DIRECTORY=$work/runtime
start droverd "$prefix/sbin/droverd" -r "$work/runtime" -s "$work/state" \
    --libexec "$prefix/libexec/drover"
daemon=$last
await 10 "droverstat reads the node" "$prefix/bin/droverstat" -1
"$prefix/bin/drover" --once >"$work/screen" </dev/null ||
    fail "drover --once: exit $?"
grep -q "$(hostname)" "$work/screen" ||
    fail "the screen does not name this node: $(cat "$work/screen")"
kill -TERM "$daemon"
await 3 "droverd ends" gone "$daemon"
