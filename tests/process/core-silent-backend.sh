#!/bin/bash
# A backend that accepts and never answers, one that refuses, and the core
# between them: sampling does not wait for either, and both are named.
. "$(dirname "$0")/library.sh"

cat >"$work/silent.py" <<'END'
import socket, sys, time
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
with open(sys.argv[1], "w") as port:
    port.write("%d\n" % listener.getsockname()[1])
kept = []
while True:
    kept.append(listener.accept())
END
start silent python3 "$work/silent.py" "$work/port"
await 10 "the silent server listens" test -s "$work/port"
port=$(cat "$work/port")

cat >"$work/drover.conf" <<END
backend:
  probe_interval: 200ms
  probe_timeout: 500ms
backends:
  - name: silent
    url: http://127.0.0.1:$port
    kind: ollama
  - name: refusing
    url: http://127.0.0.1:1
    kind: llama-server
END
mkdir "$work/run" "$work/state"
start core "$bin/drover-core" -r "$work/run" -s "$work/state" \
    -f "$work/drover.conf"
json() {
	"$bin/droverstat" -d "$work/run" -j | jq -r "$1"
}
state() {
	[ "$(json ".tables.backend[] | select(.name == \"$1\") |
	    .state")" = "$2" ]
}
await 10 "silent is called silent" state silent silent
await 10 "refusing is called down" state refusing down
[ "$(json '.tables.node[0].severity')" = major ] ||
	fail "the node does not show the severity"

before=$(json '.tables.node[0].sampled')
moved() {
	[ "$(json '.tables.node[0].sampled')" != "$before" ]
}
await 3 "sampling goes on" moved
grep -q 'backend.silent backend/silent' "$work/core.log" ||
	fail "no event for the silent backend"
