#include "config.h"

#include "weights/safetensors/safetensors_write.h"

#include "engine/core/arith.h"
#include "weights/io/fsio.h"
#include "weights/io/json_memory.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static size_t tensor_bytes(const dp_st_out *t)
{
    return t->count * dp_dtype_size(t->dtype);
}

/* Jansson keeps the order in which keys are added. */
static json_t *make_metadata(const dp_st_pair *meta, int n)
{
    json_t *json = json_object();
    bool ok = json != NULL;
    for (int i = 0; i < n && ok; i++)
        if (meta[i].value && !json_object_get(json, meta[i].key))
            ok = json_object_set_new(json, meta[i].key, json_string(meta[i].value)) == 0;
    if (ok)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *make_tensor(const dp_st_out *t, size_t offset)
{
    json_t *shape = json_array();
    for (int i = 0; i < t->rank; i++)
        json_array_append_new(shape, json_integer(t->dim[i]));
    return json_pack("{s:s, s:o, s:[I,I]}", "dtype", dp_dtype_name(t->dtype), "shape",
                     shape, "data_offsets", (json_int_t)offset,
                     (json_int_t)(offset + tensor_bytes(t)));
}

/* The header as text, which the caller frees; NULL if memory is short. */
static char *make_header(const dp_st_pair *meta, int n_meta, const dp_st_out *tensor,
                         int n)
{
    dp_json_begin();
    json_t *root = json_object();
    bool ok = json_object_set_new(root, "__metadata__", make_metadata(meta, n_meta)) == 0;
    size_t offset = 0;
    for (int i = 0; i < n && ok; i++) {
        ok = json_object_set_new(root, tensor[i].name, make_tensor(&tensor[i], offset)) ==
             0;
        offset += tensor_bytes(&tensor[i]);
    }
    char *text = ok ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    if (dp_json_is_complete())
        return text;
    free(text);
    return NULL;
}

static void store_le(unsigned char *p, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(value >> 8 * i);
}

static void store_tensor(unsigned char *to, const dp_st_out *t)
{
    if (dp_dtype_size(t->dtype) == 1) {
        memcpy(to, t->data, t->count);
        return;
    }
    for (size_t i = 0; i < t->count; i++) {
        uint32_t bits;
        memcpy(&bits, (const unsigned char *)t->data + i * sizeof bits, sizeof bits);
        store_le(to + i * sizeof bits, bits, sizeof bits);
    }
}

/* The length, the header, and the values. The header is padded with spaces so that the
 * values start at a multiple of 8. */
static unsigned char *make_file(size_t *size, const char *header, const dp_st_out *tensor,
                                int n)
{
    const size_t text = strlen(header), padded = dp_round_up(text, 8);
    size_t total = 8 + padded;
    for (int i = 0; i < n; i++)
        total += tensor_bytes(&tensor[i]);
    unsigned char *file = malloc(total);
    if (!file)
        return NULL;
    store_le(file, padded, 8);
    memcpy(file + 8, header, text);
    memset(file + 8 + text, ' ', padded - text);
    unsigned char *to = file + 8 + padded;
    for (int i = 0; i < n; i++) {
        store_tensor(to, &tensor[i]);
        to += tensor_bytes(&tensor[i]);
    }
    *size = total;
    return file;
}

dp_code dp_safetensors_write(const char *path, const dp_st_pair *meta, int n_meta,
                             const dp_st_out *tensor, int n, dp_err *err)
{
    size_t size = 0;
    char *header = make_header(meta, n_meta, tensor, n);
    unsigned char *file = header ? make_file(&size, header, tensor, n) : NULL;
    free(header);
    if (!file)
        return dp_fail(err, DP_NOMEM, "%s: out of memory", path);
    dp_code code = dp_fsio_write(path, file, size, err);
    free(file);
    return code;
}
