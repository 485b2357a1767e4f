/* URLs: their origins, which transfers may use them, the URL of a file, and redirects. */
#include "config.h"

#include "tests/short_memory.h"
#include "tests/unit/unit.h"
#include "weights/hub/url.h"

#include <stdio.h>
#include <string.h>

static dp_origin origin(const char *url)
{
    dp_origin o;
    dp_err err;
    ck_assert_msg(!dp_origin_of(&o, url, &err), "%s: %s", url, err.msg);
    return o;
}

static bool same(const char *a, const char *b)
{
    const dp_origin x = origin(a), y = origin(b);
    return dp_origin_same(&x, &y);
}

START_TEST(an_origin_is_scheme_host_and_port)
{
    ck_assert(same("https://a.org/x", "https://A.org:443/y?z"));
    ck_assert(!same("https://a.org", "http://a.org"));
    ck_assert(!same("https://a.org", "https://b.org"));
    ck_assert(!same("https://a.org", "https://a.org.b.org"));
    ck_assert(!same("https://a.org", "https://a.org:444"));
}
END_TEST

START_TEST(urls_without_a_host_or_with_a_user_are_refused)
{
    static const char *const bad[] = { "", "x", "https://", "https://u@a.org/",
                                       "https://u:p@a.org" };
    for (size_t i = 0; i < DP_COUNT(bad); i++) {
        dp_origin o;
        dp_err err;
        ck_assert_msg(dp_origin_of(&o, bad[i], &err) == DP_NETWORK, "%s", bad[i]);
    }
}
END_TEST

START_TEST(loopback_is_told_by_its_address)
{
    static const char *const loopback[] = { "http://localhost", "http://127.0.0.1:80",
                                            "http://127.1.2.3", "http://[::1]:8080" };
    static const char *const others[] = { "http://a.org", "http://localhost.a.org",
                                          "http://127.0.0.1.a.org", "http://128.0.0.1",
                                          "http://[::2]" };
    for (size_t i = 0; i < DP_COUNT(loopback); i++) {
        const dp_origin o = origin(loopback[i]);
        ck_assert_msg(dp_origin_plain_loopback(&o), "%s", loopback[i]);
    }
    for (size_t i = 0; i < DP_COUNT(others); i++) {
        const dp_origin o = origin(others[i]);
        ck_assert_msg(!dp_origin_loopback(&o), "%s", others[i]);
    }
    const dp_origin tls = origin("https://localhost");
    ck_assert(dp_origin_loopback(&tls) && !dp_origin_plain_loopback(&tls));
}
END_TEST

START_TEST(transfers_use_tls_or_stay_on_loopback)
{
    const dp_origin hub = origin("https://a.org"), test = origin("http://127.0.0.1:8080");
    dp_err err;
    ck_assert_int_eq(dp_url_check("https://b.org/x", &hub, &err), DP_OK);
    ck_assert_int_eq(dp_url_check("http://a.org/x", &hub, &err), DP_NETWORK);
    ck_assert_int_eq(dp_url_check("http://127.0.0.1/x", &hub, &err), DP_NETWORK);
    ck_assert_int_eq(dp_url_check("http://localhost:99/x", &test, &err), DP_OK);
    ck_assert_int_eq(dp_url_check("http://a.org/x", &test, &err), DP_NETWORK);
    ck_assert_int_eq(dp_url_check("file:///etc/passwd", &test, &err), DP_NETWORK);
}
END_TEST

START_TEST(the_segments_of_a_file_are_encoded)
{
    char url[DP_URL_MAX];
    const dp_hub_ref ref = { .repo = "o/r",
                             .revision = "refs/pr/1",
                             .file = "a b/c%2f?é.json" };
    dp_url_resolve(url, "https://a.org", &ref);
    ck_assert_str_eq(
        url, "https://a.org/o/r/resolve/refs%2Fpr%2F1/a%20b/c%252f%3F%C3%A9.json");
}
END_TEST

START_TEST(redirects_are_relative_to_their_reply)
{
    static const char *const cases[][2] = {
        { "/x", "https://a.org/x" },
        { "x", "https://a.org/b/x" },
        { "../x?y=1", "https://a.org/x?y=1" },
        { "//c.org/x", "https://c.org/x" },
        { "https://c.org/x", "https://c.org/x" },
    };
    for (size_t i = 0; i < DP_COUNT(cases); i++) {
        char url[DP_URL_MAX];
        ck_assert(dp_url_join(url, "https://a.org/b/c", cases[i][0]));
        ck_assert_str_eq(url, cases[i][1]);
        ck_assert_int_eq(dp_url_relative(cases[i][0]), i < 3);
    }
    ck_assert(dp_url_relative("x/y:z"));
    ck_assert(!dp_url_relative("mailto:a"));
}
END_TEST

START_TEST(redirects_to_odd_hosts_are_refused)
{
    static const char *const bad[] = { "https://a%ADb/x", "https://a%1fb/x",
                                       "https://a\x7f/x" };
    for (size_t i = 0; i < DP_COUNT(bad); i++) {
        char url[DP_URL_MAX];
        ck_assert_msg(!dp_url_join(url, "https://a.org/", bad[i]), "%s: %s", bad[i], url);
    }
}
END_TEST

/* The longest URL has room for its NUL. */
START_TEST(long_redirects_are_refused)
{
    static char location[DP_URL_MAX], url[DP_URL_MAX + 1];
    static const char base[] = "https://a.org/";
    memset(location, 'x', sizeof location);
    for (size_t n = DP_URL_MAX - 2; n <= DP_URL_MAX + 1; n++) {
        location[n - (sizeof base - 1)] = '\0';
        url[DP_URL_MAX] = 'G';
        ck_assert_int_eq(dp_url_join(url, base, location), n < DP_URL_MAX);
        ck_assert_int_eq(url[DP_URL_MAX], 'G');
        location[n - (sizeof base - 1)] = 'x';
    }
}
END_TEST

#if DP_SHORT_MEMORY
static dp_code read_origin(dp_err *err)
{
    dp_origin o;
    return dp_origin_of(&o, "https://a.org/x", err);
}

START_TEST(memory_may_be_short)
{
    short_memory_begin(0);
    dp_err err;
    const dp_code code = read_origin(&err);
    ck_assert_int_eq(short_memory_end().alive, 0);
    ck_assert_int_eq(code, DP_NOMEM);
    ck_assert_str_eq(err.msg, "no memory for a URL");
    ck_assert_int_eq(read_origin(&err), DP_OK);
}
END_TEST
#else
START_TEST(memory_may_be_short)
{
}
END_TEST
#endif

UNIT_MAIN("url", an_origin_is_scheme_host_and_port,
          urls_without_a_host_or_with_a_user_are_refused, loopback_is_told_by_its_address,
          transfers_use_tls_or_stay_on_loopback, the_segments_of_a_file_are_encoded,
          redirects_are_relative_to_their_reply, redirects_to_odd_hosts_are_refused,
          long_redirects_are_refused, memory_may_be_short)
