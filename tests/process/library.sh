# What the process and terminal tests share; sourced by each of them with
# the directory of the programs in $1.  A test runs in a directory of its
# own, awaits conditions and leaves no process behind.

set -eu
bin=$(cd "$1" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
started=

cleanup() {
	status=$?
	for pid in $started; do
		kill -CONT "$pid" 2>/dev/null || true
		kill -KILL "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
	if type cleanup_test >/dev/null 2>&1; then
		cleanup_test
	fi
	if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
		for file in "$work"/*.log; do
			[ -f "$file" ] && sed "s|^|$(basename "$file"): |" \
			    "$file" >&2
		done
	fi
	rm -rf "$work"
	exit "$status"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# Exit status 77 is SKIP for ctest (SKIP_RETURN_CODE).
skip() {
	echo "SKIP: $*"
	exit 77
}

# start NAME COMMAND...: in the background, output to NAME.log, pid in
# $last.
start() {
	local name=$1
	shift
	"$@" >"$work/$name.log" 2>&1 &
	last=$!
	started="$started $last"
}

# await SECONDS WHAT COMMAND...: until the command succeeds.
await() {
	local seconds=$1 what=$2 end
	shift 2
	end=$((SECONDS + seconds))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] ||
		    fail "not within $seconds s: $what"
		sleep 0.05
	done
}

# output_has PATTERN COMMAND...: the output of the command matches.
output_has() {
	local pattern=$1
	shift
	"$@" 2>&1 | grep -q -- "$pattern"
}

gone() {
	! kill -0 "$1" 2>/dev/null
}
