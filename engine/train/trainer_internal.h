/* The parts of the trainer that its sources share:
 *
 *     trainer_create.c  checks and memory
 *     trainer_step.c    one batch: forward and backward passes, then the update
 *     trainer_update.c  the division of the parameters into blocks; the update of a block
 *     trainer_muon.c    the update of whole weight arrays by Muon
 *     trainer.c         epochs, state to resume from, shuffling */
#ifndef DP_ENGINE_TRAIN_TRAINER_INTERNAL_H
#define DP_ENGINE_TRAIN_TRAINER_INTERNAL_H

#include "engine/core/arena.h"
#include "engine/core/team.h"
#include "engine/train/distill.h"
#include "engine/train/loss.h"
#include "engine/train/tape.h"
#include "engine/train/trainer.h"

/* The purpose of a random stream, its upper 8 bits. The rest is an epoch or a step. */
typedef enum dp_train_purpose {
    DP_FOR_SHUFFLE = 1,
    DP_FOR_ORDER,
    DP_FOR_AUGMENT,
    DP_FOR_LAYERS
} dp_train_purpose;

static inline uint64_t dp_train_stream(dp_train_purpose purpose, long number)
{
    return (uint64_t)purpose << 56 | (uint64_t)number;
}

/* Parameters that one thread updates at a time: `rows` × `cols` of a dense layer's weights,
 * a piece of another array, or all running means of a layer (and, with them, its
 * variances). */
typedef struct dp_train_block {
    const dp_param *param;
    int row, col; /* of the first one, in the array as a matrix; row 0 unless dense */
    int rows, cols;
} dp_train_block;

/* A fixed share of each batch, with its own activations and gradients. */
typedef struct dp_train_shard {
    dp_tape *tape;
    int first, n; /* its images within the batch */
    uint8_t *label;
    float *target; /* [n, 10]: the answers of the teachers */
    float *doubt;  /* [n]: the distances of the answers from their targets */
    int *kept;     /* [n]: the images with a backward pass */
    dp_loss loss;
    dp_code code; /* of loading its images */
} dp_train_shard;

struct dp_trainer {
    dp_spec spec;
    dp_params layout;
    dp_train_config config;
    dp_mixture mixture;
    int examples;         /* per epoch */
    dp_distill *teachers; /* NULL: train on labels */
    const dp_kernels *kernels;
    int threads;
    dp_train_shard shard[DP_SHARDS];
    dp_tape_shared shared;
    float *packed[DP_MAX_LAYERS]; /* the arrays of shared.packed, writable */
    dp_arena arena;
    float *grad[DP_SHARDS]; /* per thread: a gradient, or the scratch of Muon */
    float *params, *moment1, *moment2, *average;
    dp_train_block *block; /* first the early ones (dp_train_make_blocks) */
    int n_blocks, n_early_blocks;
    const dp_param *muon[DP_MAX_LAYERS]; /* the arrays that Muon updates */
    int n_muon;
    int conv[DP_MAX_LAYERS]; /* the layers that are convolutions */
    int n_convs;
    int *order;     /* [examples]: a permutation for this epoch */
    uint8_t *label; /* [batch] */
    float *target;  /* [batch, 10] */
    float *doubt;   /* [batch] */
    int *kept;      /* [batch] */
    int epoch;      /* finished epochs */
    int steps;      /* per epoch */
    long step;      /* finished steps of the whole run */
    dp_loss total;  /* of this epoch so far */
    bool clean;     /* no augmentation in this epoch */
};

/* The constants of the update of one step. */
typedef struct dp_train_update {
    dp_adam weights, others;
    float rate; /* of Muon */
} dp_train_update;

/* Divide the early parameters, or all others, into blocks. If `out` is not NULL, write
 * them there. Returns their number. Early are those of convolutions, which are packed
 * whole, and those of Muon, which updates whole arrays. */
int dp_train_make_blocks(dp_train_block *out, const dp_trainer *t, bool early);

/* Floats for the gradient of any block, with scratch for the product that computes it. */
size_t dp_train_block_size(const dp_trainer *t);

/* Sum the gradients of a block over the shards, and update its parameters and their moving
 * average. Dense weights are then packed for the next step. `grad`:
 * [dp_train_block_size] is a buffer of the calling thread. */
void dp_train_update_block(dp_trainer *t, const dp_train_block *block,
                           const dp_train_update *update, float *grad);

/* Choose the arrays that Muon updates: none with another optimiser. */
void dp_train_choose_muon(dp_trainer *t);
bool dp_train_by_muon(const dp_trainer *t, const dp_param *param);

/* Add `count` gradients to the momentum of the parameters from `at` on, and write the
 * direction of Muon's update, not yet orthogonalised, in place of their second moments
 * (Nesterov's form, as in Jordan's code). */
void dp_train_add_momentum(dp_trainer *t, size_t at, const float *grad, int count);

/* Orthogonalise the direction of an array, and update its parameters and their moving
 * average. `scratch` has dp_train_muon_scratch floats. */
size_t dp_train_muon_scratch(const dp_trainer *t);
void dp_train_apply_muon(dp_trainer *t, const dp_param *param,
                         const dp_train_update *update, float *scratch);

/* Pack all weights. Call it before the first step after a change of the parameters from
 * outside; a step packs the weights that it updates. */
void dp_train_pack(dp_trainer *t, dp_team *team);

/* Train one step on the batch of examples index: [batch] at this learning rate. The
 * losses and error codes are in the shards. */
void dp_train_step(dp_trainer *t, dp_team *team, const int *index, float rate);

#endif
