# An image reads as the live segment did; JSON follows its own schema.
. "$(dirname "$0")/library.sh"
. "$(dirname "$0")/stat-library.sh"

start_writer
tell tick
ends 0 "$stat" -w "$work/image"
for option in -t -c -e -l -o; do
	case $option in
	-t) set -- -t node,metric,device,backend,model,process ;;
	-c) set -- -c node.name,device.name,busy -s -busy ;;
	*) set -- $option ;;
	esac
	ends 0 "$stat" "$@"
	grep -v -e drover_segment_ "$work/out" >"$work/live"
	ends 0 "$stat" -i "$work/image" "$@"
	grep -v -e drover_segment_ -e '^IMAGE ' "$work/out" |
	    diff "$work/live" - >"$work/diff.log" ||
	    fail "an image reads otherwise with $*"
done
ends 0 "$stat" -j
jq -S .tables "$work/out" >"$work/live"
ends 0 "$stat" -i "$work/image" -j
[ "$(jq -r .writer.state "$work/out")" = image ] || fail "no image"
jq -S .tables "$work/out" | cmp - "$work/live"
"$stat" -w - | "$stat" -j -i - | jq -S .tables | cmp - "$work/live"

# Saved over a former one, whole; a place that cannot be written is told.
ends 0 "$stat" -w "$work/image"
ends 1 "$stat" -w "$work/none/image"
complains "$work/none/image: No such file"
[ -z "$(find "$work" -name '*.tmp')" ] || fail "a temporary file stays"

# Absent is null, never zero; text is escaped, bytes that are not UTF-8 go.
ends 0 "$stat" -j
[ "$(jq .tables.node[0].cpu_user "$work/out")" = null ] || fail "not null"
[ "$(jq .tables.node[0].cpus "$work/out")" = null ] || fail "not null"
[ "$(jq -r .tables.device[0].label "$work/out")" = 漢字 ] || fail "label"
jq -r .tables.model[0].name "$work/out" | head -n 1 |
    grep -q "evil$(printf '\033')\[2J" || fail "a name was changed"
if LC_ALL=C grep -q "$(printf '\033')" "$work/out"; then
	fail "an escape character in JSON"
fi
ends 0 "$stat" -t model
if LC_ALL=C grep -q "$(printf '\033')" "$work/out"; then
	fail "an escape character in the table"
fi
[ "$(wc -l <"$work/out")" -eq 2 ] || fail "a name broke a line"

# What the schema requires is there, with the type it says.
ends 0 "$stat" -j --schema
cp "$work/out" "$work/schema"
ends 0 "$stat" -j
jq -e --slurpfile schema "$work/schema" '
def fits($schema): . as $value
  | ($schema.type // []) as $types
  | ([$types] | flatten) as $types
  | (($types | length) == 0 or
     any($types[]; . == ($value | type) or
      (. == "integer" and ($value | type) == "number" and
       ($value | floor) == $value)))
    and all(($schema.required // [])[]; . as $key | $value | has($key))
    and ($schema.enum == null or any($schema.enum[]; . == $value))
    and ($schema.const == null or $schema.const == $value)
    and all(($schema.properties // {} | to_entries)[];
      . as $property | ($value | has($property.key) | not) or
      ($value[$property.key] | fits($property.value)))
    and ($schema.items == null or
      all($value[]; fits($schema.items)));
fits($schema[0])' "$work/out" >/dev/null || fail "JSON is not as its schema"
