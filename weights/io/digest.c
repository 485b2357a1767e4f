#include "config.h"

#include "weights/io/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SHA1_HEX = 40 };

bool dp_digest_valid(const char *text)
{
    size_t n = strspn(text, "0123456789abcdef");
    return text[n] == '\0' && (n == SHA1_HEX || n == DP_DIGEST_MAX_HEX);
}

static bool is_git(const dp_digest *d)
{
    return d->expected[SHA1_HEX] == '\0';
}

void dp_digest_start(dp_digest *d, const char *expected, uint64_t size)
{
    snprintf(d->expected, sizeof d->expected, "%s", expected);
    if (!is_git(d)) {
        SHA256Init(&d->state.sha256);
        return;
    }
    char header[32];
    int n = snprintf(header, sizeof header, "blob %" PRIu64, size);
    SHA1Init(&d->state.sha1);
    dp_digest_add(d, header, (size_t)n + 1); /* with its NUL */
}

void dp_digest_add(dp_digest *d, const void *data, size_t size)
{
    if (is_git(d))
        SHA1Update(&d->state.sha1, data, size);
    else
        SHA256Update(&d->state.sha256, data, size);
}

bool dp_digest_agrees(dp_digest *d)
{
    char hex[DP_DIGEST_MAX_HEX + 1];
    if (is_git(d))
        SHA1End(&d->state.sha1, hex);
    else
        SHA256End(&d->state.sha256, hex);
    return strcmp(hex, d->expected) == 0;
}

bool dp_digest_check(const char *expected, const void *data, size_t size)
{
    dp_digest d;
    dp_digest_start(&d, expected, size);
    dp_digest_add(&d, data, size);
    return dp_digest_agrees(&d);
}

void dp_digest_sha256(char hex[DP_DIGEST_MAX_HEX + 1], const void *data, size_t size)
{
    SHA256Data(data, size, hex);
}
