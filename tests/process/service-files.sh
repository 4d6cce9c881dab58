#!/bin/bash
# The unit, the user and the directories as systemd's own tools see them.
. "$(dirname "$0")/library.sh"

packaging=$DROVER_SOURCE/packaging
command -v systemd-analyze >/dev/null || skip 'no systemd-analyze here'

# The programs at the place that the unit names, for the verification.
mkdir -p "$work/root/usr/sbin"
sed "s|@droverd@|$bin/droverd|" "$packaging/droverd.service.in" \
    >"$work/droverd.service"
systemd-analyze verify --man=no "$work/droverd.service" \
    >"$work/verify.log" 2>&1 || fail 'systemd-analyze verify'
grep -q droverd.service "$work/verify.log" &&
    fail "systemd-analyze: $(grep droverd.service "$work/verify.log")"

# The user and the directories, made in a root of the test's own.
mkdir -p "$work/root/etc" "$work/root/run" "$work/root/var/lib"
if [ "$(id -u)" -ne 0 ]; then
	echo 'not tried: sysusers and tmpfiles (need root)'
	exit 0
fi
systemd-sysusers --root="$work/root" "$packaging/drover.sysusers"
grep -q '^drover:' "$work/root/etc/passwd" || fail 'no user drover'
grep -q '^drover:' "$work/root/etc/group" || fail 'no group drover'
systemd-tmpfiles --root="$work/root" --create "$packaging/drover.tmpfiles"
uid=$(sed -n 's/^drover:[^:]*:\([0-9]*\):.*/\1/p' "$work/root/etc/passwd")
for directory in run/drover var/lib/drover; do
	[ "$(stat -c '%u %a' "$work/root/$directory")" = "$uid 750" ] ||
	    fail "$directory: $(stat -c '%u %a' "$work/root/$directory")"
done
