// The Range field: whatever it says, what is answered lies inside the file and within the bound.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sfu/base/check.h"
#include "signaling/api/byte_range.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const uint64_t file = data[0] * uint64_t{257};
  const uint64_t most = data[1] + uint64_t{1};
  const std::string_view field(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto answer = parley::ParseRange(field, file, most);
  if (!answer.range) return 0;
  PARLEY_CHECK(answer.range->size >= 1 && answer.range->size <= most);
  PARLEY_CHECK(answer.range->from < file && answer.range->size <= file - answer.range->from);
  return 0;
}
