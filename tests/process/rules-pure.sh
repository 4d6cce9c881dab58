#!/bin/bash
# What the rules decide is a function of their arguments: the library
# calls nothing that reads a clock, draws a number or reaches the outside,
# and has no floating-point number in it.
set -u
library=$DROVER_BUILD/daemon/rules/libdrover-rules.a
[ -f "$library" ] || { echo "FAIL: no $library"; exit 1; }
allowed='calloc|free|malloc|realloc|mem(chr|cmp|cpy|move|set)|snprintf'
allowed="$allowed|str(chr|cmp|cspn|len|ncmp|nlen|sep|spn)|EVP_Digest|EVP_sha256|__.*"
# What the other pure room knows.
allowed="$allowed|fault_kind_(find|is_predicted)|outcome_(word|when_due|when_reached)"
allowed="$allowed|accuracy_(settle|unforeseen)"

# What no object of the library defines is called from outside.
called=$(nm "$library" | awk '
	NF == 2 && $1 == "U"	{ wanted[$2] }
	NF == 3			{ defined[$3] }
	END { for (name in wanted) if (!(name in defined)) print name }')
[ -n "$called" ] || { echo "FAIL: nm shows nothing"; exit 1; }
strange=$(echo "$called" | grep -vxE "$allowed")
[ -z "$strange" ] || { echo "FAIL: the rules call: $strange"; exit 1; }

found=$(grep -nwE 'float|double|time_t|FILE' \
    "$DROVER_SOURCE"/daemon/rules/*.[ch])
[ -z "$found" ] || { echo "FAIL: not for the rules: $found"; exit 1; }
echo "PASS: $(echo "$called" | wc -l) functions called, all pure"
