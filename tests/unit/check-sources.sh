#!/bin/sh
# The builds have the same sources: config.m4 names every file of src/, config.w32 all but those of src/hub, which is not built for
# Windows. The packages have the extension's version. One line per violation; fails when there is one.
#
#     check-sources.sh [root of the checkout]

root=$(cd "${1:-$(dirname "$0")/../..}" && pwd -P) || exit 2
cd "$root" || exit 2

export LC_ALL=C
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# Twice the same file would be built twice, so no sort -u.
find src -name '*.c' | sort >"$work/tree"
sed 's/^dnl.*//' config.m4 | grep -oE 'src/[a-z]+/[a-z0-9_]+\.c' | sort >"$work/m4"
# ADD_SOURCES(dir + '\\src\\core', 'alloc.c ' + 'backoff.c', 'sse');
tr '\n' ' ' <config.w32 | grep -oE "ADD_SOURCES\([^)]*\)" | while IFS= read -r call; do
	folder=$(printf '%s' "$call" | sed -nE "s/.*'\\\\\\\\src\\\\\\\\([a-z]+)'.*/\1/p")
	printf '%s' "$call" | grep -oE '[a-z0-9_]+\.c\b' | sed "s|^|src/$folder/|"
done | sort >"$work/w32"

# differences LIST EXPECTED FILE: what only one of the two has
differences() {
	comm -23 "$work/$2" "$work/$1" | sed "s|^|$3 does not name |"
	comm -13 "$work/$2" "$work/$1" | sed "s|^|$3 names what is not there, or twice: |"
}

# version_is FILE SED-EXPRESSION: the first that it prints
version_is() {
	found=$(sed -nE "$2" "$1" | head -n 1)
	[ "$found" = "$version" ] || echo "$1 has version $found, php_sse.h $version"
}

check_versions() {
	version=$(sed -n 's/^#define PHP_SSE_VERSION "\([0-9.]*\).*/\1/p' php_sse.h)
	version_is package.xml 's|.*<version><release>([^<]*)</release>.*|\1|p'
	version_is debian/changelog 's/^php-sse \(([^)]*)\).*/\1/p'
	version_is packaging/alpine/APKBUILD 's/^pkgver=(.*)/\1/p'
}

grep -v '^src/hub/' "$work/tree" >"$work/tree-w32"
violations=$(differences m4 tree config.m4; differences w32 tree-w32 config.w32; check_versions)
if [ -n "$violations" ]; then
	printf '%s\n' "$violations"
	exit 1
fi
