/* Hashes as the Hub names its files by them. */
#ifndef DP_WEIGHTS_IO_DIGEST_H
#define DP_WEIGHTS_IO_DIGEST_H

#include <sys/types.h>

#include <sha1.h>
#include <sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DP_DIGEST_MAX_HEX = 64 };

/* A hash in the making, to be compared with the one that is expected: 64 hexadecimal digits
 * are a SHA-256; 40 are what Git calls a file, the SHA-1 of "blob SIZE", a NUL and the
 * content. */
typedef struct dp_digest {
    char expected[DP_DIGEST_MAX_HEX + 1];
    union {
        SHA1_CTX sha1;
        SHA2_CTX sha256;
    } state;
} dp_digest;

/* Whether text is 40 or 64 lower-case hexadecimal digits, and so safe as a file name. */
bool dp_digest_valid(const char *text);

/* `expected` must be valid; `size` is that of the whole content. */
void dp_digest_start(dp_digest *d, const char *expected, uint64_t size);
void dp_digest_add(dp_digest *d, const void *data, size_t size);
/* Whether what was added is what was expected; ends the digest. */
bool dp_digest_agrees(dp_digest *d);

/* The three in one. */
bool dp_digest_check(const char *expected, const void *data, size_t size);

/* The SHA-256 of a content. */
void dp_digest_sha256(char hex[DP_DIGEST_MAX_HEX + 1], const void *data, size_t size);

#endif
