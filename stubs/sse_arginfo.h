/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 4277b98e78fd89218e8f2f19c24018d6c8fae33a */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_SseStream___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, options, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_lastEventId, 0, 0, IS_STRING, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_event, 0, 1, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, event, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, id, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, retry, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_comment, 0, 0, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, text, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_subscribe, 0, 0, IS_STATIC, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, channels, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_psubscribe, 0, 0, IS_STATIC, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, patterns, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_SseStream_broadcast arginfo_class_SseStream_subscribe

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_follow, 0, 0, IS_STATIC, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, topics, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_presence, 0, 3, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, topic, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, user, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, member, IS_MIXED, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_queue, 0, 0, IS_STATIC, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, keys, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_history, 0, 1, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, last, IS_LONG, 0, "-1")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_every, 0, 2, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, seconds, IS_DOUBLE, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_cursor, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, topic, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_onMessage, 0, 1, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, map, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_run, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_ticket, 0, 0, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "30")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_stop, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_isConnected, 0, 0, _IS_BOOL, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseStream_encode, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, event, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, id, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, retry, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_RedisSubscriber___construct, 0, 0, 0)
	ZEND_ARG_TYPE_MASK(0, redis, MAY_BE_STRING|MAY_BE_ARRAY, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_RedisSubscriber_subscribe, 0, 2, IS_STATIC, 0)
	ZEND_ARG_TYPE_MASK(0, names, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_RedisSubscriber_psubscribe arginfo_class_RedisSubscriber_subscribe

#define arginfo_class_RedisSubscriber_blpop arginfo_class_RedisSubscriber_subscribe

#define arginfo_class_RedisSubscriber_every arginfo_class_SseStream_every

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_RedisSubscriber_onSignal, 0, 2, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, signal, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, callback, IS_CALLABLE, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_RedisSubscriber_command, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_VARIADIC_TYPE_MASK(0, arguments, MAY_BE_STRING|MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_RedisSubscriber_run, 0, 0, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, seconds, IS_DOUBLE, 0, "0.0")
ZEND_END_ARG_INFO()

#define arginfo_class_RedisSubscriber_stop arginfo_class_SseStream_stop

#define arginfo_class_SsePublisher___construct arginfo_class_RedisSubscriber___construct

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_publish, 0, 2, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, topic, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, data, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, event, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_publishMany, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, events, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_ticket, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, subscription, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "30")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_members, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, topic, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_disconnect, 0, 1, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, user, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_join, 0, 2, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, stream, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, subscription, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SsePublisher_leave, 0, 2, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, stream, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, names, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_SseHub___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, options, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_SseHub_run arginfo_class_SseStream_stop

#define arginfo_class_SseHub_stop arginfo_class_SseStream_stop

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_SseHub_stats, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, control, IS_STRING, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(SseStream, __construct);
ZEND_METHOD(SseStream, lastEventId);
ZEND_METHOD(SseStream, event);
ZEND_METHOD(SseStream, comment);
ZEND_METHOD(SseStream, subscribe);
ZEND_METHOD(SseStream, psubscribe);
ZEND_METHOD(SseStream, broadcast);
ZEND_METHOD(SseStream, follow);
ZEND_METHOD(SseStream, presence);
ZEND_METHOD(SseStream, queue);
ZEND_METHOD(SseStream, history);
ZEND_METHOD(SseStream, every);
ZEND_METHOD(SseStream, cursor);
ZEND_METHOD(SseStream, onMessage);
ZEND_METHOD(SseStream, run);
ZEND_METHOD(SseStream, ticket);
ZEND_METHOD(SseStream, stop);
ZEND_METHOD(SseStream, isConnected);
ZEND_METHOD(SseStream, encode);
ZEND_METHOD(RedisSubscriber, __construct);
ZEND_METHOD(RedisSubscriber, subscribe);
ZEND_METHOD(RedisSubscriber, psubscribe);
ZEND_METHOD(RedisSubscriber, blpop);
ZEND_METHOD(RedisSubscriber, every);
ZEND_METHOD(RedisSubscriber, onSignal);
ZEND_METHOD(RedisSubscriber, command);
ZEND_METHOD(RedisSubscriber, run);
ZEND_METHOD(RedisSubscriber, stop);
ZEND_METHOD(SsePublisher, __construct);
ZEND_METHOD(SsePublisher, publish);
ZEND_METHOD(SsePublisher, publishMany);
ZEND_METHOD(SsePublisher, ticket);
ZEND_METHOD(SsePublisher, members);
ZEND_METHOD(SsePublisher, disconnect);
ZEND_METHOD(SsePublisher, join);
ZEND_METHOD(SsePublisher, leave);
ZEND_METHOD(SseHub, __construct);
ZEND_METHOD(SseHub, run);
ZEND_METHOD(SseHub, stop);
ZEND_METHOD(SseHub, stats);


