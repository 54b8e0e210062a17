#pragma once

// Counts every operator new of the program; linked into this folder's tests.

#include <cstddef>

namespace parley::testing {

size_t AllocationCount();

}  // namespace parley::testing
