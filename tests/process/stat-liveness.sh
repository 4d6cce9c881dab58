# droverstat tells the state of the writer and goes on showing its last
# values: alive, hung, dead after kill -9, closed, and none at all.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/stat-library.sh"

ends 6 "$stat"
complains "$segment: no such segment"

start_writer
ends 0 "$stat" -1
head -n 1 "$work/out" | grep -q '^NODE' || fail "a line before the heading"
has '^n01 .*12\.5'
ends 0 "$stat" -j
[ "$(jq -r .writer.state "$work/out")" = alive ] || fail "not alive"
[ "$(jq -r .writer.pid "$work/out")" = "$writer" ] || fail "another pid"

kill -STOP "$writer"
await 15 "HUNG" output_has '^HUNG since' "$stat"
ends 3 "$stat"
has '^n01 .*12\.5'
kill -CONT "$writer"
await 15 "alive again" "$stat"

kill -KILL "$writer"
wait "$writer" 2>/dev/null || true
ends 4 "$stat"
has "^DEAD since 20.*(pid $writer) is gone"
has '^n01 .*12\.5'
ends 4 "$stat" -j
[ "$(jq -r .writer.state "$work/out")" = dead ] || fail "JSON: not dead"
[ "$(jq .tables.node[0].cpu_busy "$work/out")" = 12.5 ] ||
    fail "JSON: the last values are gone"
ends 4 "$stat" -o
has '^drover_segment_writer_state{.*="dead"} 1$'
ends 0 "$stat" -l
ends 4 "$stat" -S "$segment"

start_writer
ends 0 "$stat"
tell close
ends 5 "$stat"
has '^CLOSED since'

# Not a segment; a truncated one; one of no permission.
echo nonsense >"$work/core.seg.odd"
ends 7 "$stat" -S "$work/core.seg.odd"
complains "not a sound segment"
head -c 9000 "$segment" >"$work/short.seg"
ends 7 "$stat" -S "$work/short.seg"
complains "not a sound segment"
if [ "$(id -u)" -ne 0 ]; then
	chmod 000 "$segment"
	ends 6 "$stat"
	complains "ermission denied"
fi
