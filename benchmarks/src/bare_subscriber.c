/*
 * The floor for one stream: hiredis, blocking, one write per message. bare_subscriber PORT CHANNEL
 */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	redisContext *redis = redisConnect("127.0.0.1", atoi(argv[1]));
	void *reply;

	if (argc < 3 || !redis || redis->err) {
		return 1;
	}
	freeReplyObject(redisCommand(redis, "SUBSCRIBE %s", argv[2]));
	while (redisGetReply(redis, &reply) == REDIS_OK) {
		redisReply *message = reply;
		size_t len = message->element[2]->len;
		char *frame = malloc(len + 9);

		memcpy(frame, "data: ", 6);
		memcpy(frame + 6, message->element[2]->str, len);
		memcpy(frame + 6 + len, "\n\n", 2);
		if (write(1, frame, len + 8) < 0) {
			return 0;
		}
		free(frame);
		freeReplyObject(reply);
	}
	return 0;
}
