#!/bin/bash
# 5,000 idle connections to the API cost the core little, one too many is
# told so, and those that were there are served on.
. "$(dirname "$0")/library.sh"
[ "$(ulimit -H -n)" = unlimited ] || [ "$(ulimit -H -n)" -ge 9000 ] ||
    skip "no more than $(ulimit -H -n) open files are allowed"

# That the core raises the soft limit by itself is part of the test.
ulimit -S -n 1024
mkdir "$work/run" "$work/state"
start core "$bin/drover-core" -r "$work/run" -s "$work/state"
core=$last
await 10 "the core listens" test -S "$work/run/core.sock"
kib() {
	awk '$1 == "VmRSS:" { print $2 }' "/proc/$core/status"
}
before=$(kib)
start idle "$DROVER_BUILD/tests/api-idle" "$work/run/core.sock" 5000
idle=$last
finished() {
	grep -q first_answers "$work/idle.log" || gone "$idle"
}
await 60 "the connections are made" finished
after=$(kib)
value() {
	awk -v name="$1" '$1 == name { print $2 }' "$work/idle.log"
}
[ "$(value open)" = 5000 ] || fail "$(value open) connections of 5000"
[ "$(value refused_with)" = 503 ] ||
    fail "one too many was answered $(value refused_with)"
[ "$(value first_answers)" = 200 ] || fail "the first is not served on"
echo "$(value us_alone) us an answer alone, $(value us_among_them) us" \
    "among 5000; $(value beyond) connections: $((after - before)) KiB"
# A megabyte for a hundred of them would be a leak, or a buffer kept.
[ $((after - before)) -lt $(($(value beyond) * 10)) ] ||
    fail "$((after - before)) KiB for $(value beyond) connections"
kill -TERM "$core"
await 10 "the core ends" gone "$core"
