/* Muon's orthogonalisation (K. Jordan and others 2024, kellerjordan.github.io/posts/muon):
 * of a matrix with the singular value decomposition U·S·Vᵀ, keep about U·Vᵀ. Taken as
 * the update of a weight matrix, it moves all directions equally far. */
#ifndef DP_ENGINE_TRAIN_MUON_H
#define DP_ENGINE_TRAIN_MUON_H

#include "engine/kernels/kernels.h"

/* Replace x: [rows, cols] by its orthogonalised form. Five steps of a quintic
 * Newton-Schulz iteration bring the singular values to 0.7 … 1.2, except those below
 * a thousandth of the Frobenius norm; zeros stay zeros. `scratch` has dp_muon_scratch floats. */
size_t dp_muon_scratch(const dp_kernels *kernels, int rows, int cols);
void dp_muon_orthogonalize(float *x, int rows, int cols, const dp_kernels *kernels,
                           float *scratch);

/* The factor of the update at which it is as large as Adam's usually are, so that the
 * same learning rates suit both: 0.2·√max(rows, cols) (J. Liu and others 2025,
 * arXiv:2502.16982, section 2.2). */
float dp_muon_scale(int rows, int cols);

#endif
