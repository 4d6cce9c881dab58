#!/bin/bash
# Acts by droverctl on a real droverd, as an operator does them: with
# reasons, previews and waiting, over a crash, and back from a backup.
. "$(dirname "$0")/library.sh"
. "$tests/ctl-library.sh"
set -o pipefail
command -v jq >/dev/null || skip "jq is not here"
command -v tmux >/dev/null || skip "tmux is not here"
export DROVER_RUNTIME_DIRECTORY=$run

launch() {
	start droverd "$bin/droverd" -r "$run" -s "$work/state" \
	    -f "$work/drover.conf"
	droverd=$last
	await 15 "the state is there" registered
}
registered() {
	"$ctl" -j cluster | jq -e '.state.nodes == 1'
}
crash() {
	kill -KILL "$droverd"
	await 10 "it is gone" gone "$droverd"
}

mkdir -m 0700 "$work/state"
chmod 0700 "$run"
printf 'node:\n  name: n1\ncollect:\n  interval: 200ms\n' \
    >"$work/drover.conf"
launch

# A reason, or nothing is done.
ends 64 "$ctl" drain n1
complains '-r text is missing'
ends 4 "$ctl" drain n1 -r x
complains '4006 NO_REASON'
ends 4 "$ctl" drain n2 -r "new fans"
complains 'no such node: n2'

# A look at it does nothing.
ends 0 "$ctl" drain -p n1
has '^n1 *up *in service *0$'
has '^no model moves$'
has '^nodes in service: 1 now, 0 then$'
has 'drain would be done; nothing was done'
ends 0 "$ctl" -j node n1
jq -e '.node.drain == "in service"' "$work/out" >/dev/null ||
    fail "a preview drained it"

# Drained, and who, when and why stands everywhere, over a crash too.
ends 0 "$ctl" drain n1 -r "new fans" -w
has "^node n1 drains: 'new fans' (entry [0-9]*)$"
grep -q 'n1: drained, 0 in flight' "$work/err" ||
    fail "the wait tells nothing: $(cat "$work/err")"
me=$(id -un)
shown() {
	ends 0 "$ctl" nodes
	has "^n1  *drain .*$me *new fans"
}
shown
crash
launch
shown
ends 0 "$ctl" audit --object node/n1 --actor "$me"
has "^[0-9]* .*$me .* node.drain node/n1 .* draining by $me: new fans$"

# Who waits outlives droverd, and hears of one that ends it meanwhile.
ends 0 "$ctl" undrain n1
printf 'node:\n  name: n1\ncollect:\n  interval: 5s\n' \
    >"$work/drover.conf"
ends 0 "$ctl" config reload
waits() {
	start waits "$ctl" drain n1 -r "new fans" -w
	waits=$last
	await 10 "it waits" grep -q '^n1: draining' "$work/waits.log"
}
waits
crash
await 10 "it says so" grep -q 'the drain goes on; waiting' "$work/waits.log"
launch
wait "$waits" || fail "it waited in vain: $(cat "$work/waits.log")"
grep -q 'answers again' "$work/waits.log" || fail "it does not say so"
grep -q '^n1: drained, 0 in flight' "$work/waits.log" || fail "not drained"
ends 0 "$ctl" undrain n1
waits
ends 0 "$ctl" undrain n1
status=0
wait "$waits" || status=$?
[ "$status" = 3 ] || fail "put back into service: status $status"
grep -q 'put back into service meanwhile' "$work/waits.log" ||
    fail "it does not say so: $(cat "$work/waits.log")"
ends 0 "$ctl" drain n1 -r "new fans"
ends 75 "$ctl" -t 1 drain n1 -r "new fans" -w
grep -q 'it drains on' "$work/err" || fail "nobody says that it drains on"
printf 'node:\n  name: n1\ncollect:\n  interval: 200ms\n' \
    >"$work/drover.conf"
ends 0 "$ctl" config reload

# The same again under one id is done once.
ends 0 "$ctl" undrain n1 -r "fans are in" --request twice
has 'back in service'
ends 0 "$ctl" undrain n1 -r "fans are in" --request twice
has 'repeated: it was done then'
[ "$("$ctl" audit --object node/n1 | grep -c "fans are in")" = 1 ] ||
    fail "it stands in the audit twice"

# An answer that got lost: the core is stopped, killed, and another starts.
core() {
	"$ctl" -j processes | jq -e '.processes[] |
	    select(.name == "core") | .pid'
}
pid=$(core)
kill -STOP "$pid"
start lost "$ctl" -t 5 note n1 "the answer got lost"
lost=$last
await 10 "the request is sent" bash -c "ss -x src '*core.sock' |
    awk '\$3 > 0 { found = 1 } END { exit !found }'"
