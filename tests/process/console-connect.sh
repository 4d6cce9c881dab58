#!/bin/bash
# The console of another host, over TLS with a token: what it shows, whose
# name acts go by, what it says when the host is silent, gone and back.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

command -v jq >/dev/null || skip "jq is not installed"
command -v python3 >/dev/null || skip "python3 is not installed"
port=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -m 700 "$work/run" "$work/daemon"
cat >"$work/drover.conf" <<END
node:
  name: far
collect:
  interval: 200ms
backend:
  discover: false
api:
  listen: "127.0.0.1:$port"
END
ctl() {
	"$bin/droverctl" -d "$work/run" "$@"
}
start_droverd() {
	start "$1" "$bin/droverd" -f "$work/drover.conf" -r "$work/run" \
	    -s "$work/daemon"
	droverd=$last
	await 20 "the API over TLS" grep -q 'the API listens' \
	    "$work/$1.log"
	await 20 "the state is there" output_has '^far ' ctl nodes
}
is() {
	[ "$(ctl -j node far | jq -r .node.drain)" = "$1" ]
}
# token ACCOUNT: a new one of it, into the file.
token() {
	ctl -j account token "$1" --expires 1d >"$work/made" ||
	    fail "no token"
	(umask 077 && jq -r .token "$work/made" >"$work/token")
}
# once ARGUMENT...: one screen, without a terminal.
once() {
	"$drover" --once "$@" >"$work/once" 2>&1
}

start_droverd droverd
ca=$work/daemon/api.crt
place="-c localhost:$port --ca $ca --token-file $work/token"
ctl account put alice operator >"$work/made" || fail "no account"
token alice

# Where it is not to be trusted, or misused, one line says so.
status=0; once -c "localhost:$port" --token-file "$work/token" || status=$?
[ "$status" -eq 1 ] || fail "a stranger is trusted: $status"
grep -q '^drover: localhost:.*certificate is not trusted.*--ca' \
    "$work/once" || fail "not told: $(cat "$work/once")"
status=0; once -c "localhost:$port" --ca "$ca" || status=$?
[ "$status" -eq 1 ] || fail "no token: $status"
grep -q '^drover: localhost:.*: 4040 ' "$work/once" ||
    fail "not told: $(cat "$work/once")"
for wrong in "-c a/b" "--ca $ca" "-c localhost -d $work/run"; do
	status=0
	# shellcheck disable=SC2086
	once $wrong || status=$?
	[ "$status" -eq 64 ] || fail "$wrong: $status"
	[ "$(wc -l <"$work/once")" -eq 1 ] || fail "$wrong: no one line"
done

# shellcheck disable=SC2086
once $place || fail "nothing over TLS: $(cat "$work/once")"
grep -q "^drover localhost:$port .*1 node: 1 up .*LIVE" "$work/once" ||
    fail "not this screen: $(cat "$work/once")"

open_console 80 24
see "^drover localhost:$port .*1 node: 1 up .*LIVE"
see '^▸ far .*● up'
keys d
see 'Enter give the reason'
keys Enter
see '^reason:'
keys 'from afar' Enter
see 'type far'
keys far Enter
see '^far drains: 1000 done'
await 10 "drained" is drained
see '^drained by alice since .*: from afar'
keys Escape 7
see 'alice .*node.drain .*node/far'

# Its past too, out of its own flight log; nothing in it can be acted on.
keys '['
see 'REPLAY .*by 10s\|the flight log begins'
keys b 1s Enter
see 'REPLAY .*by 10s'
see 'alice .*node.drain .*node/far'
keys 1 d
see 'this is the past'
keys b 3d Enter
see '^! 4069 .*the flight log begins'
keys .
see 'LIVE [0-9-]* [0-9:]*Z$'
keys 7

# A silent host: how old is what is seen, and that it goes on.
core=$(ctl -j processes | jq -e '.processes[] | select(.name == "core").pid')
kill -STOP "$core"
see 'LOST seen [0-9]*s ago$'
see '^! no answer yet'
keys 1
see '^\[1 Nodes\]'
kill -CONT "$core"
see 'LIVE [0-9-]* [0-9:]*Z$'

# One that is gone, and comes back.
kill -TERM "$droverd"
await 10 "the end of droverd" gone "$droverd"
see 'LOST seen [0-9]*s ago$'
see '^! nobody listens there'
see '^▸ far '
keys u
see '^ no answer  *! localhost:.*nobody listens there'
see 'Nothing was done'
start_droverd again
see 'LIVE [0-9-]* [0-9:]*Z$'
keys Enter
see '^ now  *drained by alice'
keys Escape
keys 6
see 'core.start\|process/core'
keys 1

# A token that is taken away, and one that takes its place.
id=$(jq -r .id "$work/made")
ctl account revoke "$id" >"$work/revoked" || fail "not revoked"
see '^! 4041 '
see 'LOST seen'
token alice
see 'LIVE [0-9-]* [0-9:]*Z$'

keys q
see '^ended: 0'
