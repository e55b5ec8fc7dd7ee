# For commands that check one thing after another and close with "N passed, N failed". $work is a directory of their own.
# shellcheck shell=bash disable=SC2154

passed=0 failed=0

# check NAME COMMAND...: what it writes is shown when it fails.
check() {
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		echo "ok: $name"
		passed=$((passed + 1))
	else
		echo "FAILED: $name"
		tail -n 20 "$work/log"
		failed=$((failed + 1))
	fi
}

# until_true COMMAND...: for ten seconds
until_true() {
	local i
	for ((i = 0; i < 100; i++)); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	"$@"
}

# A port that nobody listens at.
free_port() {
	php -n -r 'echo explode(":", stream_socket_get_name(stream_socket_server("tcp://127.0.0.1:0"), false))[1];'
}

summary() {
	printf '\n%s passed, %s failed\n' "$passed" "$failed"
	[ "$failed" -eq 0 ]
}
