#!/bin/bash
# What a droverd at rest costs: summed PSS of all its processes, and their
# CPU time over a while, against one CPU and the goals of the design.
# Usage: daemon.sh [--smoke]; the programs are taken from PATH.
set -eu
seconds=60
[ "${1:-}" != --smoke ] || seconds=1
directory=$(mktemp -d)
droverd=
trap 'kill $droverd 2>/dev/null; wait; rm -rf "$directory"' EXIT

droverd -r "$directory/run" -s "$directory/state" \
    2>"$directory/log" &
droverd=$!

# PIDs of droverd and everything below it.
family() {
	local pid
	echo "$1"
	for pid in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		family "$pid"
	done
}

# CPU time in ticks, summed.
ticks() {
	local pid sum=0 stat
	for pid in "$@"; do
		stat=$(cat "/proc/$pid/stat") || continue
		set -- ${stat##*) }
		sum=$((sum + ${12} + ${13}))
	done
	echo "$sum"
}

pss_kb() {
	local pid sum=0 value
	for pid in "$@"; do
		value=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
		sum=$((sum + ${value:-0}))
	done
	echo "$sum"
}

tries=100
until droverstat -1 -d "$directory/run" >/dev/null 2>&1; do
	tries=$((tries - 1))
	if [ "$tries" -eq 0 ] || ! kill -0 "$droverd"; then
		cat "$directory/log" >&2
		exit 1
	fi
	sleep 0.1
done

pids=$(family "$droverd")
before=$(ticks $pids)
sleep "$seconds"	# the measured time itself, not a wait
after=$(ticks $pids)
hertz=$(getconf CLK_TCK)
memory=$(pss_kb $pids)

awk -v t="$((after - before))" -v hz="$hertz" -v s="$seconds" \
    -v kb="$memory" 'BEGIN {
	cpu = 100 * t / hz / s
	printf "{\"name\":\"daemon.cpu_at_rest\",\"value\":%.3f," \
	    "\"unit\":\"percent\",\"peer\":\"goal 0.3\",\"ratio\":%.3f}\n",
	    cpu, cpu / 0.3
	printf "{\"name\":\"daemon.pss_at_rest\",\"value\":%.2f," \
	    "\"unit\":\"MiB\",\"peer\":\"goal 16\",\"ratio\":%.3f}\n",
	    kb / 1024, kb / 1024 / 16
}'
