#!/bin/sh
# lint.sh DIRECTORY: the built manual pages are sound mdoc, every
# reference to a page of drover leads somewhere, and so does every page
# that a table names.
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
for target in $("$directory"/man-tables --pages | sort -u); do
	page_known "$target" "tables"
done
exit $failed
