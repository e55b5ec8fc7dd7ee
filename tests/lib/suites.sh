# The suites of tests/run. Each function suite_NAME shows its progress on standard output, calls `count` with what it found,
# adds the names of failed tests to $results/failures, and fails when it could not run to its end. $results is a directory of
# its own. Two suites may run at the same time, one of `waiting` and one of the others.
# shellcheck shell=bash disable=SC2034,SC2154

suites=(generated compile unit hub hub-live hub-asan includes fuzz phpt phpt-asan coverage
	instructions unit-valgrind hub-valgrind phpt-valgrind sapi attack js package laravel browser)
# Those that mostly wait, for servers, browsers and clocks; and some more, so that both halves take as long.
waiting=(hub-live sapi attack laravel browser phpt js package)

# count PASSED FAILED SKIPPED
count() {
	echo "$1 $2 $3" >"$results/counts"
}

# The number at the end of the newest line that matches a pattern with one group, 0 when there is none.
number() {
	local found
	found=$(sed -nE "s/$1/\\1/p" "$2" | tail -n 1)
	echo "${found:-0}"
}

# A suite that ends with the line "N passed, N failed".
count_summary_line() {
	count "$(number '^.*\b([0-9]+) passed.*$' "$1")" "$(number '^.*\b([0-9]+) failed.*$' "$1")" 0
}

# run_make NAME [VARIABLE=value...]: `make check` in tests/NAME
run_make() {
	local name=$1 status=0
	shift
	make --no-print-directory -C "tests/$name" -j"$(nproc)" check "$@" 2>&1 | tee "$results/$name.log" || status=$?
	count_summary_line "$results/$name.log"
	grep -E 'FAILED' "$results/$name.log" >>"$results/failures" || true
	return "$status"
}

# count_commands COMMAND...: each is a test that passes when it exits with 0.
count_commands() {
	local passed=0 failed=0 command
	for command in "$@"; do
		if $command; then
			echo "ok: $command"
			passed=$((passed + 1))
		else
			echo "FAILED: $command" | tee -a "$results/failures"
			failed=$((failed + 1))
		fi
	done
	count "$passed" "$failed" 0
}

# What is generated and committed is what its source says.
suite_generated() {
	count_commands 'tools/arginfo --check' 'tools/embed-lua --check' 'tools/package-xml --check'
}

suite_compile() {
	count_commands tools/check-compile
}

suite_unit() {
	run_make unit SAN=1 COVERAGE=1
}

suite_hub() {
	run_make hub SAN=1 COVERAGE=1
}

valgrind='valgrind --quiet --error-exitcode=1 --leak-check=full'

suite_unit-valgrind() {
	run_make unit UNDER="$valgrind"
}

suite_hub-valgrind() {
	run_make hub UNDER="$valgrind"
}

# A hub in a process of its own, as it is run in production.
suite_hub-live() {
	files_at_once=3 run_node hub
}

# The files whose hubs do what sanitizers may see; `tests/run hub-asan-all` has the others too, but for limits, which measures
# memory, and drain, which needs an FPM, into whose binary the sanitizers' libraries do not get.
suite_hub-asan() {
	hub_files_with_asan tests/hub/{cluster,control,listener,memory,ordering,presence_faults,redis_outage,takeover,workers}.test.mjs
}

suite_hub-asan-all() {
	local file files=()
	for file in tests/hub/*.test.mjs; do
		case $file in
			*/limits.test.mjs | */drain.test.mjs) ;;
			*) files+=("$file") ;;
		esac
	done
	hub_files_with_asan "${files[@]}"
}

# A hub that leaks ends with another code than 0, and its test fails.
hub_files_with_asan() {
	SSE_HUB_PHP=$results/asan/php SSE_HUB_EXTENSION=$PWD/build/asan/modules/sse.so files_at_once=3 with_asan run_node hub-asan "$@"
}

suite_includes() {
	count_commands tests/unit/check-{includes,docs,sources,composer}.sh tests/unit/check-operation.mjs
}

suite_fuzz() {
	run_make fuzz SECONDS=3
}

