#!/bin/bash
# Draining from the console, against a real droverd: preview, reason, the
# typed name where a limit breaks, undraining, a hold; what cannot be done
# is told, and nothing makes the console wait.
. "$(dirname "$0")/library.sh"
. "$tests/console-library.sh"

command -v jq >/dev/null || skip "jq is not installed"
mkdir -m 700 "$work/daemon"
cat >"$work/drover.conf" <<END
node:
  name: n1
collect:
  interval: 200ms
backend:
  discover: false
END
ctl() {
	"$bin/droverctl" -d "$segments" "$@"
}
# is STATE: n1 is, as droverctl has it.
is() {
	[ "$(ctl -j node n1 | jq -r .node.drain)" = "$1" ]
}
audit_has() {
	ctl -j audit | jq -c "select(.verb == \"$1\" and .note == \"$2\")" |
	    grep -q .
}
start_droverd() {
	start "$1" "$bin/droverd" -f "$work/drover.conf" -r "$segments" \
	    -s "$work/daemon"
	droverd=$last
}
core_pid() {
	ctl -j processes |
	    jq '.processes[] | select(.name == "core").pid' | grep '[0-9]'
}

start_droverd droverd
await 20 "the state is there" is "in service"
await 20 "its process" core_pid
core=$(core_pid)

open_console 80 24
see '^▸ n1 .*● up'

# A preview; what it would break is said; leaving it does nothing.
keys d
see '^── drain n1: what it would do'
see '^ nodes  *n1  up, in service, 0 in flight'
see '^ in service nodes: 1 -> 0'
see '^ breaks  *! last node in service: has 0, needs 1'
see 'Enter give the reason'
keys Escape
see '^── events'
is "in service" >/dev/null || fail "drained by a look"

# The reason must be one; then the name, since a limit breaks.
keys d
see 'Enter give the reason'
keys Enter
see '^reason:'
keys Enter
see 'a reason has at least 3 characters'
mux resize-window -x 100 -y 30
see '^── drain n1: what it would do'
see 'a reason has at least 3 characters'
keys 'new kernel' Enter
see 'To do it all the same, type n1'
keys n2 Enter
see 'that was not n1'
is "in service" >/dev/null || fail "drained without the name"
keys BSpace 1
mux resize-window -x 80 -y 24
see '^name: n1'
keys Enter
see '^n1 drains: 1000 done (entry [0-9]*)'
await 10 "n1 drained" is drained
see '^▸ n1 .*▽ drain .*drained'
see '^drained by .* since .*: new kernel'
audit_has node.drain "new kernel" >/dev/null || fail "not in the audit"

# Who did it is seen where it is undone; with a reason or without.
keys Enter
see '\[Node\]'
keys u
see '^ now  *drained by .*: new kernel'
see 'would be  *done'
keys Enter
see 'may be left empty'
keys Enter
see '^n1 is in service again: 1000 done'
await 10 "n1 in service" is "in service"
keys Escape

# By command, with a deadline, all on one line.
keys ':drain n1 --deadline 30m -r "two words"' Enter
see '^ deadline 30m'
see 'Enter do it'
keys Enter
see 'type n1'
keys n1 Enter
see '^n1 drains: 1000 done'
see '^drain.*until.*: two words'
keys ':undrain n1 -r "back again"' Enter
see 'Enter do it'
keys Enter
see '^n1 is in service again'

# A hold, from its key.
keys H
see '^:hold n1 --for 1h'
keys Enter
see 'Enter give the reason'
keys Enter
see '^reason:'
keys 'change of the fans' Enter
see '^hold n1: 1000 done'
keys 8
see 'pause .*n1\|n1 .*pause'
keys 7
see 'hold.put .*n1\|hold/'
keys 1

# No such node: it goes no further.
keys ':drain n9' Enter
see '^ would be  *! refused: 4021 there is no such node: n9'
keys Enter
see '^! it would be refused: 4021'
keys Escape

# A core that is stuck: the wait is counted, the console goes on, and what
# was looked at is given up at once.
kill -STOP "$core"
keys d
see 'asking what it would do, [1-9]'
keys Escape
see '^── events'
keys 6
see '\[6 Events\]'
keys 1
kill -CONT "$core"
keys d
see '^ breaks  *! last node in service'

# What was sent is not taken back: its answer comes after all.
keys Enter
see '^reason:'
keys 'a slow answer' Enter
see 'type n1'
kill -STOP "$core"
keys n1 Enter
see 'sent; waiting for the answer, [1-9]'
see 'what was sent is done all the same'
keys Escape
see '^drain n1: sent, and not taken back'
kill -CONT "$core"
see '^n1 drains: 1000 done'
await 10 "n1 drained" is drained
keys u
see 'Enter give the reason'
keys Enter
see '^reason:'
keys Enter
see '^n1 is in service again'

# Without droverd nothing can be asked, and nothing was done.
keys d
see 'Enter give the reason'
keys Enter
see '^reason:'
keys 'too late now' Enter
see 'type n1'
kill -TERM "$droverd"
await 10 "the end of droverd" gone "$droverd"
see 'CLOSED at'
keys n1 Enter
see '^ no answer  *!'
see 'nothing was done'
see 'Enter ask again'
start_droverd again
await 20 "the state is there again" is "in service"
see 'LIVE'
keys Enter
see 'drains: 1000 done\|refused'
keys Escape
keys q
see '^ended: 0'
