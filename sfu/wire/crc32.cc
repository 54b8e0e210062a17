#include "sfu/wire/crc32.h"

#include <array>

namespace parley {
namespace {

constexpr size_t kSlices = 8;
using Table = std::array<std::array<uint32_t, 256>, kSlices>;

// kTable[k][b] is the CRC of byte b followed by k zero bytes.
constexpr Table MakeTable() {
  Table table{};
  for (uint32_t b = 0; b < 256; ++b) {
    uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) ? 0xEDB88320u : 0u);
    table[0][b] = crc;
  }
  for (size_t k = 1; k < kSlices; ++k) {
    for (size_t b = 0; b < 256; ++b) {
      uint32_t before = table[k - 1][b];
      table[k][b] = before >> 8 ^ table[0][before & 0xFF];
    }
  }
  return table;
}

constexpr Table kTable = MakeTable();

}  // namespace

uint32_t Crc32(std::span<const uint8_t> data) {
  uint32_t crc = 0xFFFFFFFF;
  const uint8_t* p = data.data();
  size_t left = data.size();
  for (; left >= kSlices; p += kSlices, left -= kSlices) {
    uint32_t next = 0;
    for (size_t i = 0; i < 4; ++i) next ^= kTable[7 - i][p[i] ^ (crc >> 8 * i & 0xFF)];
    for (size_t i = 4; i < kSlices; ++i) next ^= kTable[7 - i][p[i]];
    crc = next;
  }
  for (; left > 0; ++p, --left) crc = crc >> 8 ^ kTable[0][(crc ^ *p) & 0xFF];
  return ~crc;
}

}  // namespace parley
