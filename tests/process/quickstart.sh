#!/bin/bash
# quickstart, however it is left, leaves nothing behind; and a second one
# is another console on the droverd that runs.  It works on a copy of the
# tree, since it builds there.
. "$(dirname "$0")/library.sh"

command -v tmux >/dev/null || skip "tmux is not here"
"$DROVER_SOURCE/tools/install-packages" -n build >/dev/null ||
    skip "packages are missing"
export XDG_RUNTIME_DIR=$work/run
export TERM=screen-256color
unset DROVER_RUNTIME_DIRECTORY
mkdir -m 0700 "$XDG_RUNTIME_DIR"
tree=$work/tree
mkdir "$tree"
(cd "$DROVER_SOURCE" && tests/lint/files | tar -cf - -T -) |
    tar -xf - -C "$tree"
socket=$work/tmux

cleanup_test() {
	tmux -S "$socket" kill-server 2>/dev/null || :
	for pid in $(ours); do
		kill -KILL "$pid" 2>/dev/null || :
	done
}

# The processes that run a program of this tree.
ours() {
	for link in /proc/[0-9]*/exe; do
		case $(readlink "$link" 2>/dev/null) in
		"$tree"/*)	echo "$link" | cut -d/ -f3 ;;
		esac
	done
}

nothing_left() {
	[ -z "$(ours)" ] && [ ! -e "$XDG_RUNTIME_DIR/drover" ]
}

screen_has() {
	tmux -S "$socket" capture-pane -p -t "${2:-one}" 2>/dev/null |
	    grep -q -- "$1"
}

# open NAME: a quickstart in a terminal, until its console shows the node.
open() {
	tmux -S "$socket" -f /dev/null new-session -d -s "$1" -x 80 -y 24 \
	    "exec $tree/quickstart 2>$work/$1.log"
	await 15 "the console shows this node" \
	    screen_has "$(hostname | cut -c1-8)" "$1"
}

script_pid() {
	tmux -S "$socket" display-message -p -t "$1" '#{pane_pid}'
}

# The first builds; without a terminal it is one screen.
"$tree/quickstart" --once >"$work/once" 2>"$work/once.log" </dev/null ||
    fail "quickstart --once: exit $?"
grep -q "$(hostname | cut -c1-8)" "$work/once" ||
    fail "quickstart --once does not show this node"
! grep -q "$(printf '\033')" "$work/once" ||
    fail "quickstart --once prints escape sequences"
nothing_left || fail "left behind by --once: $(ours)"

open one
tmux -S "$socket" send-keys -t one q
await 5 "q stops everything" nothing_left

open one
tmux -S "$socket" send-keys -t one C-c
await 5 "Ctrl-C stops everything" nothing_left

open one
kill -TERM "$(script_pid one)"
await 5 "SIGTERM stops everything" nothing_left

open one
tmux -S "$socket" kill-server
await 5 "a vanished terminal stops everything" nothing_left

open one
kill -KILL "$(script_pid one)"
await 5 "a killed quickstart leaves no process" test -z "$(ours)"
rm -rf "$XDG_RUNTIME_DIR/drover"

open one
open two
grep -q 'another console' "$work/two.log" ||
    fail "a second quickstart does not say that one runs"
tmux -S "$socket" send-keys -t two q
await 5 "the second ends" output_has '^one' \
    tmux -S "$socket" list-sessions -F '#{session_name}'
[ -n "$(ours)" ] || fail "the second quickstart stopped the first"
tmux -S "$socket" send-keys -t one q
await 5 "the first stops everything" nothing_left

# A port or a directory that it may not use: a line, and exit 1.
mkdir "$XDG_RUNTIME_DIR/drover"
chmod 0777 "$XDG_RUNTIME_DIR/drover"
! "$tree/quickstart" --once >"$work/refused" 2>&1 </dev/null ||
    fail "a directory that anyone can write is used"
grep -q "$XDG_RUNTIME_DIR/drover" "$work/refused" ||
    fail "no clear line: $(cat "$work/refused")"
[ -z "$(ours)" ] || fail "left behind: $(ours)"
