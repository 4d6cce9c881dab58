#!/bin/bash
# clang-tidy with the checks of .clang-tidy, over every C file of what is
# shipped; tests may call system() and dereference what they just checked.
set -u
command -v clang-tidy >/dev/null ||
    { echo "SKIP: clang-tidy is not here"; exit 77; }
mapfile -t files < <(tests/lint/files '*.c' | grep -v '^tests/')
printf '%s\n' "${files[@]}" | while read -r file; do
	grep -q "/$file\"" "$DROVER_BUILD/compile_commands.json" &&
	    echo "$file"
done | xargs -P "$(nproc)" -n 4 clang-tidy --quiet \
    -p "$DROVER_BUILD" --warnings-as-errors='*' 2>/dev/null
status=$?
[ $status -eq 0 ] && echo "clang-tidy: clean"
exit $status
