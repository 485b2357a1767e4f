/* From the bytes of a file to a checked graph, which weights/onnx/lower.h turns into a
 * network. */
#include "config.h"

#include "weights/onnx/onnx.h"

#include "weights/onnx/graph/graph.h"
#include "weights/onnx/lower.h"
#include "weights/onnx/graph/tensor.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { MIN_IR = 3, MAX_IR = 13, KNOWN_OPSET = 22, SLACK = 8 << 20 };

/* The operators that are read mean the same in the operator sets after KNOWN_OPSET that exist
 * (23 to 25): those added types and operators. Later ones may differ, so the caller warns. */

/* ---- the model's envelope ------------------------------------------------------------ */

static dp_code unpack(Onnx__ModelProto **out, ProtobufCAllocator *allocator,
                      const unsigned char *data, size_t size, dp_err *err)
{
    const dp_onnx_memory *memory = allocator->allocator_data;
    Onnx__ModelProto *model = onnx__model_proto__unpack(allocator, size, data);
    if (!model && (memory->exhausted || memory->failed))
        return dp_onnx_no_memory(memory, err);
    if (!model)
        return dp_fail(err, DP_MODEL,
                       "not a valid ONNX model, nor of another known format");
    *out = model;
    return DP_OK;
}

static dp_code check_version(int *opset, const Onnx__ModelProto *model, dp_err *err)
{
    /* Before IR version 3 a file need not import an operator set: 1 then. */
    int64_t version = model->ir_version < MIN_IR;
    if (!model->has_ir_version || !model->graph)
        return dp_fail(err, DP_MODEL, "not an ONNX model: no %s",
                       model->graph ? "ir_version" : "graph");
    if (model->ir_version < 1 || model->ir_version > MAX_IR)
        return dp_fail(err, DP_MODEL,
                       "ONNX IR version %" PRId64 " is not supported (1 to %d)",
                       model->ir_version, MAX_IR);
    for (size_t i = 0; i < model->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *set = model->opset_import[i];
        if (!set->domain || !set->domain[0] || strcmp(set->domain, "ai.onnx") == 0)
            version = set->version;
    }
    if (version < 1 || version > INT_MAX)
        return dp_fail(err, DP_MODEL, "operator set %" PRId64 " does not exist", version);
    *opset = (int)version;
    return DP_OK;
}

static dp_code read_meta(dp_network *network, const Onnx__ModelProto *model, dp_err *err)
{
    dp_code code = DP_OK;
    if (model->producer_name && strcmp(model->producer_name, PACKAGE_NAME) != 0)
        code = dp_network_add_meta(network, "producer", model->producer_name, err);
    for (size_t i = 0; i < model->n_metadata_props && !code; i++) {
        const Onnx__StringStringEntryProto *entry = model->metadata_props[i];
        if (entry->key && entry->value)
            code = dp_network_add_meta(network, entry->key, entry->value, err);
    }
    return code;
}

/* digitpad's own files record their input scale. False if the file does not. */
static bool stated_norm(dp_norm *norm, const Onnx__ModelProto *model)
{
    for (size_t i = 0; i < model->n_metadata_props; i++) {
        const Onnx__StringStringEntryProto *entry = model->metadata_props[i];
        if (entry->key && entry->value && strcmp(entry->key, "digitpad.norm") == 0)
            return dp_norm_named(norm, entry->value);
    }
    return false;
}

/* ---- the output ---------------------------------------------------------------------- */

/* A file may have several outputs, such as a label beside the scores. Use the first one that
 * can be lowered and has probabilities, else the first one that can be lowered; if none can,
 * report why the first one cannot. Without memory for one, no other may be used in its place. */
static dp_code lower_best_output(dp_network *out, const Onnx__GraphProto *proto,
                                 dp_onnx_graph *graph, const dp_norm *norm,
                                 dp_onnx_memory *memory, dp_err *err)
{
    dp_code first = DP_OK;
    dp_network found;
    bool have = false, sure = false;
    if (proto->n_output == 0)
        return dp_fail(err, DP_MODEL, "the graph has no output");
    for (size_t i = 0; i < proto->n_output && i < DP_ONNX_MAX_OUTPUTS && !sure; i++) {
        dp_err reason;
        const char *name = proto->output[i]->name ? proto->output[i]->name : "";
        int value = dp_onnx_graph_find(graph, name);
        dp_code code =
            value < 0 ? dp_fail(&reason, DP_MODEL, "output '%.64s' is not defined", name)
                      : dp_onnx_graph_sort(graph, value, &reason);
        if (!code)
            code = dp_onnx_lower(&found, graph, value, norm, memory, &reason);
        dp_onnx_memory_clear(memory);
        if (code && (i == 0 || code == DP_NOMEM))
            first = dp_fail(err, code, "%s", reason.msg);
        if (code == DP_NOMEM) {
            if (have)
                dp_network_clear(out);
            return code;
        }
        if (code)
            continue;
        sure = dp_network_scores(&found) != DP_SCORES_RANKS;
        if (have && sure)
            dp_network_clear(out);
        if (have && !sure)
            dp_network_clear(&found);
        else
            *out = found;
        have = true;
    }
    return have ? DP_OK : first;
}

static dp_code read_model(dp_network *out, const Onnx__ModelProto *model,
                          const dp_norm *norm, dp_onnx_memory *memory, dp_err *err)
{
    int opset = 0;
    dp_network network;
    dp_norm stated;
    dp_code code = check_version(&opset, model, err);
    if (code)
        return code;
    dp_onnx_graph *graph = malloc(sizeof *graph);
    if (!graph)
        return dp_fail(err, DP_NOMEM, "out of memory");
    if (!norm && stated_norm(&stated, model))
        norm = &stated;
    code = dp_onnx_graph_build(graph, model->graph, opset, err);
    if (!code)
        code = lower_best_output(&network, model->graph, graph, norm, memory, err);
    free(graph);
    if (code)
        return code;
    network.newer_opset = opset > KNOWN_OPSET ? opset : 0;
    if ((code = read_meta(&network, model, err)))
        dp_network_clear(&network);
    else
        *out = network;
    return code;
}

dp_code dp_onnx_read(dp_network *out, const unsigned char *data, size_t size,
                     const char *path, const dp_norm *norm, dp_err *err)
{
    /* Room for the parsed file, and as much again for the constants computed from it. */
    dp_onnx_memory memory = { .left = 2 * size + SLACK };
    ProtobufCAllocator allocator = dp_onnx_allocator(&memory);
    Onnx__ModelProto *model = NULL;
    if (size > DP_ONNX_MAX_FILE)
        return dp_fail(err, DP_MODEL, "%zu bytes exceed the limit of %d", size,
                       DP_ONNX_MAX_FILE);
    dp_code code = unpack(&model, &allocator, data, size, err);
    if (code)
        return code;
    if (model->graph)
        code = dp_onnx_load_external(model->graph, path, &memory, err);
    if (!code)
        code = read_model(out, model, norm, &memory, err);
    onnx__model_proto__free_unpacked(model, &allocator);
    return code;
}
