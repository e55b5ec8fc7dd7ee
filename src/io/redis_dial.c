#include "redis_dial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifdef _WIN32
#include <winsock2.h>
#else
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#ifdef HAVE_HIREDIS_SSL
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#endif

#ifndef _WIN32
/* Whether host is an address and not a name; then where to connect to. */
static socklen_t parse_address(const sse_redis_config *config, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, config->host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)config->port);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, config->host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)config->port);
		return sizeof(*v6);
	}
	return 0;
}

/* -1 with errno when it failed at once. */
static int connect_to_address(const struct sockaddr_storage *address, socklen_t len)
{
	int fd = socket(address->ss_family, SOCK_STREAM, 0), on = 1, saved;

	if (fd < 0) {
		return -1;
	}
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0
		&& setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0
		&& (connect(fd, (const struct sockaddr *)address, len) == 0 || errno == EINPROGRESS)) {
		return fd;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}
#endif

static redisContext *dial_tcp(const sse_redis_config *config, char *error, size_t error_size)
{
#ifndef _WIN32
	/* hiredis asks the resolver even for an address, which drags a quarter of libc into every worker. */
	struct sockaddr_storage address;
	socklen_t len = parse_address(config, &address);

	if (len > 0) {
		int fd = connect_to_address(&address, len);
		redisContext *ctx = fd >= 0 ? redisConnectFd(fd) : NULL;

		if (!ctx) {
			snprintf(error, error_size, "%s", fd >= 0 ? "out of memory" : strerror(errno));
			if (fd >= 0) {
				close(fd);
			}
		}
		return ctx;
	}
#endif
	return redisConnectNonBlock(config->host, config->port);
}

redisContext *sse_redis_dial(const sse_redis_config *config, char *error, size_t error_size)
{
	redisContext *ctx;

	snprintf(error, error_size, "out of memory");
	ctx = config->path ? redisConnectUnixNonBlock(config->path) : dial_tcp(config, error, error_size);
	if (!ctx) {
		return NULL;
	}
	if (ctx->err) {
		snprintf(error, error_size, "%s", ctx->errstr);
		redisFree(ctx);
		return NULL;
	}
	return ctx;
}

int sse_redis_dial_result(redisContext *ctx, char *error, size_t error_size)
{
	int err = 0;
	socklen_t len = sizeof(err);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);

	if (getsockopt(ctx->fd, SOL_SOCKET, SO_ERROR, (void *)&err, &len) != 0) {
		err = errno;
	}
	if (err != 0) {
		snprintf(error, error_size, "%s", strerror(err));
		return -1;
	}
	/* A socket can be reported writable before its handshake is done; only a peer's address proves the connection. */
	if (getpeername(ctx->fd, (struct sockaddr *)&peer, &peer_len) != 0) {
		return 1;
	}
	ctx->flags |= REDIS_CONNECTED;
	return 0;
}

bool sse_redis_has_tls(void)
{
#ifdef HAVE_HIREDIS_SSL
	return true;
#else
	return false;
#endif
}

#ifdef HAVE_HIREDIS_SSL
/* A connection's TLS: the system's certificate authorities, and a certificate that names the host that was asked for. */
static SSL *new_tls(const char *host)
{
	static SSL_CTX *context; /* the same for every connection of the process */
	X509_VERIFY_PARAM *verify;
	SSL *tls;

	if (!context) {
		context = SSL_CTX_new(TLS_client_method());
		if (!context) {
			return NULL;
		}
		SSL_CTX_set_default_verify_paths(context);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
		SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	}
	tls = SSL_new(context);
	if (tls) {
		verify = SSL_get0_param(tls);
		if (X509_VERIFY_PARAM_set1_ip_asc(verify, host) != 1) {
			/* No address, so a name; SNI takes only names. */
			SSL_set_tlsext_host_name(tls, host);
			X509_VERIFY_PARAM_set1_host(verify, host, 0);
		}
	}
	return tls;
}
#endif

