#pragma once

// Part of an open file as a response's body, read piece by piece while it is sent. The file may
// grow meanwhile, or go: what was promised is what it held. Signaling thread, after it was opened
// elsewhere.

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <span>

namespace parley {

class FileBody {
 public:
  // Takes the descriptor.
  FileBody(int descriptor, uint64_t from, uint64_t size)
      : descriptor_(descriptor), from_(from), size_(size) {
    ReadAhead(0);
  }
  ~FileBody() { close(descriptor_); }
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;

  uint64_t size() const { return size_; }
  // Fills `out` with what stands at `offset`; false when it is not there any more.
  bool Read(uint64_t offset, std::span<unsigned char> out) const {
    // So that the pieces to come wait in memory and not on the disk.
    if (offset / kAhead != (offset + out.size()) / kAhead) ReadAhead(offset + kAhead);
    return pread(descriptor_, out.data(), out.size(), static_cast<off_t>(from_ + offset)) ==
           static_cast<ssize_t>(out.size());
  }

 private:
  static constexpr uint64_t kAhead = 2 << 20;

  void ReadAhead(uint64_t offset) const {
    posix_fadvise(descriptor_, static_cast<off_t>(from_ + offset), kAhead, POSIX_FADV_WILLNEED);
  }

  const int descriptor_;
  const uint64_t from_;
  const uint64_t size_;
};

}  // namespace parley
