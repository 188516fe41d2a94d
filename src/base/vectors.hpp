// Loops that are compiled for several generations of processors, the best of which is picked at the start.
#pragma once

/// Before a function: it exists with the vector instructions of x86-64-v4 (AVX-512), of v3 (AVX2) and
/// without, so that a build for any x86-64 is fast. All give the same bits: nothing is contracted
/// (-ffp-contract=off), and each lane rounds as a scalar does. Left out where the compiler or the C library
/// cannot do it, in builds that are not optimised, and under sanitizers, which do not run before the choice
/// is made.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PORTSIM_VECTORISED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PORTSIM_VECTORISED
#endif
