/* JSON texts in pure ASCII: other characters are escaped as \uXXXX, so that the text is
 * valid in every locale and cannot control a terminal. */
#ifndef DP_WEIGHTS_IO_JSON_TEXT_H
#define DP_WEIGHTS_IO_JSON_TEXT_H

#include <stddef.h>

struct json_t; /* jansson's json_t */

/* A JSON string, with its quotes, of `size` bytes; each byte that is not valid UTF-8
 * becomes U+FFFD. The caller frees it with free(); NULL if memory is short. */
char *dp_json_text_string(const char *text, size_t size);

/* A JSON value on one line. The caller frees it with free(); NULL if memory is short. */
char *dp_json_text_value(const struct json_t *value);

#endif
