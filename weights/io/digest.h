/* The hashes by which the Hub names its files. */
#ifndef DP_WEIGHTS_IO_DIGEST_H
#define DP_WEIGHTS_IO_DIGEST_H

#include <sys/types.h>

#include <sha1.h>
#include <sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DP_DIGEST_MAX_HEX = 64 };

/* An incremental hash and the value that is expected of it. 64 hexadecimal digits are a
 * SHA-256; 40 are a Git blob id: the SHA-1 of "blob SIZE", a NUL and the content. */
typedef struct dp_digest {
    char expected[DP_DIGEST_MAX_HEX + 1];
    union {
        SHA1_CTX sha1;
        SHA2_CTX sha256;
    } state;
} dp_digest;

/* Whether a text is 40 or 64 lower-case hexadecimal digits. Such a text is safe as a file
 * name. */
bool dp_digest_valid(const char *text);

/* Begin a hash. `expected` must be valid; `size` is the number of bytes of the whole
 * content. */
void dp_digest_start(dp_digest *d, const char *expected, uint64_t size);
void dp_digest_add(dp_digest *d, const void *data, size_t size);
/* End the hash. True if it is the expected one. */
bool dp_digest_agrees(dp_digest *d);

/* Whether content of `size` bytes has the expected hash. */
bool dp_digest_check(const char *expected, const void *data, size_t size);

/* The SHA-256 of `size` bytes, in lower-case hexadecimal digits. */
void dp_digest_sha256(char hex[DP_DIGEST_MAX_HEX + 1], const void *data, size_t size);

#endif
