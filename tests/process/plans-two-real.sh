#!/bin/bash
# Two faults at once on a node, the second while the plan of the first is
# rolled back; and people who decide on one plan at the same moment.
. "$(dirname "$0")/library.sh"
. "$tests/real.sh"
set -o pipefail
command -v jq >/dev/null || skip "jq is not here"
real_install
ctl=$bin/droverctl
export DROVER_RUNTIME_DIRECTORY=$work/run
export DROVER_EFFECT_LEDGER=$work/ledger
mkdir -m 0700 "$work/run" "$work/state"

# backend NAME: a script that starts one, on a port that was free just now.
backend() {
	real_start llama-server 0
	kill -KILL "$real_pid"
	eval "port_$1=$real_port"
	cat >"$work/$1" <<-END
	#!/bin/sh
	[ -e "$work/broken-$1" ] && sleep 1 && exit 1
	cd "$real" && exec ./node "$DROVER_SOURCE/tests/real/server.mjs" \
	    tiny.gguf llama-server $real_port
	END
	chmod +x "$work/$1"
}
backend a
backend b
crash() {
	local port
	eval "port=\$port_$1"
	pkill -KILL -f "server.mjs tiny.gguf llama-server $port"
}
cleanup_test() {
	crash a || true
	crash b || true
}
cat >"$work/drover.conf" <<END
node:
  name: n1
collect:
  interval: 200ms
backend:
  probe_interval: 200ms
  probe_timeout: 1s
backends:
  - name: a
    url: http://127.0.0.1:$port_a
    command: $work/a
  - name: b
    url: http://127.0.0.1:$port_b
    command: $work/b
policies:
  - name: crashes
    class: backend.crash
    allow: backend.restart
    stage: auto
END
start droverd "$bin/droverd" -f "$work/drover.conf" -r "$work/run" \
    -s "$work/state"
droverd=$last
up() {
	"$ctl" -j backends | jq -e --arg name "$1" \
	    '.backends[] | select(.name == $name) | .state == "up"' >/dev/null
}
# of NAME TABLE FILTER: the newest of that backend is so.
of() {
	"$ctl" -j "$2" ${4:-} | jq -e --arg target "n1/$1" \
	    "[.$2[] | select(.target == \$target)] | .[-1] | $3" >/dev/null
}
await 60 "a is up" up a
await 60 "b is up" up b

# b dies while the plan for a is under way, and that one is undone.
touch "$work/broken-a"
crash a
await 60 "a plan acts for a" of a plans '.state == "running" or
    .state == "rolling-back"' --ended
crash b
await 60 "that one is rolled back" of a plans '.state == "rolled-back"' \
    --ended
await 90 "b is mended all the same" of b plans '.state == "succeeded"' \
    --ended
await 20 "a person is called for a" of a faults '.state == "escalated"'
of b faults '.state == "resolved"' || fail "$("$ctl" faults)"
up b || fail "b is not up"

# Two say yes at once: one of them did.  One says yes and one no: either.
rm "$work/broken-a"
start backend-a "$work/a"
await 60 "a is well" of a faults '.state == "cleared"'
sed -i 's/stage: auto/stage: propose/' "$work/drover.conf"
kill -HUP "$droverd"
kill -KILL "$last"
crash a || true
decide() {
	local rc=0

	"$ctl" "$1" "$id" -r "at the same moment" >"$work/$2.log" 2>&1 ||
	    rc=$?
	echo "$rc" >"$work/$2.rc"
}
propose() {
	await 60 "a plan is proposed" of "$1" plans '.state == "proposed"'
	id=$("$ctl" -j plans | jq '.plans[-1].id')
}
propose a
decide approve one &
one=$!
decide approve other &
wait "$one" $!
[ "$(sort "$work/one.rc" "$work/other.rc" | head -n 1)" = 0 ] ||
    fail "nobody approved: $(cat "$work/one.log" "$work/other.log")"
"$ctl" audit --object "plan/$id" >"$work/audit"
[ "$(grep -c 'proposed -> approved' "$work/audit")" -eq 1 ] ||
    fail "approved more than once: $(cat "$work/audit")"
await 60 "it helps" of a plans '.state == "succeeded"' --ended
crash a
propose a
decide approve one &
one=$!
decide reject other &
wait "$one" $!
case $(cat "$work/one.rc" "$work/other.rc" | tr '\n' ' ') in
"0 0 ")	# Approved, and rejected before it started.
	of a plans '.state == "rejected"' --ended ||
	    fail "both: $("$ctl" plans --ended)" ;;
"0 "*)	await 60 "it helps" of a plans '.state == "succeeded"' --ended ;;
*" 0 ")	of a plans '.state == "rejected"' --ended ||
	    fail "$("$ctl" plans --ended)" ;;
*)	fail "neither: $(cat "$work/one.log" "$work/other.log")" ;;
esac
kill -TERM "$droverd"
await 10 "it ends" gone "$droverd"
"$tests/../check/drovercheck" "$work/state/state.db" "$work/ledger" --ended \
    >"$work/check.log" || fail "$(cat "$work/check.log")"
