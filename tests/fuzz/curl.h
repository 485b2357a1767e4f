/* A libcurl whose transfers take their replies from a text (curl.c). */
#ifndef DP_TESTS_FUZZ_CURL_H
#define DP_TESTS_FUZZ_CURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called for each request; has_token: it carries the user's token. */
typedef void dp_curl_hook(const char *url, bool has_token);

/* Answer the next requests with these bytes, which must outlive them. */
void dp_curl_replies(const uint8_t *data, size_t size, dp_curl_hook *hook);

#endif
