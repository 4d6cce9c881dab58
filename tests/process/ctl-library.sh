# What the tests of droverctl share, after library.sh: a directory with a
# socket in it, and answers of our own behind it (answer-server.c).

ctl=$bin/droverctl
run=$work/run
mkdir -p "$run"
export DROVER_RUNTIME_DIRECTORY=$run
unset XDG_RUNTIME_DIR || true
export LC_ALL=C.UTF-8

start_server() {
	mkdir -p "$work/answers"
	start server "$DROVER_BUILD/tests/answer-server" "$run/core.sock" \
	    "$work/answers"
	server=$last
	await 10 "a server that is ready" grep -q '^ready' "$work/server.log"
}

# raw PATH: the bytes of standard input are the answer.
raw() {
	mkdir -p "$work/answers/$(dirname "$1")"
	cat >"$work/answers/$1.new"
	mv "$work/answers/$1.new" "$work/answers/$1"
}

# answer PATH STATUS BODY
answer() {
	printf 'HTTP/1.1 %s X\r\nContent-Type: application/json\r\n%s%d\r\n\r\n%s' \
	    "$2" 'Content-Length: ' "${#3}" "$3" | raw "$1"
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

# complains PATTERN: in one line.
complains() {
	[ "$(wc -l <"$work/err")" -eq 1 ] && grep -q -- "$1" "$work/err" ||
	    fail "not one line with '$1': $(cat "$work/err")"
}
