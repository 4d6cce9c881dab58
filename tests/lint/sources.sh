#!/bin/bash
# Every header stands alone, has a guard, and no floor of the house
# includes a higher one.
set -u
failures=0
: "${CC:=cc}"

breach()
{
	echo "$1"
	failures=$((failures + 1))
}

# Rooms from the lowest floor up, as in the top CMakeLists.txt.
floor_of()
{
	case $1 in
	include/*)				echo 0 ;;
	shm/*)					echo 1 ;;
	daemon/config/*|daemon/rules/*|daemon/detect/*|store/*)	echo 2 ;;
	daemon/collect/*|daemon/process/*|daemon/api/*)	echo 3 ;;
	daemon/*|console/*)			echo 4 ;;
	*)					echo 9 ;;
	esac
}

while read -r header; do
	grep -q '^#ifndef DROVER_[A-Z0-9_]*_H$' "$header" ||
	    breach "$header: no guard DROVER_..._H"
	flags=$(pkg-config --cflags ncursesw libuv yaml-0.1 jansson cunit)
	# shellcheck disable=SC2086
	output=$(echo "#include \"$header\"" | $CC -std=c11 -D_GNU_SOURCE \
	    -I. -Iinclude -Idaemon -Ishm -Iconsole/ui \
	    -Iconsole/ctl -Iconsole/verb -Iconsole/stat -Iconsole/text -I"$(dirname "$header")" \
	    -I/usr/share/include/llhttp -I"$DROVER_BUILD/generated" $flags \
	    -fsyntax-only -x c - 2>&1) ||
	    breach "$header: does not compile alone:
$(echo "$output" | head -n 5)"
done < <(tests/lint/files '*.h')

while IFS=: read -r file _ included; do
	for base in . daemon "$(dirname "$file")"; do
		[ -f "$base/$included" ] || continue
		target=$(realpath --relative-to=. "$base/$included")
		[ "$(floor_of "$target")" -le "$(floor_of "$file")" ] ||
		    breach "$file: includes $target of a higher floor"
		break
	done
done < <(tests/lint/files '*.c' '*.h' | xargs grep -no '^#include "[^"]*"' |
    sed 's/#include "\(.*\)"/\1/')
echo "$failures breaches"
[ $failures -eq 0 ]
