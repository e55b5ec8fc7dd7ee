#include "test.h"

int main(void)
{
	test_access();
	test_alloc();
	test_backoff();
	test_base64url();
	test_broadcast();
	test_buf();
	test_control_socket();
	test_entry_id();
	test_eventsource_parser();
	test_fcgi();
	test_frame();
	test_glob();
	test_hmac_sha256();
	test_http_parse();
	test_inbox();
	test_includes();
	test_json();
	test_json_id();
	test_jwt();
	test_list();
	test_log();
	test_map();
	test_redis_config();
	test_redis_seeds();
	test_redis_key();
	test_resp();
	test_respond();
	test_signal();
	test_subscription();
	test_url();
	test_wheel();
	test_wire();
	return test_summary();
}
