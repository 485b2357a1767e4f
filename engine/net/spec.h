/* A network is a chain of layers. Its text form:
 *
 *     conv 32 3 | bn | relu | maxpool 2 | flatten | dense 10 */
#ifndef DP_ENGINE_NET_SPEC_H
#define DP_ENGINE_NET_SPEC_H

#include "engine/layers/layer.h"
#include "engine/core/shape.h"

enum {
    DP_MAX_LAYERS = 64,
    DP_MAX_SPEC_TEXT = 2048,
    DP_MAX_ACTIVATION = 1 << 22, /* floats of one image's activation */
};

/* A chain with consistent shapes: shape[i] is the input of layer i, shape[n_layers] the
 * output of the last. */
typedef struct dp_spec {
    int n_layers;
    dp_layer layer[DP_MAX_LAYERS];
    dp_shape shape[DP_MAX_LAYERS + 1];
} dp_spec;

/* Parse a chain for inputs of shape `input` and infer all shapes. DP_USAGE with the
 * number and text of the layer and the reason; *out is then unchanged. dense and softmax
 * need a flatten after image-shaped activations. */
DP_MUST_CHECK dp_code dp_spec_parse(dp_spec *out, const char *text, dp_shape input,
                                    dp_err *err);

/* Infer shape[1 … n_layers] from shape[0] and the layers, for chains that were not
 * parsed. DP_USAGE as for dp_spec_parse. */
DP_MUST_CHECK dp_code dp_spec_infer(dp_spec *spec, dp_err *err);

/* Write the canonical text, cut to fit `size` bytes. Returns the length of the whole text
 * without its NUL. */
size_t dp_spec_format(char *text, size_t size, const dp_spec *spec);

/* The chain without dropout, which does nothing in inference. If kept is not NULL,
 * kept[i] is the index of layer i in the original. */
void dp_spec_inference(dp_spec *out, const dp_spec *spec, int *kept);

/* Whether the chain gives probabilities instead of logits. */
bool dp_spec_ends_in_softmax(const dp_spec *spec);

/* Remove the softmax layers at the end; one layer remains in any case. */
void dp_spec_strip_softmax(dp_spec *spec);

/* Multiply-accumulates per image, the usual measure of a network's cost. */
size_t dp_spec_macs(const dp_spec *spec);

#endif
