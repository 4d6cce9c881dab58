# Every verb against a real droverd, and what droverctl says when the core
# is stuck, is killed, and when droverd has ended.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/ctl-library.sh"

command -v jq >/dev/null || skip "jq is not installed"
export HOME="$work"
unset XDG_STATE_HOME XDG_CONFIG_HOME || true
chmod 0700 "$run"
printf 'node:\n  name: n1\nbackend:\n  discover: false\n' >"$work/c.conf"
start droverd "$bin/droverd" -f "$work/c.conf" -r "$run" -s "$work/state"
droverd=$last
await 20 "a node" output_has '^n1 ' "$ctl" nodes
await 20 "its processes" output_has '^core .*up' "$ctl" processes

# For people.
ends 0 "$ctl" status
has '^droverd core is alive, pid [0-9]'
has '^n1 .*up'
has '^core .*up'
ends 0 "$ctl" node n1
has '^  cpu_busy  .* percent$\|^  cpu_busy  .* -$'
has '^DEVICE'
ends 4 "$ctl" node n2
complains '^droverctl: 4021 NO_NODE: there is no such node: n2; droverctl nodes lists them$'
ends 0 "$ctl" backends
has '^BACKEND'
ends 0 "$ctl" models
has '^MODEL'
ends 0 "$ctl" -n n1 devices
has '^filesystem/state'
ends 0 "$ctl" -n n2 devices
[ "$(wc -l <"$work/out")" -eq 1 ] || fail "devices of no node"
ends 0 "$ctl" events
has 'n1 info .*core.start'
ends 0 "$ctl" version
has "^droverctl .*[0-9]"
has '^caller.role  *admin'
ends 0 "$ctl" config
has "^# $work/c.conf"
cp "$work/out" "$work/again.conf"
"$bin/droverd" -n -f "$work/again.conf" >"$work/n.log" 2>&1 ||
    fail "its configuration is not one"
ends 0 "$ctl" image "$work/image"
"$bin/droverstat" -i "$work/image" -j |
    jq -e '.tables.node[0].name == "n1"' >/dev/null || fail "not an image"

# For programs.
for verb in status nodes backends models processes devices config version; do
	ends 0 "$ctl" -j "$verb"
	jq -e '.reply.number == 1000' "$work/out" >/dev/null ||
	    fail "$verb: no numbered reply"
	ends 0 "$ctl" api get "$verb"
	jq -e '.reply.number == 1000' "$work/out" >/dev/null ||
	    fail "$verb: no raw reply"
done
ends 0 "$ctl" -j events
jq -e .sequence "$work/out" >/dev/null || fail "events that are not lines"
ends 4 "$ctl" api delete nodes
jq -e '.reply.number == 4027' "$work/out" >/dev/null || fail "not 4027"

# Stuck, then killed: who follows goes on.
core=$("$ctl" -j processes | jq '.processes[] | select(.name=="core").pid')
start follow "$ctl" events -f
following=$last
await 10 "the events kept" grep -q core.start "$work/follow.log"
kill -STOP "$core"
ends 75 "$ctl" -t 0.2 nodes
complains 'no whole answer within 0.2 s'
kill -KILL "$core"
await 20 "a word about it" grep -q 'waiting for droverd' "$work/follow.log"
await 20 "the next core" output_has '^n1 ' "$ctl" nodes
await 20 "the next core's events" grep -q 'answers again' "$work/follow.log"
started_twice() {
	[ "$(grep -c core.start "$work/follow.log")" -ge 2 ]
}
await 20 "its start" started_twice
kill "$following"
wait "$following" 2>/dev/null || true

kill -TERM "$droverd"
wait "$droverd" || fail "droverd ended with status $?"
ends 69 "$ctl" nodes
