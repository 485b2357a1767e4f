/* Operators that slide a window over images: convolution, padding and pooling. */
#include "config.h"

#include "weights/onnx/activation.h"
#include "weights/onnx/operators.h"

#include <inttypes.h>
#include <string.h>

/* ---- the activation that a layer takes ----------------------------------------------- */

/* Input 0 as images, which it must be as [N,C,H,W]; its pending function is flushed. */
static dp_code take_images(dp_state **out, dp_onnx_run *run, const dp_onnx_node *node,
                           dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    char shape[96];
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "the first input must be the activation");
    if (!dp_onnx_view_is(&in->view, "NCHW"))
        return dp_fail(err, DP_MODEL, "input %s is not [batch, channels, height, width]",
                       dp_onnx_dims_text(shape, sizeof shape, &in->view.dims));
    *out = in;
    return dp_onnx_flush_image(run, in, err);
}

/* Set output 0 to the chain's output as images. */
static void give_images(dp_onnx_run *run, const dp_onnx_node *node, const dp_state *in)
{
    dp_shape shape = dp_chain_shape(&run->chain);
    const int64_t size[DP_AXES] = { in->view.size[DP_AXIS_N], shape.c, shape.h, shape.w };
    dp_onnx_view view = dp_onnx_view_plain("NCHW", size);
    dp_onnx_give_activation(run, node, &view);
}

/* ---- the window of convolution and pooling ------------------------------------------- */

enum { MAX_WINDOW = 1 << 12, MAX_PADDING = 32 };

/* An attribute with n integers, each in [low, MAX_WINDOW]. All are `otherwise` if the node does
 * not have it. */
typedef struct window_attribute {
    const char *name;
    int n, low, otherwise;
} window_attribute;

static const window_attribute kernel_attribute = { "kernel_shape", 2, 1,
                                                   0 }; /* 0: refused */
static const window_attribute stride_attribute = { "strides", 2, 1, 1 };
static const window_attribute dilation_attribute = { "dilations", 2, 1, 1 };
static const window_attribute pad_attribute = { "pads", 4, 0, 0 };

static dp_code get_window(int *out, const window_attribute *a, const dp_onnx_run *run,
                          const dp_onnx_node *node, dp_err *err)
{
    dp_onnx_ints ints;
    dp_code code = dp_onnx_get_ints(&ints, run, node, a->name, -1, err);
    if (code)
        return code;
    if (ints.n >= 0 && ints.n != a->n)
        return dp_fail(err, DP_MODEL, "%s: %d numbers instead of %d", a->name, ints.n,
                       a->n);
    for (int i = 0; i < a->n; i++) {
        int64_t value = ints.n < 0 ? a->otherwise : ints.at[i];
        if (value < a->low || value > MAX_WINDOW)
            return dp_fail(err, DP_MODEL, "%s: %" PRId64 " is not in [%d, %d]", a->name,
                           value, a->low, MAX_WINDOW);
        out[i] = (int)value;
    }
    return DP_OK;
}

/* The extent of a dilated kernel. */
static int kernel_extent(const dp_layer *layer, int d)
{
    return (layer->kernel[d] - 1) * layer->dilation[d] + 1;
}

/* SAME_UPPER and SAME_LOWER: ceil(in / stride) outputs. An odd element of padding goes to the
 * end (UPPER) or to the beginning (LOWER). */
static void pad_same(dp_layer *layer, const int in[2], bool lower)
{
    for (int d = 0; d < 2; d++) {
        int steps = (in[d] - 1) / layer->stride[d];
        int total = steps * layer->stride[d] + kernel_extent(layer, d) - in[d];
        total = total > 0 ? total : 0;
        layer->pad[d] = lower ? total - total / 2 : total / 2;
        layer->pad[d + 2] = total - layer->pad[d];
    }
}

/* ceil_mode adds a last, incomplete window if that starts inside the input or the padding
 * before it. More padding at the end has the same effect. */
static void pad_to_round_up(dp_layer *layer, const int in[2])
{
    for (int d = 0; d < 2; d++) {
        int span = in[d] + layer->pad[d] + layer->pad[d + 2] - kernel_extent(layer, d);
        int rest = span % layer->stride[d], more = layer->stride[d] - rest;
        bool starts_inside = span + more < in[d] + layer->pad[d];
        if (span > 0 && rest > 0 && starts_inside)
            layer->pad[d + 2] += more;
    }
}

