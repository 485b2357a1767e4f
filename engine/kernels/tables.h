/* The tables of kernels: each is defined in a source of its own, and kernels.c
 * chooses. */
#ifndef DP_ENGINE_KERNELS_TABLES_H
#define DP_ENGINE_KERNELS_TABLES_H

#include "engine/kernels/int8.h"
#include "engine/kernels/kernels.h"

extern const dp_kernels dp_kernels_reference;
extern const dp_kernels dp_kernels_portable;
extern const dp_kernels dp_kernels_avx2;
extern const dp_kernels dp_kernels_avx512;
extern const dp_kernels dp_kernels_avx512vnni;
extern const dp_kernels dp_kernels_neon;

extern const dp_int8_kernels dp_int8_portable;
extern const dp_int8_kernels dp_int8_avx2;
extern const dp_int8_kernels dp_int8_avx512;
extern const dp_int8_kernels dp_int8_avx512vnni;

#endif
