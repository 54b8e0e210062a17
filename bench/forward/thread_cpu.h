#pragma once

// The CPU time of the thread that asks. Any thread.

#include <cstdint>
#include <ctime>

namespace parley::bench {

inline int64_t ThreadCpuNs() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

}  // namespace parley::bench
