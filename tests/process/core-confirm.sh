#!/bin/bash
# Reading the configuration again on a real droverd: the difference, what is
# to be confirmed, what nobody confirmed, and settings over the file.
. "$(dirname "$0")/library.sh"
set -o pipefail
command -v curl >/dev/null || skip "curl is not here"
command -v jq >/dev/null || skip "jq is not here"

ask() {
	local path=$1
	shift
	curl -sS --max-time 30 --unix-socket "$work/run/core.sock" "$@" \
	    "http://drover/api/v1/$path"
}
act() {
	local method=$1 path=$2 body=${3:-{\}}
	ask "$path" -X "$method" -H 'Content-Type: application/json' \
	    -d "$body"
}
number() {
	act "$@" | jq -r .reply.number
}
in_force() {
	ask config | jq -r .text | grep -q "^ *interval: $1"
}
ready() {
	ask cluster/status | jq -e '.state.nodes == 1'
}
told() {
	ask 'events?limit=1000' | jq -e --arg kind "$1" \
	    '.events[] | select(.kind == $kind)'
}
# The audit has an act on this node with that text, by that actor.
recorded() {
	ask 'audit?limit=100' | jq -e --arg after "$1" --arg actor "$2" \
	    '.audit[] | select(.verb == "config.reload" and
	    (.new | startswith($after)) and (.actor | startswith($actor)))'
}
configure() {
	printf '%s\n' "$@" >"$work/drover.conf"
}
launch() {
	start droverd "$bin/droverd" -r "$work/run" -s "$work/state" \
	    -f "$work/drover.conf"
	droverd=$last
	await 15 "the state is there" ready
}
core_pid() {
	ask processes | jq -e '.processes[] | select(.name == "core") | .pid'
}
me=$(id -un)

mkdir -m 0700 "$work/run" "$work/state"
configure 'collect:' '  interval: 150ms'
launch

# A look at it, then it.
configure 'collect:' '  interval: 250ms' 'node:' '  name: other'
act POST config/reload '{"preview":true}' | jq -e '.reply.number == 1003 and
    .changed == 2 and .for_restart == 1 and (.changes[] | select(.path ==
    "collect.interval") | .old == "150ms" and .new == "250ms" and .live)' \
    >/dev/null || fail "preview: $(act POST config/reload '{"preview":true}')"
in_force 150ms || fail "a preview changed something"
act POST config/reload >"$work/out"
jq -e '.reply.number == 1000 and .apply_us < 10000' "$work/out" \
    >/dev/null || fail "reload: $(cat "$work/out")"
in_force 250ms || fail "the change is not in force"
await 10 "the reload is in the audit" recorded "2 change(s)" "$me"
await 10 "the parent follows" grep -q 'droverd.*core: configuration read' \
    "$work/droverd.log"
configure 'collect:' '  interval: 260ms'
kill -HUP "$droverd"
await 10 "SIGHUP is in the audit" recorded '1 change(s)' drover/

# A file with errors.
configure 'collect:' '  interval: soon'
act POST config/reload >"$work/out"
jq -e '.reply.number == 4011 and .errors[0].line == 2 and
    (.errors[0].text | contains("allowed"))' "$work/out" >/dev/null ||
    fail "a bad file: $(cat "$work/out")"
in_force 260ms || fail "a bad file changed something"

# Confirmed in time.
configure 'collect:' '  interval: 300ms'
[ "$(number POST config/confirm)" = 3016 ] || fail "nothing waits"
act POST config/reload '{"confirm_seconds":60}' >"$work/out"
jq -e '.reply.number == 1002 and .confirm_by > 0' "$work/out" >/dev/null ||
    fail "reload to be confirmed: $(cat "$work/out")"
ask config | jq -e '.confirm_by > 0' >/dev/null || fail "it is not shown"
[ "$(number POST config/reload)" = 3017 ] || fail "another beside it"
[ "$(number POST config/confirm)" = 1000 ] || fail "confirm"
ask config | jq -e '.confirm_by == null' >/dev/null || fail "still shown"
in_force 300ms || fail "the confirmed change is not in force"

# Not confirmed in time.
configure 'collect:' '  interval: 350ms'
[ "$(number POST config/reload '{"confirm_seconds":0.3}')" = 1002 ] ||
    fail "reload to be confirmed"
await 10 "it is taken back" in_force 300ms
await 10 "that is told" told config.unconfirmed
await 10 "the audit has it" recorded "the change was not confirmed" drover/

# Nor by a core or a droverd that was killed while it waited.
[ "$(number POST config/reload '{"confirm_seconds":600}')" = 1002 ] ||
    fail "reload to be confirmed"
in_force 350ms || fail "the change is not in force"
core=$(core_pid)
kill -KILL "$core"
other() {
	pid=$(core_pid) && [ "$pid" != "$core" ]
}
await 20 "another core" other
await 10 "its state" ready
in_force 300ms || fail "a killed core took what was not confirmed"
kill -KILL "$droverd"
await 10 "it is gone" gone "$droverd"
launch
in_force 300ms || fail "a start took what was not confirmed"
told config.unconfirmed >/dev/null || fail "a start does not say so"
kill -HUP "$droverd"
await 10 "asked for, it is taken" in_force 350ms

# A setting holds over the file, for all nodes, over restarts.
[ "$(number PUT config/collect.interval '{"value":"soon"}')" = 4002 ] ||
    fail "a value that is none"
[ "$(number PUT config/node.name '{"value":"x"}')" = 3018 ] ||
    fail "a parameter that is not live"
act PUT config/collect.interval '{"value":"400ms","reason":"slow disks"}' |
    jq -e '.reply.number == 1000' >/dev/null || fail "set"
await 10 "the setting is in force" in_force 400ms
kill -TERM "$droverd"
await 10 "it ends" gone "$droverd"
launch
await 10 "the setting is kept" in_force 400ms
[ "$(number DELETE config/collect.interval)" = 1000 ] || fail "unset"
await 10 "the file holds again" in_force 350ms
