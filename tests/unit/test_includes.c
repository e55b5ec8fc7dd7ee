/*
 * check-includes.sh on this checkout, and on small trees of its own, so that it is known to find what it looks for.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef SOURCE_DIR
#error "SOURCE_DIR is the root of the checkout"
#endif

/* The script's exit status, what it printed goes to output. */
static int check_includes(const char *root, char *output, size_t size)
{
	char command[2000];
	snprintf(command, sizeof command, "sh '%s/tests/unit/check-includes.sh' '%s'", SOURCE_DIR, root);
	FILE *pipe = popen(command, "r");
	if (pipe == NULL) {
		return -1;
	}
	size_t len = fread(output, 1, size - 1, pipe);
	output[len] = '\0';
	return pclose(pipe);
}

static void includes_point_one_way(void)
{
	char output[4000];
	CHECK_INT(check_includes(SOURCE_DIR, output, sizeof output), 0);
	CHECK_STR(output, "");
}

static char tree[] = "/tmp/sse-includes-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", tree, name);
	FILE *file = fopen(path, "w");
	REQUIRE(file != NULL);
	fputs(text, file);
	fclose(file);
}

/* One file of layer with one include; what the check says of it. */
static void check_include(const char *layer, const char *include, bool allowed, int line)
{
	char name[50], text[100], output[4000];
	snprintf(name, sizeof name, "src/%s/probe.c", layer);
	snprintf(text, sizeof text, "\n#  include %s\nint probe;\n", include);
	write_file(name, text);
	int status = check_includes(tree, output, sizeof output);
	char path[200];
	snprintf(path, sizeof path, "%s/%s", tree, name);
	unlink(path);
	test_check_int(status == 0, allowed, __FILE__, line, include);
	test_check_contains(output, "src/", !allowed, __FILE__, line);
}

static void each_layer_is_held_to_its_includes(void)
{
	static const char *const layers[] = {"core", "io", "hub", "php"};
	char path[200];

	strcpy(tree + sizeof tree - 7, "XXXXXX");
	REQUIRE(mkdtemp(tree) != NULL);
	snprintf(path, sizeof path, "%s/src", tree);
	mkdir(path, 0700);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/src/%s", tree, layers[i]);
		mkdir(path, 0700);
		snprintf(path, sizeof path, "src/%s/own_%s.h", layers[i], layers[i]);
		write_file(path, "");
	}

	check_include("core", "<string.h>", true, __LINE__);
	check_include("core", "\"own_core.h\"", true, __LINE__);
	check_include("core", "\"core/own_core.h\"", true, __LINE__);
	check_include("core", "<uv.h>", false, __LINE__);
	check_include("core", "<hiredis/hiredis.h>", false, __LINE__);
	check_include("core", "<unistd.h>", false, __LINE__);
	check_include("core", "<php.h>", false, __LINE__);
	check_include("core", "\"php.h\"", false, __LINE__);
	check_include("core", "\"io/own_io.h\"", false, __LINE__);
	check_include("core", "\"../io/own_io.h\"", false, __LINE__);
	check_include("core", "<php/own_php.h>", false, __LINE__);

	check_include("io", "<uv.h>", true, __LINE__);
	check_include("io", "<hiredis/async.h>", true, __LINE__);
	check_include("io", "<sys/socket.h>", true, __LINE__);
	check_include("io", "\"core/own_core.h\"", true, __LINE__);
	check_include("io", "\"own_io.h\"", true, __LINE__);
	check_include("io", "\"hub/own_hub.h\"", false, __LINE__);
	check_include("io", "\"../php/own_php.h\"", false, __LINE__);
	check_include("io", "\"php/own_php.h\"", false, __LINE__);
	check_include("io", "<Zend/zend.h>", false, __LINE__);
	check_include("io", "\"zend_API.h\"", false, __LINE__);
	check_include("io", "\"main/php.h\"", false, __LINE__);

	check_include("hub", "\"core/own_core.h\"", true, __LINE__);
	check_include("hub", "\"io/own_io.h\"", true, __LINE__);
	check_include("hub", "\"own_hub.h\"", true, __LINE__);
	check_include("hub", "<uv.h>", true, __LINE__);
	check_include("hub", "\"php/own_php.h\"", false, __LINE__);
	check_include("hub", "\"php.h\"", false, __LINE__);
	check_include("hub", "<SAPI.h>", false, __LINE__);

	check_include("php", "\"php.h\"", true, __LINE__);
	check_include("php", "\"io/own_io.h\"", true, __LINE__);

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/src/%s/own_%s.h", tree, layers[i], layers[i]);
		unlink(path);
		snprintf(path, sizeof path, "%s/src/%s", tree, layers[i]);
		rmdir(path);
	}
	snprintf(path, sizeof path, "%s/src", tree);
	rmdir(path);
	CHECK_INT(rmdir(tree), 0);
}

void test_includes(void)
{
	RUN(includes_point_one_way);
	RUN(each_layer_is_held_to_its_includes);
}
