// A sealed file is written in any order, then its bytes on the disk are changed at will: what is
// read is what it once was, or nothing, and it can be mended. Input: a byte for how many writes,
// each three bytes (where, how much, with what), then changes of three bytes (where in the file, by
// what); an odd first byte: the rest is the file's bytes, behind a head that is right.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "recorder/storage/sealed_file.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

using Bytes = std::vector<uint8_t>;
constexpr const char* kName = "1-1-1.webm";

const SecretKey& Key() {
  static const SecretKey key = *SecretKey::Parse(std::string(64, '7'));
  return key;
}

Bytes Take(std::span<const uint8_t>& input, size_t size) {
  size = std::min(size, input.size());
  Bytes taken(input.begin(), input.begin() + static_cast<ptrdiff_t>(size));
  taken.resize(3);
  input = input.subspan(size);
  return taken;
}

// As it was after each write.
std::vector<Bytes> Write(SealedFile& file, size_t writes, std::span<const uint8_t>& input) {
  std::vector<Bytes> states(1);
  for (size_t i = 0; i < writes && !input.empty(); ++i) {
    const Bytes op = Take(input, 3);
    Bytes state = states.back();
    const size_t at = std::min<size_t>(op[0] * size_t{8}, state.size() + op[0] % 3);
    Bytes piece(op[1] + size_t{1}, op[2]);
    // A write on both sides of the end is two pieces on the disk.
    if (at < state.size()) piece.resize(std::min(piece.size(), state.size() - at));
    FUZZ_CHECK(!file.WriteAt(at, piece));
    state.resize(std::max(state.size(), at + piece.size()));
    std::ranges::copy(piece, state.begin() + static_cast<ptrdiff_t>(at));
    states.push_back(std::move(state));
  }
  return states;
}

void ExpectOneOf(const std::vector<Bytes>& states, SealedFile& file) {
  Bytes read(static_cast<size_t>(std::min<uint64_t>(file.size(), 1 << 20)));
  const bool whole = file.ReadAt(0, read) == read.size();
  const auto is_it = [&](const Bytes& state) { return state == read; };
  FUZZ_CHECK(!whole || std::ranges::any_of(states, is_it));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::span<const uint8_t> input(data, size);
  const uint8_t first = input[0];
  input = input.subspan(1);
  const int fd = memfd_create("sealed", MFD_CLOEXEC);
  FUZZ_CHECK(fd >= 0);
  auto writer = SealedFile::Create(fd, Key(), kName);
  FUZZ_CHECK(writer.has_value());
  std::vector<Bytes> states(1);
  const auto end = [&] { return lseek(fd, 0, SEEK_END); };
  if (first % 2 == 0) {
    states = Write(*writer, first / 2, input);
    FUZZ_CHECK(!writer->End());
    auto unchanged = SealedFile::Open(fd, Key(), kName);
    FUZZ_CHECK(unchanged && unchanged->size() == states.back().size());
    ExpectOneOf({states.back()}, *unchanged);
    const SealedCheck check = unchanged->Check();
    FUZZ_CHECK(check.ended && check.tail == 0 && check.chunks_damaged == 0);
    while (!input.empty()) {
      const Bytes change = Take(input, 3);
      const auto at = static_cast<off_t>((change[0] | change[1] << 8) % end());
      if (change[2] == 0) FUZZ_CHECK(ftruncate(fd, std::max<off_t>(at, 1)) == 0);
      uint8_t byte = 0;
      if (pread(fd, &byte, 1, at) != 1) continue;
      byte ^= change[2];
      FUZZ_CHECK(pwrite(fd, &byte, 1, at) == 1);
    }
  } else {
    FUZZ_CHECK(pwrite(fd, input.data(), input.size(), end()) == static_cast<ssize_t>(input.size()));
  }
  if (auto file = SealedFile::Open(fd, Key(), kName)) {
    ExpectOneOf(states, *file);
    const SealedCheck check = file->Check();
    FUZZ_CHECK(check.tail <= static_cast<uint64_t>(end()));
    if (check.chunks_damaged == 0) {
      FUZZ_CHECK(!file->CutTail());
      FUZZ_CHECK(file->Check().tail == 0);
      ExpectOneOf(states, *file);
      FUZZ_CHECK(!file->End());
      auto again = SealedFile::Open(fd, Key(), kName);
      FUZZ_CHECK(again && again->Check().ended);
    }
  }
  close(fd);
  return 0;
}
