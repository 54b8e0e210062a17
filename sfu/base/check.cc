#include "sfu/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace parley {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "parley: check failed at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace parley
