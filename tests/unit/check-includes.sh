#!/bin/sh
# Includes point one way: core <- io <- hub and php. One line per violation; fails when there is one.
#
#     check-includes.sh [root of the checkout]

root=$(cd "${1:-$(dirname "$0")/../..}" && pwd -P) || exit 2

# The C standard's own headers: all that core may have from outside.
standard=' assert.h ctype.h errno.h float.h inttypes.h iso646.h limits.h math.h stdalign.h stdarg.h stdatomic.h
stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h time.h '
standard=$(printf '%s' "$standard" | tr '\n' ' ')

# Sets target to the layer of src/ that an include of a file resolves to, or to nothing when it is none of ours. No process is
# started for an ordinary include: there are a thousand.
find_target() {
	target=
	for base in "${1%/*}" "$root/src" "$root"; do
		if [ -f "$base/$2" ]; then
			path=$base/$2
			case $2 in
			*..*) path=$(cd "${path%/*}" && pwd -P)/ ;;
			esac
			case $path in
			"$root"/src/*) path=${path#"$root"/src/}; target=${path%%/*}; return ;;
			"$root"/*) target=root; return ;;
			esac
		fi
	done
}

check_file() {
	file=$1
	layer=$2
	sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([<"][^>"]*\)[>"].*/\1/p' "$file" | while IFS= read -r include; do
		kind=${include%"${include#?}"}
		name=${include#?}
		find_target "$file" "$name"
		# <string.h> is never our own file of that name: the layers are on the path as "core/...", not as themselves.
		if [ "$kind" = '<' ] && [ "${name#*/}" = "$name" ]; then
			target=
		fi
		allowed=no
		case $layer:$target in
		core:core | io:core | io:io | hub:core | hub:io | hub:hub) allowed=yes ;;
		core:)
			case $kind$standard in
			'<'*" $name "*) allowed=yes ;;
			esac
			;;
		io: | hub:)
			allowed=yes
			case $name in
			php.h | php_* | php/* | hub/* | zend* | Zend/* | SAPI.h | TSRM* | main/* | ext/* | sapi/*) allowed=no ;;
			esac
			;;
		esac
		if [ $allowed = no ]; then
			echo "${file#"$root"/}: src/$layer must not include $name"
		fi
	done
}

violations=$(
	for layer in core io hub; do
		if [ -d "$root/src/$layer" ]; then
			find "$root/src/$layer" -name '*.[ch]' | sort | while IFS= read -r file; do
				check_file "$file" "$layer"
			done
		fi
	done
)

if [ -n "$violations" ]; then
	printf '%s\n' "$violations"
	exit 1
fi
