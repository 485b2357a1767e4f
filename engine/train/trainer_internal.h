/* The trainer's insides, for train*.c alone:
 *
 *     train/trainer_create.c  what it owns
 *     train/trainer_step.c    one batch: its shards forward and backward, then its blocks
 *     train/trainer_update.c  parameters cut into blocks, and a block's update
 *     train/trainer.c         epochs, and the state to go on from */
#ifndef DP_ENGINE_TRAIN_TRAINER_INTERNAL_H
#define DP_ENGINE_TRAIN_TRAINER_INTERNAL_H

#include "engine/core/arena.h"
#include "engine/train/distill.h"
#include "engine/train/loss.h"
#include "engine/train/tape.h"
#include "engine/train/trainer.h"

/* What a stream of random numbers is for, in its upper bits; the epoch or step below. */
typedef enum dp_train_purpose {
    DP_FOR_SEGMENTS = 1,
    DP_FOR_ORDER,
    DP_FOR_AUGMENT,
    DP_FOR_LAYERS
} dp_train_purpose;

static inline uint64_t dp_train_stream(dp_train_purpose purpose, long number)
{
    return (uint64_t)purpose << 56 | (uint64_t)number;
}

/* A run of parameters that one thread updates at a time: whole rows of a dense layer's
 * weights, any part of other arrays, running means with their variances. */
typedef struct dp_train_block {
    const dp_param *param;
    size_t offset, count;
} dp_train_block;

/* A fixed share of each batch, with its own activations and gradients. */
typedef struct dp_train_shard {
    dp_tape *tape;
    int first, n; /* its images within the batch */
    uint8_t *label;
    float *target; /* [n, 10]: of the teachers */
    dp_loss loss;
    dp_code code; /* what kept it from loading its images */
} dp_train_shard;

struct dp_trainer {
    dp_spec spec;
    dp_params layout;
    dp_train_config config;
    dp_mixture mixture;
    int examples;         /* of an epoch */
    dp_distill *teachers; /* or NULL */
    const dp_kernels *kernels;
    int threads;
    dp_train_shard shard[DP_SHARDS];
    dp_tape_shared shared;
    float *packed[DP_MAX_LAYERS]; /* what shared.packed points to */
    dp_arena arena;
    float *grad[DP_SHARDS]; /* a thread's: [dp_train_block_room] */
    float *params, *moment1, *moment2, *average;
    dp_train_block *block;
    int n_blocks;
    int *order;     /* [examples]: in this epoch */
    uint8_t *label; /* [batch] */
    float *target;  /* [batch, 10] */
    int epoch;      /* done */
    int steps;      /* of an epoch */
    long step;      /* done, of the whole run */
    dp_loss total;  /* of this epoch so far */
    bool clean;     /* no augmentation in this epoch */
};

/* How many blocks there can be, and the cutting of them into t->block, which has room. */
size_t dp_train_count_blocks(const dp_trainer *t);
void dp_train_cut_blocks(dp_trainer *t);

/* Floats for the gradient of any block and the scratch of the product that it may be. */
size_t dp_train_block_room(const dp_trainer *t);

/* One block's part of the optimiser's step and of the moving average, from the gradients
 * that all shards have left. `grad` is the thread's, [dp_train_block_room]. */
void dp_train_update_block(dp_trainer *t, const dp_train_block *block,
                           const dp_adam *adam, float *grad);

/* One step on the batch whose examples `index` lists, [batch], at this learning rate. How
 * it went is in the shards: their losses and codes. */
void dp_train_step(dp_trainer *t, const int *index, float rate);

#endif