static dp_code get_pads(dp_layer *layer, const dp_onnx_run *run, const dp_onnx_node *node,
                        dp_err *err)
{
    const dp_shape shape = dp_chain_shape(&run->chain);
    const int in[2] = { shape.h, shape.w };
    bool upper = dp_onnx_attr_is(node, "auto_pad", "SAME_UPPER");
    bool lower = dp_onnx_attr_is(node, "auto_pad", "SAME_LOWER");
    if (upper || lower) {
        pad_same(layer, in, lower);
    } else if (!dp_onnx_attr_is(node, "auto_pad", "VALID")) {
        dp_code code = get_window(layer->pad, &pad_attribute, run, node, err);
        if (code)
            return code;
    }
    if (dp_onnx_attr_int(node, "ceil_mode", 0))
        pad_to_round_up(layer, in);
    return DP_OK;
}

/* Read stride, dilation and padding; the kernel must be set. */
static dp_code get_geometry(dp_layer *layer, const dp_onnx_run *run,
                            const dp_onnx_node *node, dp_err *err)
{
    dp_code code = get_window(layer->stride, &stride_attribute, run, node, err);
    if (!code)
        code = get_window(layer->dilation, &dilation_attribute, run, node, err);
    return code ? code : get_pads(layer, run, node, err);
}

/* ---- Conv ---------------------------------------------------------------------------- */

/* Add the parameters of the last layer: n weights, then the bias unless it is NULL. */
static dp_code add_weights(dp_onnx_run *run, const float *weight, size_t n,
                           const float *bias, size_t rows, dp_err *err)
{
    float *to;
    dp_code code = dp_chain_params(&to, &run->chain, n, err);
    if (code)
        return code;
    memcpy(to, weight, n * sizeof *to);
    if (!bias)
        return DP_OK;
    if ((code = dp_chain_params(&to, &run->chain, rows, err)) == DP_OK)
        memcpy(to, bias, rows * sizeof *to);
    return code;
}

static dp_code conv_layer(dp_layer *layer, const dp_onnx_run *run,
                          const dp_onnx_node *node, const dp_onnx_tensor *w, dp_err *err)
{
    const int64_t *dim = w->dims.dim;
    int64_t groups = dp_onnx_attr_int(node, "group", 1);
    int channels = dp_chain_shape(&run->chain).c;
    int stated[2];
    if (dim[0] > MAX_WINDOW || dim[2] > MAX_WINDOW || dim[3] > MAX_WINDOW)
        return dp_fail(err, DP_MODEL,
                       "%" PRId64 " kernels of %" PRId64 " x %" PRId64
                       "; the limit is %d of each",
                       dim[0], dim[2], dim[3], MAX_WINDOW);
    if (groups < 1 || groups > channels || channels % groups != 0 ||
        dim[1] != channels / groups)
        return dp_fail(err, DP_MODEL,
                       "weights for %" PRId64 " channels in %" PRId64
                       " groups do not match an input of %d channels",
                       dim[1], groups, channels);
    *layer = (dp_layer){
        .kind = DP_OP_CONV,
        .out = (int)dim[0],
        .kernel = { (int)dim[2], (int)dim[3] },
        .groups = (int)groups,
        .bias = dp_onnx_input(run, node, 2) != NULL,
    };
    dp_code code = dp_onnx_attr(node, "kernel_shape")
                       ? get_window(stated, &kernel_attribute, run, node, err)
                       : DP_OK;
    if (!code && dp_onnx_attr(node, "kernel_shape") &&
        memcmp(stated, layer->kernel, sizeof stated) != 0)
        code = dp_fail(err, DP_MODEL, "kernel_shape differs from the weights");
    return code ? code : get_geometry(layer, run, node, err);
}

static dp_code lower_conv(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in;
    const dp_onnx_tensor *w, *b = NULL;
    dp_layer layer;
    dp_code code;
    if ((code = take_images(&in, run, node, err)) ||
        (code = dp_onnx_weights(&w, run, node, 1, 4, err)) ||
        (code = conv_layer(&layer, run, node, w, err)))
        return code;
    if (layer.bias && (code = dp_onnx_weights(&b, run, node, 2, 1, err)))
        return code;
    if (b && b->count != (size_t)layer.out)
        return dp_fail(err, DP_MODEL, "%zu biases for %d channels", b->count, layer.out);
    if ((code = dp_chain_add(&run->chain, &layer, err)) ||
        (code =
             add_weights(run, w->f, w->count, b ? b->f : NULL, (size_t)layer.out, err)))
        return code;
    dp_onnx_note_scales(run, w);
    give_images(run, node, in);
    return DP_OK;
}

