/* The tensors of a file from another framework, grouped by layer: "conv1.weight" and
 * "conv1.bias" are the group "conv1". */
#ifndef DP_WEIGHTS_SAFETENSORS_TENSOR_GROUP_H
#define DP_WEIGHTS_SAFETENSORS_TENSOR_GROUP_H

#include "engine/net/spec.h"
#include "weights/safetensors/safetensors.h"

typedef struct dp_tensor_group {
    char layer[DP_ST_MAX_NAME + 1];
    const dp_st_tensor *tensor[DP_ROLE_COUNT]; /* NULL: the group has none */
    const dp_st_tensor *length; /* weight norm: of each row of DP_WEIGHT; else NULL */
} dp_tensor_group;

typedef struct dp_tensor_groups {
    int n;
    dp_tensor_group group[DP_ST_MAX_TENSORS]; /* in the order of their first offsets */
    /* The tensors of each type are sorted by name: their order means nothing. */
    bool by_name;
} dp_tensor_groups;

/* Group the tensors of a file. PyTorch's counters of batches are left out; a batch norm's
 * weight and bias become gamma and beta. The groups point into st. DP_MODEL names a tensor
 * whose role is unknown, two that have the same role, or one whose values are integers
 * without a scale. */
DP_MUST_CHECK dp_code dp_tensor_groups_collect(dp_tensor_groups *out,
                                               const dp_safetensors *st, dp_err *err);

/* The values of one role of a group as floats; with a weight norm (Salimans and Kingma 2016)
 * w = g · v / |v| for each row of the first axis. out: [tensor[role]->count]. DP_MODEL if a
 * value is not finite, DP_NOMEM. */
DP_MUST_CHECK dp_code dp_tensor_group_floats(float *out, const dp_tensor_group *g,
                                             dp_role role, dp_err *err);

/* Write "[32,1,3,3]", cut to fit. */
enum { DP_DIMS_TEXT = 128 };
void dp_dims_format(char text[DP_DIMS_TEXT], const uint64_t *dim, int rank);

#endif
