# Reads a deb822 .sources file (sources.list(5)); prints the first stanza
# that is enabled, of type deb and serves the suite, as one for its
# backports: the same mirror, components, key and options.
BEGIN {
	base = "^(" suite "|(old)*stable)/?$"
	off = "^(no|false|without|off|disable|0)$"
}

function flush(   i)
{
	if (!found && serves && binary && !disabled) {
		for (i = 1; i <= lines; i++)
			print line[i]
		found = 1
	}
	lines = serves = binary = disabled = 0
	field = ""
}

/^[ \t]*$/ { flush(); next }
/^#/ { next }
{
	value = $0
	if (!/^[ \t]/) {
		field = tolower($0)
		sub(/[ \t]*:.*/, "", field)
		sub(/^[^:]*:[ \t]*/, "", value)
	}
	count = split(value, words)
	for (i = 1; i <= count; i++) {
		if (field == "suites" && words[i] ~ base)
			serves = 1
		if (field == "types" && words[i] == "deb")
			binary = 1
		if (field == "enabled" && tolower(words[i]) ~ off)
			disabled = 1
	}
	if (field != "types" && field != "suites")
		line[++lines] = $0
	else if (!/^[ \t]/ && field == "types")
		line[++lines] = "Types: deb"
	else if (!/^[ \t]/)
		line[++lines] = "Suites: " suite "-backports"
}
END { flush() }
