/* A network ready to run: immutable after creation, counted by references, shared freely
 * between threads. */
#ifndef DP_ENGINE_INFER_MODEL_H
#define DP_ENGINE_INFER_MODEL_H

#include "engine/core/err.h"
#include "engine/kernels/kernels.h"
#include "engine/net/norm.h"
#include "engine/net/params.h"
#include "engine/net/spec.h"

/* What a model says of itself. Strings are cut to fit. */
typedef struct dp_model_info {
    char name[64]; /* as the user selects it: "cnn", "mlp", or a file's base name */
    dp_norm norm;
    bool norm_assumed; /* nothing says how pixels are scaled; norm is a guess */
    float reject;      /* the least evidence of a digit (session.h); −INFINITY: none */
} dp_model_info;

typedef struct dp_model dp_model;
struct dp_quant; /* engine/quant/quant.h */

/* Build from a chain and its flat parameters (dp_params_layout(spec)->count floats, copied).
 * Batch norms that follow a conv or a dense layer are folded into it, dropout and a last
 * softmax are removed (a model answers logits), and weights are packed for `kernels` (NULL:
 * dp_kernels_best()). DP_MODEL where a parameter is not finite or a variance negative;
 * DP_NOMEM. One reference is the caller's. */
DP_MUST_CHECK dp_code dp_model_create(dp_model **out, const dp_spec *spec,
                                      const float *params, const dp_model_info *info,
                                      const dp_kernels *kernels, dp_err *err);

/* The same from a network in 8 bits, of which the model takes a reference. */
DP_MUST_CHECK dp_code dp_model_create_int8(dp_model **out, const struct dp_quant *quant,
                                           const dp_model_info *info,
                                           const dp_kernels *kernels, dp_err *err);

const dp_model *dp_model_ref(const dp_model *m);
/* Drop one reference; the last one frees. NULL is allowed. */
void dp_model_unref(const dp_model *m);

/* All results live as long as the model. One in 8 bits was given a folded chain, and its
 * parameters are its weights as floats, written when they are first asked for (NULL where
 * memory is short then). */
const dp_model_info *dp_model_get_info(const dp_model *m);
const dp_spec *dp_model_spec(const dp_model *m); /* as given */
const dp_params *dp_model_layout(const dp_model *m);
const float *dp_model_params(const dp_model *m);          /* as given, unfolded */
const struct dp_quant *dp_model_quant(const dp_model *m); /* NULL for one of floats */
const dp_kernels *dp_model_kernels(const dp_model *m);

/* Whether it reads digits: 1×28×28 in, ten logits out. DP_MODEL with both shapes if not. */
DP_MUST_CHECK dp_code dp_model_check_digits(const dp_model *m, dp_err *err);

#endif
