#include "recorder/compose/av_output.h"

#include <cstdio>
#include <utility>

namespace parley {
namespace {

// A piece of a sealed file at once.
constexpr int kBufferBytes = static_cast<int>(SealedFile::kMostChunk);

}  // namespace

std::expected<std::unique_ptr<AvOutput>, std::string> AvOutput::Open(PartFile& part) {
  std::unique_ptr<AvOutput> output(new AvOutput);
  auto file = part.Create();
  if (!file) return std::unexpected(file.error());
  if (file->sealed()) {
    output->file_ = *std::move(file);
    output->io_ =
        avio_alloc_context(static_cast<unsigned char*>(av_malloc(kBufferBytes)), kBufferBytes, 1,
                           output.get(), nullptr, &AvOutput::Write, &AvOutput::Seek);
    return output;
  }
  // By its name, for MP4 is read again to have its index before the pictures.
  const int result = avio_open(&output->io_, part.part().c_str(), AVIO_FLAG_WRITE);
  if (result < 0) return CannotWrite(result);
  return output;
}

AvOutput::~AvOutput() {
  if (io_ == nullptr) return;
  if (file_) {
    AvFreeIo()(io_);
  } else {
    avio_closep(&io_);
  }
}

std::expected<void, std::string> AvOutput::Close() {
  if (!file_) {
    const int result = avio_closep(&io_);
    if (result < 0) return CannotWrite(result);
    return {};
  }
  avio_flush(io_);
  const int result = io_->error;
  AvFreeIo()(std::exchange(io_, nullptr));
  if (result < 0) return CannotWrite(result);
  if (const auto error = file_->End()) return std::unexpected("cannot write: " + error.message());
  return {};
}

int AvOutput::Write(void* output, uint8_t* bytes, int size) {
  auto& self = *static_cast<AvOutput*>(output);
  const auto error =
      self.file_->WriteAt(static_cast<uint64_t>(self.at_), {bytes, static_cast<size_t>(size)});
  if (error) return AVERROR(error.value());
  self.at_ += size;
  return size;
}

int64_t AvOutput::Seek(void* output, int64_t offset, int whence) {
  auto& self = *static_cast<AvOutput*>(output);
  const auto size = static_cast<int64_t>(self.file_->size());
  if ((whence & AVSEEK_SIZE) != 0) return size;
  if (whence == SEEK_CUR) offset += self.at_;
  if (whence == SEEK_END) offset += size;
  if (offset < 0) return AVERROR(EINVAL);
  return self.at_ = offset;
}

}  // namespace parley
