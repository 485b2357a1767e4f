#include "config.h"

#include "weights/io/json_memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local bool failed; /* an allocation, since dp_json_begin */
/* Memory for buffers of strings while a text is parsed. jansson does not check whether these could
 * grow, and may abort later. */
static _Thread_local struct {
    unsigned char *bytes;
    size_t size, used;
} reserve;
/* The functions of the program that we are a part of. */
static json_malloc_t allocate;
static json_free_t release;

/* Buffers grow to powers of two. Other requests may fail: jansson notices, and stops. */
static void *from_reserve(size_t size)
{
    if (size % 16 != 0 || (size & (size - 1)) != 0 || size > reserve.size - reserve.used)
        return NULL;
    void *p = reserve.bytes + reserve.used;
    reserve.used += size;
    return p;
}

static void *watched_malloc(size_t size)
{
    void *p = allocate(size);
    failed |= !p;
    return p ? p : from_reserve(size);
}

static void watched_free(void *p)
{
    const unsigned char *byte = p;
    if (!reserve.bytes || byte < reserve.bytes || byte >= reserve.bytes + reserve.size)
        release(p);
}

static void watch(void)
{
    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(watched_malloc, watched_free);
}

/* A program that has loaded libdigitpad may unload it and go on with jansson. */
__attribute__((destructor)) static void unwatch(void)
{
    json_malloc_t current;
    json_get_alloc_funcs(&current, NULL);
    if (current == watched_malloc)
        json_set_alloc_funcs(allocate, release);
}

void dp_json_begin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch);
    failed = false;
}

bool dp_json_is_complete(void)
{
    return !failed;
}

/* A buffer that doubles takes less than four times the text. */
static bool make_reserve(size_t text)
{
    reserve.size = 4 * text + 4096;
    reserve.used = 0;
    reserve.bytes = malloc(reserve.size);
    return reserve.bytes != NULL;
}

json_t *dp_json_load(const char *text, size_t size, json_error_t *where)
{
    dp_json_begin();
    json_t *json = NULL;
    if (make_reserve(size))
        json = json_loadb(text, size, JSON_REJECT_DUPLICATES, where);
    else
        failed = true;
    if (failed) {
        json_decref(json);
        json = NULL;
        snprintf(where->text, sizeof where->text - 1, "out of memory");
        where->text[sizeof where->text - 1] = (char)json_error_out_of_memory;
    }
    free(reserve.bytes);
    reserve.bytes = NULL;
    reserve.size = 0;
    return json;
}

bool dp_json_error_is_memory(const json_error_t *where)
{
    return json_error_code(where) == json_error_out_of_memory;
}
