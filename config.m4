dnl The sse extension: src/core (bytes), src/io (libuv + hiredis), src/hub (the daemon), src/php (Zend). See docs/architecture.md.

PHP_ARG_ENABLE([sse],
  [whether to enable the sse extension],
  [AS_HELP_STRING([--enable-sse], [Enable Server-Sent Events streams from Redis])])

PHP_ARG_ENABLE([sse-dev],
  [whether warnings of the sse sources are errors],
  [AS_HELP_STRING([--enable-sse-dev], [sse: for its developers: more warnings, and they are errors])],
  [no], [no])

PHP_ARG_ENABLE([sse-sanitizers],
  [whether to build sse with AddressSanitizer and UndefinedBehaviorSanitizer],
  [AS_HELP_STRING([--enable-sse-sanitizers], [sse: for its developers: build with ASan and UBSan])],
  [no], [no])

PHP_ARG_ENABLE([sse-coverage],
  [whether to build sse with coverage counters],
  [AS_HELP_STRING([--enable-sse-coverage], [sse: for its developers: build with gcov counters])],
  [no], [no])

if test "$PHP_SSE" != "no"; then
  PKG_CHECK_MODULES([LIBUV], [libuv >= 1.44], [],
    [AC_MSG_ERROR([libuv 1.44 or newer is needed. On Debian and Ubuntu: apt-get install libuv1-dev])])
  PKG_CHECK_MODULES([HIREDIS], [hiredis >= 0.14], [],
    [AC_MSG_ERROR([hiredis 0.14 or newer is needed. On Debian and Ubuntu: apt-get install libhiredis-dev])])

  PHP_EVAL_INCLINE([$LIBUV_CFLAGS])
  PHP_EVAL_INCLINE([$HIREDIS_CFLAGS])
  PHP_EVAL_LIBLINE([$LIBUV_LIBS], [SSE_SHARED_LIBADD])
  PHP_EVAL_LIBLINE([$HIREDIS_LIBS], [SSE_SHARED_LIBADD])

  dnl TLS is a library of its own since hiredis 1.0; without it rediss:// is refused with a message.
  PKG_CHECK_MODULES([HIREDIS_SSL], [hiredis_ssl openssl], [
    PHP_EVAL_INCLINE([$HIREDIS_SSL_CFLAGS])
    PHP_EVAL_LIBLINE([$HIREDIS_SSL_LIBS], [SSE_SHARED_LIBADD])
    AC_DEFINE([HAVE_HIREDIS_SSL], [1], [Whether hiredis was built with TLS])
  ], [AC_MSG_NOTICE([sse: hiredis has no TLS here, rediss:// will be refused])])

  dnl The hub's HTTP listener needs somebody else's parser; without one there is no listener, and all else is there.
  sse_http="src/hub/access.c src/hub/http_parse.c src/hub/request.c src/hub/respond.c src/hub/routes.c"
  PKG_CHECK_MODULES([LLHTTP], [libllhttp], [
    PHP_EVAL_INCLINE([$LLHTTP_CFLAGS])
    PHP_EVAL_LIBLINE([$LLHTTP_LIBS], [SSE_SHARED_LIBADD])
    AC_DEFINE([HAVE_LLHTTP], [1], [Whether llhttp is there])
    sse_parser=llhttp
  ], [
    sse_parser=none
    AC_CHECK_HEADER([llhttp.h], [
      PHP_CHECK_LIBRARY([llhttp], [llhttp_execute], [
        PHP_ADD_LIBRARY([llhttp],, [SSE_SHARED_LIBADD])
        AC_DEFINE([HAVE_LLHTTP], [1], [Whether llhttp is there])
        sse_parser=llhttp
      ])
    ])
  ])
  if test "$sse_parser" = none; then
    AC_CHECK_HEADER([http_parser.h], [
      PHP_CHECK_LIBRARY([http_parser], [http_parser_execute], [
        PHP_ADD_LIBRARY([http_parser],, [SSE_SHARED_LIBADD])
        AC_DEFINE([HAVE_HTTP_PARSER], [1], [Whether http-parser is there])
        sse_parser=http-parser
      ])
    ])
  fi
  AC_MSG_NOTICE([sse: parser of the HTTP listener: $sse_parser])
  if test "$sse_parser" = none; then
    sse_http=
  fi

  SSE_CFLAGS="-I@ext_srcdir@ -I@ext_srcdir@/src -std=gnu11 -fvisibility=hidden -Wall -Wextra -Wno-unused-parameter -DZEND_ENABLE_STATIC_TSRMLS_CACHE=1"
  if test "$PHP_SSE_DEV" != "no"; then
    SSE_CFLAGS="$SSE_CFLAGS -Wstrict-prototypes -Werror"
  fi
  if test "$PHP_SSE_SANITIZERS" != "no"; then
    SSE_CFLAGS="$SSE_CFLAGS -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    LDFLAGS="$LDFLAGS -fsanitize=address,undefined"
  fi
  if test "$PHP_SSE_COVERAGE" != "no"; then
    SSE_CFLAGS="$SSE_CFLAGS --coverage"
    LDFLAGS="$LDFLAGS --coverage"
  fi

  sse_core="src/core/alloc.c src/core/backoff.c src/core/base64url.c src/core/broadcast.c src/core/buf.c \
    src/core/entry_id.c src/core/fcgi.c src/core/frame.c src/core/glob.c src/core/inbox.c src/core/json.c \
    src/core/json_id.c src/core/jwt.c src/core/map.c src/core/redis_address.c src/core/redis_config.c \
    src/core/redis_dsn.c src/core/redis_key.c src/core/redis_seeds.c src/core/resp.c src/core/signal.c src/core/subscription.c \
    src/core/url.c src/core/utf8.c src/core/wire.c"
  sse_io="src/io/follow.c src/io/history.c src/io/hub_call.c src/io/loop.c src/io/presence.c src/io/presence_calls.c \
    src/io/pubsub.c src/io/queue.c src/io/redis_conn.c src/io/redis_dial.c src/io/redis_find.c \
    src/io/redis_redirect.c src/io/redis_reply.c src/io/redis_send.c src/io/redis_sync.c src/io/replay.c src/io/script.c"
  sse_hub="src/hub/address.c src/hub/admit.c src/hub/bind.c src/hub/block.c src/hub/channel.c src/hub/client.c src/hub/control.c \
    src/hub/control_message.c src/hub/control_socket.c src/hub/handoff.c src/hub/hub.c src/hub/join.c \
    src/hub/keep.c src/hub/list_blocker.c src/hub/list_search.c src/hub/listener.c src/hub/log.c \
    src/hub/memory_broker.c src/hub/memory_lists.c src/hub/memory_logs.c src/hub/memory_tickets.c src/hub/opening.c \
    src/hub/output.c src/hub/peers.c src/hub/presence.c src/hub/process.c src/hub/redis_broker.c src/hub/redis_lists.c src/hub/redis_log.c \
    src/hub/redis_tickets.c src/hub/redis_topic.c src/hub/replay.c src/hub/stats.c src/hub/stream_id.c \
    src/hub/takeover_client.c src/hub/takeover_give.c src/hub/takeover_queue.c src/hub/takeover_take.c \
    src/hub/user.c src/hub/watch.c src/hub/wheel.c src/hub/workers.c $sse_http"
  sse_php="src/php/callback.c src/php/carry.c src/php/classes.c src/php/client.c src/php/event.c src/php/handoff.c src/php/hub_choice.c \
    src/php/hmac.c src/php/hub.c src/php/hub_ask.c src/php/members.c src/php/names.c src/php/option.c \
    src/php/options.c src/php/output.c src/php/pool.c src/php/presence.c src/php/publish_many.c \
    src/php/publisher.c src/php/publisher_hubs.c src/php/publishing.c src/php/reactor.c src/php/redirect.c \
    src/php/redis_option.c src/php/signals.c src/php/stream.c src/php/stream_run.c src/php/stream_sources.c \
    src/php/stream_wire.c src/php/subscriber.c src/php/subscriber_run.c src/php/ticket.c"

  PHP_SUBST([SSE_SHARED_LIBADD])
  PHP_NEW_EXTENSION([sse], [sse.c $sse_core $sse_io $sse_hub $sse_php], [$ext_shared],, [$SSE_CFLAGS])
  PHP_ADD_BUILD_DIR([$ext_builddir/src/core], [1])
  PHP_ADD_BUILD_DIR([$ext_builddir/src/io], [1])
  PHP_ADD_BUILD_DIR([$ext_builddir/src/hub], [1])
  PHP_ADD_BUILD_DIR([$ext_builddir/src/php], [1])
fi
