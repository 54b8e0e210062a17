#include "sfu/wire/rtp_builder.h"

#include <cstring>

#include "sfu/base/bytes.h"
#include "sfu/wire/rtp.h"

namespace parley {
namespace {

constexpr size_t kBlockHeaderSize = 4;

}  // namespace

RtpBuilder::RtpBuilder(std::span<uint8_t> out, const RtpHeader& header) : out_(out) {
  size_t csrcs = header.csrcs.size();
  if (csrcs > kRtpMaxCsrcs || kRtpFixedHeaderSize + 4 * csrcs > out.size()) {
    ok_ = false;
    return;
  }
  out_[0] = static_cast<uint8_t>(0x80 | csrcs);
  out_[1] = static_cast<uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type.value() & 0x7F));
  SetSeq(out_, header.seq);
  SetTimestamp(out_, header.timestamp);
  SetSsrc(out_, header.ssrc);
  size_ = kRtpFixedHeaderSize;
  for (uint32_t csrc : header.csrcs) {
    StoreBe32(out_.data() + size_, csrc);
    size_ += 4;
  }
}

void RtpBuilder::AddExtension(uint8_t id, std::string_view text) {
  AddExtension(id, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

void RtpBuilder::AddExtension(uint8_t id, std::span<const uint8_t> data) {
  if (id == 0 || !ok_) return;
  if (closed_ || data.size() > UINT8_MAX) {
    ok_ = false;
    return;
  }
  if (block_ == 0) {
    if (out_.size() - size_ < kBlockHeaderSize) {
      ok_ = false;
      return;
    }
    block_ = size_;
    size_ += kBlockHeaderSize;
  }
  bool needs_two_byte = id > 14 || data.empty() || data.size() > 16;
  if (needs_two_byte && !two_byte_ && !TurnToTwoByte()) {
    ok_ = false;
    return;
  }
  size_t head = two_byte_ ? 2 : 1;
  if (out_.size() - size_ < head + data.size()) {
    ok_ = false;
    return;
  }
  uint8_t* p = out_.data() + size_;
  if (two_byte_) {
    p[0] = id;
    p[1] = static_cast<uint8_t>(data.size());
  } else {
    p[0] = static_cast<uint8_t>(id << 4 | (data.size() - 1));
  }
  if (data.size() <= 4) {  // most elements: cheaper than a call
    for (size_t i = 0; i < data.size(); ++i) p[head + i] = data[i];
  } else {
    std::memcpy(p + head, data.data(), data.size());
  }
  size_ += head + data.size();
}

// Every element written so far grows by one byte. They are few, so each moves all that follow it.
bool RtpBuilder::TurnToTwoByte() {
  two_byte_ = true;
  for (size_t at = block_ + kBlockHeaderSize; at < size_;) {
    if (size_ == out_.size()) return false;
    uint8_t id = out_[at] >> 4;
    size_t data_size = (out_[at] & 0x0F) + 1u;
    std::memmove(&out_[at] + 2, &out_[at] + 1, size_ - at - 1);
    out_[at] = id;
    out_[at + 1] = static_cast<uint8_t>(data_size);
    ++size_;
    at += 2 + data_size;
  }
  return true;
}

void RtpBuilder::CloseExtensions() {
  if (closed_) return;
  closed_ = true;
  if (block_ == 0 || !ok_) return;
  size_t elements = size_ - block_ - kBlockHeaderSize;
  size_t padding = (4 - elements % 4) % 4;
  if (out_.size() - size_ < padding) {
    ok_ = false;
    return;
  }
  for (size_t i = 0; i < padding; ++i) out_[size_ + i] = 0;
  size_ += padding;
  out_[0] |= 0x10;
  StoreBe16(out_.data() + block_, two_byte_ ? kRtpTwoByteProfile : kRtpOneByteProfile);
  StoreBe16(out_.data() + block_ + 2, static_cast<uint16_t>((elements + padding) / 4));
}

std::span<uint8_t> RtpBuilder::ReservePayload(size_t size) {
  CloseExtensions();
  if (!ok_ || out_.size() - size_ < size) {
    ok_ = false;
    return {};
  }
  size_ += size;
  return out_.subspan(size_ - size, size);
}

void RtpBuilder::SetPayload(std::span<const uint8_t> payload) {
  std::span<uint8_t> to = ReservePayload(payload.size());
  if (!to.empty()) std::memcpy(to.data(), payload.data(), to.size());
}

void RtpBuilder::SetPadding(uint8_t size) {
  if (size == 0) return;
  std::span<uint8_t> padding = ReservePayload(size);
  if (padding.empty()) return;
  std::memset(padding.data(), 0, padding.size());
  padding.back() = size;
  out_[0] |= 0x20;
}

std::span<uint8_t> RtpBuilder::Finish() {
  CloseExtensions();
  return ok_ ? out_.first(size_) : std::span<uint8_t>();
}

}  // namespace parley
