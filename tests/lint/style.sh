#!/bin/bash
# The measurable part of the style, for every C file and header.
set -u
mapfile -t files < <(tests/lint/files '*.c' '*.h' '*.def')
[ ${#files[@]} -gt 0 ] || { echo "FAIL: found no C files"; exit 1; }
awk -f tests/lint/style.awk "${files[@]}"
