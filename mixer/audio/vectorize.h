#pragma once

// PARLEY_VECTORIZE before a function definition makes the compiler emit it twice, plain and for
// AVX2, and pick one when the program is loaded. Not under sanitizers: they are not set up yet when
// the choice is made.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PARLEY_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PARLEY_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && !defined(PARLEY_SANITIZED)
#define PARLEY_VECTORIZE __attribute__((target_clones("avx2", "default")))
#else
#define PARLEY_VECTORIZE
#endif
