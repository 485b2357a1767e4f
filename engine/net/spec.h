/* Networks as chains of layers, and their text form:
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

/* A chain whose shapes fit: shape[i] enters layer i, shape[n_layers] leaves the last. */
typedef struct dp_spec {
    int n_layers;
    dp_layer layer[DP_MAX_LAYERS];
    dp_shape shape[DP_MAX_LAYERS + 1];
} dp_spec;

/* Parse a chain for inputs of shape `input` and infer every shape. DP_USAGE with the layer
 * number, its text and what is wrong; *out is untouched then. A dense or bn layer after
 * image-shaped activations needs a flatten between (dense) or acts per channel (bn). */
DP_MUST_CHECK dp_code dp_spec_parse(dp_spec *out, const char *text, dp_shape input,
                                    dp_err *err);

/* Infer shape[1…] from shape[0] and the layers; for chains that an importer assembles. */
DP_MUST_CHECK dp_code dp_spec_infer(dp_spec *spec, dp_err *err);

/* The canonical text. Returns its length without the NUL; output is cut at size. */
size_t dp_spec_format(char *text, size_t size, const dp_spec *spec);

/* The inference chain of a trained one: dropout removed, nothing else changed. Index maps
 * (kept[i] = index in the original) are written where kept is not NULL. */
void dp_spec_inference(dp_spec *out, const dp_spec *spec, int *kept);

/* Multiply-accumulates of one image, the usual measure of a network's work. */
size_t dp_spec_macs(const dp_spec *spec);

#endif
