#!/bin/sh
# The composer.json files are what Composer's own schema says, the root's section `php-ext` (which PIE reads) included, and know
# no key of that section which the schema does not. One line per violation; fails when there is one.
#
#     check-composer.sh [root of the checkout]
#
# The schema comes with composer/composer, newer than Debian's. Of that package only the file is wanted, so what it requires is
# declared to be there already. Without a registry nothing is checked, and a line says so.

root=$(cd "${1:-$(dirname "$0")/../..}" && pwd -P) || exit 2
cache=$(cd "$(dirname "$0")/../.." && pwd -P)/build/composer-schema
mkdir -p "$cache" && cd "$cache" || exit 2

cat >composer.json.new <<'JSON'
{
    "require": { "composer/composer": "^2.8", "justinrainbow/json-schema": ">=5.3" },
    "replace": {
        "composer/ca-bundle": "*", "composer/class-map-generator": "*", "composer/metadata-minifier": "*", "composer/pcre": "*",
        "composer/semver": "*", "composer/spdx-licenses": "*", "composer/xdebug-handler": "*", "psr/log": "*",
        "react/promise": "*", "seld/jsonlint": "*", "seld/phar-utils": "*", "seld/signal-handler": "*",
        "symfony/console": "*", "symfony/filesystem": "*", "symfony/finder": "*", "symfony/process": "*",
        "symfony/polyfill-php73": "*", "symfony/polyfill-php80": "*", "symfony/polyfill-php81": "*", "symfony/polyfill-php84": "*"
    },
    "config": { "lock": false }
}
JSON
if [ ! -e vendor/autoload.php ] || ! cmp -s composer.json composer.json.new; then
	rm -rf vendor
	mv composer.json.new composer.json
	if ! COMPOSER_ALLOW_SUPERUSER=1 composer install --no-interaction --no-progress --no-plugins --prefer-dist >log 2>&1; then
		rm -rf vendor
		echo "check-composer: the schema could not be installed, nothing is checked; see $cache/log" >&2
		exit 0
	fi
fi
rm -f composer.json.new

# shellcheck disable=SC2016 # the variables are PHP's
exec php -n -r '
	error_reporting(E_ALL & ~E_DEPRECATED);
	require "vendor/autoload.php";
	$schema = json_decode(file_get_contents("vendor/composer/composer/res/composer-schema.json"));

	function problems(object $schema, mixed $json): array
	{
		if (!is_object($json)) {
			return ["is no JSON object"];
		}
		$validator = new JsonSchema\Validator();
		$copy = clone $json;
		$validator->validate($copy, $schema);
		$problems = array_map(static fn (array $e): string => "$e[property]: $e[message]", $validator->getErrors());
		// The schema allows any key there.
		foreach (array_keys((array) ($json->{"php-ext"} ?? [])) as $key) {
			if (!isset($schema->properties->{"php-ext"}->properties->$key)) {
				$problems[] = "php-ext: the schema knows no $key";
			}
		}
		return $problems;
	}

	// A check that finds nothing in these would find nothing in ours either.
	foreach (["{\"php-ext\": {\"configure-options\": [{\"name\": \"--x\"}]}}", "{\"php-ext\": {\"ext-name\": \"x\"}}", "{\"name\": 1}"] as $wrong) {
		if (problems($schema, json_decode($wrong)) === []) {
			fwrite(STDERR, "check-composer: finds nothing wrong in $wrong\n");
			exit(2);
		}
	}
	$failed = false;
	foreach (["composer.json", "laravel/composer.json", "examples/laravel/composer.json"] as $file) {
		foreach (problems($schema, json_decode((string) @file_get_contents("$argv[1]/$file"))) as $problem) {
			$failed = true;
			echo "$file: $problem\n";
		}
	}
	exit($failed ? 1 : 0);
' "$root"
