# Who follows the events sees each once, outlives a core that is gone, and
# begins anew with a new segment.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/ctl-library.sh"

# page INSTANCE SINCE NEXT SEQUENCE...: the answer to since=SINCE.
page() {
	local instance=$1 since=$2 next=$3 events= sequence
	shift 3
	for sequence; do
		events="$events${events:+,}{\"sequence\":$sequence,\"time\":
\"2026-11-21T00:00:0${sequence}Z\",\"severity\":\"major\",\"node\":\"n1\",
\"kind\":\"backend.down\",\"object\":\"gpt\",\"text\":\"it $sequence\"}"
	done
	answer "api/v1/events@$since" 200 "{\"reply\":{\"number\":1000},
\"events\":[$events],\"next\":$next,\"lost\":0,
\"segment\":{\"instance\":\"$instance\"}}"
}

start_server
page a 0 3 1 2
page a 3 3
page a 4 4
ends 0 "$ctl" events
[ "$(wc -l <"$work/out")" -eq 2 ] || fail "not two: $(cat "$work/out")"
has '^2026-11-21T00:00:02Z n1 major    backend.down     gpt it 2$'
ends 0 "$ctl" -j events
[ "$(grep -c '^{.*"sequence":' "$work/out")" -eq 2 ] || fail "not JSON lines"
ends 0 "$ctl" -s 3 events
[ ! -s "$work/out" ] || fail "events before those asked for"

start follow "$ctl" events -f
following=$last
await 10 "a request that waits" grep -q 'since=3.*wait=30' "$work/server.log"
page a 3 4 3
await 10 "the third" grep -q 'it 3$' "$work/follow.log"
await 10 "the place after it" grep -q 'since=4' "$work/server.log"
kill "$server"
await 10 "a word about it" grep -q 'waiting for droverd' "$work/follow.log"
page b 4 4
page b 0 2 1
page b 2 2
start_server
await 10 "what is new" grep -q 'answers again' "$work/follow.log"
await 10 "the new segment from its start" grep -q 'since=2' "$work/server.log"
kill "$following"
wait "$following" 2>/dev/null || true
[ "$(grep -c 'it 3$' "$work/follow.log")" -eq 1 ] || fail "told twice"
[ "$(grep -c 'it 1$' "$work/follow.log")" -eq 2 ] || fail "not from its start"
[ "$(grep -c 'waiting' "$work/follow.log")" -eq 1 ] || fail "said twice"
