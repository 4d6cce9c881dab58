#!/bin/bash
# The console at 1 Hz on a terminal of 80 by 24: bytes a frame and CPU, on
# the Nodes and the Node screen, against htop with the same interval in the
# same run.  What the terminal emulator does is nobody's here.
set -eu
seconds=20
[ "${1:-}" = --smoke ] && seconds=1
bin=$DROVER_BUILD/bin
tests=$DROVER_BUILD/tests
work=$(mktemp -d)
daemon=

cleanup() {
	if [ -n "$daemon" ]; then
		kill -TERM "$daemon" 2>/dev/null || true
		wait "$daemon" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap cleanup EXIT

export LC_ALL=C.UTF-8 TERM=xterm-256color XDG_STATE_HOME=$work
export HTOPRC=$work/htoprc
mkdir -m 700 "$work/run"
cat >"$work/drover.conf" <<END
node:
  runtime_directory: $work/run
  state_directory: $work/state
END
"$bin/droverd" -f "$work/drover.conf" >"$work/log" 2>&1 &
daemon=$!
for _ in $(seq 100); do
	[ -e "$work/run/core.seg" ] && break
	sleep 0.1
done

# measure COMMAND...: bytes and seconds of CPU, each a second.
measure() {
	"$tests/pty-run" --seconds "$seconds" -- "$@" |
	    awk -v s="$seconds" '{ printf "%.1f %.4f\n", $1 / s, $2 / s * 100 }'
}

# report NAME VALUE UNIT PEER-NAME PEER
report() {
	awk -v n="$1" -v v="$2" -v u="$3" -v p="$4" -v b="$5" 'BEGIN {
		r = b > 0 ? sprintf("%.3f", v / b) : "null"
		printf "{\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\", " \
		    "\"peer\": \"%s\", \"ratio\": %s}\n", n, v, u, p, r
	}'
}

command -v htop >/dev/null || { echo "SKIP: htop is not here"; exit 77; }
read -r peer_bytes peer_cpu < <(measure htop -d 10)
for screen in nodes node events "graph cpu_busy load1"; do
	read -r bytes cpu < <(measure "$bin/drover" -d "$work/run" -s "$screen")
	report "console-${screen%% *}-bytes" "$bytes" B/frame \
	    "htop $peer_bytes" "$peer_bytes"
	report "console-${screen%% *}-cpu" "$cpu" % "htop $peer_cpu" "$peer_cpu"
done
