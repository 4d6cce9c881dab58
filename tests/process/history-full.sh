#!/bin/bash
# The disk of the history fills up, and then cannot be written at all: the
# node is shown all the while, it is told, and recording goes on by itself.
. "$(dirname "$0")/library.sh"

# A file system of its own needs a name space, or root.
if [ "${DROVER_UNSHARED:-}" != yes ]; then
	if unshare -rm true 2>/dev/null; then
		exec env DROVER_UNSHARED=yes unshare -rm bash "$0" "$@"
	fi
	skip "no name space for a small file system here"
fi
run=$work/run
state=$work/state
. "$tests/history-library.sh"
mkdir -m 0700 "$run" "$state"
mount -t tmpfs -o size=96m,mode=0700 none "$state" ||
    skip "no tmpfs can be mounted here"
cleanup_test() {
	umount -l "$state" 2>/dev/null || true
}
history_conf "store:" "  series: off"
start droverd "$bin/droverd" -f "$work/drover.conf"
droverd=$last
# told KIND COUNT: so many such events are there.
told() {
	[ "$("$bin/droverstat" -d "$run" -e | grep -c "$1")" -ge "$2" ]
}
await 10 "steps are recorded" has_steps 10

# Full to the last byte: what was written so far stays.
before=$(steps | wc -l)
full() {
	dd if=/dev/zero of="$state/ballast" bs=4k oflag=append conv=notrunc \
	    2>/dev/null || true
	told store.trouble 1
}
await 30 "it is told that nothing is recorded" full
"$bin/droverstat" -d "$run" -e | grep 'store.trouble' |
    grep -q 'No space' || fail "it is not told why"
shown=$(version)
await 10 "the node is shown on" shown_on "$shown" 10
rm "$state/ballast"
await 20 "it is told that it goes on" told store.mended 1
await 20 "recording goes on" has_steps $((before + 20))

# A file system that can only be read, for a recorder that is started on it.
mount --bind "$state/flight" "$state/flight" &&
    mount -o remount,bind,ro "$state/flight" || fail "no read-only mount"
pkill -KILL -P "$droverd" -x drover-recorder || fail "no recorder to kill"
await 20 "it is told again" told store.trouble 2
"$bin/droverstat" -d "$run" -e | grep 'store.trouble' |
    grep -q 'Read-only' || fail "it is not told why"
shown=$(version)
await 10 "the node is shown on" shown_on "$shown" 10
before=$(steps | wc -l)
umount "$state/flight"
await 20 "it is told that it goes on again" told store.mended 2
await 20 "recording goes on again" has_steps $((before + 20))
steps >/dev/null || fail "a stretch is damaged"
kill -TERM "$droverd"
await 10 "the end of droverd" gone "$droverd"
