#!/bin/bash
# Nothing of the machine where the tree is worked on stands in it: not
# the paths where it lies, not the hosts that packages come from.  Both are
# read off this machine, so that the lint holds wherever it runs.
set -u
failures=0
mapfile -t files < <(tests/lint/files)
[ ${#files[@]} -gt 0 ] || { echo "FAIL: found no files"; exit 1; }

# refuse PATTERN WHY: a basic regular expression that no file may hold.
refuse()
{
	local found

	found=$(grep -niE -e "$1" -- "${files[@]}" /dev/null | head -n 5)
	[ -n "$found" ] || return 0
	printf '%s: %s\n' "$2" "$found"
	failures=$((failures + 1))
}

# The first two parts of the path of this tree and of the home directory,
# where they are not places that every machine has.
private_paths()
{
	local path

	for path in "$PWD" "$(git rev-parse --path-format=absolute \
	    --git-common-dir 2>/dev/null)" "${HOME:-/}"; do
		case $path in
		/tmp*|/usr*|/var*|/|'')	continue ;;
		/home/*|/root*)		echo "$path" ;;
		*)			echo "$path" | cut -d/ -f1-2 ;;
		esac
	done | sort -u
}

registry_hosts()
{
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
	    /etc/apt/sources.list.d/*.sources 2>/dev/null |
	    grep -v '^ *#' | grep -oE 'https?://[^/ ]+' | sed 's|.*//||'
	command -v npm >/dev/null && npm config get registry 2>/dev/null |
	    sed 's|.*//||; s|/.*||'
	sed -n 's|^ *registry *= *[a-z]*://\([^/]*\).*|\1|p' ~/.npmrc \
	    2>/dev/null
}

quoted()
{
	sed 's/[.[\*^$+?(){|]/\\&/g'
}

while read -r path; do
	refuse "(^|[^a-z0-9._-])$path/" \
	    "a path of the machine"
done < <(private_paths | quoted)
while read -r host; do
	refuse "$host" "the host of a package registry"
done < <(registry_hosts | sort -u | grep '\.' | quoted)
while read -r file; do
	[ "$(tail -c 1 "$file" | wc -l)" -eq 1 ] || {
		echo "$file: no newline at its end"
		failures=$((failures + 1))
	}
done < <(printf '%s\n' "${files[@]}" |
    grep -E '\.(c|h|def|sh|awk|md|cmake|txt|json|[1-8])$')
echo "${#files[@]} files, $failures breaches"
[ $failures -eq 0 ]
