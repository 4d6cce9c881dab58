# What the tests of the parent share: droverd with stand-in in the place
# of its processes (tests/process/programs/stand-in.c says what that can
# do), in the runtime directory $work/run.  Sourced after library.sh.

run=$work/run
libexec=$work/libexec
mkdir "$libexec"
for name in core effector recorder gpu; do
	cp "$DROVER_BUILD/tests/programs/stand-in" "$libexec/drover-$name"
done

# No configuration, no directory and no service manager of this session.
unset XDG_RUNTIME_DIR DROVER_RUNTIME_DIRECTORY XDG_CONFIG_HOME \
    XDG_STATE_HOME NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID JOURNAL_STREAM
export HOME="$work"

start_droverd() {
	start droverd "$bin/droverd" -v -r "$run" -s "$work/state" \
	    --libexec-directory "$libexec" "$@"
	droverd=$last
}

# does NAME WORD...: what stand-in in its place shall do from now on.
does() {
	local name=$1
	shift
	mkdir -p -m 0700 "$run"
	echo "$*" >"$run/$name.do"
}

# heard PATTERN: the core heard it; logged PATTERN: droverd logged it.
heard() {
	grep -q -- "$1" "$run/core.heard"
}

logged() {
	grep -q -- "$1" "$work/droverd.log"
}

heard_times() {
	[ "$(grep -c -- "$2" "$run/core.heard")" -ge "$1" ]
}

pid_of() {
	cat "$run/$1.pid" 2>/dev/null
}

# runs_anew NAME PID: it runs, and not as that process.
runs_anew() {
	local pid
	pid=$(pid_of "$1")
	[ -n "$pid" ] && [ "$pid" != "$2" ] && kill -0 "$pid"
}

# A zombie that its parent has not reaped yet is not running.
ended() {
	local state
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' \
	    "/proc/$1/status" 2>/dev/null) || true
	[ -z "$state" ] || [ "$state" = Z ]
}

all_up() {
	heard 'told core state 2' && heard 'told gpu state 2'
}

# stop_in MILLISECONDS: SIGTERM, and droverd must be gone within that.
stop_in() {
	local begin end
	begin=$(date +%s%N)
	kill -TERM "$droverd"
	wait "$droverd" || fail "droverd ended with status $?"
	end=$(date +%s%N)
	[ $(((end - begin) / 1000000)) -le "$1" ] ||
	    fail "the end took $(((end - begin) / 1000000)) ms, not $1"
}
