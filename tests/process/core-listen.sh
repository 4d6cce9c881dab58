#!/bin/bash
# A wrong address of the API over TLS shuts nobody out for longer than the
# time that there is to confirm it, whatever happens to the processes.
. "$(dirname "$0")/library.sh"
command -v curl >/dev/null || skip "curl is not here"
command -v jq >/dev/null || skip "jq is not here"
command -v python3 >/dev/null || skip "python3 is not here"

read -r right wrong taken < <(python3 -c 'import socket
s = [socket.socket() for i in range(3)]
for each in s: each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in s))')
configure() {
	printf 'api:\n  listen: "127.0.0.1:%s"\n' "$@" >"$work/drover.conf"
}
launch() {
	start droverd "$bin/droverd" -r "$work/run" -s "$work/state" \
	    -f "$work/drover.conf"
	droverd=$last
	await 15 "the API answers over TLS" answers "$right"
	await 15 "the state is there" ctl nodes
}
answers() {
	curl -sS --max-time 10 --cacert "$work/state/api.crt" \
	    "https://localhost:$1/api/v1/health"
}
silent() {
	! answers "$1" >/dev/null 2>&1
}
ctl() {
	"$bin/droverctl" -d "$work/run" "$@"
}
# ends STATUS PATTERN ARGUMENTS...: droverctl ends so, and says so.
ends() {
	local wanted=$1 pattern=$2 status=0
	shift 2
	ctl "$@" >"$work/out" 2>&1 || status=$?
	[ "$status" = "$wanted" ] ||
	    fail "droverctl $*: $status: $(cat "$work/out")"
	grep -q -- "$pattern" "$work/out" ||
	    fail "droverctl $*: no $pattern: $(cat "$work/out")"
}
told() {
	ctl events 2>/dev/null | grep "$1" | grep -q -- "$2"
}

mkdir -m 0700 "$work/run" "$work/state"
configure "$right"
launch

# Nobody can reach it there: it comes back by itself.
configure "$wrong"
ends 0 'in force until' config reload --confirm-within 1s
silent "$right" || fail "the former address answers too"
answers "$wrong" >/dev/null || fail "the new address does not answer"
await 10 "the former address answers again" answers "$right"
silent "$wrong" || fail "the new address answers still"
await 10 "that is told" told config.unconfirmed 'taken back'

# Nor does it stay when the node is lost meanwhile.
ends 0 'in force until' config reload --confirm-within 10m
ends 0 '^# in force until .* unless it is confirmed' config
silent "$right" || fail "the change is not in force"
kill -KILL "$droverd"
await 10 "it is gone" gone "$droverd"
launch
silent "$wrong" || fail "a start took what was not confirmed"
told config.unconfirmed 'was not confirmed' || fail "a start does not say so"

# One that cannot be used is refused, and nothing changes.
start holder python3 -c 'import signal, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
print("held", flush=True)
signal.pause()' "$taken"
await 10 "a port is taken" grep -q held "$work/holder.log"
configure "$taken"
ends 4 "api.listen: 127.0.0.1:$taken: Address already in use" config reload
answers "$right" >/dev/null || fail "it listens no longer"
told config.refused 'already in use' || fail "that is not told"
configure "somewhere"
ends 4 'drover.conf:2:11: api.listen: .*allowed: ADDRESS:PORT' config reload
answers "$right" >/dev/null || fail "it listens no longer"
ends 3 'of one node' config set api.listen 127.0.0.1:1

# Confirmed, it stays.
configure "$wrong"
ends 0 'in force until' config reload --confirm-within 10m
ends 0 '' config confirm
kill -KILL "$droverd"
await 10 "it is gone" gone "$droverd"
right=$wrong
launch
# And without an address it listens nowhere.
printf 'log:\n  level: debug\n' >"$work/drover.conf"
kill -HUP "$droverd"
await 10 "it listens no longer" silent "$right"
