/* Pieces of JSON text, ASCII only: what is not ASCII is written \uXXXX, so that the text
 * is valid in every locale and steers no terminal. */
#ifndef DP_WEIGHTS_IO_JSON_TEXT_H
#define DP_WEIGHTS_IO_JSON_TEXT_H

#include <stddef.h>

struct json_t; /* jansson's json_t */

/* A JSON string, with its quotes, of `size` bytes; bytes that are not UTF-8 become
 * U+FFFD. To be freed with free(); NULL when memory is short. At least size + 2 bytes
 * long. */
char *dp_json_text_string(const char *text, size_t size);

/* Any JSON value on one line. To be freed with free(); NULL when memory is short. */
char *dp_json_text_value(const struct json_t *value);

#endif