phpt_of=(tests/phpt)

# run_phpt NAME FLAVOUR [run-tests option...]: the tests of the directories in phpt_of
run_phpt() {
	local log=$results/$1.log flavour=$2
	shift 2
	# phpize has put the run-tests.php of this PHP beside the extension.
	NO_INTERACTION=1 timeout --kill-after=10 900 \
		php -n "build/$flavour/run-tests.php" -n -d "extension=$PWD/build/$flavour/modules/sse.so" \
		-q -j2 --show-diff --no-color "$@" "${phpt_of[@]}" 2>&1 | tee "$log" || true
	count "$(number '^Tests passed +: +([0-9]+).*$' "$log")" \
		"$(($(number '^Tests failed +: +([0-9]+).*$' "$log") + $(number '^Tests warned +: +([0-9]+).*$' "$log") +
			$(number '^Tests leaked +: +([0-9]+).*$' "$log") + $(number '^Tests borked +: +([0-9]+).*$' "$log")))" \
		"$(number '^Tests skipped +: +([0-9]+).*$' "$log")"
	sed -n 's/^SKIP/skipped:/p' "$log"
	sed -nE 's/^.*\b((FAIL|WARN|LEAK|BORK)[^ ]* .*)$/\1/p' "$log" >>"$results/failures"
}

suite_phpt() {
	run_phpt phpt release
}

# stand_in FILE VARIABLE=value...: makes FILE a stand-in for the program of that name, with a changed environment. Once: a
# second one could stand in for the first, which is in PATH by then.
stand_in() {
	local file=$1 real
	shift
	[ ! -e "$file" ] || return 0
	real=$(command -v "$(basename "$file")")
	mkdir -p "$(dirname "$file")"
	printf '#!/bin/sh\nexec env %s %s "$@"\n' "$*" "$real" >"$file"
	chmod +x "$file"
}

# with_asan COMMAND...: with the extension's build and, in $results/asan, a php for the sanitizers.
with_asan() {
	local libraries
	tools/build asan
	gcc -shared -fPIC -o "$results/no_deepbind.so" tests/lib/no_deepbind.c
	libraries=$results/no_deepbind.so:$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libubsan.so)
	# Only the PHP of the tests is run with the sanitizers: neither run-tests.php nor a Redis that a test starts.
	stand_in "$results/asan/php" "LD_PRELOAD=$libraries"
	stand_in "$results/bin/redis-server" -u LD_PRELOAD
	USE_ZEND_ALLOC=0 \
		ASAN_OPTIONS=detect_leaks=1:verify_asan_link_order=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		LSAN_OPTIONS=suppressions=$PWD/tests/lib/lsan.supp:print_suppressions=0 \
		"$@"
}

suite_phpt-asan() {
	TEST_PHP_EXECUTABLE=$results/asan/php PATH=$results/bin:$PATH with_asan run_phpt phpt-asan asan
}

suite_instructions() {
	run_node instructions
}

# Which lines the suites of this run have gone through that count them: unit, hub, hub-asan and phpt-asan.
suite_coverage() {
	local status=0
	gcovr --root . --filter src/ --json-summary "$results/coverage.json" build/asan build/unit build/hub
	node tests/lib/coverage.mjs "$results/coverage.json" >"$results/coverage.log" || status=$?
	cat "$results/coverage.log"
	count_summary_line "$results/coverage.log"
	grep FAILED "$results/coverage.log" >>"$results/failures" || true
	return "$status"
}

# Not those whose subject is time, which is what valgrind takes most of, nor some whose code others go through as well;
# `tests/run phpt-valgrind-all` has them too.
suite_phpt-valgrind() {
	local directory
	phpt_of=()
	for directory in tests/phpt/*/; do
		case $directory in
			*/encode/ | */follow/ | */history/ | */lifecycle/ | */options/ | */presence/ | */publisher/ | */queue/ | */signals/ | */subscribe/ | */subscriber/ | */timers/) ;;
			*) phpt_of+=("$directory") ;;
		esac
	done
	suite_phpt-valgrind-all
}

