#pragma once

// A stored file as FFmpeg reads it: nothing else is within its reach, and what is sealed is opened
// on the way. One thread; blocks for as long as the disk does.

#include <cstdint>
#include <memory>
#include <utility>

#include "recorder/compose/av.h"
#include "recorder/storage/stored_file.h"

namespace parley {

class AvInput {
 public:
  explicit AvInput(StoredFile file);
  AvInput(const AvInput&) = delete;
  AvInput& operator=(const AvInput&) = delete;

  AVIOContext* io() const { return io_.get(); }

 private:
  static int Read(void* input, uint8_t* out, int size);
  static int64_t Seek(void* input, int64_t offset, int whence);

  StoredFile file_;
  int64_t at_ = 0;
  std::unique_ptr<AVIOContext, AvFreeIo> io_;
};

}  // namespace parley
