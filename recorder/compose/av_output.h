#pragma once

// Where FFmpeg writes: a file in the making, in a recording's directory sealed as that is. One
// thread; blocks for as long as the disk does.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "recorder/compose/av.h"
#include "recorder/compose/part_file.h"
#include "recorder/storage/stored_file.h"

namespace parley {

class AvOutput {
 public:
  static std::expected<std::unique_ptr<AvOutput>, std::string> Open(PartFile& part);
  AvOutput(const AvOutput&) = delete;
  AvOutput& operator=(const AvOutput&) = delete;
  ~AvOutput();

  AVIOContext* io() const { return io_; }
  // It cannot be read again by its name.
  bool sealed() { return file_.has_value(); }
  // Writes what is left. Nothing can be written afterwards.
  [[nodiscard]] std::expected<void, std::string> Close();

 private:
  AvOutput() = default;
  static int Write(void* output, uint8_t* bytes, int size);
  static int64_t Seek(void* output, int64_t offset, int whence);

  std::optional<StoredFile> file_;
  int64_t at_ = 0;
  AVIOContext* io_ = nullptr;
};

}  // namespace parley
