#!/bin/bash
# Two faults at once on a node, the second while the plan of the first is
# rolled back; and people who decide on one plan at the same moment.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/healing-library.sh"

backend a
backend b
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
launch
await 60 "a is up" backend_is up a
await 60 "b is up" backend_is up b

# b dies while the plan for a is under way, and that one is undone.
mkfifo "$work/broken-a"
crash a
await 60 "a plan acts for a" plan '.state == "running"' backend.crash n1/a
crash b
await 60 "b is down" fault backend.crash '.state == "suspected" or
    .state == "open" or .state == "planned"' n1/b
echo >"$work/broken-a"
await 60 "that one is rolled back" plan '.state == "rolled-back"' \
    backend.crash n1/a
await 90 "b is mended all the same" plan '.state == "succeeded"' \
    backend.crash n1/b
await 20 "a person is called for a" fault backend.crash \
    '.state == "escalated"' n1/a
fault backend.crash '.state == "resolved"' n1/b || fail "$("$ctl" faults)"
backend_is up b || fail "b is not up"

# Two say yes at once: one of them did.  One says yes and one no: either.
rm "$work/broken-a"
start backend-a "$work/a"
await 60 "a is well" fault backend.crash '.state == "cleared"' n1/a
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
	await 60 "a plan is proposed" plan '.state == "proposed"' \
	    backend.crash n1/a
	id=$("$ctl" -j plans | jq '.plans[-1].id')
}
propose
decide approve one &
one=$!
decide approve other &
wait "$one" $!
[ "$(sort "$work/one.rc" "$work/other.rc" | head -n 1)" = 0 ] ||
    fail "nobody approved: $(cat "$work/one.log" "$work/other.log")"
"$ctl" audit --object "plan/$id" >"$work/audit"
[ "$(grep -c 'proposed -> approved' "$work/audit")" -eq 1 ] ||
    fail "approved more than once: $(cat "$work/audit")"
await 60 "it helps" plan '.state == "succeeded"' backend.crash n1/a
crash a
propose
decide approve one &
one=$!
decide reject other &
wait "$one" $!
case $(cat "$work/one.rc" "$work/other.rc" | tr '\n' ' ') in
"0 0 ")	# Approved, and rejected before it started.
	plan '.state == "rejected"' backend.crash n1/a ||
	    fail "both: $("$ctl" plans --ended)" ;;
"0 "*)	await 60 "it helps" plan '.state == "succeeded"' \
	    backend.crash n1/a ;;
*" 0 ")	plan '.state == "rejected"' backend.crash n1/a ||
	    fail "$("$ctl" plans --ended)" ;;
*)	fail "neither: $(cat "$work/one.log" "$work/other.log")" ;;
esac
finish
check --ended
