#!/bin/bash
# Every shell script is clean for shellcheck.  Left out: variables that a
# sourced file sets (2154), patterns kept in variables (2254, 2206), words
# that a command prints (2046), and what is sourced (1091).
set -u
command -v shellcheck >/dev/null ||
    { echo "SKIP: shellcheck is not here"; exit 77; }
mapfile -t scripts < <(tests/lint/files | while read -r file; do
	head -n 1 "$file" | grep -qE '^#!.*(bash|/sh)$' && echo "$file"
done)
[ ${#scripts[@]} -gt 0 ] || { echo "FAIL: found no scripts"; exit 1; }
shellcheck -S warning -e SC2154,SC2254,SC2206,SC2046,SC1091 "${scripts[@]}" ||
    exit 1
echo "${#scripts[@]} scripts, no breach"
