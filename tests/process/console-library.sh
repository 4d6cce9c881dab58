# What the tests of the console share, after library.sh: a tmux of their
# own with drover in it, looking at the segment of console-writer.

command -v tmux >/dev/null || skip "tmux is not installed"
drover=$bin/drover
segments=$work/segments
place="-d $segments"
export LC_ALL=C.UTF-8 XDG_STATE_HOME=$work/state
export DROVER_MAN_PATH=$DROVER_BUILD/man
mkdir -m 700 "$segments"

mux() {
	tmux -S "$work/tmux" -f /dev/null "$@"
}

cleanup_test() {
	# What it showed when it went wrong.
	if [ "${status:-0}" -ne 0 ]; then
		screen >&2 || true
	fi
	mux kill-server 2>/dev/null || true
}

start_writer() {
	start writer "$DROVER_BUILD/tests/console-writer" "$segments"
	writer=$last
	await 10 "a segment" test -e "$segments/core.seg"
}

# open_console WIDTH HEIGHT [ARGUMENT...]: from a shell, whose last line
# says how drover ended; $place says where it looks.
open_console() {
	local size="-x $1 -y $2"
	shift 2
	# shellcheck disable=SC2086
	mux new-session -d $size "env PS1='shell> ' bash --norc --noprofile"
	await 10 "a shell" output_has '^shell>' screen
	keys "$drover $place $*; echo ended: \$?" Enter
}

screen() {
	mux capture-pane -p
}

keys() {
	mux send-keys "$@"
}

# see PATTERN: it comes to the screen.
see() {
	await 10 "on the screen: $1" output_has "$1" screen
}

# Its process id, as the shell's only child.
console_pid() {
	pgrep -P "$(mux display-message -p '#{pane_pid}')" -x drover
}
