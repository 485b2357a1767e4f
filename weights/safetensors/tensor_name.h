/* What the name of a tensor says: which layer it belongs to and what it is there. Programs
 * write "conv1.weight", "fc_1/kernel:0", "params.Dense_0.bias", "W1". */
#ifndef DP_WEIGHTS_SAFETENSORS_TENSOR_NAME_H
#define DP_WEIGHTS_SAFETENSORS_TENSOR_NAME_H

#include "engine/net/spec.h"
#include "weights/safetensors/safetensors.h"

typedef struct dp_tensor_name {
    char layer[DP_ST_MAX_NAME + 1]; /* "conv1"; "" where the name is a role alone */
    dp_role role; /* a batch norm's gamma may be called weight, its beta bias */
    bool counter; /* of the trainer's batches: no part of the network */
} dp_tensor_name;

/* False where no part of the name is a role. name: at most DP_ST_MAX_NAME bytes. */
bool dp_tensor_name_parse(dp_tensor_name *out, const char *name);

/* Whether layer a comes before layer b: by their numbers where the names differ in these
 * only ("block.2" before "block.10", "dense" before "dense_1"), else by what they are called ("input", "hidden",
 * "output"). False too where nothing tells. */
bool dp_tensor_name_precedes(const char *a, const char *b);

#endif
