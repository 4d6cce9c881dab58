#!/bin/bash
# A fault becomes a plan: proposed, rejected, approved, carried out and
# verified; rolled back by itself when it does not help; over kills of the
# core and of the effector; with all of it in the audit.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/healing-library.sh"

# The backend that drover runs itself.
backend llama
cleanup_test() {
	crash llama || true
}
cat >"$work/notify" <<END
#!/bin/sh
echo "\$DROVER_WHAT \$DROVER_ID \$DROVER_STATE \$DROVER_TARGET" >>"$work/told"
END
chmod +x "$work/notify"
cat >"$work/drover.conf" <<END
node:
  name: n1
collect:
  interval: 200ms
backend:
  probe_interval: 200ms
  probe_timeout: 1s
backends:
  - name: llama
    url: http://127.0.0.1:$port_llama
    command: $work/llama
healing:
  notify: $work/notify
policies:
  - name: crashes
    class: backend.crash
    allow: backend.restart
END
proposed() {
	await 30 "a plan is proposed" plan '.state == "proposed" and
	    .target == "n1/llama" and .strategy == "backend.restart"'
	id=$(newest)
}

launch
await 60 "drover starts the backend" backend_is up
crash llama
proposed
plan '.mode == "manual" and .risk == 16' || fail "$("$ctl" plan "$id")"
"$ctl" plan "$id" | grep -q '^backend.crash of n1/llama: stop' ||
    fail "the reason is not first: $("$ctl" plan "$id")"
await 5 "a person was told" grep -q "^plan $id proposed n1/llama$" \
    "$work/told"

"$bin/droverstat" -t plan -c risk_parts,slots_before,slots_needed,guards |
    grep -q '^10 x 1.62 novelty *0 *1 *all let it' || fail "what is to be \
expected of it: $("$bin/droverstat" -t plan)"
"$ctl" hold n1/llama --for 1h -r "not now" >/dev/null || fail hold
await 10 "a guard shows" eval '"$bin/droverstat" -t plan -c guards |
    grep -q "^G10 hold: have [0-9]*, need 0$"'
"$ctl" release "$("$ctl" -j holds | jq '.holds[0].id')" >/dev/null ||
    fail release

# Nothing is done before somebody says so; not by another hash.
"$ctl" approve "$id" --hash 00 2>"$work/hash.log" && fail "approved a 00"
grep -q 3022 "$work/hash.log" || fail "$(cat "$work/hash.log")"
"$ctl" reject "$id" 2>/dev/null && fail "rejected without a reason"
[ -e "$work/ledger" ] && [ -s "$work/ledger" ] &&
    fail "it acted: $(cat "$work/ledger")"

# What would come of it, and nothing of that is so.
"$ctl" simulate --plan "$id" --approve | grep -q '^end: done; nothing' ||
    fail "$("$ctl" simulate --plan "$id" --approve)"
"$ctl" simulate --plan "$id" --approve --outcome worse | grep -q \
    'verifying -> rolling-back' ||
    fail "$("$ctl" simulate --plan "$id" --approve --outcome worse)"
"$ctl" simulate --plan "$id" | grep -q '^end: waits' ||
    fail "$("$ctl" simulate --plan "$id")"
plan '.state == "proposed"' || fail "$("$ctl" plans)"

"$ctl" approve "$id" -r "seen the log" >/dev/null || fail approve
echo "plan.approve plan/$id" >>"$work/acked"
await 30 "it helped" plan '.state == "succeeded" and .verdict == "helped"'
fault backend.crash '.state == "resolved"' || fail "$("$ctl" faults)"
backend_is up || fail "the backend is not up"
"$ctl" -j arms | jq -e '.arms[] | select(.strategy == "backend.restart" and
    .class == "backend.crash") | .tried == 1 and .helped == 1' >/dev/null ||
    fail "nothing was learned: $("$ctl" arms)"
[ "$(grep -c '"what":"start"' "$work/ledger")" -eq 1 ] ||
    fail "not once: $(cat "$work/ledger")"
