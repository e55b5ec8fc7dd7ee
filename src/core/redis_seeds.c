/* Configurations that name sentinels or nodes of a cluster: their list, what they demand, and the slot of a cluster's keys. */
#include "redis_config_internal.h"

#include "buf.h"

#include <stdio.h>
#include <string.h>

/* Of SSE_REDIS_SENTINEL and SSE_REDIS_CLUSTER, where a seed names none. */
#define SENTINEL_PORT 26379
#define CLUSTER_PORT 6379
#define SLOTS 16384

int sse_config_split_host(sse_str text, sse_str *host, sse_str *port, const sse_report *to)
{
	const char *colon = sse_str_find(text, ':');

	*port = (sse_str){NULL, 0};
	if (text.len > 0 && text.data[0] == '[') {
		const char *bracket = sse_str_find(text, ']');
		if (bracket == NULL) {
			return sse_report_fail(to, "host lacks the closing bracket of an IPv6 address");
		}
		colon = bracket + 1 < text.data + text.len ? bracket + 1 : NULL;
		if (colon != NULL && *colon != ':') {
			return sse_report_fail(to, "the closing bracket of an IPv6 address is followed by something other than a port");
		}
	}
	*host = colon != NULL ? sse_str_before(text, colon) : text;
	if (colon != NULL) {
		*port = sse_str_from(text, colon + 1);
		if (sse_str_find(*port, ':') != NULL) {
			return sse_report_fail(to, "host has more than one \":\"; an IPv6 address goes in [brackets]");
		}
	}
	return 0;
}

static int check_seed(sse_str seed, const sse_report *to)
{
	sse_redis_config checked;
	sse_str host, port;
	int result = sse_config_split_host(seed, &host, &port, to);

	if (result == 0 && host.len >= SSE_REDIS_HOST_MAX) {
		return sse_report_fail(to, "host is longer than a name can be");
	}
	if (result == 0) {
		sse_redis_config_init(&checked);
		result = sse_config_set_host(&checked, host, to);
		if (result == 0 && port.data != NULL) {
			result = sse_config_set_port(&checked, port, to);
		}
		sse_redis_config_deinit(&checked);
	}
	return result;
}

int sse_config_set_seeds(sse_redis_config *config, sse_str value, const sse_report *to)
{
	sse_str rest = value;

	while (rest.len > 0) {
		if (check_seed(sse_str_take(&rest, ','), to) != 0) {
			return -1;
		}
	}
	sse_config_replace(&config->seeds, NULL, value.len > 0 ? value.data : NULL, value.len);
	return 0;
}

bool sse_config_find_kind(sse_str scheme, sse_redis_kind *kind, bool *tls)
{
	static const struct {
		const char *scheme;
		sse_redis_kind kind;
		bool tls;
	} known[] = {
		{"redis-sentinel", SSE_REDIS_SENTINEL, false},
		{"rediss-sentinel", SSE_REDIS_SENTINEL, true},
		{"redis-cluster", SSE_REDIS_CLUSTER, false},
		{"rediss-cluster", SSE_REDIS_CLUSTER, true},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (sse_config_is_scheme(scheme, known[i].scheme)) {
			*kind = known[i].kind;
			*tls = known[i].tls;
			return true;
		}
	}
	return false;
}

bool sse_redis_config_seed(const sse_redis_config *config, size_t index, char host[SSE_REDIS_HOST_MAX], int *port)
{
	sse_report nowhere = {NULL, 0, "", false};
	sse_str rest, seed, name, digits;

	if (config->seeds == NULL) {
		snprintf(host, SSE_REDIS_HOST_MAX, "%s", config->host);
		*port = config->port;
		return index == 0;
	}
	rest = (sse_str){config->seeds, strlen(config->seeds)};
	do {
		if (rest.len == 0) {
			return false;
		}
		seed = sse_str_take(&rest, ',');
	} while (index-- > 0);
	sse_config_split_host(seed, &name, &digits, &nowhere);
	if (name.data[0] == '[') {
		name = (sse_str){name.data + 1, name.len - 2};
	}
	memcpy(host, name.data, name.len);
	host[name.len] = '\0';
	*port = config->kind == SSE_REDIS_CLUSTER ? CLUSTER_PORT : SENTINEL_PORT;
	if (digits.len > 0) {
		*port = 0;
		for (size_t i = 0; i < digits.len; i++) {
			*port = *port * 10 + (digits.data[i] - '0');
		}
	}
	return true;
}

/* The part of a key that says where it lives: between the first "{" and the next "}", if there is anything, else all of it. */
static sse_str hash_tag(sse_str key)
{
	const char *open = sse_str_find(key, '{');
	sse_str tag = open != NULL ? sse_str_from(key, open + 1) : (sse_str){NULL, 0};
	const char *close = tag.len > 0 ? sse_str_find(tag, '}') : NULL;

	return close != NULL && close > tag.data ? sse_str_before(tag, close) : (sse_str){NULL, 0};
}

/* CRC-16/XMODEM of the tag, as https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ has it. */
unsigned sse_redis_config_slot(const sse_redis_config *config)
{
	sse_str tag = hash_tag((sse_str){config->prefix, config->prefix_len});
	unsigned crc = 0;

	for (size_t i = 0; i < tag.len; i++) {
		crc ^= (unsigned)(unsigned char)tag.data[i] << 8;
		for (int bit = 0; bit < 8; bit++) {
			crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1 & 0xFFFF;
		}
	}
	return crc % SLOTS;
}

int sse_redis_config_check(const sse_redis_config *config, char *error, size_t error_size)
{
	sse_report to = {error, error_size, config->kind == SSE_REDIS_CLUSTER ? "Redis Cluster" : "Redis Sentinel", false};

	if (config->kind == SSE_REDIS_SINGLE) {
		return 0;
	}
	if (config->path != NULL) {
		return sse_report_fail(&to, "a Unix socket leads to one Redis only: name hosts");
	}
	if (config->kind == SSE_REDIS_CLUSTER && hash_tag((sse_str){config->prefix, config->prefix_len}).len == 0) {
		return sse_report_fail(&to, "all keys must be in one slot, so the prefix needs a hash tag: set prefix to \"{shop}:\", say");
	}
	if (config->kind == SSE_REDIS_CLUSTER && config->db != 0) {
		return sse_report_fail(&to, "a cluster has database 0 only");
	}
	return 0;
}

const char *sse_redis_config_master(const sse_redis_config *config)
{
	return config->master != NULL ? config->master : "mymaster";
}
