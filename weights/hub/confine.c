#include "config.h"

#include "weights/hub/confine.h"

#include "engine/core/arith.h"
#include "weights/corpora/corpus.h"
#include "weights/io/fsio.h"
#include "weights/io/paths.h"
#include "weights/sandbox/sandbox.h"

#include <curl/curl.h>
#include <stdlib.h>

/* Libraries and what they read for names, addresses and certificates: the C library, its name
 * services, libcurl and its TLS library. */
static const char *const system_places[] = {
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/services",
    "/etc/protocols",
    "/run/systemd/resolve",
    "/run/nscd",
    "/var/run/nscd",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/gnutls",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/usr/share/p11-kit",
    "/etc/localtime",
    "/dev/null",
};

/* Variables that name files of certificates, and variables that name proxies. */
static const char *const certificates[] = { "CURL_CA_BUNDLE", "SSL_CERT_FILE",
                                            "SSL_CERT_DIR", "OPENSSL_CONF" };
static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
                                       "ALL_PROXY", "http_proxy" };

/* The port of a proxy as libcurl reads it; 1080 if it names none. */
static int proxy_port(const char *text)
{
    char *port = NULL;
    int number = 1080;
    CURLU *url = curl_url();
    if (url && curl_url_set(url, CURLUPART_URL, text, CURLU_GUESS_SCHEME) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK)
        number = atoi(port);
    curl_free(port);
    curl_url_cleanup(url);
    return number;
}

static void allow_network(dp_sandbox *s, const dp_endpoint *endpoint)
{
    dp_sandbox_allow_port(s, 443);
    dp_sandbox_allow_port(s, 53); /* names whose answers do not fit a datagram */
    dp_sandbox_allow_port(s, atoi(endpoint->origin.port));
    const char *mirror = dp_paths_variable("DIGITPAD_DATA_MIRROR");
    dp_origin origin;
    if (mirror && dp_origin_of(&origin, mirror, NULL) == DP_OK)
        dp_sandbox_allow_port(s, atoi(origin.port));
    for (size_t i = 0; i < DP_COUNT(proxies); i++) {
        const char *proxy = dp_paths_variable(proxies[i]);
        if (proxy)
            dp_sandbox_allow_port(s, proxy_port(proxy));
    }
}

/* Make a folder, so that it can be allowed. */
static dp_code make_folder(const char *folder, dp_err *err)
{
    char inside[PATH_MAX];
    dp_code code = dp_paths_format(inside, err, "%s/", folder);
    return code ? code : dp_fsio_make_parents(inside, err);
}

static void allow_files(dp_sandbox *s, const char *cache, const char *data)
{
    dp_sandbox_allow(s, cache, DP_SANDBOX_CHANGE);
    if (*data)
        dp_sandbox_allow(s, data, DP_SANDBOX_CHANGE);
    for (size_t i = 0; i < DP_COUNT(system_places); i++)
        dp_sandbox_allow(s, system_places[i], DP_SANDBOX_READ);
    for (size_t i = 0; i < DP_COUNT(certificates); i++) {
        const char *path = dp_paths_variable(certificates[i]);
        if (path)
            dp_sandbox_allow(s, path, DP_SANDBOX_READ);
    }
}

dp_code dp_hub_confine(const dp_endpoint *endpoint, bool data, dp_err *err)
{
    char folder[PATH_MAX] = "";
    /* A server on this machine is one for tests; it redirects to ports that nobody knows. */
    const bool any_port = dp_origin_loopback(&endpoint->origin);
    dp_code code = endpoint->offline ? DP_OK : make_folder(endpoint->cache, err);
    if (!code && data)
        code = dp_corpus_folder(folder, err);
    if (!code && data && !endpoint->offline)
        code = make_folder(folder, err);
    if (code)
        return code;
    dp_sandbox s = dp_sandbox_begin(dp_sandbox_inherited(), any_port);
    if (!endpoint->offline)
        allow_network(&s, endpoint);
    allow_files(&s, endpoint->cache, folder);
    return dp_sandbox_enter(&s, err);
}
