/* A network as a file holds it: chain, parameters, input scale and metadata. Every reader
 * returns one, every writer takes one, and weights/store/network_model.h makes a model that
 * runs from it. */
#ifndef DP_WEIGHTS_NETWORK_NETWORK_H
#define DP_WEIGHTS_NETWORK_NETWORK_H

#include "engine/net/scores.h"
#include "engine/quant/quant.h"

#include <stdbool.h>
#include <stddef.h>

/* One entry of a file's metadata; both texts are owned by the network. */
typedef struct dp_network_meta {
    char *key, *value;
} dp_network_meta;

enum { DP_NETWORK_MAX_META = 64 };

typedef struct dp_network {
    dp_spec spec;
    bool spec_guessed; /* the file does not record its chain; spec is a guess */
    float *params;     /* owned; in the order of dp_params_layout */
    /* NULL for a float network. For an int8 network, a reference of our own; spec and norm
     * are then equal to the quantised network's, and params are its dequantised weights, or
     * NULL until dp_network_dequantise. */
    const dp_quant *quant;
    dp_norm norm;
    bool
        norm_known; /* false: the file does not record its input scale; norm is a guess */
    int newer_opset; /* of an ONNX file: its operator set, if the reader does not know it; 0 */
    int n_meta;
    dp_network_meta meta[DP_NETWORK_MAX_META];
} dp_network;

/* Free what the network owns and zero it. */
void dp_network_clear(dp_network *network);

/* Copy a pair into the metadata. Pairs past DP_NETWORK_MAX_META are dropped without an
 * error: only third-party files have so many, and nothing reads theirs. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_network_add_meta(dp_network *network, const char *key,
                                          const char *value, dp_err *err);

/* Allocate and fill params of an int8 network. DP_NOMEM. */
DP_MUST_CHECK dp_code dp_network_dequantise(dp_network *network, dp_err *err);

/* The value of a key, owned by the network; NULL if there is none. */
const char *dp_network_get_meta(const dp_network *network, const char *key);

/* The metadata of a network whose outputs are not what its last layer says: the key, and its
 * values for a file that gives only the digit, and for one that has a softmax of the outputs. */
#define DP_NETWORK_SCORES_KEY    "digitpad.scores"
#define DP_NETWORK_SCORES_RANKS  "ranks"
#define DP_NETWORK_SCORES_LOGITS "logits"

/* What the outputs are: what the metadata says, else what the last layer says. Networks that
 * digitpad has trained give logits, whatever their last layer is. */
dp_scores dp_network_scores(const dp_network *network);

/* The accuracy on test images, 0 … 1: that of test=… in the metadata entry digitpad.accuracy,
 * as in "validation=0.9962 test=0.9960". NAN if it is missing. */
double dp_network_test_accuracy(const dp_network *network);

#endif
