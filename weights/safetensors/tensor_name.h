/* Splitting the name of a tensor into its layer and its role. Frameworks write
 * "conv1.weight", "fc_1/kernel:0", "params.Dense_0.bias" or "W1". */
#ifndef DP_WEIGHTS_SAFETENSORS_TENSOR_NAME_H
#define DP_WEIGHTS_SAFETENSORS_TENSOR_NAME_H

#include "engine/net/spec.h"
#include "weights/safetensors/safetensors.h"

typedef struct dp_tensor_name {
    char layer[DP_ST_MAX_NAME + 1]; /* "conv1"; "" if the name is a role alone */
    dp_role role; /* DP_WEIGHT may mean a batch norm's gamma, DP_BIAS its beta */
    bool
        length; /* DP_WEIGHT of a weight norm: the length of each row, not its direction */
    bool counter; /* PyTorch's num_batches_tracked, which is not a parameter */
} dp_tensor_name;

/* Split a name of at most DP_ST_MAX_NAME bytes; false if no part of it is a role. */
bool dp_tensor_name_parse(dp_tensor_name *out, const char *name);

/* Whether a word of the name is of a network that is not a chain, such as "shortcut". */
bool dp_tensor_name_branches(const char *layer);

/* The place of a layer in a list of layers, such as 3 for "features.3", "layers_3" and "net[3]".
 * *prefix is the length of the list's name. False if the name has no such place: the 3 of "conv3"
 * counts convolutions. */
bool dp_tensor_name_place(int *place, size_t *prefix, const char *layer);

/* Compare two layers by the first numbers in which their names differ: < 0 if a comes before b,
 * 0 if something else differs first. "dense" comes before "dense_1". */
int dp_tensor_name_compare(const char *a, const char *b);

/* Whether layer a comes before layer b. If the names differ only in their numbers, the
 * numbers decide ("block.2" before "block.10", "dense" before "dense_1"), and otherwise words
 * such as "input" and "output". Also false if the names do not tell. */
bool dp_tensor_name_precedes(const char *a, const char *b);

#endif