"$bin/droverstat" -t plan | grep -q succeeded || fail "not in the segment"

# What it was decided on can be asked again; and by which policy.
"$ctl" why "$id" | grep -q 'drover decides the same' ||
    fail "$("$ctl" why "$id")"
"$ctl" -j why "$id" | jq -e '.now.same and
    .input.rows.fault[0].target == "n1/llama"' >/dev/null ||
    fail "$("$ctl" -j why "$id")"
"$ctl" why 1 2>/dev/null && fail "why of no plan"
"$ctl" why ../state.db 2>/dev/null && fail "why of another file"
"$ctl" policy | grep -q '^crashes decides: backend.crash$' ||
    fail "$("$ctl" policy)"

# One that does not help undoes itself, and a person is called.
touch "$work/broken-llama"
crash llama
proposed
"$ctl" approve "$id" -r "try it" >/dev/null || fail approve
echo "plan.approve plan/$id" >>"$work/acked"
await 30 "it is rolled back" plan '.state == "rolled-back"'
"$ctl" -j plan "$id" | jq -e '[.steps[] | select(.undo_of == 1)][0].state ==
    "done"' >/dev/null || fail "not undone: $("$ctl" plan "$id")"
await 20 "the fault is escalated" fault backend.crash '.state == "escalated"'
await 5 "a person was told" grep -q 'fault .* escalated' "$work/told"

# Put right by hand it is cleared by who finds it well.
rm "$work/broken-llama"
start backend "$work/llama"
await 60 "it is cleared" fault backend.crash '.state == "cleared"'

# Rejected, with its reason.
kill -KILL "$last"
crash llama || true
proposed
"$ctl" reject "$id" -r "we wait for the new card" >/dev/null || fail reject
echo "plan.reject plan/$id" >>"$work/acked"
plan '.state == "rejected"' || fail "$("$ctl" plans --ended)"
"$ctl" audit --object "plan/$id" | grep -q 'we wait for the new card' ||
    fail "$("$ctl" audit --object "plan/$id")"
finish

# Held against the invariants, by who can tell a breach.
check --acked "$work/acked" --ended
"$DROVER_SOURCE/tests/check/mutants" "$work/state/state.db" "$work/ledger" \
    >"$work/mutants.log" || fail "$(cat "$work/mutants.log")"

# The core and the effector are killed while a plan acts: it goes on, and
# no step begins twice.
sed -i 's/    allow: backend.restart/&\n    stage: auto/' "$work/drover.conf"
rm -rf "$work/state" "$work/ledger"
mkdir -m 0700 "$work/state"
launch
await 60 "the backend is up" backend_is up
for who in drover-effector drover-core; do
	before=$(grep -c '"what":"start"' "$work/ledger" || true)
	crash llama
	await 60 "an effect begins" eval \
	    "[ \$(grep -c '\"what\":\"start\"' '$work/ledger') -gt $before ]"
	pkill -KILL -P "$droverd" -x "$who"
	await 100 "the plan ends well" plan '.state == "succeeded"'
	await 60 "the backend is up" backend_is up
done
# One that is stopped has no work that could be seen to fail: a canary tells,
# and killing it is what brings it back.
signal_backend STOP llama
stuck() {
	plan '.class == "backend.stuck" and .state == "succeeded"'
}
sed -i 's/class: backend.crash/class: "backend.*"/' "$work/drover.conf"
kill -HUP "$droverd"
await 120 "a stopped one is found stuck, and restarted" stuck
backend_is up || fail "it is not up: $("$ctl" backends)"

starts=$(grep '"what":"start"' "$work/ledger" | jq -c \
    '[.plan, .step, .attempt]' | sort | uniq -d)
[ -z "$starts" ] || fail "begun twice: $starts"
finish
signal_backend 0 llama ||
    fail "the backend ended with droverd: $(tail -n 5 "$work/droverd.log")"
check --ended
