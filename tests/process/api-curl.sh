#!/bin/bash
# The management API of a real droverd, as curl sees it.
. "$(dirname "$0")/library.sh"
command -v curl >/dev/null || skip "curl is not here"
command -v jq >/dev/null || skip "jq is not here"

ask() {
	local path=$1
	shift
	curl -sS --max-time 70 --unix-socket "$work/run/core.sock" "$@" \
	    "http://drover/api/v1/$path"
}
number() {
	ask "$@" | jq -r .reply.number
}
answers() {
	[ "$(number health 2>/dev/null)" = 1000 ]
}

mkdir -m 0700 "$work/run" "$work/state"
printf 'collect:\n  interval: 100ms\nlog:\n  level: info\n' \
    >"$work/drover.conf"
start droverd "$bin/droverd" -r "$work/run" -s "$work/state" \
    -f "$work/drover.conf"
droverd=$last
await 15 "the API answers" answers
[ "$(stat -c %a "$work/run/core.sock")" = 600 ] ||
    fail "the socket is open to others: $(ls -l "$work/run")"
[ "$(ask version | jq -r .caller.role)" = admin ] ||
    fail "the user of the daemon is not admin"

# The same names and kinds of values as droverstat has.
await 10 "the processes are shown" \
    bash -c "curl -sS --unix-socket $work/run/core.sock \
	http://d/api/v1/processes | jq -e '.processes | length >= 2'"
await 10 "the state is shown" bash -c "curl -sS --unix-socket \
    $work/run/core.sock http://d/api/v1/status |
    jq -e '.tables.audit | length > 0'"
shape='.tables | with_entries(select(.value | length > 0)) |
    map_values(.[0] | to_entries | map(.key))'
ask status | jq -S "$shape" >"$work/api.shape"
"$bin/droverstat" -d "$work/run" -j | jq -S "$shape" >"$work/stat.shape"
diff "$work/api.shape" "$work/stat.shape" ||
    fail "status has other names than droverstat -j"
name=$(ask nodes | jq -r '.nodes[0].name')
[ "$(ask "nodes/$name" | jq -r .node.name)" = "$name" ] ||
    fail "the node $name is not found by its name"
[ "$(ask "devices?node=$name" | jq '.devices | length')" -gt 0 ] ||
    fail "the node has no devices"
[ "$(number nodes/nobody)" = 4021 ] || fail "nobody is a node"
[ "$(number nodes -X DELETE)" = 4027 ] || fail "DELETE of the nodes"
[ "$(number nothing)" = 4020 ] || fail "nothing is a resource"

# The configuration in force, which loads again as it is.
ask config | jq -r .text >"$work/again.conf"
[ "$(ask config | jq -r .path)" = "$work/drover.conf" ] ||
    fail "the path of the configuration is not told"
grep -q 'interval: 100ms' "$work/again.conf" || fail "not in force"
"$bin/droverd" -n -f "$work/again.conf" || fail "it does not load again"

# The image is what droverstat reads.
ask image -o "$work/image"
[ "$("$bin/droverstat" -i "$work/image" -j |
    jq -r '.tables.node[0].name')" = "$name" ] ||
    fail "droverstat does not read the image"

# An event comes to who waits for it.
next=$(ask events | jq .next)
start waiting curl -sS --max-time 70 --unix-socket "$work/run/core.sock" \
    "http://drover/api/v1/events?since=$next&wait=60"
printf 'collect:\n  interval: 100ms\nlog:\n  level: debug\n' \
    >"$work/drover.conf"
kill -HUP "$droverd"
await 15 "the event comes" gone "$last"
jq -e '.events[0].kind == "config.reload"' "$work/waiting.log" >/dev/null ||
    fail "another event: $(cat "$work/waiting.log")"

# A core that is killed leaves its socket; the next one replaces it.
core=$(ask processes | jq '.processes[] | select(.name == "core") | .pid')
kill -KILL "$core"
other() {
	local pid

	pid=$(ask processes 2>/dev/null |
	    jq '.processes[] | select(.name == "core") | .pid')
	[ -n "$pid" ] && [ "$pid" != "$core" ]
}
await 20 "the next core answers" other

# Others are told apart where this test may be somebody else.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 0711 "$work" && chmod 0711 "$work/run"
	chmod 0666 "$work/run/core.sock"
	as() {
		local group=$1
		shift
		setpriv --reuid 40001 --regid 40002 --groups "$group" -- \
		    curl -sS --max-time 70 --unix-socket \
		    "$work/run/core.sock" "http://drover/api/v1/$1"
	}
	[ "$(as 40003 nodes | jq .reply.number)" = 4043 ] ||
	    fail "a stranger sees the nodes"
	[ "$(as 40003 health | jq .reply.number)" = 1000 ] ||
	    fail "a stranger does not see that the node lives"
	[ "$(as 0 version | jq -r .caller.role)" = none ] ||
	    fail "the group counts where the socket is not open to it"
fi

kill -TERM "$droverd"
await 10 "droverd ends" gone "$droverd"
[ ! -e "$work/run/core.sock" ] || fail "the socket is left behind"