int sse_redis_dial_tls(redisContext *ctx, const sse_redis_config *config, char *error, size_t error_size)
{
	if (!config->tls) {
		return 0;
	}
#ifdef HAVE_HIREDIS_SSL
	SSL *tls = new_tls(config->host);

	/* Once it is initiated the SSL object is hiredis' to free. */
	if (!tls || redisInitiateSSL(ctx, tls) != REDIS_OK) {
		const char *why = ERR_reason_error_string(ERR_peek_last_error());

		snprintf(error, error_size, "TLS: %s", why ? why : ctx->errstr);
		ERR_clear_error();
		SSL_free(tls);
		return -1;
	}
	return 0;
#else
	snprintf(error, error_size, "TLS (rediss://) needs hiredis 1.0 or newer with hiredis_ssl; this build has none");
	return -1;
#endif
}

const char *sse_redis_dial_error(const redisContext *ctx)
{
#ifdef HAVE_HIREDIS_SSL
	/* hiredis reports a failed handshake as whatever errno says, which is "Success". */
	const char *why = ERR_reason_error_string(ERR_peek_last_error());

	if (why) {
		ERR_clear_error();
		return why;
	}
#endif
	return ctx->err == REDIS_ERR_EOF ? "Redis closed the connection" : ctx->errstr;
}

static void append(redisContext *ctx, int argc, const char **argv, const size_t *lens)
{
	/* Fails only when memory has run out, and then the next write reports it. */
	redisAppendCommandArgv(ctx, argc, argv, lens);
}

unsigned sse_redis_append_login(redisContext *ctx, const sse_redis_config *config, bool asks_role)
{
	unsigned replies = 0;

	if (config->password) {
		const char *argv[3] = { "AUTH" };
		size_t lens[3] = { 4 };
		int argc = 1;

		if (config->username) {
			argv[argc] = config->username;
			lens[argc++] = config->username_len;
		}
		argv[argc] = config->password;
		lens[argc++] = config->password_len;
		append(ctx, argc, argv, lens);
		replies++;
	}
	if (config->db != 0) {
		char db[16];
		const char *argv[2] = { "SELECT", db };
		size_t lens[2] = { 6 };

		lens[1] = (size_t)snprintf(db, sizeof(db), "%d", config->db);
		append(ctx, 2, argv, lens);
		replies++;
	}
	/* Always asked: only a reply proves that a Redis is there, that it is not loading, and that it wants no password. */
	append(ctx, 1, (const char *[]){ "PING" }, (const size_t[]){ 4 });
	if (asks_role) {
		append(ctx, 1, (const char *[]){ "ROLE" }, (const size_t[]){ 4 });
		replies++;
	}
	return replies + 1;
}

/* A sentinel may not know yet that its master has become a replica; that one does. */
static bool is_replica(const sse_reply *role)
{
	return sse_reply_is_array(role, 1) && role->element[0]->type == REDIS_REPLY_STRING
		&& !sse_str_is(role->element[0]->str, "master");
}

int sse_redis_check_login(
	const sse_reply *reply, bool asked_role, unsigned left, bool *permanent, char *error, size_t error_size)
{
	unsigned ping = asked_role ? 2 : 1;

	if (left < ping && is_replica(reply)) {
		snprintf(error, error_size, "the sentinel named it as the master, and it says that it is a replica");
		return -1;
	}
	if (reply->type != REDIS_REPLY_ERROR) {
		return 0;
	}
	/* The PING was for a sign of life: a user who may not, or a Redis that cannot write its dump, gives one. */
	if (left == ping && (sse_reply_is_error(reply, "NOPERM") || sse_reply_is_error(reply, "MISCONF"))) {
		return 0;
	}
	*permanent = !sse_reply_is_passing(reply);
	snprintf(error, error_size, "%s", reply->str.data);
	return -1;
}