suite_phpt-valgrind-all() {
	VALGRIND_OPTS='--trace-children-skip=*/redis-server' run_phpt phpt-valgrind release -m
}

# run_node NAME [FILE...]: the files, else every *.test.mjs of tests/NAME, as many at a time as $files_at_once says.
run_node() {
	local name=$1 tap=$results/$1.tap
	shift
	[ $# -gt 0 ] || set -- tests/"$name"/*.test.mjs
	timeout --kill-after=10 900 node --test --test-concurrency="${files_at_once:-1}" \
		--test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=tap --test-reporter-destination="$tap" "$@" || true
	count "$(number '^# pass ([0-9]+)$' "$tap")" \
		"$(($(number '^# fail ([0-9]+)$' "$tap") + $(number '^# cancelled ([0-9]+)$' "$tap")))" \
		"$(($(number '^# skipped ([0-9]+)$' "$tap") + $(number '^# todo ([0-9]+)$' "$tap")))"
	# With the first lines of what went wrong.
	sed -nE -e 's/^ *not ok [0-9]+ - //p' -e '/^ *error: \|-$/{n;N;N;s/\n */ /g;s/^ */    /p;b}' -e 's/^ *error: (.*)$/    \1/p' "$tap" \
		>>"$results/failures"
	# node writes its totals at the end only.
	grep -q '^# pass ' "$tap"
}

# These mostly wait, and each file has servers of its own.
suite_sapi() {
	files_at_once=3 run_node sapi
}

# Strangers and local peers who mean harm; tests/attacks has the same in larger numbers, and with the sanitizers.
suite_attack() {
	files_at_once=3 run_node attack
}

# The npm package: its types, its build (which the browser suite loads) and its tests.
suite_js() {
	local log=$results/js.json
	tools/js-build
	npm run --prefix js --silent check
	(cd js && timeout --kill-after=10 300 npx vitest run --reporter=default --reporter=json --outputFile.json="$log") || true
	# A file that could not be loaded has no tests to count.
	node -e '
		const { testResults } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
		const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
		const failed = tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
		failed.push(...testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).map(({ name }) => name));
		const passed = tests.filter(({ status }) => status === "passed").length;
		console.log(passed, failed.length, tests.length - passed - tests.filter(({ status }) => status === "failed").length);
		failed.forEach((name) => console.error(name));
	' "$log" >"$results/js.counts" 2>>"$results/failures"
	# shellcheck disable=SC2046
	count $(<"$results/js.counts")
}

# The Composer package: style, types, and its own tests, with a Redis that they start.
suite_package() {
	local log=$results/package.log passed=0 failed=0 status=0 command tests errors failures skips
	tools/composer-install laravel
	for command in 'vendor/bin/pint --test' 'vendor/bin/phpstan analyse --no-progress --memory-limit=1G'; do
		if (cd laravel && $command) >"$log" 2>&1; then
			echo "ok: $command"
			passed=$((passed + 1))
		else
			cat "$log"
			echo "FAILED: $command" | tee -a "$results/failures"
			failed=$((failed + 1))
		fi
	done
	(cd laravel && timeout --kill-after=10 600 php -d "extension=$PWD/../build/release/modules/sse.so" \
		vendor/bin/phpunit --colors=never --testdox --log-junit "$results/package.xml") 2>&1 | tee "$log" || status=$?
	# The first testsuite element counts all of them.
	read -r tests errors failures skips < <(sed -nE \
		's/.*<testsuite name="[^"]*" tests="([0-9]+)" assertions="[0-9]+" errors="([0-9]+)" failures="([0-9]+)" skipped="([0-9]+)".*/\1 \2 \3 \4/p' \
		"$results/package.xml" | head -n 1)
	sed -nE 's/^ *✘ //p' "$log" >>"$results/failures"
	count $((passed + tests - errors - failures - skips)) $((failed + errors + failures)) "$skips"
	# A warning fails a run without a failed test.
	return "$status"
}

# These mostly wait, and each file has servers of its own.
suite_laravel() {
	files_at_once=2 run_node laravel
}

suite_browser() {
	run_node browser
}
