#!/bin/bash
# The wall clock of a running core jumps back an hour: it says so, and goes
# on sampling every second.
. "$(dirname "$0")/library.sh"

preload=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -n 1)
[ -n "$preload" ] || skip "libfaketime is not installed"

echo +0 >"$work/offset"
mkdir "$work/run" "$work/state"
start core env LD_PRELOAD="$preload" FAKETIME_NO_CACHE=1 \
    FAKETIME_TIMESTAMP_FILE="$work/offset" DONT_FAKE_MONOTONIC=1 \
    "$bin/drover-core" -r "$work/run" -s "$work/state"
stat() {
	"$bin/droverstat" -d "$work/run" "$@"
}
await 10 "the core publishes" stat -1

echo -3600 >"$work/offset"
await 10 "the jump is told" grep -q 'clock.jump.*-3600' "$work/core.log"
sampled() {
	stat -j | jq -r '.tables.node[0].sampled'
}
before=$(sampled)
moved() {
	[ "$(sampled)" != "$before" ]
}
await 5 "sampling goes on" moved
[ "$(grep -c clock.jump "$work/core.log")" -eq 1 ] || fail "told twice"