/* ---- Pad ----------------------------------------------------------------------------- */

/* Pad an image with zeros, as a depthwise convolution whose kernel is zero except for a
 * single one. The engine requires a padding below the kernel's size, so the kernel has
 * pad + 1 rows and columns. The layer is padded by k − 1 on all sides, and the place of the
 * one shifts the image to its position. */
static dp_code add_padding(dp_onnx_run *run, const int pad[4], dp_err *err)
{
    const int channels = dp_chain_shape(&run->chain).c;
    const int height = pad[0] + pad[2] + 1, width = pad[1] + pad[3] + 1;
    const dp_layer layer = {
        .kind = DP_OP_CONV,
        .out = channels,
        .kernel = { height, width },
        .stride = { 1, 1 },
        .dilation = { 1, 1 },
        .pad = { height - 1, width - 1, height - 1, width - 1 },
        .groups = channels,
    };
    float *kernel;
    dp_code code;
    if ((code = dp_chain_add(&run->chain, &layer, err)) ||
        (code = dp_chain_params(&kernel, &run->chain, (size_t)(channels * height * width),
                                err)))
        return code;
    for (int c = 0; c < channels; c++, kernel += height * width)
        kernel[pad[2] * width + pad[3]] = 1;
    return DP_OK;
}

/* Only zeros, and only in height and width. */
static dp_code get_padding(int pad[4], const dp_onnx_run *run, const dp_onnx_node *node,
                           dp_err *err)
{
    dp_onnx_ints pads;
    const dp_onnx_tensor *value;
    double zero = (double)dp_onnx_attr_float(node, "value", 0);
    dp_code code = dp_onnx_get_ints(&pads, run, node, "pads", 1, err);
    if (!code && dp_onnx_input(run, node, 2)) {
        code = dp_onnx_constant(&value, run, node, 2, err);
        if (!code && !dp_onnx_tensor_uniform(value, &zero))
            zero = 1;
    }
    if (code)
        return code;
    bool constant =
        !dp_onnx_attr(node, "mode") || dp_onnx_attr_is(node, "mode", "constant");
    if (pads.n != 8 || !constant || zero != 0 || dp_onnx_input(run, node, 3) ||
        pads.at[0] || pads.at[1] || pads.at[4] || pads.at[5])
        return dp_fail(err, DP_MODEL,
                       "only zeros in height and width are supported as padding");
    for (int i = 0; i < 4; i++) {
        int64_t n = pads.at[i < 2 ? i + 2 : i + 4];
        if (n < 0 || n > MAX_PADDING)
            return dp_fail(err, DP_MODEL, "padding %" PRId64 " is not in [0, %d]", n,
                           MAX_PADDING);
        pad[i] = (int)n;
    }
    return DP_OK;
}

static dp_code lower_pad(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in;
    int pad[4] = { 0 };
    dp_code code;
    if ((code = take_images(&in, run, node, err)) ||
        (code = get_padding(pad, run, node, err)) || (code = add_padding(run, pad, err)))
        return code;
    give_images(run, node, in);
    return DP_OK;
}

/* ---- pooling ------------------------------------------------------------------------- */

static dp_code lower_pool(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in;
    bool average = strcmp(node->proto->op_type, "AveragePool") == 0;
    dp_layer layer = { .kind = average ? DP_OP_AVGPOOL : DP_OP_MAXPOOL };
    dp_code code;
    if ((code = take_images(&in, run, node, err)) ||
        (code = get_window(layer.kernel, &kernel_attribute, run, node, err)) ||
        (code = get_geometry(&layer, run, node, err)))
        return code;
    if (layer.dilation[0] != 1 || layer.dilation[1] != 1)
        return dp_fail(err, DP_MODEL, "dilated pooling is not supported");
    memset(layer.dilation, 0, sizeof layer.dilation);
    bool padded = layer.pad[0] || layer.pad[1] || layer.pad[2] || layer.pad[3];
    bool counted = dp_onnx_attr_int(node, "count_include_pad", 0) != 0;
    if (average && padded && counted && dp_onnx_attr_int(node, "ceil_mode", 0))
        return dp_fail(err, DP_MODEL,
                       "ceil_mode with count_include_pad is not supported");
    layer.count_pad = average && (counted || !padded);
    if ((code = dp_chain_add(&run->chain, &layer, err)))
        return code;
    give_images(run, node, in);
    return DP_OK;
}

