#include "tests/sfu/forward/media_packets.h"

#include <array>
#include <string_view>

#include "sfu/base/bytes.h"
#include "sfu/wire/rtp_builder.h"

namespace parley::testing {
namespace {

Bytes Finish(RtpBuilder& builder, const Bytes& payload) {
  builder.SetPayload(payload);
  std::span<uint8_t> done = builder.Finish();
  return {done.begin(), done.end()};
}

void PutPictureId(Bytes& payload, uint16_t id) {
  payload.push_back(static_cast<uint8_t>(0x80 | id >> 8));
  payload.push_back(static_cast<uint8_t>(id));
}

void Fill(Bytes& payload, size_t size, SeqNum seq) {
  while (payload.size() < size) payload.push_back(static_cast<uint8_t>(seq.value()));
}

}  // namespace

HeaderExtensionIds AllExtensions() {
  HeaderExtensionIds ids;
  ids.mid = kMidId;
  ids.rid = kRidId;
  ids.repaired_rid = kRepairedRidId;
  ids.audio_level = kAudioLevelId;
  ids.abs_send_time = kAbsSendTimeId;
  ids.transport_cc = kTransportCcId;
  ids.abs_capture_time = kAbsCaptureTimeId;
  ids.dependency_descriptor = kDependencyDescriptorId;
  return ids;
}

Bytes MakeVp8(const Vp8Packet& p) {
  Bytes payload;
  payload.push_back(static_cast<uint8_t>(0x80 | (p.frame_start ? 0x10 : 0)));
  // Picture id, TL0PICIDX and, where there is one, the temporal layer.
  payload.push_back(p.temporal < 0 ? 0xC0 : 0xE0);
  PutPictureId(payload, p.picture_id);
  payload.push_back(p.tl0);
  if (p.temporal >= 0) {
    payload.push_back(static_cast<uint8_t>(p.temporal << 6 | (p.sync ? 0x20 : 0)));
  }
  if (p.frame_start) {
    payload.push_back(p.key_frame ? 0x10 : 0x11);
    payload.push_back(0);
    payload.push_back(0);
    if (p.key_frame && p.height != 0) {
      auto width = static_cast<uint16_t>(p.height * 16 / 9);
      for (uint8_t b : {uint8_t{0x9D}, uint8_t{0x01}, uint8_t{0x2A}, static_cast<uint8_t>(width),
                        static_cast<uint8_t>(width >> 8), static_cast<uint8_t>(p.height),
                        static_cast<uint8_t>(p.height >> 8)}) {
        payload.push_back(b);
      }
    }
  }
  Fill(payload, p.size, p.seq);
  std::array<uint8_t, 1500> out;
  RtpBuilder builder(out, {kVp8Pt, p.marker, p.seq, p.timestamp, p.ssrc, {}});
  if (*p.mid) builder.AddExtension(kMidId, std::string_view(p.mid));
  if (*p.rid) builder.AddExtension(kRidId, std::string_view(p.rid));
  if (p.twcc >= 0) {
    std::array<uint8_t, 2> seq;
    StoreBe16(seq.data(), static_cast<uint16_t>(p.twcc));
    builder.AddExtension(kTransportCcId, seq);
  }
  if (!p.capture_time.empty()) builder.AddExtension(kAbsCaptureTimeId, p.capture_time);
  if (p.frame_number >= 0) {
    std::array<uint8_t, 3> descriptor;
    descriptor[0] = static_cast<uint8_t>((p.frame_start ? 0x80 : 0) | (p.marker ? 0x40 : 0));
    StoreBe16(descriptor.data() + 1, static_cast<uint16_t>(p.frame_number));
    builder.AddExtension(kDependencyDescriptorId, descriptor);
  }
  return Finish(builder, payload);
}

Bytes MakeVp9(const Vp9Packet& p) {
  Bytes payload;
  payload.push_back(static_cast<uint8_t>(0xA0 | (p.inter_picture ? 0x40 : 0) |
                                         (p.frame_start ? 0x08 : 0) | (p.frame_end ? 0x04 : 0) |
                                         (p.structure ? 0x02 : 0)));
  PutPictureId(payload, p.picture_id);
  payload.push_back(static_cast<uint8_t>(p.spatial << 1 | (p.spatial > 0 ? 1 : 0)));
  payload.push_back(p.tl0);
  if (p.structure) {
    payload.push_back(2 << 5 | 0x10);
    for (int height : {180, 360, 720}) {
      int width = height * 16 / 9;
      for (int v : {width >> 8, width & 0xFF, height >> 8, height & 0xFF}) {
        payload.push_back(static_cast<uint8_t>(v));
      }
    }
  }
  Fill(payload, p.size, p.seq);
  std::array<uint8_t, 1500> out;
  RtpBuilder builder(out, {kVp9Pt, p.marker, p.seq, p.timestamp, p.ssrc, {}});
  return Finish(builder, payload);
}

Bytes MakeOpus(const OpusPacket& p) {
  Bytes payload;
  Fill(payload, p.size, p.seq);
  std::array<uint8_t, 1500> out;
  RtpBuilder builder(out, {p.payload_type, false, p.seq, p.timestamp, p.ssrc, {}});
  if (p.level >= 0) {
    std::array<uint8_t, 1> level{static_cast<uint8_t>((p.voice ? 0x80 : 0) | p.level)};
    builder.AddExtension(kAudioLevelId, level);
  }
  return Finish(builder, payload);
}

Bytes MakeRtp(PayloadType pt, Ssrc ssrc, SeqNum seq, RtpTimestamp timestamp, bool marker,
              const Bytes& payload) {
  std::array<uint8_t, 1500> out;
  RtpBuilder builder(out, {pt, marker, seq, timestamp, ssrc, {}});
  return Finish(builder, payload);
}

}  // namespace parley::testing
