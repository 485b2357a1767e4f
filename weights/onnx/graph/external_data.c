/* Tensors whose data is in another file, as exporters write large models.
 *
 * The model is untrusted and chooses the file's name. Therefore only a plain name in the
 * model's own folder is opened, never a link, and only a regular file. */
#include "config.h"

#include "weights/onnx/graph/tensor.h"

#include "engine/core/decimal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The location of a tensor's bytes. */
typedef struct place {
    const char *file;
    long long offset, length; /* length −1: to the end of the file */
} place;

static bool read_number(long long *out, const char *text)
{
    uint64_t value;
    if (!dp_decimal_digits(&value, &text, INT64_MAX) || *text)
        return false;
    *out = (long long)value;
    return true;
}

static bool is_plain_name(const char *name)
{
    return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           !strpbrk(name, "/\\:");
}

static dp_code find_place(place *out, const Onnx__TensorProto *t, dp_err *err)
{
    *out = (place){ .length = -1 };
    for (size_t i = 0; i < t->n_external_data; i++) {
        const char *key = t->external_data[i]->key, *value = t->external_data[i]->value;
        bool ok = true;
        if (!key || !value)
            continue;
        if (strcmp(key, "location") == 0)
            out->file = value;
        else if (strcmp(key, "offset") == 0)
            ok = read_number(&out->offset, value);
        else if (strcmp(key, "length") == 0)
            ok = read_number(&out->length, value);
        if (!ok)
            return dp_fail(err, DP_MODEL, "external data: %.16s '%.32s' is not a number",
                           key, value);
    }
    if (!out->file)
        return dp_fail(err, DP_MODEL, "external data: no file name");
    if (!is_plain_name(out->file))
        return dp_fail(err, DP_MODEL,
                       "external data: '%.64s' is not in the folder of the model",
                       out->file);
    return DP_OK;
}

static dp_code open_beside(int *fd, struct stat *st, const char *model, const char *file,
                           dp_err *err)
{
    const char *slash = model ? strrchr(model, '/') : NULL;
    int folder = slash ? (int)(slash - model) + 1 : 0;
    char path[4096];
    if (!model)
        return dp_fail(
            err, DP_MODEL,
            "external data: '%.64s' is not available; save the model as one file "
            "(onnx.save with save_as_external_data=False)",
            file);
    int n = snprintf(path, sizeof path, "%.*s%s", folder, model, file);
    if (n < 0 || (size_t)n >= sizeof path)
        return dp_fail(err, DP_MODEL, "external data: '%.64s': %s", file,
                       strerror(ENAMETOOLONG));
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (*fd < 0)
        return dp_fail(err, DP_MODEL,
                       "external data: cannot open '%.64s' beside the model: %s", file,
                       errno == ELOOP ? "it is a symbolic link" : strerror(errno));
    if (fstat(*fd, st) == 0 && S_ISREG(st->st_mode))
        return DP_OK;
    close(*fd);
    return dp_fail(err, DP_MODEL, "external data: '%.64s' is not a regular file", file);
}

static bool read_all(int fd, unsigned char *to, size_t size, off_t offset)
{
    while (size > 0) {
        ssize_t n = pread(fd, to, size, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        size -= (size_t)n;
        offset += n;
    }
    return true;
}

static dp_code read_place(Onnx__TensorProto *t, int fd, const place *p, off_t file_size,
                          dp_onnx_memory *memory, dp_err *err)
{
    long long length = p->length < 0 ? file_size - p->offset : p->length;
    if (p->offset > file_size || length < 0 || length > file_size - p->offset)
        return dp_fail(err, DP_MODEL,
                       "external data: '%.64s' is truncated, it has %lld bytes", p->file,
                       (long long)file_size);
    if (length > DP_ONNX_MAX_FILE)
        return dp_fail(err, DP_MODEL,
                       "external data: %lld bytes in '%.64s' exceed the limit of %d",
                       length, p->file, DP_ONNX_MAX_FILE);
    ProtobufCAllocator allocator = dp_onnx_allocator(memory);
    memory->left += (size_t)length; /* the budget of a file that contained these bytes */
    unsigned char *bytes = allocator.alloc(memory, (size_t)length + 1);
    if (!bytes)
        return dp_onnx_no_memory(memory, err);
    if (t->has_raw_data)
        allocator.free(memory, t->raw_data.data);
    t->has_raw_data = 1;
    t->raw_data = (ProtobufCBinaryData){ (size_t)length, bytes };
    t->data_location = 0;
    if (!read_all(fd, bytes, (size_t)length, p->offset))
        return dp_fail(err, DP_MODEL, "external data: cannot read '%.64s': %s", p->file,
                       strerror(errno));
    return DP_OK;
}

static dp_code load_tensor(Onnx__TensorProto *t, const char *model,
                           dp_onnx_memory *memory, dp_err *err)
{
    place p;
    int fd;
    struct stat st;
    dp_code code = find_place(&p, t, err);
    if (!code)
        code = open_beside(&fd, &st, model, p.file, err);
    if (code)
        return code;
    code = read_place(t, fd, &p, st.st_size, memory, err);
    close(fd);
    return code;
}

dp_code dp_onnx_load_external(Onnx__GraphProto *graph, const char *path,
                              dp_onnx_memory *memory, dp_err *err)
{
    size_t total = 0;
    for (size_t i = 0; i < graph->n_initializer; i++) {
        Onnx__TensorProto *t = graph->initializer[i];
        if (t->data_location != 1)
            continue;
        dp_code code = load_tensor(t, path, memory, err);
        if (!code && (total += t->raw_data.len) > DP_ONNX_MAX_FILE)
            code = dp_fail(err, DP_MODEL, "external data: the sum exceeds %d bytes",
                           DP_ONNX_MAX_FILE);
        if (code)
            return dp_fail_in(err, code, "initializer '%.64s'", t->name ? t->name : "");
    }
    return DP_OK;
}