/* Pool each channel to a single number. */
static dp_code add_global(dp_onnx_run *run, bool average, dp_err *err)
{
    dp_shape shape = dp_chain_shape(&run->chain);
    if (average)
        return dp_chain_add_plain(&run->chain, DP_OP_GLOBAL_AVGPOOL, err);
    return dp_chain_add(&run->chain,
                        &(dp_layer){ .kind = DP_OP_MAXPOOL,
                                     .kernel = { shape.h, shape.w },
                                     .stride = { shape.h, shape.w } },
                        err);
}

static dp_code lower_global_pool(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in;
    bool average = strcmp(node->proto->op_type, "GlobalAveragePool") == 0;
    dp_code code = take_images(&in, run, node, err);
    if (!code)
        code = add_global(run, average, err);
    if (!code)
        give_images(run, node, in);
    return code;
}

/* flag[d]: whether a reduction removes dimension d; all of them if it names no axes. */
static dp_code reduced_dims(bool flag[DP_ONNX_MAX_RANK], const dp_onnx_run *run,
                            const dp_onnx_node *node, int rank, dp_err *err)
{
    dp_onnx_ints axes;
    dp_code code = dp_onnx_get_ints(&axes, run, node, "axes", 1, err);
    for (int d = 0; d < DP_ONNX_MAX_RANK; d++)
        flag[d] = axes.n <= 0;
    for (int k = 0; k < axes.n && !code; k++) {
        int d = 0;
        code = dp_onnx_axis(&d, axes.at[k], rank, err);
        flag[d] = true;
    }
    return code;
}

/* ReduceMean and ReduceMax over height and width, in any view. */
static dp_code lower_reduce(dp_onnx_run *run, const dp_onnx_node *node, dp_err *err)
{
    dp_state *in = dp_onnx_input(run, node, 0);
    if (in->kind != DP_STATE_ACTIVATION)
        return dp_fail(err, DP_MODEL, "axes depend on the image");
    dp_onnx_view view = in->view;
    bool reduced[DP_ONNX_MAX_RANK];
    bool keep = dp_onnx_attr_int(node, "keepdims", 1) != 0;
    dp_code code = reduced_dims(reduced, run, node, view.dims.rank, err);
    if (code || (code = dp_onnx_flush_image(run, in, err)))
        return code;
    dp_onnx_view after = { .size = { view.size[DP_AXIS_N], view.size[DP_AXIS_C], 1, 1 } };
    for (int k = 0; k < view.n_axes; k++) {
        bool spatial = view.axis[k] == DP_AXIS_H || view.axis[k] == DP_AXIS_W;
        if (spatial != reduced[view.at[k]])
            return dp_fail(err, DP_MODEL, "supported over height and width only");
    }
    for (int d = 0; d < view.dims.rank; d++) {
        if (reduced[d] && !keep)
            continue;
        for (int k = 0; k < view.n_axes; k++)
            if (view.at[k] == d && !reduced[d]) {
                after.axis[after.n_axes] = view.axis[k];
                after.at[after.n_axes++] = after.dims.rank;
            }
        after.dims.dim[after.dims.rank++] = reduced[d] ? 1 : view.dims.dim[d];
    }
    code = add_global(run, strcmp(node->proto->op_type, "ReduceMean") == 0, err);
    if (!code)
        dp_onnx_give_activation(run, node, &after);
    return code;
}

const dp_onnx_op dp_onnx_window_ops[] = {
    { "Conv", 2, NULL, lower_conv },
    { "Pad", 1, NULL, lower_pad },
    { "MaxPool", 1, NULL, lower_pool },
    { "AveragePool", 1, NULL, lower_pool },
    { "GlobalAveragePool", 1, NULL, lower_global_pool },
    { "GlobalMaxPool", 1, NULL, lower_global_pool },
    { "ReduceMean", 1, NULL, lower_reduce },
    { "ReduceMax", 1, NULL, lower_reduce },
    { NULL, 0, NULL, NULL },
};
