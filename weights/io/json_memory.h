/* JSON where memory may be short. jansson calls some failed allocations syntax errors, and of others
 * it says nothing: a string then lacks characters, or an array its values. These functions
 * remember, for each thread, whether jansson got all the memory that it asked for. */
#ifndef DP_WEIGHTS_IO_JSON_MEMORY_H
#define DP_WEIGHTS_IO_JSON_MEMORY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Parse a JSON text without duplicate keys; the caller releases it with json_decref(). NULL if it is
 * malformed or memory is short, with the reason in *where. */
json_t *dp_json_load(const char *text, size_t size, json_error_t *where);

/* Whether the reason is that memory is short. */
bool dp_json_error_is_memory(const json_error_t *where);

/* Begin to build JSON; dp_json_is_complete() then says whether jansson had all the memory for it. One
 * value at a time: parsing and the functions of json_text.h begin anew. */
void dp_json_begin(void);
bool dp_json_is_complete(void);

#endif
