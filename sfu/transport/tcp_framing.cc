#include "sfu/transport/tcp_framing.h"

#include <algorithm>
#include <cstring>

#include "sfu/base/bytes.h"
#include "sfu/base/check.h"

namespace parley {

std::array<uint8_t, kTcpFrameHeader> TcpFrameHeader(size_t size) {
  PARLEY_CHECK(size <= UINT16_MAX);
  std::array<uint8_t, kTcpFrameHeader> header;
  StoreBe16(header.data(), static_cast<uint16_t>(size));
  return header;
}

std::span<uint8_t> TcpDeframer::WriteSpace() {
  if (failed_) return {};
  // What is left is less than one frame, so at least one frame's room follows.
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return std::span(buffer_).subspan(end_);
}

void TcpDeframer::Wrote(size_t n) {
  PARLEY_CHECK(n <= buffer_.size() - end_);
  end_ += n;
}

std::optional<std::span<uint8_t>> TcpDeframer::Next() {
  while (!failed_ && end_ - begin_ >= kTcpFrameHeader) {
    size_t size = LoadBe16(buffer_.data() + begin_);
    if (size > kMaxFrame) {
      failed_ = true;
      break;
    }
    if (end_ - begin_ < kTcpFrameHeader + size) break;
    std::span<uint8_t> frame = std::span(buffer_).subspan(begin_ + kTcpFrameHeader, size);
    begin_ += kTcpFrameHeader + size;
    if (!frame.empty()) return frame;
  }
  return std::nullopt;
}

}  // namespace parley
