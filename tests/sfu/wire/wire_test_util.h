#pragma once

// What the tests of sfu/wire share: bytes from hexadecimal text, truncations in buffers of exactly
// their size, and the corpora that lie beside the project or where $PARLEY_CORPORA points.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

// Blanks between digits are ignored.
inline std::vector<uint8_t> FromHex(std::string_view hex) {
  std::vector<uint8_t> bytes;
  int high = -1;
  for (char c : hex) {
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}

// visit(bytes) for each proper prefix, each in memory of its own so that a sanitizer sees any read
// behind its end.
template <class Visitor>
void ForEachTruncation(std::span<const uint8_t> bytes, Visitor&& visit) {
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::vector<uint8_t> prefix(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    prefix.shrink_to_fit();
    visit(std::span<const uint8_t>(prefix));
  }
}

struct CorpusFile {
  std::string name;
  std::vector<uint8_t> bytes;
};

// Empty when the corpora are not there.
inline std::vector<CorpusFile> ReadCorpus(std::string_view folder) {
  const char* set = std::getenv("PARLEY_CORPORA");
  std::filesystem::path root = set ? set : PARLEY_SOURCE_DIR "/../shared/corpora";
  std::vector<CorpusFile> files;
  if (!std::filesystem::is_directory(root / folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::vector<uint8_t> bytes((std::istreambuf_iterator<char>(in)),
                               std::istreambuf_iterator<char>());
    files.push_back({entry.path().filename().string(), std::move(bytes)});
  }
  return files;
}

}  // namespace parley
