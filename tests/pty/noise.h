/* Random input as terminals, people and accidents send it: pieces of a few bytes, of which any may be
 * cut. None holds a key that ends or suspends the pad, or that starts a training, unless it is
 * in a paste. */
#ifndef DP_TESTS_PTY_NOISE_H
#define DP_TESTS_PTY_NOISE_H

#include "engine/core/rng.h"

#include <stddef.h>

enum { NOISE_SIZE = 512 };

/* Write a piece for a window of this size to out. Returns its length, at least 1. */
size_t noise_any(char out[NOISE_SIZE], dp_rng *rng, int cols, int rows);

/* The same: one valid report of the mouse, mostly inside the window. */
size_t noise_mouse(char out[NOISE_SIZE], dp_rng *rng, int cols, int rows);

#endif
