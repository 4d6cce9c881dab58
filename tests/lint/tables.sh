#!/bin/bash
# Every table is used by code, and every parameter of the configuration
# that this version acts on is read somewhere outside its room.
set -u
failures=0
parameters=0

breach()
{
	echo "$1"
	failures=$((failures + 1))
}

mapfile -t sources < <(tests/lint/files '*.c' '*.h' '*.def')
while read -r table; do
	grep -q "#include [<\"]\(.*/\)*${table##*/}[>\"]" "${sources[@]}" ||
	    breach "$table: no code includes it"
done < <(tests/lint/files '*.def')

# Read and checked, so that a file that has them loads; see the manual.
pending='(detection|recovery|circuit_breaker|fault_tolerance)[^ ]*'
mapfile -t readers < <(printf '%s\n' "${sources[@]}" |
    grep '^daemon/.*\.[ch]$' | grep -v '^daemon/config/')
while read -r kind section name; do
	parameters=$((parameters + 1))
	if [ "$kind" = LIST_PARAMETER ]; then
		# By index, or through a pointer to a member of the list.
		pattern="\(${section}\[[^]]*\]\.\|\(entry\|backend\)->\)"
		pattern="$pattern$name\(_ms\|_bytes\)\?\>"
	else
		pattern="$section\.$name\(_ms\|_bytes\)\?\>"
	fi
	grep -q "$pattern" "${readers[@]}" ||
	    breach "config.def: nobody reads $section.$name"
done < <(sed -n \
    's/^\(LIST_\)*PARAMETER(\([a-z_.]*\), \([a-z_]*\),.*/\1PARAMETER \2 \3/p' \
    include/drover/tables/config.def | grep -vE "PARAMETER $pending ")
[ $parameters -gt 0 ] || breach "config.def: found no parameters"
echo "$parameters parameters, $failures breaches"
[ $failures -eq 0 ]
