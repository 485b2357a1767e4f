/* Files that are not images digitpad reads, recognised by their first bytes: what they are, and
 * what to do with them. */
#ifndef DP_WEIGHTS_IMAGES_SIGNATURE_H
#define DP_WEIGHTS_IMAGES_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

enum { DP_SIGNATURE_SIZE = 512 }; /* how many bytes decide */

/* "a WebP image; convert it: …": what a file that begins with these bytes is, and the remedy.
 * NULL if it is not known. */
const char *dp_signature_name(const unsigned char *bytes, size_t size);

/* Whether these bytes are no text: control characters other than white space are among them. */
bool dp_signature_is_binary(const unsigned char *bytes, size_t size);

#endif
