#pragma once

// Part of an open file as a response's body, read piece by piece while it is sent, and decrypted
// where it is sealed. The file may grow meanwhile, or go: what was promised is what it held.
// Signaling thread, after it was opened elsewhere.

#include <cstdint>
#include <span>
#include <utility>

#include "recorder/storage/stored_file.h"

namespace parley {

class FileBody {
 public:
  FileBody(StoredFile file, uint64_t from, uint64_t size)
      : file_(std::move(file)), from_(from), size_(size) {
    ReadAhead(0);
  }
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;

  uint64_t size() const { return size_; }
  // Fills `out` with what stands at `offset`; false when it is not there any more.
  bool Read(uint64_t offset, std::span<unsigned char> out) const {
    // So that the pieces to come wait in memory and not on the disk.
    if (offset / kAhead != (offset + out.size()) / kAhead) ReadAhead(offset + kAhead);
    return file_.ReadAt(from_ + offset, out) == out.size();
  }

 private:
  static constexpr uint64_t kAhead = 2 << 20;

  void ReadAhead(uint64_t offset) const { file_.ReadAhead(from_ + offset, kAhead); }

  mutable StoredFile file_;
  const uint64_t from_;
  const uint64_t size_;
};

}  // namespace parley
