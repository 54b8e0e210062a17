#pragma once

// PARLEY_CHECK: our own bugs end the process with the place and the condition; never used for what
// a peer can cause. Any thread.

namespace parley {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace parley

#define PARLEY_CHECK(condition)                              \
  do {                                                       \
    if (!(condition)) [[unlikely]] {                         \
      ::parley::CheckFailed(#condition, __FILE__, __LINE__); \
    }                                                        \
  } while (false)
