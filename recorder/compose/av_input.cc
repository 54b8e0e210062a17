#include "recorder/compose/av_input.h"

#include <cstdio>

namespace parley {
namespace {

constexpr int kBufferBytes = 1 << 16;

}  // namespace

AvInput::AvInput(StoredFile file)
    : file_(std::move(file)),
      io_(avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBufferBytes)), kBufferBytes, 0,
                             this, &AvInput::Read, nullptr, &AvInput::Seek)) {}

int AvInput::Read(void* input, uint8_t* out, int size) {
  auto& self = *static_cast<AvInput*>(input);
  const size_t got =
      self.file_.ReadAt(static_cast<uint64_t>(self.at_), {out, static_cast<size_t>(size)});
  self.at_ += static_cast<int64_t>(got);
  return got > 0 ? static_cast<int>(got) : AVERROR_EOF;
}

int64_t AvInput::Seek(void* input, int64_t offset, int whence) {
  auto& self = *static_cast<AvInput*>(input);
  const auto size = static_cast<int64_t>(self.file_.size());
  if ((whence & AVSEEK_SIZE) != 0) return size;
  if (whence == SEEK_CUR) offset += self.at_;
  if (whence == SEEK_END) offset += size;
  if (offset < 0) return AVERROR(EINVAL);
  return self.at_ = offset;
}

}  // namespace parley
