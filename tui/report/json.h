/* One value of JSON, written piece by piece: in pure ASCII, and valid whatever the texts contain
 * (weights/io/json_text.h). In an object each piece has a key, in an array its key is NULL. */
#ifndef DP_TUI_REPORT_JSON_H
#define DP_TUI_REPORT_JSON_H

#include "weights/io/text.h"

#include <stdbool.h>

/* A zeroed struct is the start of a value. dp_json_print ends it. */
typedef struct dp_json {
    dp_text text;
    bool follows; /* a piece at the same level: a comma separates the next one */
} dp_json;

/* Begin and end an object or array. */
void dp_json_object(dp_json *j, const char *key);
void dp_json_array(dp_json *j, const char *key);
void dp_json_end_object(dp_json *j);
void dp_json_end_array(dp_json *j);

void dp_json_string(dp_json *j, const char *key, const char *value); /* NULL: null */
void dp_json_integer(dp_json *j, const char *key, long long value);
void dp_json_number(dp_json *j, const char *key, double value); /* not finite: null */
void dp_json_flag(dp_json *j, const char *key, bool value);
void dp_json_null(dp_json *j, const char *key);

/* Print the value as a line on standard output, and free it. DP_NOMEM, and nothing is printed, if
 * memory was short. */
DP_MUST_CHECK dp_code dp_json_print(dp_json *j, dp_err *err);

#endif
