/* Configurations as text: the address for messages, and the identity, which tells whether two mean the same keys. */
#include "redis_config_internal.h"

#include "buf.h"

#include <stdio.h>
#include <string.h>

static void print_seeds(const sse_redis_config *config, char *out, size_t out_size)
{
	char host[SSE_REDIS_HOST_MAX];
	int port;
	bool is_cluster = config->kind == SSE_REDIS_CLUSTER;
	size_t used = (size_t)snprintf(out, out_size, "%s%s", is_cluster ? "cluster" : "sentinel:",
		is_cluster ? "" : sse_redis_config_master(config));

	for (size_t i = 0; used < out_size && sse_redis_config_seed(config, i, host, &port); i++) {
		bool is_ipv6 = strchr(host, ':') != NULL;
		used += (size_t)snprintf(out + used, out_size - used, "%s%s%s%s:%d", i == 0 ? "@" : ",", is_ipv6 ? "[" : "", host,
			is_ipv6 ? "]" : "", port);
	}
}

const char *sse_redis_config_address(const sse_redis_config *config, char *out, size_t out_size)
{
	if (config->memory) {
		snprintf(out, out_size, "memory:");
	} else if (config->kind != SSE_REDIS_SINGLE) {
		print_seeds(config, out, out_size);
	} else if (config->path != NULL) {
		snprintf(out, out_size, "unix:%s", config->path);
	} else if (strchr(config->host, ':') != NULL) {
		snprintf(out, out_size, "[%s]:%d", config->host, config->port);
	} else {
		snprintf(out, out_size, "%s:%d", config->host, config->port);
	}
	return out;
}

static void put_number(sse_buf *out, const char *before, int number)
{
	char text[16];

	snprintf(text, sizeof text, "%s%d", before, number);
	sse_buf_append_str(out, text);
}

/* What a path shares with what stands behind it is encoded: two configurations never look like one. */
static void put_path(sse_buf *out, const char *path)
{
	for (; *path != '\0'; path++) {
		if (*path == '%' || *path == '?') {
			sse_buf_append_str(out, *path == '%' ? "%25" : "%3F");
		} else {
			sse_buf_append(out, path, 1);
		}
	}
}

static void put_host(sse_buf *out, const char *host)
{
	bool is_ipv6 = strchr(host, ':') != NULL;

	if (sse_config_is_scheme((sse_str){host, strlen(host)}, "localhost")) {
		host = "127.0.0.1";
	}
	sse_buf_append_str(out, is_ipv6 ? "[" : "");
	for (; *host != '\0'; host++) {
		char c = sse_config_lower(*host);
		sse_buf_append(out, &c, 1);
	}
	sse_buf_append_str(out, is_ipv6 ? "]" : "");
}

static void put_seeds(const sse_redis_config *config, sse_buf *out)
{
	char host[SSE_REDIS_HOST_MAX];
	int port;

	sse_buf_append_str(out, config->kind == SSE_REDIS_CLUSTER ? "cluster" : "sentinel:");
	if (config->kind == SSE_REDIS_SENTINEL) {
		sse_buf_append_str(out, sse_redis_config_master(config));
	}
	for (size_t i = 0; sse_redis_config_seed(config, i, host, &port); i++) {
		sse_buf_append_str(out, i == 0 ? "@" : ",");
		put_host(out, host);
		put_number(out, ":", port);
	}
}

void sse_redis_config_identity(const sse_redis_config *config, sse_buf *out)
{
	if (config->memory) {
		sse_buf_append_str(out, "memory:");
	} else {
		if (config->kind != SSE_REDIS_SINGLE) {
			put_seeds(config, out);
		} else if (config->path != NULL) {
			sse_buf_append_str(out, "unix://");
			put_path(out, config->path);
		} else {
			sse_buf_append_str(out, "tcp://");
			put_host(out, config->host);
			put_number(out, ":", config->port);
		}
		put_number(out, "/", config->db);
	}
	sse_buf_append_str(out, "?prefix=");
	sse_buf_append(out, config->prefix, config->prefix_len);
}