kill -KILL "$pid"
wait "$lost" || fail "it gave up: $(cat "$work/lost.log")"
grep -q '^note [0-9]* on n1' "$work/lost.log" || fail "no word of the note"
[ "$("$ctl" -j notes | jq '[.notes[] |
    select(.text == "the answer got lost")] | length')" = 1 ] ||
    fail "a lost answer: $("$ctl" notes)"

# Nobody answers any more: it says that it does not know, and what to do.
pid=$(core)
kill -STOP "$pid"
ends 75 "$ctl" -t 1 note n1 "nobody answered"
grep -q 'no whole answer within 1 s' "$work/err" || fail "$(cat "$work/err")"
id=$(sed -n 's/.*--request \([0-9a-f]*\) does nothing twice.*/\1/p' \
    "$work/err")
[ -n "$id" ] || fail "lost without an id: $(cat "$work/err")"
kill -CONT "$pid"
ends 0 "$ctl" note n1 "nobody answered" --request "$id"
[ "$("$ctl" -j notes | jq '[.notes[] |
    select(.text == "nobody answered")] | length')" = 1 ] ||
    fail "an answer nobody waited for: $("$ctl" notes)"

# Holds, accounts and settings.
ends 0 "$ctl" hold n1 -r "a visitor" --for 1h --kind maintenance
ends 0 "$ctl" holds
has 'maintenance  n1 .*a visitor'
hold=$("$ctl" -j holds | jq '.holds[0].id')
ends 0 "$ctl" release "$hold"
ends 4 "$ctl" release "$hold"
ends 0 "$ctl" audit --object "hold/$hold"
has 'maintenance of n1 by .* for 1 h: a visitor'
has 'refused: 4022'
ends 0 "$ctl" account put ann viewer -r "new here"
ends 0 "$ctl" account token ann --expires 1h
token=$(cat "$work/out")
case $token in
drover-*-*) ;;
*) fail "no token: $token" ;;
esac
ends 0 "$ctl" accounts
has '^ann  *viewer'
! grep -q "${token##*-}" "$work/out" || fail "a secret is shown"
ends 0 "$ctl" account revoke "$(echo "$token" | cut -d- -f2)"
ends 0 "$ctl" config set collect.interval 300ms -r "slow disk"
ends 0 "$ctl" settings
has 'collect.interval  300ms .*slow disk'
ends 0 "$ctl" config get collect.interval
has "^300ms  # set for all nodes by $me$"
ends 0 "$ctl" config get collect
has '^interval: 300ms  #'
has '^gpu_timeout: '
! grep -q probe "$work/out" || fail "more than the section"
ends 4 "$ctl" config get collect.nothing
complains 'no such parameter'
ends 0 "$ctl" api post notes '{"object":"n1","text":"as it is"}'
jq -e '.reply.number == 1000' "$work/out" >/dev/null || fail "no answer"
ends 4 bash -c 'echo "{" | "$0" api POST notes -' "$ctl"
complains '4001 BAD_JSON'
ends 4 "$ctl" config set collect.interval soon
complains 'allowed'
ends 0 "$ctl" config unset collect.interval
printf 'node:\n  name: n1\ncollect:\n  interval: 250ms\n' \
    >"$work/drover.conf"
ends 0 "$ctl" config reload --confirm-within 1m
has 'collect.interval: 200ms -> 250ms'
has 'droverctl config confirm'
ends 3 "$ctl" config reload
ends 0 "$ctl" config confirm
ends 3 "$ctl" config confirm

# Names of what is there are completed.
completed() {
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
	    _droverctl; printf "%s\n" "${COMPREPLY[@]}"' \
	    "$DROVER_BUILD/console/stat/completions/droverctl" "$ctl" "$@"
}
for words in 'drain n1 n' 'models --node n' '-j node n' 'hold n'; do
	# shellcheck disable=SC2086
	completed $words | grep -qx n1 || fail "$words: nothing offered"
done
[ "$(completed account remove '')" = ann ] || fail "no account is offered"

# All pages of the audit, one line an act.
all=$("$ctl" -j cluster | jq .state.applied_index)
for i in $(seq 12); do
	"$ctl" note n1 "note $i" >/dev/null
done
ends 0 "$ctl" -j audit -l 100000
[ "$(wc -l <"$work/out")" -gt "$((all - 2))" ] || fail "acts are missing"
mv "$work/out" "$work/all"
ends 0 "$ctl" -j audit --limit 0
diff "$work/all" "$work/out" >/dev/null || fail "0 is not all of them"
ends 0 "$ctl" -j audit -l 3 --before 5
[ "$(jq -s -c 'map(.id)' "$work/out")" = '[4,3,2]' ] || fail "before 5"
cp "$work/all" "$work/out"
jq -es 'map(.id) | . == (sort | reverse)' "$work/out" >/dev/null ||
    fail "the audit is not in order"

