/* A network that is ready to run: immutable, reference-counted and shared by threads. */
#ifndef DP_ENGINE_INFER_MODEL_H
#define DP_ENGINE_INFER_MODEL_H

#include "engine/core/err.h"
#include "engine/infer/prediction.h"
#include "engine/kernels/kernels.h"
#include "engine/net/norm.h"
#include "engine/net/params.h"
#include "engine/net/spec.h"

/* Properties of a model. Strings are truncated to fit. */
typedef struct dp_model_info {
    char name[64]; /* as the user selects it: "cnn", "mlp", or the base name of a file */
    dp_norm norm;
    bool norm_assumed; /* the file does not record the norm; this one is a guess */
    dp_scores scores;  /* what its outputs are */
    int newer_opset; /* of an ONNX file: its operator set, if the reader does not know it */
    char
        arch_assumed[DP_MAX_SPEC_TEXT]; /* the chain, if it is a guess as well, else "" */
    dp_trust_rule trust;                /* by which it rejects images */
    float
        accuracy; /* on the MNIST test set, 0 … 1, as the file records it; NAN: unknown */
} dp_model_info;

typedef struct dp_model dp_model;
struct dp_quant; /* engine/quant/quant.h */

/* Create a model from a chain and its flat parameters, [dp_params_layout(spec)->count],
 * which are copied. The chain is folded (engine/net/fold.h), so a model answers logits,
 * and its weights are packed for `kernels` (NULL: dp_kernels_best()). The caller owns one
 * reference. DP_MODEL if a parameter is not finite, a variance is negative or folding
 * overflows; DP_NOMEM. */
DP_MUST_CHECK dp_code dp_model_create(dp_model **out, const dp_spec *spec,
                                      const float *params, const dp_model_info *info,
                                      const dp_kernels *kernels, dp_err *err);

/* The same without a copy: if it succeeds, the model owns *params, which malloc() has given, and
 * *params is NULL. Otherwise *params is left to the caller. */
DP_MUST_CHECK dp_code dp_model_adopt(dp_model **out, const dp_spec *spec, float **params,
                                     const dp_model_info *info, const dp_kernels *kernels,
                                     dp_err *err);

/* The same from an 8-bit network, of which the model takes a reference. `info->norm` is
 * ignored: the norm is that of the network. */
DP_MUST_CHECK dp_code dp_model_create_int8(dp_model **out, const struct dp_quant *quant,
                                           const dp_model_info *info,
                                           const dp_kernels *kernels, dp_err *err);

/* Take one reference. */
const dp_model *dp_model_ref(const dp_model *m);

/* Drop one reference; dropping the last one frees the model. NULL is allowed. */
void dp_model_unref(const dp_model *m);

/* All results live as long as the model. For an 8-bit model the chain is the folded one,
 * and dp_model_params dequantises the weights in its first call; it returns NULL if memory
 * is too short for that. */
const dp_model_info *dp_model_get_info(const dp_model *m);
const dp_spec *dp_model_spec(const dp_model *m); /* not folded */
const dp_params *dp_model_layout(const dp_model *m);
const float *dp_model_params(const dp_model *m);          /* not folded */
const struct dp_quant *dp_model_quant(const dp_model *m); /* NULL for a float model */
const dp_kernels *dp_model_kernels(const dp_model *m);

/* Check that a model reads digits: 1×28×28 in, ten logits out. DP_MODEL with both shapes
 * if it does not. */
DP_MUST_CHECK dp_code dp_model_check_digits(const dp_model *m, dp_err *err);

#endif
