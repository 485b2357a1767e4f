#include "config.h"

#include "weights/io/json_memory.h"

#include <pthread.h>
#include <stdio.h>

static _Thread_local bool failed; /* an allocation, since dp_json_begin */
static json_malloc_t allocate;    /* of the program that we are a part of */

static void *watched(size_t size)
{
    void *p = allocate(size);
    failed |= !p;
    return p;
}

static void watch(void)
{
    json_free_t release;
    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(watched, release);
}

/* A program that has loaded libdigitpad may unload it and go on with jansson. */
__attribute__((destructor)) static void unwatch(void)
{
    json_malloc_t current;
    json_free_t release;
    json_get_alloc_funcs(&current, &release);
    if (current == watched)
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

json_t *dp_json_load(const char *text, size_t size, json_error_t *where)
{
    dp_json_begin();
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, where);
    if (!failed)
        return json;
    json_decref(json);
    snprintf(where->text, sizeof where->text - 1, "out of memory");
    where->text[sizeof where->text - 1] = (char)json_error_out_of_memory;
    return NULL;
}

bool dp_json_error_is_memory(const json_error_t *where)
{
    return json_error_code(where) == json_error_out_of_memory;
}