# A backup, checked; never over a file.
ends 0 "$ctl" backup "$work/backup"
has 'checked'
[ "$(stat -c %a "$work/backup")" = 600 ] || fail "others can read a backup"
ends 74 "$ctl" backup "$work/backup"
complains '--overwrite'
ends 0 "$ctl" note n1 "before the backup"
ends 0 "$ctl" -j backup "$work/backup" --overwrite
jq -e ".file == \"$work/backup\" and .acts > 12" "$work/out" >/dev/null ||
    fail "no JSON of a backup: $(cat "$work/out")"
[ "$(ls "$work"/backup* | wc -l)" = 1 ] || fail "it left $(ls "$work")"
ends 0 "$ctl" note n1 "after the backup"

# Not under a droverd that runs, also not under one that cannot open its
# state, or has lost it.
put_back() {
	"$ctl" restore "$work/backup" --state-directory "$work/state" -y
}
stop() {
	kill -TERM "$droverd"
	await 10 "it ends" gone "$droverd"
}
refuses_acts() {
	("$ctl" note n1 lost 2>&1 || true) | grep -q "$1"
}
runs_without() {
	start droverd "$bin/droverd" -r "$run" -s "$work/state" \
	    -f "$work/drover.conf"
	droverd=$last
	await 15 "it cannot act" refuses_acts "$1"
	ends 69 put_back
	complains "process $droverd, runs on $work/state; end it first"
	stop
}
ends 69 put_back
complains 'end it first'
stop
# That of a newer drover; one that is damaged, without a log.
poke() {
	dd of="$work/state/state.db" bs=1 seek="$1" conv=notrunc 2>/dev/null
}
printf '\0\0\0\143' | poke 60
runs_without '5009 UNKNOWN_KIND'
printf scribble | poke 4100
printf '\0\0\0\1' | poke 60
rm -r "$work/state/cluster/log"
runs_without '5007 STATE_DAMAGED'

# Not from what is none, and then it is.
ends 64 "$ctl" restore "$work/backup" --state-directory "$work/nothing" -y
ends 3 "$ctl" restore "$work/backup" --state-directory "$work/state"
complains 'needs --yes'
head -c 8000 "$work/backup" >"$work/torn"
ends 4 "$ctl" restore "$work/torn" --state-directory "$work/state" -y
complains 'no sound backup'
if [ "$(id -u)" = 0 ]; then
	# For the user that droverd runs as.
	mkdir -m 0700 "$work/other"
	chown 65534:65534 "$work/other"
	ends 0 "$ctl" restore "$work/backup" \
	    --state-directory "$work/other" -y
	[ -z "$(find "$work/other" ! -uid 65534)" ] ||
	    fail "not the owner's: $(ls -l "$work/other")"
fi
ends 0 "$ctl" restore "$work/backup" --state-directory "$work/state" -y
has 'state.db is restored'
[ "$(stat -c %a "$work/state/state.restored")" = 600 ] || fail "not private"
launch
ends 0 "$ctl" notes
has 'note 12'
has 'before the backup'
! grep -q 'after the backup' "$work/out" || fail "it is not restored"
mended() {
	"$ctl" audit | grep 'state.mended .*restored from backup'
}
await 10 "the audit says so" mended
ends 0 "$ctl" note n1 "it goes on"
crash
launch
ends 0 "$ctl" notes
has 'it goes on'

# A person at a terminal is shown what moves, and asked.
tmux() {
	command tmux -L "ctl$$" "$@"
}
cleanup_test() {
	tmux kill-server 2>/dev/null || true
}
screen() {
	tmux capture-pane -p | grep -q -- "$1"
}
tmux -f /dev/null new-session -d -x 100 -y 30 \
    "env DROVER_RUNTIME_DIRECTORY=$run PS1='% ' bash --norc"
tmux send-keys "$ctl drain n1" Enter
await 10 "why" screen 'Why?'
tmux send-keys "new memory" Enter
await 10 "a preview" screen 'nodes in service: 1 now, 0 then'
await 10 "a question" screen 'Do it?'
tmux send-keys n Enter
await 10 "a no" screen 'nothing was done'
ends 0 "$ctl" -j node n1
jq -e '.node.drain == "in service"' "$work/out" >/dev/null ||
    fail "it drained after a no"
tmux send-keys "$ctl drain n1 -r 'new memory'" Enter
await 10 "a question" screen 'Do it? .y/N. *$'
tmux send-keys y Enter
await 10 "it drains" screen "node n1 drains: 'new memory'"

kill -TERM "$droverd"
await 10 "it ends" gone "$droverd"
