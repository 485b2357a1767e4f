#include "config.h"

#include "weights/onnx/graph/tensor.h"

#include <stdlib.h>
#include <string.h>

/* Precedes every block. */
typedef union header {
    struct {
        size_t size;
        union header *next; /* the blocks that dp_onnx_memory_clear frees */
    } is;
    max_align_t align;
} header;

static header *take(dp_onnx_memory *memory, size_t size)
{
    size_t total;
    if (__builtin_add_overflow(size, sizeof(header), &total) || total > memory->left) {
        memory->exhausted = true;
        return NULL;
    }
    header *h = malloc(total);
    if (!h) {
        memory->failed = true;
        return NULL;
    }
    h->is.size = total;
    h->is.next = NULL;
    memory->left -= total;
    return h;
}

static void *allocate(void *memory, size_t size)
{
    header *h = take(memory, size);
    return h ? h + 1 : NULL;
}

static void release(void *data, void *block)
{
    dp_onnx_memory *memory = data;
    if (!block)
        return;
    header *h = (header *)block - 1;
    memory->left += h->is.size;
    free(h);
}

ProtobufCAllocator dp_onnx_allocator(dp_onnx_memory *memory)
{
    return (ProtobufCAllocator){ allocate, release, memory };
}

void *dp_onnx_alloc(dp_onnx_memory *memory, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        memory->exhausted = true;
        return NULL;
    }
    header *h = take(memory, bytes);
    if (!h)
        return NULL;
    h->is.next = memory->blocks;
    memory->blocks = h;
    return memset(h + 1, 0, bytes);
}

void dp_onnx_memory_clear(dp_onnx_memory *memory)
{
    for (header *h = memory->blocks, *next; h; h = next) {
        next = h->is.next;
        memory->left += h->is.size;
        free(h);
    }
    memory->blocks = NULL;
}

dp_code dp_onnx_no_memory(const dp_onnx_memory *memory, dp_err *err)
{
    if (memory->exhausted)
        return dp_fail(err, DP_MODEL, "needs too much memory for a file of its size");
    return dp_fail(err, DP_NOMEM, "out of memory");
}
