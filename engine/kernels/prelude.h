/* Words of the kernels: functions that are always inlined, and loops of a constant number of
 * turns that are unrolled, so that their arrays of vectors live in registers. */
#ifndef DP_ENGINE_KERNELS_PRELUDE_H
#define DP_ENGINE_KERNELS_PRELUDE_H

#define INLINE static inline __attribute__((always_inline))

#ifdef __clang__
#define UNROLL_FOR _Pragma("clang loop unroll(full)") for
#else
#define UNROLL_FOR _Pragma("GCC unroll 24") for
#endif

#endif
