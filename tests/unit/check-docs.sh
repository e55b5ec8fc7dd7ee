#!/bin/sh
# The documentation: relative links of all *.md resolve, also to headings; and every setting of config/sse.php, every artisan
# command, every ini setting and every metric appears in docs/. One line per violation; fails when there is one.
#
#     check-docs.sh [root of the checkout]

root=$(cd "${1:-$(dirname "$0")/../..}" && pwd -P) || exit 2
cd "$root" || exit 2

markdown() {
	find . -name '*.md' -not -path '*/node_modules/*' -not -path '*/vendor/*' -not -path './build/*' | sort
}

# What is between ``` is no text.
text_of() {
	awk '/^[ \t]*```/ { code = !code; next } !code' "$1"
}

# The anchors of a file's headings, as GitHub makes them; of equal ones the second ends in -1, and so on.
anchors_of() {
	text_of "$1" | sed -n 's/^##* *//p' | sed 's/`//g; s/\[\([^]]*\)\]([^)]*)/\1/g' | tr '[:upper:]' '[:lower:]' |
		sed 's/[^[:alnum:] _-]//g; s/ /-/g' | awk '{ print seen[$0]++ ? $0 "-" seen[$0] - 1 : $0 }'
}

check_links() {
	markdown | while IFS= read -r file; do
		text_of "$file" | sed 's/`[^`]*`//g' | grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//' | while IFS= read -r link; do
			case $link in
			*://* | mailto:*) continue ;;
			esac
			path=${link%%#*}
			target=$(dirname "$file")/$path
			[ -n "$path" ] || target=$file
			if [ ! -e "$target" ]; then
				echo "$file: $link does not exist"
			elif [ "$path" != "$link" ] && ! anchors_of "$target" | grep -qxF -- "${link#*#}"; then
				echo "$file: $link: there is no such heading"
			fi
		done
	done
}

# named WHAT < names: each has to be in docs/, as a word.
named() {
	sort -u | while IFS= read -r name; do
		grep -qE -- "(^|[^A-Za-z0-9_])$(printf '%s' "$name" | sed 's/[.]/[.]/g')([^A-Za-z0-9_]|\$)" docs/*.md ||
			echo "docs/ does not mention the $1 $name"
	done
}

check_names() {
	# The keys, without those in comments.
	sed -E '/^ *(\/\/|\*|\/\*)/d' laravel/config/sse.php | sed -nE "s/^ *'([a-z_]+)' =>.*/\1/p" | named 'setting of config/sse.php'
	sed -nE "s/.*env\('([A-Z_]+)'.*/\1/p" laravel/config/sse.php | named 'environment variable'
	sed -nE "s/.*signature = '(sse:[a-z]+).*/\1/p" laravel/src/Console/*.php | named 'artisan command'
	grep -A1 'PHP_INI_ENTRY(' sse.c | sed -nE 's/.*"(sse\.[a-z_]+)".*/\1/p' | named 'ini setting'
	sed -nE 's/^\tX\(([a-z_]+),.*/sse_hub_\1_total/p' src/hub/stats.h | named metric
	sed -nE 's/^\t\t\{ "([a-z_]+)", "[^"]*", FIGURE_COUNTER.*/sse_hub_\1_total/p; s/^\t\t\{ "([a-z_]+)", "[^"]*", FIGURE_.*/sse_hub_\1/p' \
		src/hub/stats.c | named metric
	sed -nE 's/.* public function ((assert|published)[A-Za-z]*).*/\1/p' laravel/src/Testing/SseFake.php | named 'method of Sse::fake()'
}

violations=$(check_links; check_names)
if [ -n "$violations" ]; then
	printf '%s\n' "$violations"
	exit 1
fi
