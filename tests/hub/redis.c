#include "redis.h"

#include "core/buf.h"

#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t server;
static char directory[200], path[256];
static redisContext *client;
static sse_buf answer;

static void run_server(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* not to outlive a test that crashed */
	execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", path, "--dir", directory, "--save", "",
		"--appendonly", "no", "--logfile", "redis.log", (char *)NULL);
	_exit(127);
}

bool redis_start(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(directory, sizeof directory, "%s/sse-hub-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(directory) == NULL) {
		perror(directory);
		return false;
	}
	snprintf(path, sizeof path, "%s/redis.sock", directory);
	server = fork();
	if (server == 0) {
		run_server();
	}
	for (int tries = 0; tries < 500; tries++) {
		client = redisConnectUnix(path);
		if (client != NULL && !client->err) {
			return true;
		}
		redisFree(client);
		client = NULL;
		if (waitpid(server, NULL, WNOHANG) != 0) {
			break;
		}
		usleep(10000);
	}
	printf("redis-server did not start; it is needed here\n");
	return false;
}

void redis_stop(void)
{
	char log[300];

	if (client != NULL) {
		redisFree(client);
	}
	if (server > 0) {
		kill(server, SIGTERM);
		waitpid(server, NULL, 0);
	}
	snprintf(log, sizeof log, "%s/redis.log", directory);
	unlink(log);
	unlink(path);
	rmdir(directory);
	sse_buf_deinit(&answer);
}

void redis_configure(sse_redis_config *config)
{
	char error[200];
	sse_str value = {path, strlen(path)};

	sse_redis_config_set(config, "path", value, error, sizeof error);
}

static void print(const redisReply *reply)
{
	char number[32];

	switch (reply->type) {
	case REDIS_REPLY_INTEGER:
		snprintf(number, sizeof number, "%lld", reply->integer);
		sse_buf_append_str(&answer, number);
		return;
	case REDIS_REPLY_NIL:
		sse_buf_append_str(&answer, "(nil)");
		return;
	case REDIS_REPLY_ARRAY:
		for (size_t i = 0; i < reply->elements; i++) {
			if (i > 0) {
				sse_buf_append(&answer, " ", 1);
			}
			print(reply->element[i]);
		}
		return;
	default:
		sse_buf_append(&answer, reply->str, (size_t)reply->len);
	}
}

const char *redis(const char *format, ...)
{
	va_list arguments;
	redisReply *reply;

	va_start(arguments, format);
	reply = redisvCommand(client, format, arguments);
	va_end(arguments);
	sse_buf_reset(&answer, 65536);
	if (reply == NULL) {
		return client->errstr;
	}
	print(reply);
	freeReplyObject(reply);
	sse_buf_reserve(&answer, 1)[0] = '\0';
	return answer.data;
}
