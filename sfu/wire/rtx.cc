#include "sfu/wire/rtx.h"

#include <cstring>

namespace parley {

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                         RTP Header                            |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |            OSN                |                               |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               |
// |                  Original RTP Packet Payload                  |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<RtxView> RtxView::Parse(const RtpView& rtx) {
  std::span<const uint8_t> payload = rtx.payload();
  if (payload.size() < kRtxOsnSize) return std::nullopt;
  return RtxView{SeqNum(LoadBe16(payload.data())), payload.subspan(kRtxOsnSize)};
}

std::span<uint8_t> WrapRtx(const RtpView& original, PayloadType payload_type, Ssrc ssrc, SeqNum seq,
                           std::span<uint8_t> out) {
  size_t header_size = original.header_size();
  std::span<const uint8_t> payload = original.payload();
  size_t size = header_size + kRtxOsnSize + payload.size();
  if (size > out.size()) return {};
  std::memcpy(out.data(), original.packet().data(), header_size);
  out[0] &= 0xDF;  // the padding stays behind
  StoreBe16(out.data() + header_size, original.seq().value());
  if (!payload.empty()) {
    std::memcpy(out.data() + header_size + kRtxOsnSize, payload.data(), payload.size());
  }
  SetPayloadType(out, payload_type);
  SetSeq(out, seq);
  SetSsrc(out, ssrc);
  return out.first(size);
}

std::span<uint8_t> UnwrapRtx(std::span<uint8_t> packet, PayloadType original_payload_type,
                             Ssrc original_ssrc) {
  std::optional<RtpView> rtp = RtpView::Parse(packet);
  if (!rtp) return {};
  std::optional<RtxView> rtx = RtxView::Parse(*rtp);
  if (!rtx) return {};
  std::memmove(packet.data() + kRtxOsnSize, packet.data(), rtp->header_size());
  std::span<uint8_t> original = packet.subspan(kRtxOsnSize);
  SetPayloadType(original, original_payload_type);
  SetSeq(original, rtx->original_seq);
  SetSsrc(original, original_ssrc);
  return original;
}

}  // namespace parley
