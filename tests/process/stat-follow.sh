# Following: a line an interval, events as they come and those that were
# lost, a change to the segment of a new writer, a quiet end.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/stat-library.sh"

start_writer
ends 0 "$stat" -c name,cpu_busy 0.1 3
[ "$(grep -c '^[0-9:]*  n01  *12\.5$' "$work/out")" -eq 3 ] ||
    fail "not three lines: $(cat "$work/out")"
[ "$(grep -c '^TIME' "$work/out")" -eq 1 ] || fail "not one heading"
ends 0 "$stat" -j 0.1 3
[ "$(jq -s length "$work/out")" -eq 3 ] || fail "not three documents"
[ "$(wc -l <"$work/out")" -eq 3 ] || fail "not a document a line"

start follow "$stat" -c name,cpu_busy 0.1
follow=$last
await 10 "the first value" grep -q 'n01  *12\.5$' "$work/follow.log"
tell tick
await 10 "the next value" grep -q 'n01  *13\.5$' "$work/follow.log"
start events "$stat" -e -f 0.1
await 10 "the event that is kept" \
    grep -q 'disk.full.* first$' "$work/events.log"
tell event second "$(printf '\033')[2J"
await 10 "the event that follows" grep -q ' second ' "$work/events.log"
if LC_ALL=C grep -q "$(printf '\033')" "$work/events.log"; then
	fail "an escape character in an event"
fi
kill -STOP "$last"
tell flood 200
kill -CONT "$last"
await 10 "how many were lost" \
    grep -q '^[0-9]* events were lost' "$work/events.log"

# The writer dies; another takes its place.
kill -KILL "$writer"
wait "$writer" 2>/dev/null || true
await 10 "DEAD" grep -q '^DEAD since' "$work/follow.log"
start_writer
await 10 "ALIVE" grep -q '^ALIVE again' "$work/follow.log"
tell tick
tell tick
await 10 "a value of the new writer" grep -q 'n01  *14\.5$' "$work/follow.log"
tell event third
await 10 "an event of the new writer" grep -q ' third$' "$work/events.log"
[ -d "/proc/$follow" ] || fail "it ended"

# A second writer is refused; one that ended in order is superseded.
tell close
await 10 "CLOSED" grep -q '^CLOSED since' "$work/follow.log"
start_writer
await 10 "ALIVE twice" \
    sh -c "[ \$(grep -c '^ALIVE again' '$work/follow.log') -eq 2 ]"

# The reader of the output goes: quiet, at once.
(set +o pipefail; "$stat" 0.1 2>"$work/err" | head -n 2 >"$work/out")
[ ! -s "$work/err" ] || fail "not quiet: $(cat "$work/err")"
ends 0 sh -c "\"$stat\" 3600 2>&1 | head -n 1"
status=0
"$stat" >/dev/full 2>"$work/err" || status=$?
[ "$status" -eq 1 ] && grep -q 'No space left' "$work/err" ||
    fail "a full disk: status $status"
