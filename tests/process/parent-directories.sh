#!/bin/bash
# A directory that will not do is refused with one line that says why.
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

# refused STATUS PATTERN COMMAND...: one line, and that exit status.
refused() {
	local status=$1 pattern=$2 got=0
	shift 2
	"$@" >"$work/refused.log" 2>&1 || got=$?
	[ "$got" -eq "$status" ] ||
	    fail "status $got, not $status: $*"
	grep -q -- "$pattern" "$work/refused.log" ||
	    fail "no line with '$pattern'"
	[ "$(wc -l <"$work/refused.log")" -eq 1 ] || fail 'more than a line'
}

try() {
	timeout 10 "$bin/droverd" --libexec-directory "$libexec" "$@"
}

# A second droverd on either directory, by whatever name.
start_droverd
await 10 'the first droverd' all_up
refused 75 "another droverd, process $droverd, runs on $run" \
    try -r "$run" -s "$work/other"
refused 75 "process $droverd, runs on $work/state" \
    try -r "$work/run2" -s "$work/state"
ln -s run "$work/alias"
refused 75 "process $droverd" try -r "$work/alias" -s "$work/other"
kill -0 "$droverd" || fail 'the first did not survive the second'
stop_in 2000

mkdir -m 0777 "$work/open"
chmod 0777 "$work/open"
refused 73 'can be written by others' try -r "$work/open" -s "$work/s"
touch "$work/file"
refused 73 'is not a directory' try -r "$work/file" -s "$work/s"

as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

mkdir -m 0700 "$work/closed"
if [ "$(id -u)" -eq 0 ]; then
	# Where nobody may look for the programs.
	cp "$bin/droverd" "$work"
	chmod 0755 "$work" "$libexec" "$work/droverd"
	refused 73 "cannot make the directory $work/closed/run: Perm" \
	    as_nobody "$work/droverd" -r "$work/closed/run" -s "$work/s"
	refused 73 'belongs to uid 0, not to uid 65534' \
	    as_nobody "$work/droverd" -r "$libexec" -s "$work/s"

	mkdir "$work/full"
	if mount -t tmpfs -o size=64k,mode=0700 drover-test "$work/full"
	then
		cleanup_test() { umount "$work/full"; }
		dd if=/dev/zero of="$work/full/ballast" 2>/dev/null || true
		refused 73 'No space left on device' \
		    try -r "$work/full" -s "$work/s"

		# No room for the segment: the core says so, droverd goes
		# on, and with room there is a segment.
		mount -o remount,size=128k "$work/full"
		start real "$bin/droverd" -v -r "$work/full" -s "$work/s"
		await 10 'the complaint' grep -q \
		    'core: exit 73: .*No space left' "$work/real.log"
		kill -0 "$last" || fail 'droverd ended'
		mount -o remount,size=64m "$work/full"
		kill -HUP "$last"
		await 10 'the segment' "$bin/droverstat" -1 -d "$work/full"
		kill -TERM "$last"
		wait "$last" || fail "droverd ended with status $?"
	else
		echo 'not tried: a full file system (no mount here)'
	fi
else
	chmod 0500 "$work/closed"
	refused 73 "cannot make the directory $work/closed/run: Perm" \
	    try -r "$work/closed/run" -s "$work/s"
	echo 'not tried: a full file system (needs root)'
fi
