#!/bin/bash
# bare-root.sh: both commands in a Debian that has nothing but apt and
# sudo, as an ordinary user, so that nothing installed by hand on the
# machine where drover is worked on hides a missing package.
#
# The root is made afresh by mmdebstrap in a directory of its own, from
# the apt sources of this machine.  Everything in it runs in a mount and a
# process namespace: when they end, no mount and no process is left, and
# only then the directory is removed.
set -eu
source_tree=$(cd "$(dirname "$0")/.." && pwd)
user=newcomer

say()
{
	printf 'bare-root: %s\n' "$*"
}

fail()
{
	printf 'FAIL: %s\n' "$*"
	exit 1
}

skip()
{
	printf 'SKIP: %s\n' "$*"
	exit 77
}

# Inside: the namespaces are made, $1 is the root.
in_root()
{
	chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	    LANG=C.UTF-8 TERM=dumb "$@" </dev/null
}

as_user()
{
	in_root su -l "$user" -c "export LANG=C.UTF-8; cd drover && $*"
}

mount_what_programs_need()
{
	mount -t proc proc "$root/proc"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
}

make_user()
{
	in_root useradd -m -s /bin/bash "$user"
	in_root useradd -m -s /bin/bash visitor
	echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
	mkdir "$root/home/$user/drover"
	git -C "$source_tree" archive HEAD |
	    tar -x -C "$root/home/$user/drover"
	cp -a "$root/home/$user/drover" "$root/home/visitor/drover"
	in_root chown -R "$user:" "/home/$user/drover"
	in_root chown -R visitor: /home/visitor/drover
}

# The user's processes, but for su and this script's own; one that has ended
# and waits for the machine's init does not run.
assert_nothing_runs()
{
	local status uid

	uid=$(in_root id -u "$user")
	for status in "$root"/proc/[0-9]*/status; do
		grep -q "^Uid:[[:space:]]*${uid}[[:space:]]" "$status" \
		    2>/dev/null || continue
		grep -q '^State:[[:space:]]*Z' "$status" 2>/dev/null && continue
		[ -e "$status" ] || continue
		fail "left behind after $1: $(grep ^Name: "$status")"
	done
	[ ! -e "$root/tmp/drover-$uid" ] ||
	    fail "left behind after $1: /tmp/drover-$uid"
}

# Whoever may not install is told so, and told what to do.
check_without_sudo()
{
	local output status=0

	output=$(in_root su -l visitor -c 'cd drover && ./quickstart --once' \
	    2>&1) || status=$?
	[ $status -ne 0 ] || fail "a user without sudo got exit 0"
	grep -q 'sudo' <<<"$output" && grep -q 'libuv1-dev' <<<"$output" ||
	    fail "no clear line for a user without sudo: $output"
	say "without sudo: $(tail -n 1 <<<"$output")"
}

check_quickstart()
{
	local screen=$root/home/$user/screen

	say "quickstart --once"
	as_user "./quickstart --once >~/screen" ||
	    fail "quickstart --once: exit $?"
	sed 's/^/    |/' "$screen"
	grep -q '^drover' "$screen" || fail "the screen has no head line"
	grep -q "$(hostname)" "$screen" ||
	    fail "the screen does not name this node"
	assert_nothing_runs "quickstart --once"
}

check_quickstart_again()
{
	local output

	output=$(as_user "./quickstart --once 2>&1") ||
	    fail "the second quickstart --once: exit $?: $output"
	! grep -qE 'Installing|Building' <<<"$output" ||
	    fail "the second quickstart installs or builds again: $output"
}

check_tests()
{
	say "tests/run --quick"
	as_user "tests/run --quick >~/tests 2>&1" || {
		tail -n 400 "$root/home/$user/tests"
		fail "tests/run --quick"
	}
	tail -n 1 "$root/home/$user/tests" |
	    grep -qE '^[1-9][0-9]* passed, 0 failed' ||
	    fail "the closing line is $(tail -n 1 "$root/home/$user/tests")"
	# The plain form would be read as this run's own total.
	say "inside: $(tail -n 1 "$root/home/$user/tests")"
	assert_nothing_runs "tests/run --quick"
}

inside()
{
	root=$1
	mount_what_programs_need
	! in_root sh -c 'command -v gcc || command -v cmake' ||
	    fail "the root is not bare"
	make_user
	check_without_sudo
	check_quickstart
	check_quickstart_again
	check_tests
	say "both commands work in a bare Debian"
}

# The apt source files that serve the release, and how this machine's apt
# reaches them.
make_root()
{
	local codename files=() file

	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	for file in /etc/apt/sources.list.d/*.sources; do
		if awk -v suite="$codename" -f tools/backports-stanza.awk \
		    "$file" | grep -q .; then
			files+=("$file")
		fi
	done
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$file" ] || continue
		if awk -v suite="$codename" -f tools/backports-line.awk \
		    "$file" | grep -q .; then
			files+=("$file")
		fi
	done
	[ ${#files[@]} -gt 0 ] || skip "no apt source serves $codename"
	apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' \
	    >"$work/apt.conf" || :
	mmdebstrap --variant=minbase --include=sudo --quiet \
	    --aptopt="$work/apt.conf" --dpkgopt=force-unsafe-io \
	    "$codename" "$work/root" "${files[@]}" 2>"$work/mmdebstrap.log" ||
	    { tail -n 20 "$work/mmdebstrap.log"; fail "mmdebstrap: exit $?"; }
	cp /etc/hosts "$work/root/etc/hosts" 2>/dev/null || :
}

if [ "${1:-}" = inside ]; then
	inside "$2"
	exit
fi

cd "$source_tree"
shopt -s nullglob
[ "$(id -u)" -eq 0 ] || skip "only root can make another root"
for program in mmdebstrap unshare git; do
	command -v $program >/dev/null || skip "$program is not here"
done
unshare --mount --pid --fork true 2>/dev/null ||
    skip "this machine gives no mount namespace"
git rev-parse --verify -q HEAD >/dev/null || skip "not a git tree"
[ -z "$(git status --porcelain)" ] ||
    say "there are uncommitted changes: what is tested is HEAD"

work=$(mktemp -d "${TMPDIR:-/tmp}/drover-bare-root.XXXXXX")
inner=
finish()
{
	local status=$?

	if [ -n "$inner" ] && kill -KILL "$inner" 2>/dev/null; then
		wait "$inner" 2>/dev/null || :
	fi
	rm -rf --one-file-system -- "$work"
	exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
SECONDS=0
make_root
say "the root is made, after $SECONDS s," \
    "$(du -shx "$work/root" | cut -f 1)"
unshare --mount --propagation private --pid --fork --kill-child \
    bash "$source_tree/tests/bare-root.sh" inside "$work/root" &
inner=$!
wait "$inner"
inner=
say "done after $SECONDS s"
