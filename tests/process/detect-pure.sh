#!/bin/bash
# What the detectors find is a function of what they are given: the library
# calls nothing that reads a clock, draws a number or reaches the outside;
# it may calculate with floating-point numbers, and none leaves it in a
# finding or a prediction.
set -u
library=$DROVER_BUILD/daemon/detect/libdrover-detect.a
[ -f "$library" ] || { echo "FAIL: no $library"; exit 1; }
allowed='calloc|free|mem(chr|cmp|cpy|move|set)|snprintf'
allowed="$allowed|str(chr|cmp|len|ncmp|nlen|spn)|__.*"
allowed="$allowed|erfc?|exp|fabs|fmax|fmin|log|nearbyint|sqrt"

# What no object of the library defines is called from outside.
called=$(nm "$library" | awk '
	NF == 2 && $1 == "U"	{ wanted[$2] }
	NF == 3			{ defined[$3] }
	END { for (name in wanted) if (!(name in defined)) print name }')
[ -n "$called" ] || { echo "FAIL: nm shows nothing"; exit 1; }
strange=$(echo "$called" | grep -vxE "$allowed")
[ -z "$strange" ] || { echo "FAIL: the detectors call: $strange"; exit 1; }

# Nothing that is kept between two calls but in what the caller owns.
# A sanitizer has variables of its own.
kept=$(size -A "$library" | awk '
	$1 ~ /^\.(data|bss)$/	{ sum += $2 }
	END			{ print sum + 0 }')
[ "$kept" -eq 0 ] || echo "$called" | grep -q '^__asan' ||
    { echo "FAIL: $kept bytes of variables in the library"; exit 1; }

found=$(grep -nwE 'time_t|FILE' "$DROVER_SOURCE"/daemon/detect/*.[ch])
[ -z "$found" ] || { echo "FAIL: not for the detectors: $found"; exit 1; }
found=$(cd "$DROVER_SOURCE/daemon/detect" &&
    grep -nwE 'float|double' fault.[ch] predict.[ch] dwell.[ch])
[ -z "$found" ] || { echo "FAIL: integers only: $found"; exit 1; }
found=$(sed -n '/^struct finding {/,/^}/p' \
    "$DROVER_SOURCE/daemon/detect/finding.h" | grep -wE 'float|double')
[ -z "$found" ] || { echo "FAIL: in a finding: $found"; exit 1; }
echo "PASS: $(echo "$called" | wc -l) functions called, all pure"
