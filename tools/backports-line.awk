# Reads a sources.list file of one-line entries (sources.list(5)); prints
# the first deb line that serves the suite, as one for its backports:
# the same options, mirror and components.
BEGIN { base = "^(" suite "|(old)*stable)/?$" }
$1 == "deb" {
	sub(/[ \t]+#.*/, "")
	i = 2
	if ($2 ~ /^\[/) {
		while (i <= NF && $i !~ /\]$/)
			i++
		i++
	}
	if ($(i + 1) ~ base && !found) {
		$(i + 1) = suite "-backports"
		print
		found = 1
	}
}
