#!/bin/bash
# kill -9 of the core: what it showed stays readable and says DEAD; the
# next core takes over the file and the events told so far.
. "$(dirname "$0")/library.sh"

mkdir "$work/run" "$work/state"
run_core() {
	start "$1" "$bin/drover-core" -r "$work/run" -s "$work/state"
}
shown() {
	"$bin/droverstat" -d "$work/run" -1
}
node_is_there() {
	"$bin/droverstat" -d "$work/run" -j | jq -e '.tables.node[0].name'
}
run_core first
await 10 "the core publishes" node_is_there
kill -KILL "$last"
await 5 "the writer is called dead" output_has DEAD shown
"$bin/droverstat" -d "$work/run" -j | jq -e '.tables.node[0].memory_total' \
    >/dev/null || fail "the last values are not readable"

run_core second
dead_no_more() {
	! output_has DEAD shown
}
await 10 "the next core takes over" dead_no_more
starts=$("$bin/droverstat" -d "$work/run" -e | grep -c core.start)
[ "$starts" -eq 2 ] || fail "$starts starts among the events, wanted 2"

# A second core beside a living one is refused, and harms nothing.
if "$bin/drover-core" -r "$work/run" -s "$work/state" \
    2>"$work/third.log"; then
	fail "a second core on the same directory was not refused"
fi
grep -q 'another core' "$work/third.log" || fail "no clear line"
dead_no_more || fail "the living core was harmed"
