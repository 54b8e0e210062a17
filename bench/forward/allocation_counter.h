#pragma once

// Counts every operator new of the process, on all threads.

#include <cstdint>

namespace parley::bench {

uint64_t Allocations();

}  // namespace parley::bench
