#!/bin/sh
# libdrover as a third party meets it: installed somewhere, found through
# pkg-config, compiled against with warnings as errors, linked to the shared
# and to the static library.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$DROVER_BUILD" --prefix "$scratch/at first" >/dev/null
mv "$scratch/at first" "$scratch/installed"
PKG_CONFIG_PATH=$(dirname "$(find "$scratch/installed" -name libdrover.pc)")
export PKG_CONFIG_PATH

# expect PROGRAM: it runs, and tells what it misses.
expect() {
	if "$1" "$scratch/none" 2>"$scratch/said"; then
		echo "$1: no error without a segment"
		exit 1
	fi
	grep -q "^$scratch/none/core.seg: No such file" "$scratch/said" || {
		cat "$scratch/said"
		exit 1
	}
}

# compile PROGRAM FLAGS...
compile() {
	cc -std=c11 -Wall -Wextra -Werror "$DROVER_SOURCE/examples/nodes.c" \
		-o "$@"
}

# What pkg-config prints is words to be split.
# shellcheck disable=SC2046
compile "$scratch/shared" $(pkg-config --cflags --libs libdrover)
LD_LIBRARY_PATH=$(pkg-config --variable=libdir libdrover) \
	expect "$scratch/shared"
# shellcheck disable=SC2046
compile "$scratch/static" $(pkg-config --cflags libdrover) \
	"$(pkg-config --variable=libdir libdrover)/libdrover.a" -lm
expect "$scratch/static"
