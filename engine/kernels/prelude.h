/* What every kernel source uses. */
#ifndef DP_ENGINE_KERNELS_PRELUDE_H
#define DP_ENGINE_KERNELS_PRELUDE_H

/* A function that is inlined into every caller, so that constant arguments shape its
 * code. */
#define INLINE static inline __attribute__((always_inline))

/* A loop with a constant number of rounds, unrolled so that the arrays of vectors that it
 * indexes are held in registers. With a check at each operation, compilers would need
 * minutes for the unrolled code. */
#ifdef DP_SANITIZED
#define UNROLL_FOR for
#elif defined __clang__
#define UNROLL_FOR _Pragma("clang loop unroll(full)") for
#else
#define UNROLL_FOR _Pragma("GCC unroll 24") for
#endif

/* Keep a vector that a loop changes in one register of x86. gcc may otherwise hold it in two,
 * and copy it in every round. */
#define KEEP_IN_REGISTER(vector) __asm__("" : "+v"(vector))

/* 1.5 · 2²³. A float below 2²² in magnitude plus this is rounded to an integer, half to
 * even, and the integer is in the low bits of the sum. */
#define ROUNDER 12582912.0f

#endif
