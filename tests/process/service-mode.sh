#!/bin/bash
# As a service droverd keeps root and its processes run as another user.
. "$(dirname "$0")/library.sh"
. "$tests/parent-library.sh"

[ "$(id -u)" -eq 0 ] || skip 'service mode needs root'
user=nobody
uid=$(id -u $user 2>/dev/null) || skip "no user $user here"
gid=$(id -g $user)

# Where that user can run the programs, as if installed.
chmod 0755 "$work" "$libexec"
cp "$bin/drover-gpu" "$libexec/drover-gpu"
cp "$DROVER_BUILD/tests/libfake-nvml-new.so" "$work/fake.so"
chmod 0755 "$libexec"/* "$work/fake.so"
printf 'collect:\n  nvml_library: %s\n' "$work/fake.so" >"$work/gpu.conf"
chmod 0644 "$work/gpu.conf"

got=0
"$bin/droverd" --service --user drover-no-such-user -r "$run" \
    -s "$work/state" 2>"$work/nouser.log" || got=$?
[ "$got" -eq 67 ] || fail "status $got without the user"
grep -q 'no such user' "$work/nouser.log" || fail 'not said'

start_droverd --service --user $user -f "$work/gpu.conf"
await 10 'the processes up' all_up
core=$(pid_of core)
gpu=$(pgrep -P "$droverd" -x drover-gpu)

# status_has PID FIELD VALUE
status_has() {
	grep -Eq "^$2:[[:space:]]+$3\$" "/proc/$1/status" ||
	    fail "$(grep "^$2:" "/proc/$1/status") of $(cat "/proc/$1/comm")"
}

status_has "$droverd" Uid '0[[:space:]]0[[:space:]]0[[:space:]]0'
for pid in "$core" "$gpu"; do
	status_has "$pid" Uid "$uid.$uid.$uid.$uid"
	status_has "$pid" Gid "$gid.$gid.$gid.$gid"
	status_has "$pid" NoNewPrivs 1
	status_has "$pid" CapEff 0+
	status_has "$pid" CapPrm 0+
	for group in $(sed -n 's/^Groups://p' "/proc/$pid/status"); do
		id -G $user | tr ' ' '\n' | grep -qx "$group" ||
		    fail "group $group is not $user's"
	done
done

# Nothing but standard descriptors, the tie to the parent and its own.
# (The core is stand-in, whose own is one signalfd.)
descriptors=$(cd "/proc/$core/fd" && echo *)
[ "$descriptors" = '0 1 2 3 4' ] || fail "descriptors $descriptors"

# The directories let the writers write and the group read.
for directory in "$run" "$work/state"; do
	[ "$(stat -c '%u %g %a' "$directory")" = "$uid $gid 750" ] ||
	    fail "$directory: $(stat -c '%u %g %a' "$directory")"
done
[ "$(stat -c '%u %g %a' "$run/gpu.seg")" = "$uid $gid 640" ] ||
    fail "gpu.seg: $(stat -c '%u %g %a' "$run/gpu.seg")"

# Restarts keep the user, and the death of root ends all.
kill -KILL "$core"
await 10 'the core again' runs_anew core "$core"
core=$(pid_of core)
status_has "$core" Uid "$uid.$uid.$uid.$uid"
kill -KILL "$droverd"
await 5 'the core gone with its parent' ended "$core"
await 5 'gpu gone with its parent' ended "$gpu"

# The directories are good for the next start.
rm -f "$run"/core.heard
start_droverd --service --user $user -f "$work/gpu.conf"
await 10 'the next service' all_up
stop_in 2000

# A directory that is root's own is not given away.
mkdir -m 0755 "$work/roots"
got=0
"$bin/droverd" --service --user $user -r "$work/roots" -s "$work/state" \
    2>"$work/roots.log" || got=$?
[ "$got" -eq 73 ] || fail "status $got on a directory of root"
[ "$(stat -c %u "$work/roots")" -eq 0 ] || fail 'it was given away'

# The real core as that user: it publishes, and the group could read it.
cp "$bin/drover-core" "$libexec/drover-core"
chmod 0755 "$libexec/drover-core"
real=$work/real
start real "$bin/droverd" -v --service --user $user -r "$real" \
    -s "$work/real-state" --libexec-directory "$libexec"
await 10 'the core' "$bin/droverstat" -1 -d "$real"
[ "$(stat -c '%u %g %a' "$real/core.seg")" = "$uid $gid 640" ] ||
    fail "core.seg: $(stat -c '%u %g %a' "$real/core.seg")"
core=$(pgrep -P "$last" -x drover-core)
status_has "$core" Uid "$uid.$uid.$uid.$uid"
await 10 'the parent in the segment' output_has "^parent .*up .* $last " \
    "$bin/droverstat" -1 -d "$real" -t process
await 10 'the core in the segment' output_has "^core .*up .* $core " \
    "$bin/droverstat" -1 -d "$real" -t process
kill -TERM "$last"
wait "$last" || fail "the service ended with status $?"
