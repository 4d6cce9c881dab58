# What the tests of droverstat share, after library.sh: a writer whose
# values are known (stat-writer.c), told what to do through a pipe.

stat=$bin/droverstat
segment=$work/core.seg
export DROVER_RUNTIME_DIRECTORY=$work
unset XDG_RUNTIME_DIR || true
export LC_ALL=C.UTF-8

# start_writer: a new segment under the same name; its pid in $writer.
start_writer() {
	rm -f "$work/commands"
	mkfifo "$work/commands"
	exec 3<>"$work/commands"
	start writer bash -c 'exec "$0" "$1" <"$2" 3<&-' \
	    "$DROVER_BUILD/tests/stat-writer" "$segment" "$work/commands"
	writer=$last
	answers=0
	await 10 "a writer that is ready" grep -q '^ready' "$work/writer.log"
}

answered() {
	[ "$(grep -c '^ok' "$work/writer.log")" -ge "$answers" ]
}

# tell COMMAND: the writer did it.
tell() {
	answers=$((answers + 1))
	echo "$*" >&3
	await 10 "an answer to $*" answered
}

# ends STATUS COMMAND...: output in $work/out, complaints in $work/err.
ends() {
	local wanted=$1 status=0
	shift
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" -eq "$wanted" ] ||
	    fail "$*: status $status, not $wanted: $(cat "$work/err")"
}

has() {
	grep -q -- "$1" "$work/out" ||
	    fail "no '$1' in: $(cat "$work/out")"
}

# complains PATTERN: in one line, and prints nothing else.
complains() {
	[ "$(wc -l <"$work/err")" -eq 1 ] && [ ! -s "$work/out" ] &&
	    grep -q -- "$1" "$work/err" ||
	    fail "not one line with '$1': $(cat "$work/err" "$work/out")"
}
