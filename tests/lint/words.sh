#!/bin/bash
# One word, one thing: other words for what drover has a word for, types
# hidden behind names, and work put off.
set -u
failures=0
mapfile -t files < <(tests/lint/files | grep -v '^tests/')
mapfile -t code < <(tests/lint/files '*.c' '*.h' '*.def')
[ ${#files[@]} -gt 0 ] && [ ${#code[@]} -gt 0 ] ||
    { echo "FAIL: found no files"; exit 1; }

# instead WORD PATTERN: an extended regular expression without case.
instead()
{
	local found

	found=$(grep -niE -e "(^|[^a-z_])($2)([^a-z_]|\$)" -- \
	    "${files[@]}" | head -n 5)
	[ -n "$found" ] || return 0
	printf 'say "%s":\n%s\n' "$1" "$found"
	failures=$((failures + 1))
}

instead "procedure"	'(run|play)books?'
instead "operator"	'administrators?|sysadmins?'
instead "fault, episode"	'incidents?|outages?'
instead "effector"	'actuators?|executors?'
instead "flight log"	'(write-ahead|flight) journals?'
instead "guard"		'guard-?rails?'
instead "leader, voter"	'slaves?|followers?'
instead "node"		'minions?|cluster machines?'

found=$(grep -nE '^[[:space:]]*typedef (struct|union|enum)' "${code[@]}")
[ -z "$found" ] || { echo "a type is named with its keyword:
$found"; failures=$((failures + 1)); }
found=$(grep -nE '(^|[^A-Z])(TODO|FIXME|XXX)([^A-Z]|$)' "${code[@]}")
[ -z "$found" ] || { echo "do it, or file it:
$found"; failures=$((failures + 1)); }
echo "${#files[@]} files, $failures breaches"
[ $failures -eq 0 ]