static const zend_function_entry class_SseException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_SseStream_methods[] = {
	ZEND_ME(SseStream, __construct, arginfo_class_SseStream___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, lastEventId, arginfo_class_SseStream_lastEventId, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, event, arginfo_class_SseStream_event, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, comment, arginfo_class_SseStream_comment, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, subscribe, arginfo_class_SseStream_subscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, psubscribe, arginfo_class_SseStream_psubscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, broadcast, arginfo_class_SseStream_broadcast, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, follow, arginfo_class_SseStream_follow, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, presence, arginfo_class_SseStream_presence, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, queue, arginfo_class_SseStream_queue, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, history, arginfo_class_SseStream_history, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, every, arginfo_class_SseStream_every, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, cursor, arginfo_class_SseStream_cursor, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, onMessage, arginfo_class_SseStream_onMessage, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, run, arginfo_class_SseStream_run, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, ticket, arginfo_class_SseStream_ticket, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, stop, arginfo_class_SseStream_stop, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, isConnected, arginfo_class_SseStream_isConnected, ZEND_ACC_PUBLIC)
	ZEND_ME(SseStream, encode, arginfo_class_SseStream_encode, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_RedisSubscriber_methods[] = {
	ZEND_ME(RedisSubscriber, __construct, arginfo_class_RedisSubscriber___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, subscribe, arginfo_class_RedisSubscriber_subscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, psubscribe, arginfo_class_RedisSubscriber_psubscribe, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, blpop, arginfo_class_RedisSubscriber_blpop, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, every, arginfo_class_RedisSubscriber_every, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, onSignal, arginfo_class_RedisSubscriber_onSignal, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, command, arginfo_class_RedisSubscriber_command, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, run, arginfo_class_RedisSubscriber_run, ZEND_ACC_PUBLIC)
	ZEND_ME(RedisSubscriber, stop, arginfo_class_RedisSubscriber_stop, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_SsePublisher_methods[] = {
	ZEND_ME(SsePublisher, __construct, arginfo_class_SsePublisher___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, publish, arginfo_class_SsePublisher_publish, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, publishMany, arginfo_class_SsePublisher_publishMany, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, ticket, arginfo_class_SsePublisher_ticket, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, members, arginfo_class_SsePublisher_members, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, disconnect, arginfo_class_SsePublisher_disconnect, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, join, arginfo_class_SsePublisher_join, ZEND_ACC_PUBLIC)
	ZEND_ME(SsePublisher, leave, arginfo_class_SsePublisher_leave, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_SseHub_methods[] = {
	ZEND_ME(SseHub, __construct, arginfo_class_SseHub___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(SseHub, run, arginfo_class_SseHub_run, ZEND_ACC_PUBLIC)
	ZEND_ME(SseHub, stop, arginfo_class_SseHub_stop, ZEND_ACC_PUBLIC)
	ZEND_ME(SseHub, stats, arginfo_class_SseHub_stats, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_SseException(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "SseException", class_SseException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);

	return class_entry;
}

static zend_class_entry *register_class_SseStream(void)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "SseStream", class_SseStream_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval const_HANDED_OVER_value;
	zend_string *const_HANDED_OVER_value_str = zend_string_init("handed over", strlen("handed over"), 1);
	ZVAL_STR(&const_HANDED_OVER_value, const_HANDED_OVER_value_str);
	zend_string *const_HANDED_OVER_name = zend_string_init_interned("HANDED_OVER", sizeof("HANDED_OVER") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_HANDED_OVER_name, &const_HANDED_OVER_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_HANDED_OVER_name);

	zval const_DISCONNECTED_value;
	zend_string *const_DISCONNECTED_value_str = zend_string_init("disconnected", strlen("disconnected"), 1);
	ZVAL_STR(&const_DISCONNECTED_value, const_DISCONNECTED_value_str);
	zend_string *const_DISCONNECTED_name = zend_string_init_interned("DISCONNECTED", sizeof("DISCONNECTED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DISCONNECTED_name, &const_DISCONNECTED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DISCONNECTED_name);

	zval const_STOPPED_value;
	zend_string *const_STOPPED_value_str = zend_string_init("stopped", strlen("stopped"), 1);
	ZVAL_STR(&const_STOPPED_value, const_STOPPED_value_str);
	zend_string *const_STOPPED_name = zend_string_init_interned("STOPPED", sizeof("STOPPED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_STOPPED_name, &const_STOPPED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_STOPPED_name);

	zval const_EXPIRED_value;
	zend_string *const_EXPIRED_value_str = zend_string_init("expired", strlen("expired"), 1);
	ZVAL_STR(&const_EXPIRED_value, const_EXPIRED_value_str);
	zend_string *const_EXPIRED_name = zend_string_init_interned("EXPIRED", sizeof("EXPIRED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_EXPIRED_name, &const_EXPIRED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_EXPIRED_name);

	zval const_REDIRECTED_value;
	zend_string *const_REDIRECTED_value_str = zend_string_init("redirected", strlen("redirected"), 1);
	ZVAL_STR(&const_REDIRECTED_value, const_REDIRECTED_value_str);
	zend_string *const_REDIRECTED_name = zend_string_init_interned("REDIRECTED", sizeof("REDIRECTED") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_REDIRECTED_name, &const_REDIRECTED_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_REDIRECTED_name);

	zval const_TURNED_AWAY_value;
	zend_string *const_TURNED_AWAY_value_str = zend_string_init("turned away", strlen("turned away"), 1);
	ZVAL_STR(&const_TURNED_AWAY_value, const_TURNED_AWAY_value_str);
	zend_string *const_TURNED_AWAY_name = zend_string_init_interned("TURNED_AWAY", sizeof("TURNED_AWAY") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_TURNED_AWAY_name, &const_TURNED_AWAY_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_TURNED_AWAY_name);

	return class_entry;
}

static zend_class_entry *register_class_RedisSubscriber(void)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "RedisSubscriber", class_RedisSubscriber_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_SsePublisher(void)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "SsePublisher", class_SsePublisher_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_SseHub(void)
{
	zend_class_entry ce, *class_entry;

	INIT_CLASS_ENTRY(ce, "SseHub", class_SseHub_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
