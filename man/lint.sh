#!/bin/sh
# lint.sh DIRECTORY: the built manual pages are sound mdoc, every
# reference to a page of drover leads somewhere, and drover(7) to all of
# them.  No table is left out: each is in a page, and what an event sends
# its reader to is about that event.
set -eu
directory=$1
failed=0

complain()
{
	echo "$*" >&2
	failed=1
}

# page_known PAGE REFERRER
page_known()
{
	[ -e "$directory/man${1##*.}/$1" ] && return
	complain "$2: refers to $1, which does not exist"
}

count=0
for page in "$directory"/man[1-8]/*.[1-8]; do
	[ -e "$page" ] || continue
	count=$((count + 1))
	mandoc -Tlint -Wwarning "$page" || failed=1
	case ${page##*/} in
	*[!A-Za-z0-9_.-]*) complain "$page: odd name" ;;
	esac
	for target in $(sed -n \
	    's/^\.\(.* \)*Xr \(drover[^ ]*\) \([1-8]\).*/\2.\3/p' "$page"); do
		page_known "$target" "${page##*/}"
	done
done
[ "$count" -gt 0 ] || complain "$directory: no pages"
"$directory"/man-tables --pages | sort -u >"$directory/lint.pages"
while read -r target kind; do
	page_known "$target" "tables"
	grep -qwF -- "$kind" "$directory/man7/$target" ||
	    complain "$target: does not tell of $kind"
done <"$directory/lint.pages"
for page in "$directory"/man[1-8]/*.[1-8]; do
	name=${page##*/}
	[ "$name" = drover.7 ] ||
	    grep -q "^\.Xr ${name%.*} ${name##*.}" \
	    "$directory/man7/drover.7" ||
	    complain "drover.7: does not lead to $name"
done
for table in $("$directory"/man-tables --list); do
	grep -qx "@TABLE $table@" "$(dirname "$0")"/*.in ||
	    complain "the table $table is in no page"
done
exit $failed
