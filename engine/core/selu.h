/* The constants of SELU (Klambauer et al. 2017), selu(x) = scale · elu(x, alpha): a layer keeps
 * mean 0 and variance 1. */
#ifndef DP_ENGINE_CORE_SELU_H
#define DP_ENGINE_CORE_SELU_H

#define DP_SELU_ALPHA 1.67326324235437728
#define DP_SELU_SCALE 1.05070098735548049

#endif
